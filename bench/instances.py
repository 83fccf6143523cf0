"""Made-up programmes of any size, the same for the same seed: one-hot criteria, 37 % of pairs allowed.

Points as a clinic has them by default (main topic 25, phase 20, life stage 15, age 10, work 10, culture 10,
interests 5, distance 5), with the mentee's own "matters most" counted 1.5 times and the whole renormalised to
100, on top of a base of 1 for every pair that may be. Languages, channels and role types decide who may.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from matching.engine import Problem

# name: weight, how many values it has, how many of them a mentor brings
CRITERIA = {
    "topic": (25, 14, 4), "phase": (20, 8, 3), "life": (15, 9, 2), "age": (10, 7, 2),
    "work": (10, 12, 2), "culture": (10, 12, 2), "interests": (5, 24, 5), "distance": (5, 12, 3),
}  # fmt: skip
LANGUAGES = np.array([0.62, 0.16, 0.09, 0.07, 0.06])
SECOND = 0.8  # share of mentors who speak a second language
CHANNELS, ROLES, TIMES = 3, 2, 4
FREE = 0.85  # how likely a mentor uses a channel, or is free at a time
SHARE = 0.92  # places for each mentee


def instance(mentees: int, mentors: int, seed: int = 7) -> Problem:
    """Return a problem of this size with a place for 92 of 100 mentees."""
    rng = np.random.default_rng(seed)
    allowed, failed, profile = _hard(mentees, mentors, rng)
    return Problem(
        mentee_points=_wanted(mentees, rng),
        mentor_points=_brought(mentors, rng),
        profile=profile,
        allowed=allowed,
        capacity=_places(mentors, int(mentees * SHARE), rng),
        excluded=np.stack([rng.integers(0, mentees, mentees // 20), rng.integers(0, mentors, mentees // 20)], axis=1),
        mentee_ids=np.arange(mentees),
        mentor_ids=np.arange(mentors),
        criterion=np.concatenate([[0]] + [[n + 1] * CRITERIA[name][1] for n, name in enumerate(CRITERIA)]),
        failed=failed,
        relax_order=[3, 1, 2, 0],
    )


def _wanted(count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    weights = np.array([weight for weight, _values, _brings in CRITERIA.values()])
    most = rng.integers(0, len(weights), count)
    raw = np.where(np.arange(len(weights)) == most[:, None], weights * 1.5, weights)
    shares = raw / raw.sum(axis=1, keepdims=True) * 100
    whole = np.floor(shares).astype(int)
    left = 100 - whole.sum(axis=1)  # the largest remainders get one more
    order = np.argsort(whole - shares, axis=1, kind="stable").argsort(axis=1)
    whole += order < left[:, None]
    columns: list[Any] = [np.ones((count, 1))]
    for n, (_weight, values, _brings) in enumerate(CRITERIA.values()):
        hot = rng.choice(values, count, p=_uneven(values))
        columns.append((np.arange(values) == hot[:, None]) * whole[:, n : n + 1])
    return np.concatenate(columns, axis=1).astype(np.float32)


def _brought(count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    columns = [np.ones((count, 1), np.float32)]
    for _weight, values, brings in CRITERIA.values():
        score = rng.random((count, values)) ** (1 / _uneven(values))
        least = np.partition(score, values - brings, axis=1)[:, values - brings, None]
        columns.append((score >= least).astype(np.float32))
    return np.concatenate(columns, axis=1)


def _uneven(values: int) -> NDArray[np.float64]:
    weights = 1 / (np.arange(values) + 3)
    return weights / weights.sum()


def _hard(mentees: int, mentors: int, rng: np.random.Generator) -> tuple[NDArray, NDArray, NDArray]:
    """Return who may whom by profile, a bit per criterion that fails (language, channel, role, time), and profiles."""
    count = len(LANGUAGES)
    speaks = np.arange(count) == rng.choice(count, mentors, p=LANGUAGES)[:, None]
    second = rng.random(mentors) < SECOND
    speaks |= second[:, None] & (np.arange(count) == rng.choice(count, mentors)[:, None])
    uses = rng.random((mentors, CHANNELS)) < FREE
    was = np.arange(ROLES) == rng.choice(ROLES, mentors, p=[0.9, 0.1])[:, None]
    at = np.concatenate([rng.random((mentors, TIMES)) < FREE, np.ones((mentors, 1), bool)], axis=1)  # last: no must
    language, channel, role, time = (axis.ravel() for axis in np.indices((count, CHANNELS, ROLES, TIMES + 1)))
    bits = [~speaks[:, language].T, ~uses[:, channel].T, ~was[:, role].T, ~at[:, time].T]
    failed = np.zeros((len(language), mentors), np.uint64)
    for n, bit in enumerate(bits):
        failed |= bit.astype(np.uint64) << np.uint64(n)
    odds = LANGUAGES[language] * np.array([0.5, 0.3, 0.2])[channel] * np.array([0.9, 0.1])[role]
    odds = odds * np.array([0.1, 0.1, 0.05, 0.05, 0.7])[time]
    return failed == 0, failed, rng.choice(len(odds), mentees, p=odds / odds.sum())


def _places(mentors: int, total: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return np.bincount(rng.integers(0, mentors, total), minlength=mentors)
