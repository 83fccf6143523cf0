"""Quiet hours: when a reminder may reach somebody, on the clocks where they live. Escalations never ask here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from common import words

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Quiet:
    """The hours in which somebody wants no reminder, by the clocks in their time zone; the same two hours mean none."""

    begins: dt.time
    ends: dt.time
    time_zone: str

    def holds(self, moment: dt.datetime) -> bool:
        """Tell whether a moment lies in the quiet hours, which may span midnight."""
        hour = moment.astimezone(zone(self.time_zone)).time()
        if self.begins <= self.ends:
            return self.begins <= hour < self.ends
        return hour >= self.begins or hour < self.ends

    def after(self, moment: dt.datetime) -> dt.datetime:
        """Return the moment itself, or the end of the quiet hours it lies in."""
        if not self.holds(moment):
            return moment
        tz = zone(self.time_zone)
        today = moment.astimezone(tz).date()
        # Twice each: in the night when the clocks go back, the hour of the end may come a second time.
        ends = (
            dt.datetime.combine(day, self.ends, tzinfo=tz).replace(fold=fold).astimezone(dt.UTC)
            for day in (today, today + DAY)
            for fold in (0, 1)
        )
        return min(end for end in ends if end > moment and not self.holds(end))


def zone(name: str) -> ZoneInfo:
    """Return a time zone; the programme's own for a name that is none."""
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):
        return ZoneInfo(words.DEFAULT_TZ)


def of(reader: Any) -> Quiet:
    """Return the quiet hours of a User or a Person; a person without a time zone lives by their clinic's clocks."""
    return Quiet(reader.quiet_from, reader.quiet_until, reader.time_zone or reader.clinic.time_zone)
