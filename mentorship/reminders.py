"""What is due on a date: follow-up checks, reminders of talks, what a format asks. It reads and returns rows; it writes
nothing.

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
from mentorship import reminders_formats, reminders_groups
from mentorship.checks import MENTEE, OUTCOME_DAY
from mentorship.models import CheckDay, FollowUpCheck
from mentorship.reminders_formats import CATCH_UP, AskedDue
from mentorship.reminders_groups import GroupDue
from mentorship.reminders_talks import MORNING, UNLOGGED_AFTER, NoticeDue, soon, unlogged
from referrals.models import Referral

DAY = dt.timedelta(days=1)

__all__ = [
    "CATCH_UP", "MORNING", "UNLOGGED_AFTER", "AskedDue", "CheckDue", "Due", "NoticeDue", "checks_due", "due", "is_asked",
    "newest",
]  # fmt: skip


@dataclass(frozen=True)
class CheckDue:
    """One question to one side of a pair."""

    match_id: int
    day: int
    to: str
    due_on: dt.date


@dataclass(frozen=True)
class Due:
    """What to store. `asked` is what the formats of the pairs ask of people."""

    checks: list[CheckDue] = field(default_factory=list)
    notices: list[NoticeDue] = field(default_factory=list)
    asked: list[AskedDue] = field(default_factory=list)
    groups: list[GroupDue] = field(default_factory=list)


def due(on: dt.date, clinic: Clinic) -> Due:
    """Return what a clinic's morning of `on` asks for and is not stored yet. A fixed number of queries."""
    return Due(
        checks=checks_due(on, clinic),
        notices=[*soon(on, clinic), *unlogged(on, clinic)],
        asked=reminders_formats.due(on, clinic),
        groups=reminders_groups.group_sessions_due(on, clinic),
    )


# Checks -----------------------------------------------------------------------------------


def is_asked(match: Match, day: int, to: str) -> bool:
    """Tell whether a pair in its present state is asked: while introduced, and once after a planned closing."""
    if match.status == MatchStatus.ENDED:
        return match.end_reason == EndReason.PLANNED and day == OUTCOME_DAY and to == MENTEE
    return match.status == MatchStatus.INTRODUCED and (to != "mentor" or match.sight_ended_at is None)


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
            come = newest([d for d in of_side if is_asked(match, d, to)], asked[match.pk, to], begun, on)
            if come is not None:
                rows.append(CheckDue(match.pk, come, to, begun + come * DAY))
    return rows


def _asked_pairs(clinic: Clinic, on: dt.date, longest: int):
    since = clock.at_local(on - (longest + CATCH_UP + 1) * DAY, dt.time(0), clinic.time_zone)
    state = Q(status=MatchStatus.INTRODUCED) | Q(status=MatchStatus.ENDED, end_reason=EndReason.PLANNED)
    return Match.objects.filter(
        state, referral__clinic=clinic, introduced_at__gte=since,
        referral__in=Referral.objects.with_live_consent().values("pk"),
    ).order_by("pk")  # fmt: skip
