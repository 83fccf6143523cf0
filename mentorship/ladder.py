"""The ladder of people and its deadlines. Pure functions over a roster, rungs and timings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from clinics.roles import Role
from common import clock
from mentorship.models import FlagTiming, LadderRung, Route, Severity

Who = LadderRung.Who
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
ROLE_OF = {
    Who.RESPONSIBLE: Role.CLINICIAN,
    Who.BACKUP: Role.CLINICIAN,
    Who.COORDINATOR: Role.COORDINATOR,
    Who.ADMIN: Role.ADMIN,
}
DEFAULT_RUNGS = {
    Route.CLINICAL: (Who.RESPONSIBLE, Who.BACKUP, Who.COORDINATOR, Who.ADMIN),
    Route.CONDUCT: (Who.COORDINATOR, Who.ADMIN),
}
# Whoever may answer a route at all: a worry about conduct is for those who run the programme.
ROLES_ON = {route: tuple({ROLE_OF[who]: None for who in rungs}) for route, rungs in DEFAULT_RUNGS.items()}
# Proposals of our own that the clinic signs off [D]: how long to answer, until the next rung, to resolve.
TIMINGS: dict[str, dict[str, Any]] = {
    Severity.S1: {"answer_minutes": 30, "repeat_minutes": 15, "resolve_minutes": 4 * 60},
    Severity.S2: {"answer_minutes": 120, "repeat_minutes": 30, "resolve_minutes": 24 * 60, "in_working_hours": True},
    Severity.S3: {"answer_days": 1, "repeat_days": 1, "resolve_days": 3},
    Severity.S4: {"answer_days": 5, "repeat_days": 1, "resolve_days": 10},
}
AT_ONCE = (Severity.S1, Severity.S2)  # the coordinator hears of these without waiting for a rung


@dataclass(frozen=True)
class Member:
    """Somebody who works at the clinic today: an active account with a live membership."""

    user_id: int
    role: str


@dataclass(frozen=True)
class Step:
    """One rung with the people who stand on it now; the first of them owns the flag."""

    position: int
    who: str
    users: tuple[int, ...]
    named: bool = field(default=True, compare=False)  # False for the function of a backup, which the rota fills
    on_call: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class RungSetting:
    """One rung as the clinic set it: a function, or a named person in it."""

    who: str
    user_id: int | None = None


# Who stands where --------------------------------------------------------------------------


def default_rungs(route: str) -> list[RungSetting]:
    """Return the ladder of a route as proposed, for a clinic that set none."""
    return [RungSetting(who) for who in DEFAULT_RUNGS[route]]


def draw(
    rungs: Iterable[RungSetting],
    roster: Sequence[Member],
    *,
    responsible: Sequence[int | None] = (),
    about: int | None = None,
    on_call: Sequence[int] = (),
) -> list[Step]:
    """Return the rungs on which somebody stands now, in order; an empty rung is passed over.

    `on_call` are those the rota names at this moment, the first one first: they come before any backup.
    `responsible` names the clinicians to try in turn; `about` is the person the flag is about, who never
    stands on its ladder. A ladder that would be empty ends with any admin, coordinator or clinician left;
    it is empty only for a clinic where nobody is left at all.
    """
    roster = [member for member in roster if member.user_id != about]
    steps: list[Step] = []
    for rung in rungs:
        floats = rung.who == Who.BACKUP and not rung.user_id
        users = by_rota(on_call, roster, steps) if floats else ()
        found = users or _on(rung, roster, responsible, steps)
        if found:
            steps.append(Step(len(steps) + 1, str(rung.who), found, named=not floats, on_call=bool(users)))
    return steps or _anybody(roster)


def by_rota(on_call: Sequence[int], roster: Sequence[Member], below: Sequence[Step]) -> tuple[int, ...]:
    """Return the first of those on call who can answer and stands on no rung below; nobody where there is none."""
    here, told = {m.user_id for m in roster}, {user for step in below for user in step.users}
    return tuple(user for user in on_call if user in here and user not in told)[:1]


def backup(roster: Sequence[Member], below: Sequence[Step]) -> tuple[int, ...]:
    """Return who stands on the rung of a backup when nobody is on call: a clinician who was not asked below."""
    return _on(RungSetting(Who.BACKUP), roster, (), below)


def _on(
    rung: RungSetting, roster: Sequence[Member], responsible: Sequence[int | None], below: Sequence[Step]
) -> tuple[int, ...]:
    fitting = [m.user_id for m in roster if m.role == ROLE_OF[Who(rung.who)]]
    if rung.user_id:
        return (rung.user_id,) if rung.user_id in fitting else ()
    if rung.who == Who.RESPONSIBLE:
        return tuple(user for user in responsible if user in fitting)[:1]
    if rung.who == Who.BACKUP:
        told = {user for step in below for user in step.users}
        return tuple(user for user in fitting if user not in told)[:1]
    return tuple(dict.fromkeys(fitting))


def _anybody(roster: Sequence[Member]) -> list[Step]:
    for who in (Who.ADMIN, Who.COORDINATOR, Who.BACKUP):
        users = tuple(dict.fromkeys(m.user_id for m in roster if m.role == ROLE_OF[who]))
        if users:
            return [Step(1, str(who), users)]
    return []


def next_step(steps: Sequence[Step], after: int) -> Step | None:
    """Return the rung above `after`; from the last one on it is the last one again. None for no ladder."""
    above = [step for step in steps if step.position > after]
    return above[0] if above else (steps[-1] if steps else None)


def has_reachable_end(rungs: Sequence[RungSetting], roster: Sequence[Member]) -> bool:
    """Tell whether somebody stands on the last rung today, whoever the flag's own clinician is."""
    if not rungs or rungs[-1].who == Who.RESPONSIBLE:
        return False
    return bool(_on(rungs[-1], roster, (), []))


