"""The verbs of the rota: who is on call when. Times are those of the clinic's clocks; a night ends the next morning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from common import clock, words
from common.errors import Invalid, WrongState
from mentorship import rota, staffing
from mentorship.models import Shift
from mentorship.rules import rota as rules
from mentorship.workflow import ShiftStatus, shift_workflow
from messaging import outbox

MOST_WEEKS = 26
FURTHEST = dt.timedelta(days=366)
DAY = dt.timedelta(days=1)
WEEK = 7 * DAY
NOT_OPEN = ShiftStatus.REMOVED
# Kinds of message; with SOON they go out in quiet hours too, as what they tell begins within a day.
PLANNED, REMOVED, SOON = "rota.planned", "rota.removed", "-soon"


@transaction.atomic
def plan(
    *, clinic: Clinic, by: User, user: User, first_day: dt.date, starts: dt.time | None = None,
    ends: dt.time | None = None, part: str = "", weekdays: Iterable[int] = (), weeks: int = 1, second: bool = False,
) -> list[Shift]:  # fmt: skip
    """Put somebody on call on one day, or on these weekdays (Monday 0) of so many weeks from the first day on.

    `part` is "day" or "night" by the clinic's opening hours of each day, or empty with a start and an end of their own;
    an end that is not after the start is on the next day. All are stored or none. The same ones again change nothing.
    Who is put on call by somebody else hears of the new ones, once for all of them.
    Raises Denied, Invalid (with the field): who cannot answer flags, a time that is over or too far ahead, hours that
    do not exist on that night, somebody else is on call then, or nobody beside whom a second could be.
    """  # fmt: skip
    row = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    rules.plan.require(by, row)
    if not staffing.can_answer(user, row):
        raise Invalid(_("Choose somebody who answers flags at this clinic."), field="user")
    if not 1 <= weeks <= MOST_WEEKS:
        raise Invalid(_("Choose between 1 and %(n)d weeks.") % {"n": MOST_WEEKS}, field="weeks")
    _check_days(first_day, weeks, row)
    spans = _spans(row, _days(first_day, set(weekdays), weeks), part, starts, ends)
    if not any(end > clock.now() for _start, end in spans):
        raise Invalid(_("That is over already. Choose a day to come."), field="first_day")
    before = set(Shift.objects.filter(clinic=row, user=user).values_list("pk", flat=True))
    shifts = [_store(row, by, user, start, end, second) for start, end in spans if end > clock.now()]
    _tell(PLANNED, [shift for shift in shifts if shift.pk not in before], by)
    return shifts


def _check_days(first_day: dt.date, weeks: int, clinic: Clinic) -> None:
    today = clinic.today
    if first_day < today - DAY:  # last night's shift may still run
        raise Invalid(_("That is over already. Choose a day to come."), field="first_day")
    if first_day > today + FURTHEST - weeks * WEEK:
        raise Invalid(_("Plan at most a year ahead."), field="first_day")


def _days(first_day: dt.date, weekdays: set[int], weeks: int) -> Iterator[dt.date]:
    """Yield the days in order; without weekdays the first day's own one."""
    wanted = weekdays or {first_day.weekday()}
    for n in range(weeks * 7):
        if (first_day + n * DAY).weekday() in wanted:
            yield first_day + n * DAY


def _spans(
    clinic: Clinic, days: Iterable[dt.date], part: str, starts: dt.time | None, ends: dt.time | None
) -> list[tuple[dt.datetime, dt.datetime]]:
    if part in (rota.DAY_PART, rota.NIGHT_PART):
        hours = rota.opening(clinic)
        return [rota.span(part, day, hours, clinic.time_zone) for day in days]
    if starts is None or ends is None:
        raise Invalid(_("Choose an answer"), field="part")
    return [_span(day, starts, ends, clinic.time_zone) for day in days]


def _span(day: dt.date, starts: dt.time, ends: dt.time, tz: str) -> tuple[dt.datetime, dt.datetime]:
    last = day if ends > starts else day + DAY
    start, end = clock.at_local(day, starts, tz), clock.at_local(last, ends, tz)
    if end <= start:
        raise Invalid(_("These hours do not exist that night: the clocks go forward."), field="starts")
    return start, end


def _store(clinic: Clinic, by: User, user: User, start: dt.datetime, end: dt.datetime, second: bool) -> Shift:
    others = list(Shift.objects.planned().filter(clinic=clinic).between(start, end).select_related("user"))
    for other in others:
        if (other.user_id, other.starts_at, other.ends_at, other.second) == (user.pk, start, end, second):
            return other
        if other.user_id == user.pk or other.second == second:
            raise Invalid(_taken(other, user, clinic), field="first_day")
    if second and not _is_beside(others, start, end):
        raise Invalid(_("Nobody is on call first for all of that time. Plan the first one before."), field="second")
    shift = Shift.objects.create(clinic=clinic, user=user, starts_at=start, ends_at=end, second=second)
    shift_workflow.begin(shift, by=by)
    return shift


