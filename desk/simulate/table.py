"""Plays a script, and lays what had to come of it beside what came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import holidays
from django.db import transaction

from common import clock
from desk.demo.stage import DAY, TZ, nothing_leaves
from desk.setup import CLOSES, OPENS
from desk.simulate import gatherings, made, others, owed
from desk.simulate.lives import Road
from desk.simulate.play import BEGINS, Play, Script
from mentorship.actions.checks import days_of

EXAMPLES = 3


@dataclass(frozen=True)
class Line:
    """One line of the table: what it is about, what was owed, what was made, and the first few that differ."""

    what: str
    owed: int
    made: int
    differences: int
    examples: tuple[str, ...] = ()


def line(what: str, owed_rows: Iterable[Hashable], made_rows: Iterable[Hashable]) -> Line:
    """Compare two sets of keys."""
    left, right = set(owed_rows), set(made_rows)
    wrong = [f"missing {row}" for row in sorted(left - right, key=str)] + [
        f"unasked {row}" for row in sorted(right - left, key=str)
    ]
    return Line(what, len(left), len(right), len(wrong), tuple(wrong[:EXAMPLES]))


def together(found: list[dict[str, Any]]) -> tuple[list[Line], dict[str, int]]:
    """Add up the tables of several clinics, as read from JSON."""
    lines = []
    for rows in zip(*(one["lines"] for one in found), strict=True):
        figures = {name: sum(row[name] for row in rows) for name in ("owed", "made", "differences")}
        examples = [example for row in rows for example in row["examples"]]
        lines.append(Line(what=rows[0]["what"], examples=tuple(examples[:EXAMPLES]), **figures))
    happened: Counter[str] = Counter()
    for one in found:
        happened.update(one["happened"])
    return lines, dict(happened)


def play(script: Script) -> tuple[list[Line], dict[str, int]]:
    """Play a script in an empty database; return the table and what people did, counted.

    Nothing leaves the machine. The caller sees to it that the database is one to throw away.
    """
    with nothing_leaves(), transaction.atomic():
        stage = Play(script)
        stage.open()
        stage.looks.append(others.Answers(stage).look)
        plan_people(stage)
        stage.play()
        with clock.at(stage.now):
            return compare(stage), stage.diary.happened


def plan_people(stage: Play) -> None:
    """Spread the referrals over the play, and plan the mentors' rests."""
    span = stage.now - BEGINS - min(20 * DAY, (stage.now - BEGINS) / 4)
    for number in range(stage.script.mentees):
        moment = BEGINS + (number + stage.rng.random()) / stage.script.mentees * span
        stage.at(stage.in_office(moment), Road(stage, number).submit)
    gatherings.plan(stage)
    others.plan_rests(stage)
    others.plan_supervision(stage)


def compare(stage: Play) -> list[Line]:
    """Return every line of the table."""
    diary, days = stage.diary, days_of(stage.cast.clinic)
    closed = holidays.country_holidays("BE", years=range(BEGINS.year - 1, stage.now.year + 2))
    works = owed.Works(TZ, OPENS, CLOSES, closed)
    return [
        line("talks of the plan", owed.plans(diary, TZ), made.plans(TZ)),
        line("questions to mentees", owed.checks(diary, days, TZ, ["mentee"]), made.checks(["mentee"])),
        line("questions to mentors", owed.checks(diary, days, TZ, ["mentor"]), made.checks(["mentor"])),
        line("reminders of a talk, mentors", owed.soon(diary, TZ), made.soon("contact.soon")),
        line("reminders of a talk, mentees", owed.soon(diary, TZ), made.soon("mentee.soon")),
        line("how a talk went, mentors", owed.unlogged(diary, TZ, "mentor"), made.unlogged("contact.unlogged")),
        line("how a talk went, mentees", owed.unlogged(diary, TZ, "mentee"), made.unlogged("mentee.unlogged")),
        line("talks only the mentee told of", owed.told_of(diary), made.told_of()),
        line("talks taken off the plan", owed.taken_off(diary), made.taken_off()),
        line("what a format asks", owed.asked(diary, TZ), made.asked()),
        line("meetings of groups", owed.meetings(diary), made.meetings(TZ)),
        line("enrolments in groups", owed.enrolled(diary, TZ), made.enrolled()),
        line("reminders of a meeting", owed.group_reminders(diary, TZ), made.group_reminders()),
        line("who came to a meeting", diary.attendance, made.attendance()),
        line("requests that expire", owed.expiries(diary), made.expiries()),
        line("papers that end", owed.papers(diary, TZ), made.papers()),
        line("rungs of the ladder", owed.climbs(diary, works, stage.now), made.climbs()),
        line("rounds that failed", (), diary.failed),
        Line("messages sent twice", 0, made.twice(), made.twice()),
    ]
