"""The problem: mentees, mentors, who may have whom, and what each pair is worth.

Shapes: P mentees, M mentors, Q distinct hard-criteria profiles, d columns of points, E pairs never to make.
Points are whole numbers; the worth of a pair is the product of its two rows. In float32 that is exact as
long as no partial sum reaches 2**24, which is checked here once, so that nothing later has to ask.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

EXACT = 2**24  # float32 holds every whole number below this
BLOCK = 1024  # rows of mentees looked at together when the exact bound is needed


class EngineError(ValueError):
    """The numbers do not make a problem; the sentence says which ones."""


@dataclass(frozen=True, eq=False)
class Problem:
    """One matching problem, checked on making. Arrays are converted and then never changed.

    mentee_points   float32 (P, d)  whole numbers
    mentor_points   float32 (M, d)  whole numbers
    profile         int     (P,)    hard-criteria profile of each mentee, 0 to Q-1
    allowed         bool    (Q, M)  may profile q have mentor m
    capacity        int     (M,)    free places, 0 or more
    excluded        int     (E, 2)  row indices mentee, mentor: pairs never to make
    mentee_ids, mentor_ids          distinct whole numbers or texts, for reproducible ties
    criterion       int     (d,)    which soft criterion each column belongs to; None: all to one
    failed          uint64  (Q, M)  a bit for each hard criterion that fails, for reasons in words
    relax_order     bits of `failed` in the order in which they may be given up; others never are
    archetypes      kinds of mentor to look for (`Archetype`)

    Raises EngineError for wrong shapes, numbers that are not whole, NaN, indices outside, a negative
    capacity, doubled ids, and points so large that sums would no longer be exact.
    """

    mentee_points: NDArray[np.float32]
    mentor_points: NDArray[np.float32]
    profile: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    capacity: NDArray[np.int64]
    excluded: NDArray[np.int64]
    mentee_ids: Sequence[Any] | NDArray
    mentor_ids: Sequence[Any] | NDArray
    criterion: NDArray[np.int64] | None = None
    failed: NDArray[np.uint64] | None = None
    relax_order: Sequence[int] | None = None
    archetypes: Any = None
    # Worked out once: columns in rows (reading few of them is what ranking does), ties, exclusions by mentee.
    columns: NDArray[np.float32] = field(init=False, repr=False)
    mentee_hash: NDArray[np.uint64] = field(init=False, repr=False)
    mentor_hash: NDArray[np.uint64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        mentees = _points(self.mentee_points, "mentee_points")
        mentors = _points(self.mentor_points, "mentor_points")
        if mentees.shape[1] != mentors.shape[1]:
            raise EngineError(f"mentee_points has {mentees.shape[1]} columns and mentor_points {mentors.shape[1]}.")
        rows, cols = len(mentees), len(mentors)
        allowed = _allowed(self.allowed, cols)
        put = object.__setattr__  # frozen for everybody else
        put(self, "mentee_points", mentees)
        put(self, "mentor_points", mentors)
        put(self, "profile", _indices(self.profile, "profile", rows, len(allowed)))
        put(self, "allowed", allowed)
        put(self, "capacity", vector(self.capacity, "capacity", cols))
        put(self, "excluded", _by_mentee(pairs(self.excluded, "excluded", rows, cols)))
        put(self, "mentee_hash", _hashes(self.mentee_ids, "mentee_ids", rows))
        put(self, "mentor_hash", _hashes(self.mentor_ids, "mentor_ids", cols))
        put(self, "criterion", _criterion(self.criterion, mentees.shape[1]))
        put(self, "failed", _failed(self.failed, allowed.shape))
        put(self, "relax_order", _relax_order(self.relax_order))
        put(self, "columns", np.ascontiguousarray(mentors.T))
        _require_exact(mentees, mentors)

    @property
    def criteria(self) -> int:
        """Return the number of soft criteria: one more than the highest number given, 1 without any."""
        if self.criterion is None:
            return 1
        return int(self.criterion.max()) + 1 if len(self.criterion) else 0

    def excluded_mentors(self, mentee: int) -> NDArray[np.int64]:
        """Return the row indices of the mentors this mentee (a row index) never gets."""
        low, high = np.searchsorted(self.excluded[:, 0], [mentee, mentee + 1])
        return self.excluded[low:high, 1]


def _array(value: Any, name: str, ndim: int) -> NDArray:
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise EngineError(f"{name} is no regular array.") from error
    if array.ndim != ndim:
        raise EngineError(f"{name} has {array.ndim} dimensions instead of {ndim}.")
    return array


def whole(array: NDArray, name: str) -> NDArray[np.int64]:
    """Return the array as int64. Raises EngineError when something in it is not a whole number."""
    if array.dtype.kind in "iub":
        return array.astype(np.int64)
    if array.size == 0:
        return np.zeros(array.shape, np.int64)
    if array.dtype.kind != "f":
        raise EngineError(f"{name} holds something that is no number.")
    if not np.isfinite(array).all() or (array != np.floor(array)).any():
        raise EngineError(f"{name} holds something that is no whole number.")
    return array.astype(np.int64)


def _points(value: Any, name: str) -> NDArray[np.float32]:
    array = _array(value, name, 2)
    if array.dtype.kind not in "iubf" and array.size:
        raise EngineError(f"{name} holds something that is no number.")
    array = array.astype(np.float64) if array.dtype.kind != "f" else array
    if not np.isfinite(array).all():
        raise EngineError(f"{name} holds NaN or infinity.")
    if (array != np.floor(array)).any():
        raise EngineError(f"{name} holds points that are not whole.")
    if array.size and np.abs(array).max() >= EXACT:
        raise EngineError(f"{name} holds points of 2**24 or more.")
    return np.ascontiguousarray(array, dtype=np.float32)


def _allowed(value: Any, mentors: int) -> NDArray[np.bool_]:
    array = _array(value, "allowed", 2)
    if array.shape[1] != mentors:
        raise EngineError(f"allowed has {array.shape[1]} columns for {mentors} mentors.")
    if array.dtype.kind != "b" and array.size:
        raise EngineError("allowed holds something that is neither true nor false.")
    return np.ascontiguousarray(array, dtype=np.bool_)


def _indices(value: Any, name: str, length: int, below: int) -> NDArray[np.int64]:
    array = whole(_array(value, name, 1), name)
    if len(array) != length:
        raise EngineError(f"{name} has {len(array)} entries instead of {length}.")
    if length and (array.min() < 0 or array.max() >= below):
        raise EngineError(f"{name} points outside 0 to {below - 1}.")
    return array


def pairs(value: Any, name: str, mentees: int, mentors: int) -> NDArray[np.int64]:
    """Return pairs of row indices as int64 (K, 2), None as none. Raises EngineError when they point outside."""
    array = np.asarray(() if value is None else value)
    array = array.reshape(0, 2) if array.size == 0 else _array(array, name, 2)
    if array.shape[1] != 2:
        raise EngineError(f"{name} needs two columns: mentee and mentor.")
    array = whole(array, name)
    for column, most in ((0, mentees), (1, mentors)):
        if len(array) and (array[:, column].min() < 0 or array[:, column].max() >= most):
            raise EngineError(f"{name} points at rows that are not there.")
    return array


def vector(value: Any, name: str, length: int) -> NDArray[np.int64]:
    """Return whole numbers, 0 or more, as int64 (length,). Raises EngineError for anything else."""
    array = whole(_array(value, name, 1), name)
    if len(array) != length:
        raise EngineError(f"{name} has {len(array)} entries instead of {length}.")
    if length and array.min() < 0:
        raise EngineError(f"{name} is negative.")
    return array


def _by_mentee(array: NDArray[np.int64]) -> NDArray[np.int64]:
    return array[np.lexsort((array[:, 1], array[:, 0]))]


def _criterion(value: Any, columns: int) -> NDArray[np.int64] | None:
    if value is None:
        return None
    array = whole(_array(value, "criterion", 1), "criterion")
    if len(array) != columns:
        raise EngineError(f"criterion has {len(array)} entries for {columns} columns.")
    if columns and array.min() < 0:
        raise EngineError("criterion is negative.")
    return array


def _failed(value: Any, shape: tuple[int, ...]) -> NDArray[np.uint64] | None:
    if value is None:
        return None
    array = _array(value, "failed", 2)
    if array.shape != shape:
        raise EngineError(f"failed has the shape {array.shape} and allowed {shape}.")
    if array.dtype.kind not in "iub" and array.size:
        raise EngineError("failed holds something that is no set of bits.")
    return array.astype(np.uint64)


def _relax_order(value: Any) -> tuple[int, ...] | None:
    if value is None:
        return None
    array = whole(_array(value, "relax_order", 1), "relax_order")
    if len(array) and (array.min() < 0 or array.max() >= 64):
        raise EngineError("relax_order holds something that is no bit from 0 to 63.")
    if len(np.unique(array)) != len(array):
        raise EngineError("relax_order holds the same bit twice.")
    return tuple(array.tolist())


def _hashes(ids: Any, name: str, length: int) -> NDArray[np.uint64]:
    """Return one well-mixed number per id, the same in every process and whatever the order of rows."""
    array = _array(ids, name, 1)
    if len(array) != length:
        raise EngineError(f"{name} has {len(array)} entries instead of {length}.")
    if len(np.unique(array)) != length:
        raise EngineError(f"{name} holds the same id twice.")
    if array.dtype.kind in "iu" or length == 0:
        return mix(array.astype(np.int64).view(np.uint64))
    digests = [hashlib.blake2b(str(item).encode(), digest_size=8).digest() for item in array]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def mix(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the numbers with all their bits mixed (the finaliser of splitmix64)."""
    x = numbers + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _require_exact(mentees: NDArray[np.float32], mentors: NDArray[np.float32]) -> None:
    """Raise EngineError when the sum over some pair could reach 2**24."""
    if not mentees.size or not mentors.size:
        return
    rows, cols = np.abs(mentees, dtype=np.float64), np.abs(mentors, dtype=np.float64)
    if float(rows.max(axis=0) @ cols.max(axis=0)) < EXACT:  # a bound that is nearly always enough
        return
    for start in range(0, len(rows), BLOCK):
        if (rows[start : start + BLOCK] @ cols.T).max() >= EXACT:
            raise EngineError("The points of a pair add up to 2**24 or more, too many to be exact.")
