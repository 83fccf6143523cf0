"""The waiting list of a clinic as a whole: who with whom, who is left and why, in each of three plans.

Knows nothing of requests and writes nothing. Everything is kept by primary key, never by name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from clinics.models import Clinic
from common import words
from matching import engine, facts, gaps, ranking
from matching.criteria import CONFLICT, FREE, HARD
from matching.criteria.soft import BASE
from matching.models import PairDecision, Solution
from matching.ranking import Field
from referrals.models import Referral

# The three plans, the usual one first: no evidence says points should beat one more person helped.
VARIANTS = ("fewest", "points", "wait")
USUAL = VARIANTS[0]
NAMES = {"fewest": _("Most people helped"), "points": _("Best fit"), "wait": _("Longest wait first")}
BONUS = 80  # points a pair of the last plan is worth more: keeps nearly all of them at nearly no cost
STEPS = 6
MOST = 5  # relaxations kept for one person

Pair = tuple[int, int]  # primary keys of referral and mentor


@dataclass(frozen=True)
class Worked:
    """What came out. `answers`, `unmatched`, `prices` and `gaps` are what a Solution keeps, `misfits` holds not kept."""

    laid: Field
    misfits: list[Pair]
    answers: dict[str, dict[str, Any]]
    unmatched: list[dict[str, Any]]
    prices: dict[str, dict[str, int]]
    gaps: dict[str, Any]


def last_of(clinic: Clinic) -> Solution | None:
    """Return the last plan of a clinic that was worked out, or None."""
    return clinic.solutions.filter(state=Solution.State.DONE).first()


def lay(clinic: Clinic) -> Field:
    """Fetch everybody who waits at a clinic, longest first, and everybody who mentors there. Five queries."""
    return ranking.lay_out(clinic, list(facts.with_needs(facts.waiting(Referral.objects.filter(clinic=clinic)))))


def days_waited(referral: Referral, today: dt.date, tz: str) -> int:
    """Return for how many calendar days of the clinic somebody waits."""
    since = referral.submitted_at
    return max((today - words.local(since, tz).date()).days, 0) if since else 0


def work_out(
    clinic: Clinic, *, variants: Sequence[str] = VARIANTS, tell: Callable[[int], None] = lambda step: None
) -> Worked:
    """Solve the waiting list of a clinic in each variant, with pairs on hold locked and the last plan favoured.

    `tell` hears how many of STEPS are done, each time one is.
    """
    laid, last = lay(clinic), last_of(clinic)
    held, misfits = fitting(laid, holds_of(clinic))
    tell(1)
    made: dict[str, engine.Assignment] = {}
    for step, variant in enumerate(variants, start=2):
        made[variant] = _assign(laid, variant, held, last)
        tell(step)
    left = _left_over(laid, made)
    tell(STEPS - 1)
    answers = {variant: _answer(laid, one) for variant, one in made.items()}
    prices = {variant: _prices(laid, one) for variant, one in made.items()}
    wanted = gaps.work_out(laid, made[USUAL]) if USUAL in made else {}
    return Worked(laid, misfits, answers, left, prices, wanted)


# Pairs on hold, and pairs of the last plan ----------------------------------------------------


def holds_of(clinic: Clinic) -> list[Pair]:
    """Return the pairs a coordinator put on hold, first come first."""
    rows = PairDecision.objects.filter(referral__clinic=clinic, decision=PairDecision.Decision.HOLD)
    return list(rows.order_by("at", "pk").values_list("referral", "mentor"))


def fitting(laid: Field, holds: Iterable[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Return (row, column) of the pairs on hold that may still be and have a place, and the pairs that do not fit.

    A pair of somebody who does not wait now is in neither.
    """
    row, column = rows_of(laid), columns_of(laid)
    left = laid.problem.capacity.copy()
    held, misfits = [], []
    for referral, mentor in holds:
        i, j = row.get(referral, -1), column.get(mentor, -1)
        if i < 0:
            continue
        if j < 0 or not left[j] or not may_be(laid, i, j):
            misfits.append((referral, mentor))
            continue
        left[j] -= 1
        held.append((i, j))
    return held, misfits


def rows_of(laid: Field) -> dict[int, int]:
    """Return the row of each referral laid out, by pk."""
    return {needs.pk: i for i, needs in enumerate(laid.needs)}


def columns_of(laid: Field) -> dict[int, int]:
    """Return the column of each mentor laid out, by pk."""
    return {brings.pk: j for j, brings in enumerate(laid.brings)}


def may_be(laid: Field, row: int, column: int) -> bool:
    """Tell whether a pair passes every hard criterion; places are counted elsewhere."""
    problem = laid.problem
    return bool(problem.allowed[problem.profile[row], column]) and column not in problem.excluded_mentors(row)


