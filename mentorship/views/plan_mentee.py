"""A mentee's talks, by the link of their page: move one in a tap, add one, say that relatives may join, note one as a peer."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.views import no_longer
from common import clock, words
from common.errors import Refused, Stale
from common.policy import by_link
from matching.models import Match
from mentorship import mentee_talks
from mentorship.actions import contacts, peers, planning
from mentorship.calendar_files import one_talk
from mentorship.forms.contacts import MoveForm, PlanForm
from mentorship.forms.plan import PeerLogForm
from mentorship.mentee_session import KIND
from mentorship.models import Contact
from mentorship.moments import parse, version_of
from mentorship.views.plan_calendar import calendar_file

Forms = dict[str, object]


@by_link(KIND)
def mentee_talks_page(request: HttpRequest) -> HttpResponse:
    """The next talk, the whole plan, and every step a mentee may take."""
    match = mentee_talks.pair_of(request)
    if match is None:
        return no_longer(request)
    if request.method != "POST":
        return _page(request, match)
    step = STEPS.get(request.POST.get("do", ""))
    refused = step(request, match) if step else {}
    return redirect("mentorship:mentee-talks") if refused is None else _page(request, match, refused)


@require_safe
@by_link(KIND)
def mentee_talk_file(request: HttpRequest, ref: str) -> HttpResponse:
    """One talk for the mentee's own calendar."""
    match = mentee_talks.pair_of(request)
    if match is None:
        return no_longer(request)
    contact = mentee_talks.talk_of(match, ref)
    if contact is None:
        raise Http404
    return calendar_file(one_talk(contact))


def _page(request: HttpRequest, match: Match, forms: Forms | None = None) -> HttpResponse:
    tz, shown = match.referral.clinic.time_zone, mentee_talks.shown(match)
    coming = shown["plan"].next
    context = shown | {
        "add_form": PlanForm(prefix="add", tz=tz), "log_form": PeerLogForm(prefix="log", tz=tz, now=clock.now()),
        "move_form": _move_form(coming, tz) if coming else None, "refusal": None, "open": "",
    }  # fmt: skip
    return render(request, "mentorship/plan/mentee.html", context | (forms or {}))


def _move_form(contact: Contact, tz: str, data=None) -> MoveForm:
    there = words.local(contact.planned_at, tz)
    initial = {"version": contact.version, "day": there.date(), "hour": there.time()}
    return MoveForm(data, prefix="move", tz=tz, initial=initial)


# Steps: each returns None when it was done, else what the page shows instead ---------------


def _to(request: HttpRequest, match: Match) -> Forms | None:
    """Move a talk to a moment that was offered."""
    contact, at = _talk(request, match), parse(request.POST.get("at"))
    if contact is None or at is None:
        return {"refusal": _("This talk has been noted or taken off the plan in the meantime.")}
    return _moved(request, match, contact, at, version_of(request.POST.get("version")), {})


def _move(request: HttpRequest, match: Match) -> Forms | None:
    """Move a talk to a moment they write themselves."""
    contact, tz = _talk(request, match), match.referral.clinic.time_zone
    if contact is None:
        return {"refusal": _("This talk has been noted or taken off the plan in the meantime.")}
    form = _move_form(contact, tz, request.POST)
    if not form.is_valid():
        return {"move_form": form, "open": "move"}
    return _moved(request, match, contact, form.at, form.cleaned_data["version"], {"move_form": form, "open": "move"})


def _moved(request, match: Match, contact: Contact, at, version: int | None, shown: Forms) -> Forms | None:
    try:
        row = contacts.move_contact(contact=contact.pk, by=User.objects.system(), at=at, version=version)
    except Stale as refusal:
        return {"refusal": refusal}
    except Refused as refusal:
        if form := shown.get("move_form"):
            form.refuse(refusal)
            return shown
        return {"refusal": refusal}
    messages.success(request, _("Moved to %(when)s. The other one is told.") % {"when": _when(row, match)})
    return None


def _off(request: HttpRequest, match: Match) -> Forms | None:
    """Take a talk off the plan."""
    contact = _talk(request, match)
    if contact is None:
        return {"refusal": _("This talk has been noted or taken off the plan in the meantime.")}
    return _done(
        request, _("The talk is off the plan. The other one is told."),
        lambda: contacts.cancel_contact(contact=contact.pk, by=User.objects.system()),
    )  # fmt: skip


def _add(request: HttpRequest, match: Match) -> Forms | None:
    """Add a talk."""
    form = PlanForm(request.POST, prefix="add", tz=match.referral.clinic.time_zone)
    shown: Forms = {"add_form": form, "open": "add"}
    if not form.is_valid():
        return shown
    try:
        row = contacts.plan_contact(
            match=match.pk, by=User.objects.system(), at=form.at, channel=form.cleaned_data["channel"]
        )
    except Refused as refusal:
        form.refuse(refusal)
        return shown
    messages.success(request, _("Planned for %(when)s. The other one is told.") % {"when": _when(row, match)})
    return None


def _log(request: HttpRequest, match: Match) -> Forms | None:
    """Note a talk, as a peer."""
    form = PeerLogForm(request.POST, prefix="log", tz=match.referral.clinic.time_zone, now=clock.now())
    shown: Forms = {"log_form": form, "open": "log"}
    if not form.is_valid():
        return shown
    said = form.cleaned_data
    try:
        peers.note_as_peer(
            match=match.pk, by=User.objects.system(), client_key=said["client_key"], outcome=said["outcome"],
            when=form.at, channel=said["channel"],
        )  # fmt: skip
    except Refused as refusal:
        if not getattr(refusal, "field", None):
            return shown | {"refusal": refusal}
        form.refuse(refusal)
        return shown
    messages.success(request, _("Saved. Thank you."))
    return None


def _relatives(request: HttpRequest, match: Match) -> Forms | None:
    """Agree that relatives join, or take it back."""
    agreed = request.POST.get("relatives") == "yes"
    done = _("Relatives may join now and then.") if agreed else _("Taken back: no relatives any more.")
    return _done(
        request, done,
        lambda: planning.agree_relatives(match=match.pk, by=User.objects.system(), agreed=agreed),
    )  # fmt: skip


STEPS: dict[str, Callable[[HttpRequest, Match], Forms | None]] = {
    "to": _to, "move": _move, "off": _off, "add": _add, "log": _log, "relatives": _relatives,
}  # fmt: skip


def _done(request: HttpRequest, said: str, act: Callable[[], object]) -> Forms | None:
    try:
        act()
    except Refused as refusal:
        return {"refusal": refusal}
    messages.success(request, said)
    return None


def _talk(request: HttpRequest, match: Match) -> Contact | None:
    return match.contacts.planned().filter(ref=request.POST.get("talk", "")).first()


def _when(row: Contact, match: Match) -> str:
    return words.when(row.planned_at, match.referral.clinic.time_zone, now=clock.now(), about=True)
