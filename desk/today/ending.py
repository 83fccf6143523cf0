"""Endings: those that are late, those that came early, and mentors to talk with afterwards."""

from __future__ import annotations

import datetime as dt

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from common import words
from desk.today.rows import MOST, SHOWN, Action, Desk, Group, Row, call, group, named
from matching.models import Match
from matching.workflow import LIVE, EndReason
from matching.workflow import Status as M
from mentorship.models import Closing, ClosingAnswer, GroupPlace

LATELY = dt.timedelta(days=30)  # [D] after this an early ending is one of those who wait, like any other
NOT_EARLY = (EndReason.PLANNED, EndReason.DIED, EndReason.CONSENT)
OF_PAIRS = ("ref", "status", "ended_at", "end_reason", "pause_until", "referral__clinic", "referral__ref",
            "referral__only_group", "closing__debrief_on", "mentor__ref", *named("referral__mentee", "mentor__person"))  # fmt: skip


def endings(desk: Desk) -> list[Group]:
    """Return pairs whose ending is late or came early, pauses that are over, and mentors to talk with. One query."""
    today = words.local(desk.now, desk.clinic.time_zone).date()
    pairs = _pairs(desk, today)
    early, late = [m for m in pairs if m.is_early], [m for m in pairs if m.is_late]
    over, ended = [m for m in pairs if m.is_over], [m for m in pairs if m.is_to_debrief]
    ended.sort(key=lambda m: (m.closing.debrief_on, m.pk))
    url = reverse("mentorship:pairs")
    ring = [m for m in pairs if m.is_to_ring]
    return [
        group("closing-ring", _("Do not know where to turn yet"), [_ring(m) for m in ring[:SHOWN]], total=len(ring),
              text=_("Asked to be called, at the ending."), all_url=url),
        group("early", _("Ended early"), [_early(m) for m in early[:SHOWN]], total=len(early),
              text=_("Nobody is to blame. What is wanted now?"), all_url=f"{url}?show=ended"),
        group("closing-late", _("Endings to finish"), [_late(m) for m in late[:SHOWN]], total=len(late),
              text=_("The last talk is over."), all_url=url),
        group("pauses", _("Pauses that should be over"), [_pause(m, today) for m in over[:SHOWN]], total=len(over),
              text=_("They did not go on by themselves."), all_url=f"{url}?show=paused"),
        group("debriefs", _("Talks after an ending"), [_debrief(desk, m) for m in ended[:SHOWN]], total=len(ended),
              text=_("How was it for the mentor?"), all_url=reverse("mentorship:debriefs")),
    ]  # fmt: skip


def _pairs(desk: Desk, today: dt.date) -> list[Match]:
    """Return the pairs of the four groups, each marked with those it stands in. Found first, then looked at."""
    seen = Match.objects.visible_to(desk.user).order_by().filter(referral__clinic=desk.clinic)
    again = Match.objects.filter(referral=OuterRef("referral"), status__in=LIVE)
    placed = GroupPlace.objects.filter(referral=OuterRef("referral"), status__in=["invited", "signed-up", "waiting"])
    early = seen.filter(status=M.ENDED, ended_at__gte=desk.now - LATELY, referral__status="open")
    early = early.exclude(end_reason__in=NOT_EARLY).filter(
        ~Exists(again), Q(referral__only_group=False) | ~Exists(placed)
    )
    early = early.exclude(ended_by__is_system=True, referral__only_group=False)  # they said so on their own page
    over = seen.filter(status=M.PAUSED, pause_until__lt=today)
    late = seen.filter(status__in=[M.INTRODUCED, M.PAUSED], enrolment__last_contact_on__lt=today)
    ended = Closing.objects.visible_to(desk.user).to_debrief(today).filter(match__mentor__person__clinic=desk.clinic)
    parts = {"is_early": early.values("pk"), "is_over": over.values("pk"), "is_late": late.values("pk"),
             "is_to_debrief": ended.values("match")}  # fmt: skip
    parts["is_to_ring"] = (
        ClosingAnswer.objects.visible_to(desk.user)
        .to_ring(desk.now)
        .filter(match__referral__clinic=desk.clinic)
        .values("match")
    )
    few = Q()
    for part in parts.values():
        few |= Q(pk__in=part)
    marks = {name: ExpressionWrapper(Q(pk__in=part), output_field=BooleanField()) for name, part in parts.items()}
    found = Match.objects.filter(few).annotate(**marks)
    found = found.select_related("referral__mentee", "mentor__person", "closing").only(*OF_PAIRS)
    return list(found.order_by("ended_at", "pk")[:MOST])


def _two(match: Match) -> str:
    return _("%(mentee)s and %(mentor)s") % {"mentee": match.referral.mentee, "mentor": match.mentor.person}


def _early(match: Match) -> Row:
    """Say what the mentee is looked for now."""
    mentee = match.referral.mentee
    if match.referral.only_group:
        url = reverse("referrals:detail", args=[match.referral.ref])
        text, step = _("Would like a group now."), Action(_("Look at it"), url, about=mentee.first_name)
    else:
        url = reverse("matching:find", args=[match.referral.ref])
        text = _("Their pair ended. They keep their place in the line.")
        step = Action(_("Find another"), url, about=mentee.first_name)
    return Row(
        _two(match), reverse("mentorship:pair", args=[match.ref]), text, step, since=match.ended_at,
        people=(mentee, match.mentor.person),
    )  # fmt: skip


def _ring(match: Match) -> Row:
    url, mentee = reverse("mentorship:pair", args=[match.ref]), match.referral.mentee
    text = _("Their talks come to an end. Which other support would they like?")
    return Row(str(mentee), url, text, call(mentee.first_name, mentee.phone, url), people=(mentee,))


def _late(match: Match) -> Row:
    url, mentee = reverse("mentorship:pair", args=[match.ref]), match.referral.mentee
    step = Action(_("Finish it"), url, about=mentee.first_name)
    return Row(
        _two(match), url, _("The day of their last talk has passed."), step, people=(mentee, match.mentor.person)
    )


def _pause(match: Match, today: dt.date) -> Row:
    url, mentee = reverse("mentorship:pair", args=[match.ref]), match.referral.mentee
    text = _("Paused until %(day)s.") % {"day": words.day(match.pause_until, today=today, weekday=False)}
    return Row(
        _two(match), url, text, Action(_("Open"), url, about=mentee.first_name), people=(mentee, match.mentor.person)
    )


def _debrief(desk: Desk, match: Match) -> Row:
    """Name the mentor of this clinic; the mentee is not named, since it is about the mentor."""
    person, url = match.mentor.person, reverse("mentorship:debriefs")
    when, on = desk.ahead(match.closing.debrief_on)
    return Row(
        str(person), reverse("training:mentor", args=[match.mentor.ref]), _("A pair of theirs has ended."),
        Action(_("Note that you talked"), url, about=person.first_name), when=when, when_more=on, people=(person,),
    )  # fmt: skip
