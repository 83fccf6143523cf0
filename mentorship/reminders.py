"""What is due on a date: follow-up checks and reminders of talks. It reads and returns rows; it writes nothing.

Running it again after its rows are stored returns nothing new. After days without a run it returns only the
newest of each kind, so that nobody is flooded.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db.models import Q

from clinics.models import Clinic
from common import clock
from matching.models import Match
from matching.workflow import EndReason
from matching.workflow import Status as MatchStatus
from mentorship.checks import OUTCOME_DAY
from mentorship.models import CheckDay, Contact, FollowUpCheck
from messaging.models import Message
from referrals.models import Referral

MORNING = dt.time(9)
DAY = dt.timedelta(days=1)
CATCH_UP = 14  # days [D]: what is older has lost its meaning
UNLOGGED_AFTER = 2  # days [D]


@dataclass(frozen=True)
class CheckDue:
    """One question to one side of a pair."""

    match_id: int
    day: int
    to: str
    due_on: dt.date


@dataclass(frozen=True)
class NoticeDue:
    """One reminder to the mentor about a planned talk; `on` is the talk's date, `key` tells it from others."""

    kind: str
    contact_id: int
    on: dt.date
    key: str


@dataclass(frozen=True)
class Due:
    """What to store."""

    checks: list[CheckDue] = field(default_factory=list)
    notices: list[NoticeDue] = field(default_factory=list)


def due(on: dt.date, clinic: Clinic) -> Due:
    """Return what a clinic's morning of `on` asks for and is not stored yet. A fixed number of queries."""
    return Due(checks=checks_due(on, clinic), notices=[*soon(on, clinic), *unlogged(on, clinic)])


# Checks -----------------------------------------------------------------------------------


def is_asked(match: Match, day: int, to: str) -> bool:
    """Tell whether a pair in its present state is asked: while introduced, and once after a planned closing."""
    if match.status == MatchStatus.ENDED:
        return match.end_reason == EndReason.PLANNED and day == OUTCOME_DAY and to == "mentee"
    return match.status == MatchStatus.INTRODUCED and (to == "mentee" or match.sight_ended_at is None)


def newest(days: Collection[int], asked: Collection[int], introduced_on: dt.date, on: dt.date) -> int | None:
    """Return the one day to ask about on a date, or None. Older days that were missed are let go."""
    come = [day for day in days if day <= (on - introduced_on).days]
    last = max(come, default=None)
    if last is None or any(day >= last for day in asked) or (on - introduced_on).days - last > CATCH_UP:
        return None
    return last


def checks_due(on: dt.date, clinic: Clinic) -> list[CheckDue]:
    """Return the questions due at a clinic, at most one per pair and side."""
    days: dict[str, list[int]] = defaultdict(list)
    for day, to in CheckDay.objects.filter(clinic=clinic).values_list("day", "to"):
        days[to].append(day)
    if not days:
        return []
    longest = max(max(found) for found in days.values())
    matches = list(_asked_pairs(clinic, on, longest))
    asked: dict[tuple[int, str], set[int]] = defaultdict(set)
    stored = FollowUpCheck.objects.filter(match__in=matches).order_by()
    for match_id, day, to in stored.values_list("match_id", "day", "to"):
        asked[match_id, to].add(day)
    zone = ZoneInfo(clinic.time_zone)
    rows = []
    for match in matches:
        begun = match.introduced_at.astimezone(zone).date()
        for to, of_side in sorted(days.items()):
            day = newest([d for d in of_side if is_asked(match, d, to)], asked[match.pk, to], begun, on)
            if day is not None:
                rows.append(CheckDue(match.pk, day, to, begun + day * DAY))
    return rows


def _asked_pairs(clinic: Clinic, on: dt.date, longest: int):
    since = clock.at_local(on - (longest + CATCH_UP + 1) * DAY, dt.time(0), clinic.time_zone)
    state = Q(status=MatchStatus.INTRODUCED) | Q(status=MatchStatus.ENDED, end_reason=EndReason.PLANNED)
    return Match.objects.filter(
        state, referral__clinic=clinic, introduced_at__gte=since,
        referral__in=Referral.objects.with_live_consent().values("pk"),
    ).order_by("pk")  # fmt: skip


# Talks ------------------------------------------------------------------------------------


def soon(on: dt.date, clinic: Clinic) -> list[NoticeDue]:
    """Return reminders of talks tomorrow, and of talks later today."""
    zone = ZoneInfo(clinic.time_zone)
    begins = clock.at_local(on, MORNING, clinic.time_zone)
    ends = clock.at_local(on + 2 * DAY, dt.time(0), clinic.time_zone)
    rows = []
    for row in _planned(clinic).filter(planned_at__gt=begins, planned_at__lt=ends):
        day = row.planned_at.astimezone(zone).date()
        word = "day" if day == on else "before"
        rows.append(NoticeDue("contact.soon", row.pk, day, f"{word}:{day}:{row.version}"))
    return _not_stored(rows, clinic)


def unlogged(on: dt.date, clinic: Clinic) -> list[NoticeDue]:
    """Return one reminder per pair about the last planned talk, two days later, unless a talk was noted since."""
    zone = ZoneInfo(clinic.time_zone)
    begins = clock.at_local(on - CATCH_UP * DAY, dt.time(0), clinic.time_zone)
    ends = clock.at_local(on - (UNLOGGED_AFTER - 1) * DAY, dt.time(0), clinic.time_zone)
    last: dict[int, Contact] = {}
    for row in _planned(clinic).filter(planned_at__gte=begins, planned_at__lt=ends).order_by("planned_at", "pk"):
        last[row.match_id] = row
    noted = Contact.objects.filter(match__in=last, happened_at__gte=begins).order_by("happened_at")
    talked = dict(noted.values_list("match_id", "happened_at"))
    rows = []
    for row in last.values():
        if row.match_id in talked and talked[row.match_id] >= row.planned_at - DAY:
            continue
        day = row.planned_at.astimezone(zone).date()
        rows.append(NoticeDue("contact.unlogged", row.pk, day, f"{day}"))
    return _not_stored(rows, clinic)


def _planned(clinic: Clinic):
    return Contact.objects.planned().filter(
        match__referral__clinic=clinic, match__status=MatchStatus.INTRODUCED, match__sight_ended_at=None,
        match__referral__in=Referral.objects.with_live_consent().values("pk"),
    ).order_by("planned_at", "pk")  # fmt: skip


def _not_stored(rows: list[NoticeDue], clinic: Clinic) -> list[NoticeDue]:
    """Leave out what the outbox has already."""
    if not rows:
        return []
    refs = dict(Contact.objects.filter(pk__in=[row.contact_id for row in rows]).values_list("pk", "ref"))
    kinds = {row.kind for row in rows}
    known = Message.objects.filter(kind__in=kinds, subject__in=refs.values()).values_list("key", flat=True)
    stored = {key.rsplit(":", 2)[0] for key in known}  # without the recipient, "user:..."
    return [row for row in rows if f"{row.kind}:{refs[row.contact_id]}:{row.key}" not in stored]
