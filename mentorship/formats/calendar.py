"""The dates a format gives (evidence B). Pure; nothing here touches the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

INTRODUCTION = "introduction"
PAIR_KINDS = ("one_to_one", "dyad")
MOST = 1000  # contacts one format may give: more is a mistake, not a plan


@dataclass(frozen=True)
class Dated:
    """One dated contact: its day from the rule's own anchor, its date, the component (from 1) and what the rule says.

    `channel` is a code of the library, None when not stated; `minutes` a number, [least, most], or None.
    """

    day: int
    date: dt.date
    component: int
    kind: str
    channel: str | None
    minutes: int | list[int] | None
    location: str | None = None


def expand(body: Mapping[str, Any], anchors: Mapping[str, dt.date], *, optional: bool = True) -> list[Dated]:
    """Return the dated contacts of a format in order. Rules on demand, and those whose anchor has no date, give none.

    `anchors` are the dates the rules count from, by anchor; `optional` says whether optional components count.
    Raises ValueError for more contacts than a plan can hold.
    """
    counted = [
        (number, part, rule, anchors[rule["anchor"]])
        for number, part in enumerate(body["components"], start=1)
        if optional or not part["optional"]
        for rule in part["rules"]
        if rule.get("anchor") in anchors
    ]
    duration = body["duration_days"]
    if sum(how_many(rule, duration) for _number, _part, rule, _begins in counted) > MOST:
        raise ValueError("too many contacts")
    rows = [
        _dated(rule, part, number, day, begins)
        for number, part, rule, begins in counted
        for day in days(rule, duration)
    ]
    return sorted(rows, key=lambda row: (row.date, row.component, row.day))


def days(rule: Mapping[str, Any], duration: int | None = None) -> Iterator[int]:
    """Yield the days of a rule from its anchor: `times` n puts contact i of a step at floor(i * step / n).

    `count` is how many contacts in all, `until_day` the last day, inclusive; whichever comes first. A recurring rule
    with neither goes on for the format's duration.
    """
    if rule["type"] == "fixed":
        yield rule["day"]
    if rule["type"] != "recurring":
        return
    for number in range(how_many(rule, duration)):
        yield _day(rule, number)


def how_many(rule: Mapping[str, Any], duration: int | None = None) -> int:
    """Return how many dates a rule gives, worked out without going through them."""
    if rule["type"] != "recurring":
        return int(rule["type"] == "fixed")
    until = rule["until_day"]
    if until is None and rule["count"] is None:
        until = duration or 0
    if until is None:
        return rule["count"]
    found = _within(until - rule["start"], rule["every_days"][0], rule["times"])
    return found if rule["count"] is None else min(found, rule["count"])


def last_day(rule: Mapping[str, Any], duration: int | None = None) -> int | None:
    """Return the last day a rule gives, None for none."""
    if rule["type"] == "fixed":
        return rule["day"]
    number = how_many(rule, duration)
    return _day(rule, number - 1) if number else None


def _day(rule: Mapping[str, Any], number: int) -> int:
    step, times = rule["every_days"][0], rule["times"]
    return rule["start"] + (number // times) * step + (number % times) * step // times


def _within(length: int, step: int, times: int) -> int:
    """Return how many contacts begin from day 0 to `length`, inclusive: those of whole steps, then of the last one."""
    if length < 0:
        return 0
    steps, rest = divmod(length, step)
    return steps * times + min(times, ((rest + 1) * times - 1) // step + 1)


def _dated(rule: Mapping[str, Any], part: Mapping[str, Any], number: int, day: int, begins: dt.date) -> Dated:
    only = part["channels"][0] if len(part["channels"]) == 1 else None
    return Dated(
        day=day, date=begins + dt.timedelta(days=day), component=number, kind=part["kind"],
        channel=rule["channel"] or only, minutes=rule["minutes"], location=rule["location"],
    )  # fmt: skip