def _taken(other: Shift, user: User, clinic: Clinic) -> str:
    there = words.when(other.starts_at, clinic.time_zone, now=clock.now())
    if other.user_id == user.pk:
        return _("%(name)s is on call from %(when)s already.") % {"name": user.full_name, "when": there}
    line = _("From %(when)s %(name)s is on call. Take that off first, or say that this one is the second.")
    return line % {"when": there, "name": other.user.full_name}


def _is_beside(others: list[Shift], start: dt.datetime, end: dt.datetime) -> bool:
    """Tell whether first ones are on call for all of this time, one after the other."""
    upto = start
    for other in sorted((o for o in others if not o.second), key=lambda o: o.starts_at):
        if other.starts_at > upto:
            return False
        upto = max(upto, other.ends_at)
    return upto >= end


@transaction.atomic
def remove(*, shift: Shift | int, by: User) -> Shift:
    """Take a shift off; one that runs ends now, so that it stays known who was on call until then. Again changes nothing.

    Who had it hears so, unless they took it off themselves.
    Raises Denied, WrongState (it is over).
    """
    row = _lock(shift)
    rules.plan.require(by, row.clinic)
    now = clock.now()
    if row.status == NOT_OPEN:
        return row
    _not_over(row)
    _tell(REMOVED, [row], by)
    if row.starts_at < now:
        row.ends_at = now
        return _keep(row, by, "cut", offered_to=None)
    shift_workflow.move(row, ShiftStatus.REMOVED, by=by, offered_to=None)
    return row


@transaction.atomic
def offer(*, shift: Shift | int, by: User, to: User) -> Shift:
    """Ask a colleague to take a shift; until they say yes, the first one stays on call. Again changes nothing.

    Raises Denied, Invalid (not somebody who can take it), WrongState (over, taken off).
    """
    row = _lock(shift)
    rules.offer.require(by, row)
    _not_over(row)
    if row.offered_to_id == to.pk:
        return row
    if to.pk == row.user_id:
        raise Invalid(_("This shift is theirs already."), field="to")
    if not staffing.can_answer(to, row.clinic):
        raise Invalid(_("Choose somebody who answers flags at this clinic."), field="to")
    row.offered_to = to
    _keep(row, by, f"asked\n{to.ref}")
    outbox.post("oncall.asked", row.ref, clinic=row.clinic, to=to, key=str(row.version))
    return row


@transaction.atomic
def accept(*, shift: Shift | int, by: User) -> Shift:
    """Take a shift one was asked for: from now on it is theirs, and the first one hears so. Again changes nothing.

    Raises Denied (asked somebody else), WrongState (over, taken off, or on call then themselves).
    """
    row = _lock(shift)
    if row.user_id == by.pk and row.offered_to_id is None:
        return row
    rules.accept.require(by, row)
    _not_over(row)
    mine = Shift.objects.planned().filter(clinic=row.clinic, user=by).between(row.starts_at, row.ends_at)
    if mine.exists():
        raise WrongState(_("You are on call at that time already."))
    first = row.user
    row.user, row.offered_to = by, None
    _keep(row, by, f"taken\n{first.ref}")
    outbox.post("oncall.taken", row.ref, clinic=row.clinic, to=first, key=str(row.version))
    return row


@transaction.atomic
def decline(*, shift: Shift | int, by: User) -> Shift:
    """Say no to a shift one was asked for, or take the question back: it stays with the first one. Again changes nothing.

    Raises Denied, WrongState (taken off).
    """
    row = _lock(shift)
    if row.offered_to_id is None and rules.offer.allows(by, row):
        return row
    rules.decline.require(by, row)
    asked = row.offered_to_id
    row.offered_to = None
    _keep(row, by, "declined" if by.pk == asked else "taken back")
    if by.pk == asked:
        outbox.post("oncall.declined", row.ref, clinic=row.clinic, to=row.user, key=str(row.version))
    return row


def _tell(kind: str, shifts: list[Shift], by: User) -> None:
    """Have one message tell whose shifts these are what somebody else decided; at night only what begins within a day."""
    if not shifts or shifts[0].user_id == by.pk:
        return
    first = min(shifts, key=lambda shift: shift.starts_at)
    soon = first.starts_at < clock.now() + DAY
    refs = [shift.ref for shift in shifts]
    outbox.post(
        kind + SOON if soon else kind, first.ref, clinic=first.clinic, to=first.user, data={"shifts": refs},
    )  # fmt: skip


def _lock(shift: Shift | int) -> Shift:
    """Lock the clinic, then the shift, so that no overlap can come about meanwhile."""
    pk = shift.pk if isinstance(shift, Shift) else shift
    clinic = Shift.objects.values_list("clinic", flat=True).get(pk=pk)
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic)
    return Shift.objects.lock(pk)


def _not_over(row: Shift) -> None:
    if row.status == NOT_OPEN or row.ends_at <= clock.now():
        raise WrongState(_("This shift is over, or was taken off."))


def _keep(row: Shift, by: User, note: str, **changes) -> Shift:
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    row.history.create(from_status=row.status, to_status=row.status, by=by, note=note, at=clock.now())
    return row
