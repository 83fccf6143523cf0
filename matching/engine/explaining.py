"""Why somebody has nobody: what to give up, what that opens, and how far out-competed they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matching.engine.assigning import Assignment, split
from matching.engine.problem import Problem
from matching.engine.scoring import blocks, exact_type

Reason = Literal["nobody", "full", "points", "order"]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Relaxation:
    """Hard criteria given up together, and the mentors who would then pass.

    criteria  bits of `failed`, in the order in which they may be given up
    free      mentors this opens who have a place left in the assignment
    all       mentors this opens, full ones too
    """

    criteria: tuple[int, ...]
    free: int
    all: int


@dataclass(frozen=True)
class Explanation:
    """Why one mentee has nobody.

    reason        "nobody": no mentor passes the hard criteria. "full": those who pass had no place from the start.
                  "points": others are worth more there. "order": others wait longer (or one more would stay unmatched)
    relaxations   the smallest first, then in the order in which criteria may be given up
    points_short  for "points": with this many more points everywhere they are matched, with one less not surely
    eligible      mentors who pass the hard criteria, full ones too
    """

    mentee: int
    reason: Reason
    relaxations: tuple[Relaxation, ...]
    points_short: int | None
    eligible: int


class Explanations(dict[int, Explanation]):
    """The answer of `explain`: row index of each unmatched mentee to why, in the order of rows."""


MOST = 10  # relaxations told for one mentee
SMALL = 1 << 12  # sets of bits below this are counted in a table


def explain(problem: Problem, assignment: Assignment) -> Explanations:
    """Return why each unmatched mentee has nobody.

    A relaxation is a set of hard criteria in `problem.relax_order` that some mentor fails all of and no others, so
    that giving up any fewer would not open this mentor; sets that hold a smaller one are left out, unless they open
    a free place and the smaller does not. At most 10 for each mentee; none when the problem has no `failed`.
    Excluded pairs are never opened. Raises EngineError when the assignment is of another problem.
    """
    assignment.require(problem)
    unmatched = np.flatnonzero(assignment.mentor_of < 0)
    eligible, reasons, short = _standing(problem, assignment, unmatched)
    opened = _relaxations(problem, assignment, unmatched)
    return Explanations(
        (mentee, Explanation(mentee, reason, relaxations, points, able))
        for mentee, reason, relaxations, points, able in zip(
            unmatched.tolist(), reasons, opened, short, eligible.tolist(), strict=True
        )
    )


def _standing(problem: Problem, assignment: Assignment, unmatched: Ints) -> tuple[Ints, list[Reason], list[int | None]]:
    """Return for each unmatched mentee how many mentors are eligible, the reason, and the points short."""
    eligible, gap = np.zeros(len(unmatched), np.int64), np.full(len(unmatched), np.inf)
    kind = exact_type(assignment.mentor_cost)
    cost = np.where(assignment.mentor_cost < 0, np.inf, assignment.mentor_cost).astype(kind)
    for block in blocks(problem, unmatched, np.arange(len(cost))):
        good = block.points > 0
        eligible[block.rows] = np.count_nonzero(good, axis=1)
        block.points[~good] = -np.inf
        gap[block.rows] = (cost[block.cols] - block.points).min(axis=1)
    full = np.isinf(gap)
    whole = np.where(full, 0, gap).astype(np.int64) - assignment.priority[unmatched]
    steps, points = split(whole, assignment.step)
    order = (steps > 0) & ~full
    codes = np.select([eligible == 0, full, order], [0, 1, 3], 2)
    names: tuple[Reason, ...] = ("nobody", "full", "points", "order")
    short = [int(number) + 1 if code == 2 else None for number, code in zip(points, codes, strict=True)]
    return eligible, [names[code] for code in codes], short


def _relaxations(problem: Problem, assignment: Assignment, unmatched: Ints) -> Iterator[tuple[Relaxation, ...]]:
    """Walk over the relaxations of each unmatched mentee; those of a profile are worked out once."""
    order = tuple(problem.relax_order or ())
    if problem.failed is None or not order:
        yield from ((),) * len(unmatched)
        return
    made = assignment.mentor_of[assignment.mentor_of >= 0]
    left = problem.capacity > np.bincount(made, minlength=len(problem.capacity))
    known: dict[int, tuple[Relaxation, ...]] = {}
    first, last = (np.searchsorted(problem.excluded[:, 0], unmatched, side) for side in ("left", "right"))
    for mentee, profile, low, high in zip(unmatched, problem.profile[unmatched].tolist(), first, last, strict=True):
        if low < high:
            there = np.ones(len(left), bool)
            there[problem.excluded_mentors(mentee)] = False
            yield _smallest(problem.failed[profile][there], left[there], order)
            continue
        if profile not in known:
            known[profile] = _smallest(problem.failed[profile], left, order)
        yield known[profile]


def _smallest(failed: NDArray[np.uint64], left: NDArray[np.bool_], order: tuple[int, ...]) -> tuple[Relaxation, ...]:
    """Return the smallest relaxations, given what each mentor fails (m,) and who has a place left (m,)."""
    never = ~sum(1 << bit for bit in order)
    every, free = _counted(failed, never), _counted(failed[left], never)
    rank = {bit: place for place, bit in enumerate(order)}
    told = sorted(
        (tuple(bit for bit in order if bits >> bit & 1) for bits in {*_minimal(every), *_minimal(free)}),
        key=lambda bits: (len(bits), [rank[bit] for bit in bits]),
    )
    return tuple(Relaxation(bits, _within(free, bits), _within(every, bits)) for bits in told[:MOST])


def _counted(failed: NDArray[np.uint64], never: int) -> dict[int, int]:
    """Return how often each set of failed criteria is there, without the empty one and those with a bit in `never`."""
    if len(failed) and failed.max() < SMALL:  # a table beats sorting while the bits are few
        counts = np.bincount(failed.view(np.int64))
        sets = np.flatnonzero(counts)
        counts = counts[sets]
    else:
        sets, counts = np.unique(failed, return_counts=True)
    return {
        bits: count for bits, count in zip(sets.tolist(), counts.tolist(), strict=True) if bits and not bits & never
    }


def _minimal(sets: Iterable[int]) -> list[int]:
    """Return those sets of bits that hold no other of them."""
    found: list[int] = []
    for bits in sorted(sets, key=int.bit_count):
        if not any(bits & smaller == smaller for smaller in found):
            found.append(bits)
    return found


def _within(sets: dict[int, int], criteria: tuple[int, ...]) -> int:
    """Return how many mentors fail nothing but these criteria."""
    kept = ~sum(1 << bit for bit in criteria)
    return sum(count for bits, count in sets.items() if not bits & kept)
