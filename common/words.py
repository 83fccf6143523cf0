"""Dates, durations and names in words. Pure functions; the template tags of the same names call them."""

from __future__ import annotations

import datetime as dt
import json
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

DEFAULT_TZ = "Europe/Brussels"
MINUTE, HOUR, DAY = 60, 3600, 86400


def local(moment: dt.datetime, tz: str) -> dt.datetime:
    """Return an aware moment as clocks in the time zone show it."""
    return moment.astimezone(ZoneInfo(str(tz)))


def day(date: dt.date, *, today: dt.date, weekday: bool = True) -> str:
    """Write a date out: "Thursday 26 November", with the year when it is not this one."""
    # Translators: date formats of Django: l weekday, j day, F month, Y year
    formats = {
        (True, True): _("l j F"), (True, False): _("l j F Y"), (False, True): _("j F"), (False, False): _("j F Y"),
    }  # fmt: skip
    return date_format(date, formats[weekday, date.year == today.year])


def when(moment: dt.datetime, tz: str, *, now: dt.datetime, about: bool = False) -> str:
    """Write a moment out in a time zone: "Thursday 26 November, 19:00"; `about` for what is only agreed."""
    there = local(moment, tz)
    date = day(there.date(), today=local(now, tz).date())
    words = _("%(date)s, about %(time)s") if about else _("%(date)s, %(time)s")
    return words % {"date": date, "time": f"{there:%H:%M}"}


def recently(moment: dt.datetime, tz: str, *, now: dt.datetime) -> str:
    """Write a moment out the short way: "Today, 12:13", "Yesterday, 09:31", else with its date."""
    there, today = local(moment, tz), local(now, tz).date()
    names = {0: _("Today"), 1: _("Yesterday"), -1: _("Tomorrow")}
    date = names.get((today - there.date()).days) or day(there.date(), today=today)
    return _("%(date)s, %(time)s") % {"date": date, "time": f"{there:%H:%M}"}


def until(moment: dt.datetime, tz: str, *, now: dt.datetime) -> str:
    """Write a deadline out as it stands inside a sentence: "12:52" today, "tomorrow, 10:30", else with its date."""
    there, today = local(moment, tz), local(now, tz).date()
    time = f"{there:%H:%M}"
    if there.date() == today:
        return time
    names = {-1: _("yesterday"), 1: _("tomorrow")}
    date = names.get((there.date() - today).days) or day(there.date(), today=today)
    return _("%(date)s, %(time)s") % {"date": date, "time": time}


def length(seconds: float) -> str:
    """Write how long something takes, in the largest unit that fits: "38 minutes", "5 hours", "6 days"."""
    seconds = abs(seconds)
    if seconds < 2 * HOUR:
        n = int(seconds // MINUTE)
        return ngettext("%(n)d minute", "%(n)d minutes", n) % {"n": n}
    if seconds < 2 * DAY:
        n = int(seconds // HOUR)
        return ngettext("%(n)d hour", "%(n)d hours", n) % {"n": n}
    n = int(seconds // DAY)
    return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}


def ago(moment: dt.datetime, tz: str, *, now: dt.datetime) -> tuple[str, str]:
    """Return how long ago and since when: ("6 days", "since Wednesday"). Days are calendar days in the zone."""
    there, today = local(moment, tz), local(now, tz).date()
    days = (today - there.date()).days
    if days <= 0:
        return length((now - moment).total_seconds()), _("since %(time)s") % {"time": f"{there:%H:%M}"}
    words = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if days == 1:
        return words, _("since yesterday")
    if days < 7:
        return words, _("since %(weekday)s") % {"weekday": date_format(there.date(), "l")}
    return words, _("since %(date)s") % {"date": day(there.date(), today=today, weekday=False)}


def left(deadline: dt.datetime, *, now: dt.datetime) -> str:
    """Write a countdown: "38 minutes left"; after the deadline "12 minutes late"."""
    seconds = (deadline - now).total_seconds()
    if 0 <= seconds < 2 * HOUR:
        seconds = -(-seconds // MINUTE) * MINUTE  # a minute that has begun still counts
    words = _("%(length)s left") if seconds >= 0 else _("%(length)s late")
    return words % {"length": length(seconds)}


def countdown_words() -> str:
    """Return the words a page needs to count on by itself, as JSON: unit, then one and many, left and late."""
    samples = {
        "minute": (_("1 minute left"), _("{n} minutes left"), _("1 minute late"), _("{n} minutes late")),
        "hour": (_("1 hour left"), _("{n} hours left"), _("1 hour late"), _("{n} hours late")),
        "day": (_("1 day left"), _("{n} days left"), _("1 day late"), _("{n} days late")),
    }
    return json.dumps(samples, ensure_ascii=False)


def initials(name: str) -> str:
    """Return one or two letters for somebody's face: the first of the first and of the last word."""
    parts = [part for part in name.replace("-", " ").split() if part[0].isalpha()]
    letters = parts[:1] + parts[-1:] if len(parts) > 1 else parts
    return "".join(part[0].upper() for part in letters)


def listed(items) -> str:
    """Join words as people say them: "a, b and c"."""
    items = [str(item) for item in items]
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s and %(last)s") % {"first": ", ".join(items[:-1]), "last": items[-1]}
