"""How somebody is reminded: what makes sense, for accounts and for people without one."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext_lazy as _

from accounts.models import Reminders
from common.errors import Invalid

# Those most readers live in come first in a list; any other zone is as good.
NEAR = ("Europe/Brussels", "Europe/Amsterdam", "Europe/Paris", "Europe/London", "Europe/Lisbon", "Europe/Istanbul")


def zones() -> list[str]:
    """Return the names of the time zones people live in, the near ones first."""
    far = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [*NEAR, *(name for name in far if name not in NEAR)]


def check(*, quiet_from: dt.time, quiet_until: dt.time, reminders: str, time_zone: str, may_be_empty: bool) -> None:
    """Raise Invalid, with the field, unless these make sense. The same two hours mean no quiet hours.

    `may_be_empty` is for people whose empty time zone is their clinic's.
    """
    for field, hour in (("quiet_from", quiet_from), ("quiet_until", quiet_until)):
        if not isinstance(hour, dt.time) or hour.tzinfo is not None:
            raise Invalid(_("Write the time, for example 21:00"), field=field)
    if reminders not in Reminders.values:
        raise Invalid(_("Choose one of the answers below"), field="reminders")
    if not time_zone and may_be_empty:
        return
    if not is_zone(time_zone):
        raise Invalid(_("Choose a time zone from the list"), field="time_zone")


def is_zone(name: str) -> bool:
    """Tell whether a time zone of this name exists."""
    try:
        ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):
        return False
    return name in available_timezones()
