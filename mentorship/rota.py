"""What the pages of the rota show: days with who is on call, and the times at which nobody is. Reads only."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from clinics.roles import Perm, clinics_where
from common import clock, words
from mentorship import staffing
from mentorship.models import Shift
from mentorship.rules import rota as rules
from mentorship.workflow import ShiftStatus

DAY = dt.timedelta(days=1)
WEEK, MONTH = "week", "month"
DAY_PART, NIGHT_PART = "day", "night"
USUAL = (dt.time(8, 30), dt.time(17))  # [D] where a clinic wrote down no opening hours
FIRST, LAST = dt.date(2000, 1, 1), dt.date(2200, 1, 1)


@dataclass(frozen=True)
class Entry:
    """One shift as it stands on a day: "08:00 to 17:00"; `able` tells whether they can still answer flags here."""

    shift: Shift
    hours: str
    night: bool
    able: bool
    mine: bool


@dataclass
class OnDay:
    """A day of the calendar."""

    date: dt.date
    entries: list[Entry] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    closed: bool = False
    within: bool = True  # belongs to the month that is shown


@dataclass(frozen=True)
class Page:
    """A week or a month of one clinic."""

    view: str
    days: list[OnDay]
    before: dt.date
    after: dt.date
    title_date: dt.date

    @property
    def weeks(self) -> list[list[OnDay]]:
        return [self.days[n : n + 7] for n in range(0, len(self.days), 7)]

    @property
    def shown(self) -> list[OnDay]:
        """Return the days that are listed: those of the month without its neighbours."""
        return [day for day in self.days if day.within]

    @property
    def any_gap(self) -> bool:
        return any(day.gaps for day in self.shown)


def read_date(text: str | None, clinic: Clinic) -> dt.date:
    """Return the date in an address, or today for anything else."""
    try:
        found = dt.date.fromisoformat(text or "")
    except ValueError:
        return clinic.today
    return found if FIRST <= found <= LAST else clinic.today


def opening(clinic: Clinic) -> list[tuple[dt.time, dt.time]]:
    """Return when each weekday opens first and closes last; a weekday that is closed has the hours of the one before.

    So a weekend has days and nights too, and one ends where the next begins.
    """
    written = clinic.calendar.hours
    known = {day: (min(o for o, _c in spans), max(c for _o, c in spans)) for day, spans in written.items() if spans}
    if not known:
        return [USUAL] * 7
    return [next(known[day] for day in _back_from(weekday) if day in known) for weekday in range(7)]


def _back_from(weekday: int) -> list[int]:
    return [(weekday - n) % 7 for n in range(7)]


def span(part: str, day: dt.date, hours: list[tuple[dt.time, dt.time]], tz: str) -> tuple[dt.datetime, dt.datetime]:
    """Return when the day or the night of a date begins and ends: from opening to closing, or to the next opening."""
    opens, closes = hours[day.weekday()]
    if part == DAY_PART:
        return clock.at_local(day, opens, tz), clock.at_local(day, closes, tz)
    return clock.at_local(day, closes, tz), clock.at_local(day + DAY, hours[(day + DAY).weekday()][0], tz)


def parts(clinic: Clinic) -> list[tuple[str, str]]:
    """Return the parts of a day somebody can be on call, with their hours where they are the same all week."""
    hours = set(opening(clinic))
    if len(hours) > 1:
        return [(DAY_PART, _("A day, from opening to closing")), (NIGHT_PART, _("A night, from closing to opening"))]
    [(opens, closes)] = hours
    times = {"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
    return [
        (DAY_PART, _("A day, %(opens)s to %(closes)s") % times),
        (NIGHT_PART, _("A night, %(closes)s to %(opens)s") % times),
    ]


def page(clinic: Clinic, user: User, view: str, on: dt.date) -> Page:
    """Return the week or month around a date. Three queries for any number of shifts."""
    if view == MONTH:
        dates = [day for week in calendar.Calendar().monthdatescalendar(on.year, on.month) for day in week]
        first = on.replace(day=1)
        before, after, title = (first - DAY).replace(day=1), (first + 31 * DAY).replace(day=1), first
    else:
        monday = on - on.weekday() * DAY
        dates = [monday + n * DAY for n in range(7)]
        before, after, title = monday - 7 * DAY, monday + 7 * DAY, monday
    days = _days(clinic, user, dates)
    for day in days:
        day.within = view != MONTH or day.date.month == on.month
    return Page(view=MONTH if view == MONTH else WEEK, days=days, before=before, after=after, title_date=title)


def _days(clinic: Clinic, user: User, dates: list[dt.date]) -> list[OnDay]:
    ends = [_midnight(date, clinic) for date in (*dates, dates[-1] + DAY)]
    rows = Shift.objects.planned().filter(clinic=clinic).between(ends[0], ends[-1])
    shifts = list(rows.select_related("user", "offered_to"))
    able = set(staffing.of(clinic).users)
    days = []
    for n, date in enumerate(dates):
        here = [shift for shift in shifts if shift.starts_at < ends[n + 1] and shift.ends_at > ends[n]]
        entries = [_entry(shift, ends[n], ends[n + 1], clinic, able, user) for shift in here]
        on = [shift for shift in here if shift.user_id in able]
        gaps = [_from_to(*gap, clinic) for gap in uncovered(on, ends[n], ends[n + 1])]
        days.append(OnDay(date, entries, gaps, closed=not clinic.calendar.spans(date)))
    return days


def _midnight(date: dt.date, clinic: Clinic) -> dt.datetime:
    return clock.at_local(date, dt.time(0), clinic.time_zone)


def uncovered(shifts: list[Shift], start: dt.datetime, end: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return the stretches between two moments in which none of the shifts runs, in order."""
    gaps, upto = [], start
    for shift in sorted(shifts, key=lambda shift: shift.starts_at):
        if shift.starts_at > upto:
            gaps.append((upto, shift.starts_at))
        upto = max(upto, shift.ends_at)
    return [*gaps, (upto, end)] if upto < end else gaps


