"""The next talk of a pair, likely moments to move it to, and the whole plan in words. It only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from common import clock
from common.vocabulary import Slot
from matching.models import Match
from matching.workflow import Status as MatchStatus
from mentorship import formats, tries
from mentorship.models import Contact
from mentorship.plan import moment_of
from mentorship.workflow import ContactStatus

OFFERS = 3
LOOK = 60  # days ahead that are looked through
NOTICE = dt.timedelta(hours=2)  # [D] nobody is asked to be ready sooner
WEEKDAY = (Slot.WEEKDAY_EVENING, Slot.WEEKDAY_AFTERNOON, Slot.WEEKDAY_MORNING)
WEEKEND = (Slot.WEEKEND_DAY, Slot.WEEKEND_EVENING)


# Likely moments ---------------------------------------------------------------------------


def hours_of(day: dt.date, match: Match) -> list[dt.time]:
    """Return the hours at which both are likely free on a day; the evening where neither said when."""
    mine, theirs = set(match.referral.availability), set(match.mentor.availability)
    free = mine & theirs or mine or theirs
    if not free:
        return [formats.EVENING]
    return [formats.HOURS[slot] for slot in (WEEKEND if day.weekday() >= 5 else WEEKDAY) if slot in free]


def offers(match: Match, contact: Contact | None, planned: Iterable[Contact]) -> list[dt.datetime]:
    """Return the next likely moments for a talk, from the day it is planned on. Days with another talk are left out."""
    tz, now = match.referral.clinic.time_zone, clock.now()
    others = {_day(row.planned_at, tz) for row in planned if contact is None or row.pk != contact.pk}
    begins = max(now, contact.planned_at) if contact else now
    first, last = _day(begins, tz), _last_day(match)
    found: list[dt.datetime] = []
    for day in (first + dt.timedelta(days=n) for n in range(LOOK)):
        if len(found) == OFFERS or (last and day > last):
            break
        if day not in others:
            found += _first_fitting(day, match, contact, now + NOTICE)
    return found


def _first_fitting(day: dt.date, match: Match, contact: Contact | None, earliest: dt.datetime) -> list[dt.datetime]:
    tz = match.referral.clinic.time_zone
    moments = [clock.at_local(day, hour, tz) for hour in hours_of(day, match)]
    return [at for at in moments if at >= earliest and (contact is None or at != contact.planned_at)][:1]


def _last_day(match: Match) -> dt.date | None:
    enrolment = getattr(match, "enrolment", None)
    return enrolment.last_contact_on if enrolment else None


def _day(at: dt.datetime, tz: str) -> dt.date:
    return at.astimezone(ZoneInfo(tz)).date()


# What a page shows ------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line of the plan: the talk, when, how it stands in words, and whether it was added beside the plan."""

    contact: Contact
    at: dt.datetime
    state: str
    is_to_come: bool
    is_extra: bool
    minutes: str


@dataclass(frozen=True)
class Plan:
    """A pair's plan: the next talk with moments to move it to, every line, and what has no date yet."""

    match: Match
    next: Contact | None
    offers: list[dt.datetime]
    lines: list[Line]
    going_on: bool

    @property
    def to_come(self) -> list[Line]:
        return [line for line in self.lines if line.is_to_come]

    @property
    def been(self) -> list[Line]:
        return [line for line in self.lines if not line.is_to_come]


def plan_of(match: Match) -> Plan:
    """Return the plan of a pair; what was taken off it is left out. One query."""
    rows = sorted(match.contacts.exclude(status=ContactStatus.CANCELLED), key=lambda row: (moment_of(row), row.pk))
    now, going_on = clock.now(), match.status == MatchStatus.INTRODUCED
    planned = [row for row in rows if row.status == ContactStatus.PLANNED]
    coming = next((row for row in planned if row.planned_at > now), None)
    return Plan(
        match=match, next=coming if going_on else None, offers=offers(match, coming, planned) if going_on else [],
        lines=[line_of(row, now) for row in rows], going_on=going_on,
    )  # fmt: skip


def line_of(row: Contact, now: dt.datetime) -> Line:
    """Return a talk as a line of the plan."""
    to_come = row.status == ContactStatus.PLANNED and row.planned_at > now
    return Line(
        contact=row, at=moment_of(row), state=_state(row, to_come), is_to_come=to_come,
        is_extra=row.component is None, minutes=minutes_of(row),
    )  # fmt: skip


def _state(row: Contact, to_come: bool) -> str:
    if to_come:
        return _("To come")
    outcome = tries.outcome_of(row)
    if outcome == ContactStatus.PLANNED:
        return _("Not noted yet")
    return _("Talked") if outcome == ContactStatus.TALKED else _("Did not happen")


def minutes_of(row: Contact) -> str:
    """Say how long a talk was, or how long the format means it to be; nothing where it states nothing."""
    if row.minutes:
        return _("%(n)s minutes") % {"n": row.minutes}
    if isinstance(row.plan_minutes, list):
        return _("%(least)s to %(most)s minutes") % {"least": row.plan_minutes[0], "most": row.plan_minutes[1]}
    return _("about %(n)s minutes") % {"n": row.plan_minutes} if row.plan_minutes else ""
