"""The one clock: the present moment, the clinic's days, and deadlines in working time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.utils import timezone

_frozen: ContextVar[dt.datetime | None] = ContextVar("frozen_clock", default=None)

# The ends of the calendar, a day inside it: moments that every time zone can show.
EARLIEST = dt.datetime(1, 1, 2, tzinfo=dt.UTC)
LATEST = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
MAX_DAYS = 400  # no working day within a year means the calendar is wrong, not that the deadline is far


def now() -> dt.datetime:
    """Return the present moment in UTC, or the simulated one inside `at`."""
    return _frozen.get() or timezone.now()


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Let everything inside see `moment` (aware) as now; used to live through months in seconds."""
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)


def today(tz: str | ZoneInfo) -> dt.date:
    """Return the date it is now in a time zone."""
    return now().astimezone(ZoneInfo(str(tz))).date()


def at_local(day: dt.date, hour: dt.time, tz: str | ZoneInfo) -> dt.datetime:
    """Return the UTC moment at which clocks in `tz` show `hour` on `day`; a skipped hour moves forward.

    A day at either end of the calendar gives EARLIEST or LATEST, which lie before or after everything real.
    """
    if day <= EARLIEST.date():
        return EARLIEST
    if day >= LATEST.date():
        return LATEST
    return dt.datetime.combine(day, hour, tzinfo=ZoneInfo(str(tz))).astimezone(dt.UTC)


@dataclass(frozen=True)
class WorkCalendar:
    """When a clinic works: opening hours by weekday (Monday 0) in its own time zone, and closed days."""

    tz: str
    hours: dict[int, list[tuple[dt.time, dt.time]]] = field(default_factory=dict)
    is_closed: Callable[[dt.date], bool] = lambda day: False

    def spans(self, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        """Return the UTC opening spans of a day, in order; none when closed."""
        if self.is_closed(day):
            return []
        return [
            (at_local(day, opens, self.tz), at_local(day, closes, self.tz))
            for opens, closes in sorted(self.hours.get(day.weekday(), []))
        ]

    def is_open(self, moment: dt.datetime) -> bool:
        """Tell whether the clinic works at this moment."""
        day = moment.astimezone(ZoneInfo(self.tz)).date()
        return any(opens <= moment < closes for opens, closes in self.spans(day))


def add_working_time(start: dt.datetime, length: dt.timedelta, calendar: WorkCalendar) -> dt.datetime:
    """Return the moment when `length` of opening time has passed since `start`.

    Raises ValueError when the calendar never opens.
    """
    left = length
    day = start.astimezone(ZoneInfo(calendar.tz)).date()
    for _ in range(MAX_DAYS):
        for opens, closes in calendar.spans(day):
            begins = max(opens, start)
            if begins >= closes:
                continue
            if closes - begins >= left:
                return begins + left
            left -= closes - begins
        day += dt.timedelta(days=1)
    raise ValueError("The calendar has no opening hours.")


def add_working_days(start: dt.datetime, days: int, calendar: WorkCalendar) -> dt.datetime:
    """Return the close of the `days`-th working day after the day of `start`.

    Raises ValueError when the calendar never opens.
    """
    day = start.astimezone(ZoneInfo(calendar.tz)).date()
    left = days
    for _ in range(MAX_DAYS):
        day += dt.timedelta(days=1)
        spans = calendar.spans(day)
        left -= bool(spans)
        if spans and left <= 0:
            return spans[-1][1]
    raise ValueError("The calendar has no opening hours.")
