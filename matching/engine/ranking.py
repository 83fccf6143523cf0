"""The best mentors for one mentee, fast enough to answer while somebody looks."""

from __future__ import annotations

from dataclasses import dataclass
from operator import index

import numpy as np
from numpy.typing import NDArray

from matching.engine.problem import EngineError, Problem, mix


@dataclass(frozen=True, eq=False)
class Ranking:
    """The answer of `rank`, best first.

    mentors        int (k,)           row indices
    points         int (k,)           what each pair is worth
    contributions  int (k, criteria)  the same, by soft criterion
    """

    mentors: NDArray[np.int64]
    points: NDArray[np.int64]
    contributions: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.mentors)


def rank(problem: Problem, mentee: int, k: int) -> Ranking:
    """Return up to `k` mentors this mentee (a row index) may have, best first.

    Mentors without a free place are not offered. Equal points are ordered by a hash of both ids, so the
    answer does not depend on the order of rows. Raises EngineError for a mentee that is not there or a
    `k` below 0.
    """
    mentee, k = _whole(mentee, "mentee"), _whole(k, "k")
    if not 0 <= mentee < len(problem.mentee_points):
        raise EngineError(f"There is no mentee {mentee}.")
    if k < 0:
        raise EngineError("k is below 0.")
    mentors = eligible(problem, mentee)
    points = _points(problem, mentee, mentors)
    best = _order(problem, mentee, mentors, points, k)[:k]
    mentors, points = mentors[best], points[best]
    return Ranking(mentors, points.astype(np.int64), _contributions(problem, mentee, mentors))


def eligible(problem: Problem, mentee: int) -> NDArray[np.int64]:
    """Return the row indices of the mentors this mentee may have today, in the order of rows."""
    open_ = problem.allowed[problem.profile[mentee]] & (problem.capacity > 0)
    open_[problem.excluded_mentors(mentee)] = False
    return np.flatnonzero(open_)


def _whole(value: int, name: str) -> int:
    try:
        return index(value)
    except TypeError as error:
        raise EngineError(f"{name} is no whole number.") from error


def _points(problem: Problem, mentee: int, mentors: NDArray[np.int64]) -> NDArray[np.float32]:
    # Filter first: only the columns this mentee has points in, only the mentors that may be.
    row = problem.mentee_points[mentee]
    used = np.flatnonzero(row)
    total = np.zeros(len(problem.mentor_points), np.float32)
    for column in used:
        total += row[column] * problem.columns[column]
    return total[mentors]


def _order(
    problem: Problem, mentee: int, mentors: NDArray[np.int64], points: NDArray[np.float32], k: int
) -> NDArray[np.int64]:
    """Return where the candidates stand that can be among the first `k`, best first, ties by hash."""
    if 0 < k < len(points):
        least = np.partition(points, len(points) - k)[len(points) - k]
        near = np.flatnonzero(points >= least)
    else:
        near = np.arange(len(points) if k else 0)
    hashes = mix(problem.mentor_hash[mentors[near]] ^ problem.mentee_hash[mentee])
    return near[np.lexsort((hashes, -points[near]))]


def _contributions(problem: Problem, mentee: int, mentors: NDArray[np.int64]) -> NDArray[np.int64]:
    parts = (problem.mentor_points[mentors] * problem.mentee_points[mentee]).astype(np.int64)
    if problem.criterion is None:
        return parts.sum(axis=1, keepdims=True)
    out = np.zeros((len(mentors), problem.criteria), np.int64)
    np.add.at(out, (slice(None), problem.criterion), parts)  # type: ignore[arg-type]  # numpy takes slices here
    return out