def _entry(shift: Shift, start: dt.datetime, end: dt.datetime, clinic: Clinic, able: set[int], user: User) -> Entry:
    zone = ZoneInfo(clinic.time_zone)
    night = shift.starts_at.astimezone(zone).date() != (shift.ends_at - dt.timedelta(seconds=1)).astimezone(zone).date()
    hours = _from_to(max(shift.starts_at, start), min(shift.ends_at, end), clinic)
    return Entry(shift, hours, night, able=shift.user_id in able, mine=shift.user_id == user.pk)


def _from_to(start: dt.datetime, end: dt.datetime, clinic: Clinic) -> str:
    """Write "08:00 to 17:00"; a whole day says so, and midnight at the end is 24:00."""
    there = [words.local(moment, clinic.time_zone) for moment in (start, end)]
    at_end = "24:00" if there[1].time() == dt.time(0) and there[1].date() > there[0].date() else f"{there[1]:%H:%M}"
    if f"{there[0]:%H:%M}" == "00:00" and at_end == "24:00":
        return _("all day and night")
    return _("%(start)s to %(end)s") % {"start": f"{there[0]:%H:%M}", "end": at_end}


def now_on_call(clinic: Clinic) -> list[User]:
    """Return who is on call at this moment and can answer, the first one first."""
    team = staffing.of(clinic)
    return [team.users[pk] for pk in team.called()]


def colleagues(clinic: Clinic, but: int | None = None) -> list[User]:
    """Return who answers flags at a clinic, by name, without one of them."""
    users = staffing.of(clinic).users.values()
    return sorted((user for user in users if user.pk != but), key=lambda user: user.full_name)


def may_plan(user: User) -> set[int]:
    """Return the clinics whose rota the user plans."""
    return clinics_where(user, Perm.COORDINATE) | clinics_where(user, Perm.SETTINGS)


def asked_of(user: User) -> list[Shift]:
    """Return the shifts a colleague asks this user to take."""
    rows = Shift.objects.visible_to(user).planned().filter(offered_to=user, ends_at__gt=clock.now())
    return list(rows.select_related("user", "clinic"))


def history(shift: Shift) -> list[dict]:
    """Return what happened to a shift, in order, for the timeline."""
    events = list(shift.history.select_related("by"))
    refs = {event.note.partition("\n")[2] for event in events}
    names = {user.ref: user.full_name for user in User.objects.filter(ref__in=refs - {""})}
    sentences = {
        "": _("%(by)s planned it"), "asked": _("%(by)s asked %(other)s to take it"),
        "taken": _("%(by)s took it over from %(other)s"), "declined": _("%(by)s cannot take it"),
        "taken back": _("%(by)s took the question back"), "cut": _("%(by)s ended it"),
    }  # fmt: skip
    items = []
    for event in events:
        kind, _sep, ref = event.note.partition("\n")
        removed = event.to_status == ShiftStatus.REMOVED
        sentence = _("%(by)s took it off") if removed else sentences[kind]
        items.append({
            "at": event.at, "title": sentence % {"by": event.by.full_name, "other": names.get(ref, "")}, "text": "",
        })  # fmt: skip
    return items


def buttons(shift: Shift, user: User) -> dict[str, bool]:
    """Return which steps the user may take with a shift that is not over."""
    open_now = shift.status == ShiftStatus.PLANNED and shift.ends_at > clock.now()
    return {
        "accept": open_now and rules.accept.allows(user, shift),
        "offer": open_now and rules.offer.allows(user, shift),
        "remove": open_now and rules.plan.allows(user, shift.clinic),
    }