def _kept(laid: Field, variant: str, last: Solution | None) -> list[Pair]:
    """Return (row, column) of the pairs of the last plan whose two people are still there."""
    row, column = rows_of(laid), columns_of(laid)
    pairs = last.answers.get(variant, {}).get("pairs", []) if last else []
    return [(row[r], column[m]) for r, m, _points in pairs if r in row and m in column]


# One variant ----------------------------------------------------------------------------------


def _assign(laid: Field, variant: str, held: list[Pair], last: Solution | None) -> engine.Assignment:
    return engine.assign(
        laid.problem, variant=variant, kept=_kept(laid, variant, last), locked=held, bonus=BONUS,  # type: ignore[arg-type]
        waiting=waits(laid), prices=_start(laid, variant, last),
    )  # fmt: skip


def waits(laid: Field) -> NDArray[np.int64]:
    """Return the days each referral laid out has waited, int (P,)."""
    clinic = laid.policy.clinic
    today = facts.today_of(clinic)
    return np.array([days_waited(r, today, clinic.time_zone) for r in laid.referrals], np.int64)


def _start(laid: Field, variant: str, last: Solution | None) -> NDArray[np.int64] | None:
    known = last.prices.get(variant) if last else None
    return np.array([known.get(str(b.pk), 0) for b in laid.brings], np.int64) if known else None


def _prices(laid: Field, made: engine.Assignment) -> dict[str, int]:
    dear = np.flatnonzero(made.mentor_price).tolist()
    return {str(laid.brings[j].pk): int(made.mentor_price[j]) for j in dear}


def points_of(laid: Field, row: int, column: int) -> int:
    """Return what a pair is worth out of 100."""
    problem = laid.problem
    return int(problem.mentee_points[row].astype(np.float64) @ problem.mentor_points[column]) - BASE


def _answer(laid: Field, made: engine.Assignment) -> dict[str, Any]:
    """Return what is kept of one variant, in the order of waiting."""
    mentors = made.mentor_of.tolist()
    pairs = [[laid.needs[i].pk, laid.brings[j].pk, points_of(laid, i, j)] for i, j in enumerate(mentors) if j >= 0]
    left = [i for i, j in enumerate(mentors) if j < 0]
    return {
        "pairs": pairs, "unmatched": [laid.needs[i].pk for i in left], "matched": len(pairs),
        "total": sum(points for _r, _m, points in pairs), "longest": int(waits(laid)[left].max()) if left else 0,
        "proven": bool(made.proven),
    }  # fmt: skip


# Who is left, and why -------------------------------------------------------------------------


def why_none(laid: Field, row: int) -> list[tuple[str, int]]:
    """Return what rules out the mentors of the own clinic for somebody: (key of the first reason, how many), most first."""
    problem, needs = laid.problem, laid.needs[row]
    own = np.array([not b.lent_by or "clinic" in needs.relaxed for b in laid.brings], np.bool_)
    place = _first_failures(problem, row)
    counts = np.bincount(place[own] + 1, minlength=len(HARD) + 3)[1:]
    keys = [*(hard.key for hard in HARD), FREE.key, CONFLICT.key]
    found = [(key, int(n)) for key, n in zip(keys, counts, strict=True) if n]
    return sorted(found, key=lambda pair: -pair[1])


def _first_failures(problem: engine.Problem, row: int) -> NDArray[np.int64]:
    """Return for each mentor the place in HARD of what fails first, one more for full, two more apart, -1 for none."""
    bits = problem.failed[problem.profile[row]]
    lowest = bits & (~bits + np.uint64(1))
    place = np.full(len(bits), -1, np.int64)
    place[bits > 0] = np.log2(lowest[bits > 0].astype(np.float64)).astype(np.int64)
    place[(place < 0) & (problem.capacity == 0)] = len(HARD)
    place[problem.excluded_mentors(row)] = len(HARD) + 1
    return place


def _left_over(laid: Field, made: dict[str, engine.Assignment]) -> list[dict[str, Any]]:
    """Return why somebody has nobody, for all who have nobody in some variant, in the order of waiting.

    {"referral": pk, "why": [[key, how many mentors]], "in": {variant: {"reason", "short", "fits", "opens"}}}
    where "opens" lists [[keys of HARD to give up together], mentors with a place left, mentors full or not].
    """
    told = {variant: engine.explain(laid.problem, one) for variant, one in made.items()}
    rows = sorted({row for found in told.values() for row in found})
    return [
        {
            "referral": laid.needs[row].pk, "why": [list(pair) for pair in why_none(laid, row)],
            "in": {variant: _told(found[row]) for variant, found in told.items() if row in found},
        }
        for row in rows
    ]  # fmt: skip


def _told(why: engine.Explanation) -> dict[str, Any]:
    opens = [[[HARD[i].key for i in r.criteria], r.free, r.all] for r in why.relaxations[:MOST]]
    return {"reason": why.reason, "short": why.points_short, "fits": why.eligible, "opens": opens}
