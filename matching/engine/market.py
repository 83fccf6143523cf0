"""The waiting list as one market: who is still to be decided, places left, and what being matched adds.

Everything here stands in an order made from hashes of ids, so nothing later depends on the order of rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.problem import Problem, mix
from matching.engine.scoring import blocks

FEW = 64  # mentors of whom no smaller sample is taken


@dataclass(frozen=True, eq=False)
class Arcs:
    """Pairs that may be made, each once, sorted by mentee and mentor.

    mentee, mentor  int32 (A,)  places in the market
    value           int64 (A,)  points, with what the variant and the stability bonus add
    """

    mentee: NDArray[np.int32]
    mentor: NDArray[np.int32]
    value: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.value)

    def with_more(self, other: Arcs) -> Arcs:
        """Return both together; where a pair is in both, the value it has here stays."""
        mentee = np.concatenate([self.mentee, other.mentee])
        mentor = np.concatenate([self.mentor, other.mentor])
        key = mentee.astype(np.int64) << 32 | mentor
        _keys, first = np.unique(key, return_index=True)
        return Arcs(mentee[first], mentor[first], np.concatenate([self.value, other.value])[first])


@dataclass(frozen=True, eq=False)
class Choice:
    """Who was paired in a market of n mentees.

    mentor  int (n,)  place of the mentor, -1 for nobody
    value   int (n,)  value of the pair, 0 for nobody
    """

    mentor: NDArray[np.int64]
    value: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Market:
    """What is to be decided: n mentees without a locked pair, m mentors with a place left.

    mentees   int (n,)  row indices into the problem
    mentors   int (m,)  row indices into the problem
    places    int (m,)  places left, 1 or more
    priority  int (n,)  what being matched adds to the points of a pair, 0 when points alone count
    kept      pairs whose value holds a bonus
    """

    problem: Problem
    mentees: NDArray[np.int64]
    mentors: NDArray[np.int64]
    places: NDArray[np.int64]
    priority: NDArray[np.int64]
    kept: Arcs

    def part(self, of: int) -> Market:
        """Return the first of `of` parts, about as hard to get a place in as the whole."""
        n, m, places = -(-len(self.mentees) // of), len(self.mentors), self.places
        if m > FEW:
            m = -(-m // of)
        else:
            places = -(-places // of)
        both = (self.kept.mentee < n) & (self.kept.mentor < m)
        kept = Arcs(self.kept.mentee[both], self.kept.mentor[both], self.kept.value[both])
        return Market(self.problem, self.mentees[:n], self.mentors[:m], places[:m], self.priority[:n], kept)

    def tie(self, arcs: Arcs) -> NDArray[np.uint64]:
        """Return a number for each pair, made of both ids: the smaller goes first among equals."""
        mentee = self.problem.mentee_hash[self.mentees[arcs.mentee]]
        return mix(self.problem.mentor_hash[self.mentors[arcs.mentor]] ^ mentee)


def no_arcs() -> Arcs:
    """Return no pairs at all."""
    return Arcs(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int64))


def points_of(problem: Problem, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return int (K,): what pairs of row indices (K, 2) are worth, whether they may be or not."""
    rows, cols = problem.mentee_points[pairs[:, 0]], problem.mentor_points[pairs[:, 1]]
    return np.einsum("kd,kd->k", rows, cols, dtype=np.float64).astype(np.int64)


def may_be(problem: Problem, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return bool (K,): whether pairs of row indices (K, 2) pass every hard criterion and are not excluded."""
    width = len(problem.mentor_points)
    never = np.isin(pairs[:, 0] * width + pairs[:, 1], problem.excluded[:, 0] * width + problem.excluded[:, 1])
    return problem.allowed[problem.profile[pairs[:, 0]], pairs[:, 1]] & ~never


def best_with(
    problem: Problem, mentees: NDArray[np.int64], cost: NDArray[np.int64], mentors: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return int (len(mentors),): the most that a pair with each mentor is worth above its mentee's cost, 0 at least."""
    best = np.zeros(len(mentors), np.int64)
    for block in blocks(problem, mentees, mentors):
        gain = np.where(block.points > 0, block.points - cost[block.rows, None], 0).max(axis=0)
        best[block.cols] = np.maximum(best[block.cols], gain.astype(np.int64))
    return best
