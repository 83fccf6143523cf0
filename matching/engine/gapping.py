"""Whom to look for: kinds of mentor, how many waiting people each could take, and what they would gain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.assigning import Assignment, split
from matching.engine.problem import EXACT, EngineError, Problem, whole
from matching.engine.scoring import CELLS

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Archetype:
    """A kind of mentor that could be looked for.

    name     whatever the caller wants back
    points   float32 (d,)  whole numbers, as a row of `mentor_points`
    allowed  bool (Q,)     which profiles may have such a mentor
    """

    name: Any
    points: NDArray[np.float32]
    allowed: NDArray[np.bool_]


@dataclass(frozen=True)
class Gap:
    """What one mentor of a kind would do for those who have nobody in an assignment.

    name      the archetype's
    eligible  unmatched mentees who may have such a mentor
    takes     how many of them fit into the places
    gain      points of the best that fit, nobody else being moved
    first     points the first place would gain when others may move too, exactly (with priority, see `steps`)
    steps     steps of priority the first place would gain; 0 for the variant "points"
    """

    name: Any
    eligible: int
    takes: int
    gain: int
    first: int
    steps: int


def gaps(problem: Problem, assignment: Assignment, *, capacity: int = 3) -> list[Gap]:
    """Return a gap for each of `problem.archetypes`, each alone, with `capacity` places; the best first.

    Best is: takes most, then gains most, then eligible for most. Raises EngineError for archetypes of wrong shape and
    for an assignment of another problem.
    """
    assignment.require(problem)
    kinds: Sequence[Archetype] = problem.archetypes or ()
    places = int(whole(np.array(capacity), "capacity"))
    if places < 0:
        raise EngineError("capacity is negative.")
    if not kinds:
        return []
    points, allowed = _stacked(problem, kinds)
    unmatched = np.flatnonzero(assignment.mentor_of < 0)
    worth = _worth(problem, unmatched, points, allowed)
    first = _first(problem, assignment, points, allowed)
    steps, rest = split(first, assignment.step)
    found = [
        Gap(kind.name, *_direct(worth[:, n], places), first=int(rest[n]), steps=int(steps[n]))
        for n, kind in enumerate(kinds)
    ]
    return sorted(found, key=lambda gap: (-gap.takes, -gap.gain, -gap.eligible, str(gap.name)))


def _stacked(problem: Problem, kinds: Sequence[Archetype]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return points (A, d) and allowed (A, Q) of all archetypes."""
    width, profiles = problem.mentee_points.shape[1], len(problem.allowed)
    for kind in kinds:
        if np.shape(kind.points) != (width,) or np.shape(kind.allowed) != (profiles,):
            raise EngineError(f"The archetype {kind.name} does not have {width} points and {profiles} profiles.")
    points = np.stack([whole(np.asarray(kind.points), f"The archetype {kind.name}") for kind in kinds])
    most = np.abs(problem.mentee_points).max(axis=0, initial=0).astype(np.float64)
    if (np.abs(points) @ most >= EXACT).any():
        raise EngineError("The points of an archetype are too large to be exact.")
    return points.astype(np.float32), np.stack([np.asarray(kind.allowed, bool) for kind in kinds])


def _worth(
    problem: Problem, mentees: Ints, points: NDArray[np.float32], allowed: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return what these mentees (row indices) are worth with each archetype, 0 where they may not."""
    worth = problem.mentee_points[mentees] @ points.T
    worth *= allowed[:, problem.profile[mentees]].T
    return worth.clip(0)


def _first(problem: Problem, assignment: Assignment, points: NDArray[np.float32], allowed: NDArray[np.bool_]) -> Ints:
    """Return what one place with each archetype would add to the whole: the most anybody would gain by going there."""
    best = np.zeros(len(points), np.int64)
    free = np.flatnonzero(~assignment.locked)
    floor = assignment.mentee_price - assignment.priority
    for part in np.array_split(free, len(free) * len(points) // CELLS + 1):
        worth = _worth(problem, part, points, allowed)
        gain = np.where(worth > 0, worth.astype(np.int64) - floor[part, None], 0)
        best = np.maximum(best, gain.max(axis=0, initial=0))
    return best


def _direct(worth: NDArray[np.float32], places: int) -> tuple[int, int, int]:
    """Return how many could come, how many fit, and what the best that fit gain, for one archetype."""
    able = worth[worth > 0]
    taken = np.sort(able)[::-1][:places]
    return len(able), len(taken), int(taken.sum(dtype=np.float64))
