"""Whom to look for: worked out with the waiting list, read by a page.

What is kept holds primary keys and codes, no names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

import numpy as np
from django.db.models import Min

from clinics.models import Clinic
from common import clock
from matching import archetypes
from matching.archetypes import Kind, band_of
from matching.criteria import Needs
from matching.engine import Assignment, Gap, gaps
from matching.models import Match
from matching.ranking import Field, build
from referrals.models import Referral

SHOWN = 6
ALIKE = 0.8  # two kinds that would help so many of the same people are told once
FEWEST = 5  # a number below this could point at somebody
DAYS = 183
HIDDEN = -1


def work_out(laid: Field, assignment: Assignment) -> dict[str, Any]:
    """Return whom to look for, as a page keeps it.

    `kinds`: the kinds of mentor that would help most of those who have nobody in this assignment, each with how many
    could have such a mentor, how many would fit into the places of one, and the pks of who. `places`: what one more
    place with each mentor would add, in points (mentors with nothing to add left out). `waits`: see there.
    """
    clinic, now = laid.policy.clinic, clock.now()
    year = clock.today(clinic.time_zone).year
    alone = [laid.needs[row] for row in np.flatnonzero(assignment.mentor_of < 0).tolist()]
    kinds = archetypes.kinds_for([n for n in alone if n.consent and not n.mentors_too], year)
    sought = [kind.brings(group, year) for kind, group in kinds]
    problem = build(laid.needs, laid.brings, laid.policy.weights, laid.before, laid.matrix, sought)
    found = gaps(problem, assignment, capacity=archetypes.PLACES)
    return {
        "kinds": _told(laid, kinds, [gap for gap in found if gap.takes]), "places": _places(laid, assignment),
        "alone": len(alone), "waits": waits(clinic, now),
    }  # fmt: skip


def _told(laid: Field, kinds: list[tuple[Kind, list[Needs]]], found: list[Gap]) -> list[dict[str, Any]]:
    """Return the best kinds, without those that would help nearly the same people as one before."""
    told: list[dict[str, Any]] = []
    helped: list[set[int]] = []
    for gap in found:
        kind, group = kinds[gap.name]
        people = {n.pk for n in group}
        if any(len(people & before) >= ALIKE * len(people) for before in helped):
            continue
        helped.append(people)
        told.append(kind.kept() | {"could": gap.eligible, "takes": gap.takes, "people": sorted(people)})
        if len(told) == SHOWN:
            break
    return told


def _places(laid: Field, assignment: Assignment) -> list[list[int]]:
    """Return [mentor pk, people, points] for each mentor with whom one more place would add something, most first."""
    steps, points = assignment.one_more_place()
    rows = [
        [brings.pk, int(people), int(more)]
        for brings, people, more in zip(laid.brings, steps, points, strict=True)
        if (people > 0 or (people == 0 and more > 0)) and not brings.lent_by
    ]
    return sorted(rows, key=lambda row: (-row[1], -row[2], row[0]))[:SHOWN]


def waits(clinic: Clinic, now: dt.datetime) -> dict[str, list[list]]:
    """Return how long people waited who were referred in the last half year, or still wait: rows per language, age, topic.

    A row is [code, people, median days]; both are HIDDEN where fewer than FEWEST people stand behind it, and so
    is the next smallest age band when a hidden one could be worked out from the others.
    """
    people = list(_people(clinic, now))
    return {
        "language": _rows((code, days) for languages, _topics, _age, days in people for code in languages),
        "age": _cover(_rows((f"{low}-{high}", days) for _l, _t, (low, high), days in people)),
        "topic": _rows((code, days) for _languages, topics, _age, days in people for code in topics),
    }


def _people(clinic: Clinic, now: dt.datetime) -> Iterable[tuple[Sequence[str], Sequence[str], tuple[int, int], int]]:
    """Yield languages, topics, age band and days waited of each person: to the introduction, or until now."""
    met = Match.objects.filter(referral__clinic=clinic, introduced_at__isnull=False).order_by()
    first = dict(met.values_list("referral").annotate(Min("introduced_at")))
    year = clock.today(clinic.time_zone).year
    since = now - dt.timedelta(days=DAYS)
    rows = Referral.objects.filter(clinic=clinic, submitted_at__isnull=False).order_by("pk")
    for pk, status, sent, languages, topics, born in rows.values_list(
        "pk", "status", "submitted_at", "languages", "topics", "mentee__birth_year"
    ):
        if sent >= since or (status == "open" and pk not in first):
            until = first.get(pk) or (now if status == "open" else None)
            if until:
                yield languages, topics, band_of(year - born), max((until - sent).days, 0)


def _rows(said: Iterable[tuple[str, int]]) -> list[list]:
    groups: dict[str, list[int]] = {}
    for code, days in said:
        groups.setdefault(code, []).append(days)
    rows = [
        [code, len(days), round(median(days))] if len(days) >= FEWEST else [code, HIDDEN, HIDDEN]
        for code, days in groups.items()
    ]
    return sorted(rows, key=lambda row: (-row[2], row[0]))


def _cover(rows: list[list]) -> list[list]:
    """Hide the smallest shown row too when only one is hidden: bands add up to everybody."""
    shown = [row for row in rows if row[1] != HIDDEN]
    if len(rows) - len(shown) == 1 and shown:
        least = min(shown, key=lambda row: (row[1], row[0]))
        least[1:] = [HIDDEN, HIDDEN]
    return sorted(rows, key=lambda row: (-row[2], row[0]))


__all__ = ["waits", "work_out"]
