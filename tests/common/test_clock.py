"""The ends of the calendar."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from common import clock

NOON = dt.time(12)


@pytest.mark.parametrize("tz", ["Europe/Brussels", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("hour", [dt.time(0), NOON, dt.time(23, 59)])
def test_the_first_and_the_last_day_are_moments_that_every_zone_can_show(tz, hour):
    first, last = clock.at_local(dt.date.min, hour, tz), clock.at_local(dt.date.max, hour, tz)
    assert (first, last) == (clock.EARLIEST, clock.LATEST)
    for moment in (first, last):
        assert moment.astimezone(ZoneInfo("Pacific/Kiritimati")) and moment.astimezone(ZoneInfo("Pacific/Pago_Pago"))


def test_a_day_inside_the_calendar_is_what_clocks_show_there():
    assert clock.at_local(dt.date(2026, 11, 24), NOON, "Europe/Brussels") == dt.datetime(
        2026, 11, 24, 11, tzinfo=dt.UTC
    )
    assert clock.at_local(dt.date(1, 1, 3), NOON, "Europe/Brussels") > clock.EARLIEST
    assert clock.at_local(dt.date(9999, 12, 30), NOON, "Europe/Brussels") < clock.LATEST
