"""What pairs are worth, block by block: a matrix product, and nobody who may not be had.

Never the whole table at once: at 50,000 by 15,000 it would be 3 GB. Each distinct hard profile looks only at the
mentors it may have, so the product is a third of the full one; profiles with few mentees share a masked block.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.problem import EXACT, Problem

CELLS = 1 << 19  # pairs looked at together: 2 MB of float32, near the size of a core's cache
TINY = 1 << 17  # so few pairs are quickest in one masked block
FEW = 12  # a profile with fewer mentees than this is not worth a product of its own


@dataclass(frozen=True, eq=False)
class Block:
    """The worth of some mentees with some mentors.

    rows    int (b,)        places in the list of mentees asked about
    cols    int (c,)        places in the list of mentors asked about
    points  float32 (b, c)  whole numbers; 0 where the pair must not be. Overwritten by the next block.
    """

    rows: NDArray[np.int64]
    cols: NDArray[np.int64]
    points: NDArray[np.float32]


def blocks(problem: Problem, mentees: NDArray[np.int64], mentors: NDArray[np.int64]) -> Iterator[Block]:
    """Walk over all pairs of these mentees and mentors (row indices), each in one block or worth nothing.

    The order depends on the order of the two lists alone, not on how profiles are numbered.
    """
    if not len(mentees) or not len(mentors):
        return
    single, pooled = _groups(problem.profile[mentees], len(mentors))
    buffer = np.empty(max(CELLS, len(mentors)), np.float32)
    for rows in single:
        cols = np.flatnonzero(problem.allowed[problem.profile[mentees[rows[0]]]][mentors])
        if len(cols):
            yield from _product(problem, mentees, mentors, rows, cols, buffer, masked=False)
    if len(pooled):
        yield from _product(problem, mentees, mentors, pooled, np.arange(len(mentors)), buffer, masked=True)


def exact_type(*numbers: NDArray[np.int64]) -> type[np.floating]:
    """Return the type in which differences of points and these numbers are exact."""
    most = max((int(np.abs(array).max()) for array in numbers if len(array)), default=0)
    return np.float32 if most < EXACT else np.float64


def _groups(profile: NDArray[np.int64], mentors: int) -> tuple[list[NDArray[np.int64]], NDArray[np.int64]]:
    """Return the places of mentees by profile where they are many, and those of all others together."""
    if len(profile) * mentors <= TINY:
        return [], np.arange(len(profile))
    order = np.argsort(profile, kind="stable")
    starts = np.flatnonzero(np.diff(profile[order], prepend=-1))
    groups = np.split(order, starts[1:])
    many = sorted((group for group in groups if len(group) >= FEW), key=lambda group: group[0])
    few = [group for group in groups if len(group) < FEW]
    return many, np.sort(np.concatenate(few)) if few else np.empty(0, np.int64)


def _product(
    problem: Problem, mentees: NDArray[np.int64], mentors: NDArray[np.int64], rows: NDArray[np.int64],
    cols: NDArray[np.int64], buffer: NDArray[np.float32], *, masked: bool,
) -> Iterator[Block]:  # fmt: skip
    right = problem.mentor_points[mentors[cols]].T
    place = np.full(len(problem.mentor_points), -1)
    place[mentors[cols]] = np.arange(len(cols))
    step = max(1, CELLS // len(cols))
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        points = buffer[: len(part) * len(cols)].reshape(len(part), len(cols))
        np.matmul(problem.mentee_points[mentees[part]], right, out=points)
        if masked:
            points *= problem.allowed[problem.profile[mentees[part]]][:, mentors]
        _forbid(problem, mentees[part], place, points)
        yield Block(part, cols, points)


def _forbid(
    problem: Problem, mentees: NDArray[np.int64], place: NDArray[np.int64], points: NDArray[np.float32]
) -> None:
    """Set excluded pairs to 0. `place` says in which column a mentor stands, -1 for in none."""
    first = np.searchsorted(problem.excluded[:, 0], mentees, "left")
    count = np.searchsorted(problem.excluded[:, 0], mentees, "right") - first
    row = np.repeat(np.arange(len(mentees)), count)
    if not len(row):
        return
    entry = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    col = place[problem.excluded[entry, 1]]
    points[row[col >= 0], col[col >= 0]] = 0
