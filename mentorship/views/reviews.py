"""Pairs drawn by chance, to look at with calm."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinics import access_log
from clinics.roles import Perm, can
from common.errors import Refused, Stale
from common.policy import needs
from mentorship import reviewing
from mentorship.actions import reviews as actions
from mentorship.forms.reviews import ReviewForm

STAFF = (Perm.COORDINATE, Perm.ANSWER_QUESTIONS)
PER_PAGE = 50


@require_safe
@needs(*STAFF)
def reviews(request: HttpRequest) -> HttpResponse:
    """List the pairs to look at, and those that were looked at."""
    rows = reviewing.seen(request.user)
    is_open = list(rows.open().order_by("drawn_at", "pk")[:PER_PAGE])
    done = rows.filter(done_at__isnull=False).order_by("-done_at", "-pk")
    page = Paginator(done, PER_PAGE).get_page(request.GET.get("page"))
    named = [person for row in (*is_open, *page) for person in reviewing.people(row)]
    access_log.record(request, page="pair reviews", people=named)
    context = {
        "rows": [reviewing.list_row(r) for r in is_open], "done": [reviewing.list_row(r) for r in page], "page_obj": page
    }  # fmt: skip
    return render(request, "mentorship/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*STAFF)
def review(request: HttpRequest, ref: str) -> HttpResponse:
    """Look at one pair, and keep what was seen."""
    row = get_object_or_404(reviewing.seen(request.user), ref=ref)
    form = ReviewForm(request.POST if request.method == "POST" else None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.finish_review(review=row.pk, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            if isinstance(refusal, Stale):
                form.data = form.data.copy()
                form.data["version"] = row.version
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved. Thank you for looking."))
            return redirect("mentorship:reviews")
    access_log.record(request, page="pair review", people=reviewing.people(row))
    context = {
        "review": row, "form": form, "title": reviewing.title(row), "facts": reviewing.facts(row), "clinic": row.clinic,
        "runs": can(request.user, Perm.COORDINATE, row.clinic),
    }  # fmt: skip
    return render(request, "mentorship/review.html", context)
