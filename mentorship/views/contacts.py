"""Pages of talks: log one, plan one, move one or take it off the plan."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from clinics import access_log
from clinics.roles import Perm
from common import clock, words
from common.errors import Refused, Stale
from common.policy import needs
from matching.models import Match
from mentorship.actions import contacts as actions
from mentorship.actions.noting import note_talk
from mentorship.forms.contacts import LogForm, MoveForm, PlanForm
from mentorship.kept import device_key
from mentorship.models import Contact
from mentorship.people import last_noted, own_pairs
from mentorship.rules import pairs as rules
from mentorship.workflow import MISSED, ContactStatus

BY_SCRIPT = "X-Log"  # the page's own script sends the form, says whose it is, and wants to know where to go


SHOWN = ("referral__mentee", "referral__clinic", "mentor__person", "enrolment")


def back(request: HttpRequest, match: Match) -> str:
    """Return where somebody came from: the mentor's own page, or the pair's."""
    if rules.is_mentor_of(request.user, match):
        return reverse("mentorship:home")
    return reverse("mentorship:pair", args=[match.ref])


@needs(Perm.MENTOR, Perm.COORDINATE)
def log(request: HttpRequest, ref: str = "") -> HttpResponse:
    """What happened, and does anyone need to know? In a few taps."""
    if request.headers.get(BY_SCRIPT, device_key(request.user)) != device_key(request.user):
        return JsonResponse({"whose": "other"}, status=409)  # kept by somebody else on this phone: never sent as mine
    pairs, chosen = _pairs_to_log(request, ref)
    if not pairs:
        return render(request, "mentorship/log_nobody.html", {"device_key": device_key(request.user)})
    form = LogForm(request.POST or None, pairs=pairs, chosen=chosen, now=clock.now())
    if request.method == "POST" and form.is_valid():
        try:
            contact = note_talk(by=request.user, **form.values())
            return _logged(request, contact)
        except Refused as refusal:
            form.refuse(refusal)
    if request.method == "GET":
        access_log.record(request, page="log a talk", people=[m.referral.mentee for m in pairs])
    status = 422 if request.headers.get(BY_SCRIPT) and form.errors else 200
    noted = [row for row in last_noted(request.user, clock.now()) if row.match.ref in form.pairs]
    context = {
        "form": form, "chosen": form.chosen, "close_url": back(request, pairs[0]), "noted": noted,
        "device_key": device_key(request.user), "is_own": rules.is_mentor_of(request.user, pairs[0]),
    }  # fmt: skip
    return render(request, "mentorship/log.html", context, status=status)


def _pairs_to_log(request: HttpRequest, ref: str) -> tuple[list[Match], Match | None]:
    """Return the pairs to choose from, and the one that is chosen. Somebody else's pair only by its address."""
    mine = list(own_pairs(request.user))
    if not ref:
        return mine, None
    chosen = next((match for match in mine if match.ref == ref), None)
    if chosen:
        return mine, chosen
    pairs = Match.objects.visible_to(request.user).pairs()
    chosen = get_object_or_404(pairs.select_related(*SHOWN), ref=ref)
    return [chosen], chosen


def _logged(request: HttpRequest, contact: Contact) -> HttpResponse:
    url = back(request, contact.match)
    _say_once(request, _thanks(contact))
    if request.headers.get(BY_SCRIPT):
        return JsonResponse({"to": url})
    return redirect(url)


def _say_once(request: HttpRequest, words: str) -> None:
    """Say it, unless the same form sent twice has said it already."""
    waiting = messages.get_messages(request)
    said = words in [message.message for message in waiting]
    waiting.used = False
    if not said:
        messages.success(request, words)


def _thanks(contact: Contact) -> str:
    """Say what happened and who knows."""
    parts = [_("Saved.")]
    if contact.status in MISSED:
        parts.append(_("That happens, and it is nobody's fault."))
    if contact.questions.exists():
        parts.append(
            _("The care team has the question and answers %(name)s.")
            % {"name": contact.match.referral.mentee.first_name}
        )
    return " ".join(parts)


@needs(Perm.MENTOR, Perm.COORDINATE)
def plan(request: HttpRequest, ref: str) -> HttpResponse:
    """Plan a talk with somebody."""
    match = get_object_or_404(_seen(request), ref=ref)
    form = PlanForm(request.POST or None, tz=match.referral.clinic.time_zone)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.plan_contact(
                match=match.pk, by=request.user, at=form.at, channel=form.cleaned_data["channel"]
            )
            messages.success(request, _("Planned for %(when)s.") % {"when": _when(row, match)})
            return redirect(back(request, match))
        except Refused as refusal:
            form.refuse(refusal)
    return _plan_page(request, form, match, contact=None)


@needs(Perm.MENTOR, Perm.COORDINATE)
def move(request: HttpRequest, ref: str) -> HttpResponse:
    """Move a planned talk, or take it off the plan."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user).select_related("match"), ref=ref)
    match = get_object_or_404(_seen(request), pk=contact.match_id)
    if request.method == "POST" and "cancel" in request.POST:
        actions.cancel_contact(contact=contact.pk, by=request.user)
        messages.success(request, _("The talk is off the plan."))
        return redirect(back(request, match))
    if request.method == "GET" and contact.status != ContactStatus.PLANNED:
        messages.warning(request, _("This talk has been noted or taken off the plan in the meantime."))
        return redirect(back(request, match))
    form = _move_form(request, contact, match)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            row = actions.move_contact(contact=contact.pk, by=request.user, at=form.at, version=version)
            messages.success(request, _("Moved to %(when)s.") % {"when": _when(row, match)})
            return redirect(back(request, match))
        except Stale as refusal:
            contact.refresh_from_db()
            form.data = form.data.copy()
            form.data["version"] = contact.version
            form.refuse(refusal)
        except Refused as refusal:
            form.refuse(refusal)
    return _plan_page(request, form, match, contact)


def _move_form(request: HttpRequest, contact: Contact, match: Match) -> MoveForm:
    tz = match.referral.clinic.time_zone
    initial = {"version": contact.version}
    if contact.planned_at:
        there = words.local(contact.planned_at, tz)
        initial |= {"day": there.date(), "hour": there.time()}
    return MoveForm(request.POST or None, tz=tz, initial=initial)


def _seen(request: HttpRequest):
    return Match.objects.visible_to(request.user).pairs().select_related(
        "referral__mentee", "referral__clinic", "mentor__person"
    )  # fmt: skip


def _plan_page(request: HttpRequest, form, match: Match, contact: Contact | None) -> HttpResponse:
    if request.method == "GET":
        access_log.record(request, page="plan a talk", people=[match.referral.mentee])
    context = {
        "form": form, "match": match, "contact": contact, "person": match.referral.mentee,
        "back_url": back(request, match), "clinic": match.referral.clinic,
    }  # fmt: skip
    return render(request, "mentorship/plan.html", context)


def _when(row: Contact, match: Match) -> str:
    return words.when(row.planned_at, match.referral.clinic.time_zone, now=clock.now(), about=True)
