"""The coordinator sends somebody the link to their own page, or prints one to give by hand."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinics import access_log
from clinics.roles import Perm, clinics_where
from common.errors import Refused
from common.policy import needs
from matching.models import Match
from mentorship.actions import own_page as actions
from referrals.models import Referral


def _found(request: HttpRequest, ref: str) -> Referral:
    rows = Referral.objects.visible_to(request.user).sent().select_related("clinic", "mentee")
    return get_object_or_404(rows.filter(clinic__in=clinics_where(request.user, Perm.COORDINATE)), ref=ref)


def _back(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Go back to the pair the button stood on, else to the referral."""
    pairs = Match.objects.visible_to(request.user).filter(referral=referral, introduced_at__isnull=False)
    pair = pairs.filter(ref=request.POST.get("pair", "")[:16]).first()
    return redirect("mentorship:pair", pair.ref) if pair else redirect("referrals:detail", referral.ref)


@needs(Perm.COORDINATE)
@require_POST
def send(request: HttpRequest, ref: str) -> HttpResponse:
    """Send the link anew; a second click sends nothing more."""
    referral = _found(request, ref)
    try:
        actions.send_link(referral=referral.pk, by=request.user, after=request.POST.get("after"))
        text = _("%(name)s gets a message with a link to their own page.")
        messages.success(request, text % {"name": referral.mentee.first_name})
    except Refused as refusal:
        for sentence in getattr(refusal, "missing", None) or [str(refusal)]:
            messages.error(request, sentence)
    return _back(request, referral)


@needs(Perm.COORDINATE)
@require_POST
def by_hand(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a link once, to print; the same page asked for again makes another and closes this one."""
    referral = _found(request, ref)
    try:
        link, address = actions.link_by_hand(referral=referral.pk, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _back(request, referral)
    access_log.record(request, page="link to their own page, by hand", people=[referral.mentee])
    context = {
        "person": referral.mentee,
        "link": link,
        "address": address,
        "clinic": referral.clinic,
        "referral": referral,
    }
    response = render(request, "mentorship/own/by_hand.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response
