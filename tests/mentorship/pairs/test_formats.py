"""A format gives dates on the clinic's clocks."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from mentorship import formats

TZ = "Europe/Brussels"
START = formats.get(formats.START, 1)


def dates(start: dt.date) -> list[dt.datetime]:
    return [talk.at.astimezone(ZoneInfo(TZ)) for talk in formats.expand(START, start, TZ)]


def test_the_built_in_format_plans_five_talks_by_phone():
    talks = formats.expand(START, dt.date(2026, 11, 9), TZ)
    days = [(talk.at.astimezone(ZoneInfo(TZ)).date() - dt.date(2026, 11, 9)).days for talk in talks]
    assert days == [2, 14, 28, 42, 56]
    assert {talk.channel for talk in talks} == {"phone"}
    assert all(30 <= talk.minutes <= 45 for talk in talks)


@pytest.mark.parametrize("start", [dt.date(2026, 3, 27), dt.date(2026, 10, 23), dt.date(2026, 3, 15)])
def test_the_hour_stays_the_same_over_both_changeovers(start):
    assert {at.time() for at in dates(start)} == {dt.time(19)}


def test_a_rule_on_demand_gives_no_dates():
    part = {**START["components"][0], "rules": [{"type": "on_demand", "note": None}]}
    assert formats.expand({**START, "components": [part]}, dt.date(2026, 1, 1), TZ) == []


def test_a_rule_this_version_cannot_date_is_refused():
    part = {**START["components"][0], "rules": [{"type": "recurring", "anchor": "introduction"}]}
    with pytest.raises(ValueError, match="recurring"):
        formats.expand({**START, "components": [part]}, dt.date(2026, 1, 1), TZ)


def test_an_optional_part_plans_nothing_by_itself():
    part = {**START["components"][0], "optional": True}
    assert formats.expand({**START, "components": [part]}, dt.date(2026, 1, 1), TZ) == []


@pytest.mark.parametrize(
    ("mine", "theirs", "hour"),
    [
        ([], [], 19), (["weekday-morning"], [], 10), (["weekday-morning", "weekend-day"], ["weekend-day"], 11),
        (["weekday-morning"], ["weekday-evening"], 10),
    ],
)  # fmt: skip
def test_the_hour_is_one_at_which_both_are_likely_to_be_free(mine, theirs, hour):
    assert formats.likely_hour(mine, theirs) == dt.time(hour)
