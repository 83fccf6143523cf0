"""Dates, durations and names in words."""

import datetime as dt

import pytest
from django.utils import translation

from common import words

TZ = "Europe/Brussels"
NOW = dt.datetime(2026, 11, 24, 11, 14, tzinfo=dt.UTC)  # 12:14 in Brussels, a Tuesday
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


def test_a_moment_is_written_out_in_the_clinics_time():
    moment = dt.datetime(2026, 11, 26, 18, 0, tzinfo=dt.UTC)
    assert words.when(moment, TZ, now=NOW) == "Thursday 26 November, 19:00"
    assert words.when(moment, TZ, now=NOW, about=True) == "Thursday 26 November, about 19:00"


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [(HOUR, "13:14"), (DAY, "tomorrow, 12:14"), (-DAY, "yesterday, 12:14"), (3 * DAY, "Friday 27 November, 12:14")],
)
def test_a_deadline_stands_inside_a_sentence(ahead, expected):
    assert words.until(NOW + ahead, TZ, now=NOW) == expected


def test_another_year_is_named():
    assert words.day(dt.date(2027, 1, 4), today=dt.date(2026, 11, 24)) == "Monday 4 January 2027"


def test_a_day_is_the_day_where_the_clinic_is():
    before_midnight_in_utc = dt.datetime(2026, 11, 25, 23, 30, tzinfo=dt.UTC)
    assert words.when(before_midnight_in_utc, TZ, now=NOW) == "Thursday 26 November, 00:30"


@pytest.mark.parametrize(
    ("before", "expected"),
    [(HOUR, "Today, 11:14"), (DAY, "Yesterday, 12:14"), (4 * DAY, "Friday 20 November, 12:14")],
)
def test_what_was_recent_is_written_short(before, expected):
    assert words.recently(NOW - before, TZ, now=NOW) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (12 * MINUTE, ("12 minutes", "since 12:02")),
        (3 * HOUR, ("3 hours", "since 09:14")),
        (DAY, ("1 day", "since yesterday")),
        (6 * DAY, ("6 days", "since Wednesday")),
        (41 * DAY, ("41 days", "since 14 October")),
    ],
)
def test_how_long_ago_and_since_when(before, expected):
    assert words.ago(NOW - before, TZ, now=NOW) == expected


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (38 * MINUTE, "38 minutes left"),
        (37.5 * MINUTE, "38 minutes left"),
        (MINUTE, "1 minute left"),
        (-12 * MINUTE, "12 minutes late"),
        (5 * HOUR, "5 hours left"),
        (-3 * DAY, "3 days late"),
    ],
)
def test_a_countdown_says_what_is_left_or_how_late(ahead, expected):
    assert words.left(NOW + ahead, now=NOW) == expected


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Jean-Luc Petit", "JP"), ("Samira", "S"), ("Fatima El Idrissi", "FI"), ("", ""), ("🙂 An", "A")],
)
def test_a_face_has_one_or_two_letters(name, letters):
    assert words.initials(name) == letters


def test_a_list_reads_as_a_sentence():
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.listed(["a"]) == "a"


def test_dates_follow_the_language():
    with translation.override("nl"):
        assert words.day(dt.date(2026, 11, 26), today=dt.date(2026, 1, 1)) == "donderdag 26 november"
