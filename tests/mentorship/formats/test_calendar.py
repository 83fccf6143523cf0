"""The dates a rule gives, beside a slow and simple way to find them."""

import datetime as dt
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mentorship.formats import calendar, spec
from tests.mentorship.formats.bodies import body, fixed, on_demand, part, recurring

START = dt.date(2026, 3, 1)
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy


def slowly(rule):
    """Go through every day of a step and see which contacts of it fall there, as evidence B says."""
    if rule["type"] == "fixed":
        return [rule["day"]]
    if rule["type"] == "on_demand":
        return []
    found, step, begins = [], rule["every_days"][0], rule["start"]
    while True:
        for i in range(rule["times"]):
            day = begins + int(i * step / rule["times"])
            if rule["until_day"] is not None and day > rule["until_day"]:
                return found
            if rule["count"] is not None and len(found) == rule["count"]:
                return found
            found.append(day)
        begins += step


@st.composite
def recurrences(draw):
    """A recurrence that can be followed: ends by count, by day, or by both."""
    step = draw(st.integers(1, 40))
    ends = draw(st.sampled_from(["count", "until", "both"]))
    anchor = draw(st.sampled_from(["introduction", "discharge"]))
    start = draw(st.integers(0 if anchor == "introduction" else -60, 60))
    return recurring(
        anchor=anchor, start=start, every_days=[step, step + draw(st.integers(0, 9))], times=draw(st.integers(1, step)),
        count=draw(st.integers(1, 30)) if ends != "until" else None,
        until_day=start + draw(st.integers(0, 200)) if ends != "count" else None,
    )  # fmt: skip


rules = st.one_of(recurrences(), st.builds(fixed, day=st.integers(0, 400)), st.just(on_demand()))


@patient
@given(recurrences())
def test_a_recurrence_gives_the_days_of_the_slow_way(rule):
    assert spec.problems(body(part(rule))) == []
    assert list(calendar.days(rule)) == slowly(rule)
    assert calendar.how_many(rule) == len(slowly(rule))
    assert calendar.last_day(rule) == slowly(rule)[-1]


@patient
@given(st.lists(st.lists(rules, min_size=1, max_size=3), min_size=1, max_size=3), st.booleans())
def test_a_format_gives_the_dates_of_all_its_rules_in_order(parts, optional):
    anchors = {"introduction": START, "discharge": dt.date(2026, 2, 10)}
    whole = body(*[part(*rows, optional=bool(n % 2)) for n, rows in enumerate(parts)], mode="mixed")
    rows = calendar.expand(whole, anchors, optional=optional)
    slow = [
        (anchors[rule["anchor"]] + dt.timedelta(days=day), number, day)
        for number, rows_of in enumerate(parts, start=1)
        if optional or number % 2
        for rule in rows_of
        for day in slowly(rule)
    ]
    assert [(row.date, row.component, row.day) for row in rows] == sorted(slow)


def test_a_rule_whose_anchor_has_no_date_gives_none():
    whole = body(part(fixed(), fixed(anchor="diagnosis", day=-3)))
    assert [row.day for row in calendar.expand(whole, {"introduction": START})] == [0]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (recurring(start=0, until_day=0, count=None), [0]),
        (recurring(start=0, until_day=7, count=None), [0, 7]),  # the last day counts
        (recurring(start=0, times=3, count=5), [0, 2, 4, 7, 9]),
        (recurring(start=-7, until_day=0, count=None, anchor="discharge"), [-7, 0]),
        (recurring(start=2, count=4, until_day=10), [2, 9]),
        (fixed(day=0), [0]),
    ],
)
def test_the_edges_of_a_rule(rule, days):
    assert list(calendar.days(rule)) == days


@pytest.mark.parametrize("rule", [recurring(count=10**6), recurring(count=None, until_day=10**9, every_days=[1, 1])])
def test_a_million_contacts_are_refused_without_going_through_them(rule):
    begun = time.process_time()
    with pytest.raises(ValueError, match="too many"):
        calendar.expand(body(part(rule)), {"introduction": START})
    assert time.process_time() - begun < 0.1


def test_the_channel_is_the_rules_or_the_only_one_of_the_part():
    whole = body(part(fixed(channel=None), channels=["video"]), part(fixed(channel=None)), part(fixed(channel="f2f")))
    rows = calendar.expand(whole, {"introduction": START})
    assert [row.channel for row in rows] == ["video", None, "f2f"]
