"""Did you talk? A mentee answers by one tap, by a one-time link or on their own page."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import links
from accounts.models import OneTimeLink, User
from accounts.views import no_longer
from common.errors import Refused
from common.policy import by_link
from mentorship import mentee_session, said
from mentorship.actions import saying as actions
from mentorship.models import Contact

KIND = "contact.said"


@by_link(KIND)
@require_http_methods(["GET", "HEAD", "POST"])
def by_one_time_link(request: HttpRequest) -> HttpResponse:
    """One tap saves, another tap changes the answer."""
    link = links.current(request, KIND)
    row = said.contact_of(link)
    if link is None or row is None:
        return no_longer(request)
    refusal = None
    if request.method == "POST":
        try:
            if not answer(request, link, row):
                return no_longer(request)
            return redirect("mentorship:said-link")
        except Refused as error:
            refusal = error
    context = said.shown(row) | {"refusal": refusal, "clinic": row.match.referral.clinic}
    return render(request, "mentorship/said_link.html", context)


def answer(request: HttpRequest, link: OneTimeLink, row: Contact) -> bool:
    """Use the link up and store the answer, both or neither; False when another browser was first."""
    with transaction.atomic():
        if not links.consume(request, link):
            return False
        actions.say_what_came(contact=row.pk, by=User.objects.system(), says=request.POST.get("says", ""))
    return True


@by_link(mentee_session.KIND)
@require_POST
def on_own_page(request: HttpRequest, ref: str) -> HttpResponse:
    """A tap on the card of the mentee's own page."""
    row = said.contact_of_page(mentee_session.referral_of(request), ref)
    if row is None:
        return no_longer(request)
    try:
        actions.say_what_came(contact=row.pk, by=User.objects.system(), says=request.POST.get("says", ""))
        messages.success(request, _("Saved, thank you."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect(links.page_of(mentee_session.KIND))