def loses_its_end(rungs: Sequence[RungSetting], roster: Sequence[Member], left: Sequence[Member]) -> bool:
    """Tell whether a last rung on which somebody stands would be empty with only those who are left."""
    return has_reachable_end(rungs, roster) and not has_reachable_end(rungs, left)


# When --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deadlines:
    """The moments of an unanswered flag."""

    answer_by: dt.datetime
    half_time: dt.datetime


def timing_of(severity: str, rows: Iterable[FlagTiming]) -> FlagTiming:
    """Return the clinic's deadlines of a severity, or those proposed where it has none."""
    found = next((row for row in rows if row.severity == severity), None)
    return found or FlagTiming(severity=severity, **TIMINGS[severity])


def deadlines(timing: FlagTiming, calendar: clock.WorkCalendar, now: dt.datetime) -> Deadlines:
    """Return until when a flag raised now must be answered, and when its owner is told again.

    Half time is half of the minutes that count; for working days it is half of the clock time until then.
    """
    if timing.answer_minutes and timing.in_working_hours:
        length = timing.answer_minutes * MINUTE
        return Deadlines(_open_time(now, length, calendar), _open_time(now, length / 2, calendar))
    end = after(now, timing.answer_minutes, timing.answer_days, calendar)
    return Deadlines(end, now + (end - now) / 2)


def next_climb(timing: FlagTiming, calendar: clock.WorkCalendar, now: dt.datetime) -> dt.datetime:
    """Return when the flag climbs again after it climbed now."""
    return after(now, timing.repeat_minutes, timing.repeat_days, calendar)


def resolve_by(timing: FlagTiming, calendar: clock.WorkCalendar, now: dt.datetime) -> dt.datetime:
    """Return until when a flag answered now must be resolved."""
    return after(now, timing.resolve_minutes, timing.resolve_days, calendar)


def after(now: dt.datetime, minutes: int | None, days: int | None, calendar: clock.WorkCalendar) -> dt.datetime:
    """Return the moment after so many clock minutes, else working days.

    A calendar that never opens counts clock days: a deadline too early is better than none.
    """
    if minutes:
        return now + minutes * MINUTE
    try:
        return clock.add_working_days(now, days or 1, calendar)
    except ValueError:
        return now + (days or 1) * DAY


def _open_time(now: dt.datetime, length: dt.timedelta, calendar: clock.WorkCalendar) -> dt.datetime:
    try:
        return clock.add_working_time(now, length, calendar)
    except ValueError:
        return now + length


def is_out_of_hours(timing: FlagTiming, calendar: clock.WorkCalendar, now: dt.datetime) -> bool:
    """Tell whether the deadline waits for the clinic to open, so that the backup must hear of it now.

    A worry shortly before closing waits as long as one at night. A break at noon does not count.
    """
    if not timing.in_working_hours:
        return False
    zone = ZoneInfo(calendar.tz)
    until = deadlines(timing, calendar, now).answer_by
    return not calendar.is_open(now) or until.astimezone(zone).date() > now.astimezone(zone).date()
