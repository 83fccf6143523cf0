"""Something worries a mentee: from their own page. Choosing it is the POST that stores it; numbers come back at once."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from common.policy import by_link
from mentorship import mentee_session, worries
from mentorship.actions.flags import raise_flag
from mentorship.mentee_session import KIND
from mentorship.models import RedFlag
from mentorship.views import worry as pages


@by_link(KIND)
@require_http_methods(["GET", "HEAD", "POST"])
def worry(request: HttpRequest) -> HttpResponse:
    """Raise a worry as their own."""
    referral = mentee_session.referral_of(request)
    if referral is None:
        return pages.gone(request)
    refusal = None
    if request.method == "POST":
        category = worries.find_category(referral.clinic, request.POST.get("category", ""))
        if category is not None:
            flag = raise_flag(
                category=category, by=User.objects.system(), person=referral.mentee, match=worries.pair_of(referral),
                referral=referral, source=RedFlag.Source.PAGE, **pages.sent(request, referral.clinic),
            )  # fmt: skip
            return redirect("mentorship:own-worry-sent", flag.ref)
        refusal = _("Choose one of the worries below.")
    context = pages.choices(request, referral.clinic, _("What worries you?"), True, refusal)
    return render(request, "mentorship/worry.html", context | {"frame": "base_link.html"})


@by_link(KIND)
@require_http_methods(["GET", "HEAD", "POST"])
def sent(request: HttpRequest, ref: str) -> HttpResponse:
    """Guidance and numbers, and room for details."""
    referral = mentee_session.referral_of(request)
    if referral is None:
        return pages.gone(request)
    flag = worries.sent_by_person(referral.mentee, ref)
    if flag is None:
        raise Http404
    back = reverse("mentorship:own-worry-sent", args=[ref])
    return pages.guide(request, flag, own=True, by=User.objects.system(), person=referral.mentee, back=back)
