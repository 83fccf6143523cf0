"""How long the best ten mentors take. Run by `make bench`.

One synthetic instance per size, made from a fixed seed: about 100 columns of small whole points, 37 % of
pairs allowed, some mentors full. Prints the median and the slowest of many runs beside the goal.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from matching.engine import Problem, rank

GOALS = {10_000: 1.0, 1_000_000: 50.0}  # mentors: milliseconds
COLUMNS, USED, PROFILES, MENTEES, K = 100, 25, 20, 200, 10


def instance(mentors: int, seed: int = 7) -> Problem:
    """Return a problem of MENTEES mentees and this many mentors."""
    rng = np.random.default_rng(seed)
    mentee_points = np.zeros((MENTEES, COLUMNS), np.float32)
    for row in mentee_points:
        row[rng.choice(COLUMNS, USED, replace=False)] = rng.integers(1, 15, USED)
    return Problem(
        mentee_points=mentee_points,
        mentor_points=(rng.random((mentors, COLUMNS), np.float32) < 0.15).astype(np.float32),
        profile=rng.integers(0, PROFILES, MENTEES),
        allowed=rng.random((PROFILES, mentors), np.float32) < 0.37,
        capacity=rng.integers(0, 4, mentors),
        excluded=np.stack([rng.integers(0, MENTEES, 50), rng.integers(0, mentors, 50)], axis=1),
        mentee_ids=np.arange(MENTEES),
        mentor_ids=np.arange(mentors),
        criterion=np.arange(COLUMNS) % 8,
    )


def measure(mentors: int, rounds: int) -> tuple[float, float]:
    """Return the median and the longest time of one ranking, in milliseconds."""
    problem = instance(mentors)
    rank(problem, 0, K)
    times = []
    for turn in range(rounds):
        begun = time.perf_counter()
        rank(problem, turn % MENTEES, K)
        times.append((time.perf_counter() - begun) * 1000)
    return float(np.median(times)), max(times)


def main() -> None:
    """Print one line per size."""
    sizes = list(GOALS) if "--large" in sys.argv else [10_000]
    for mentors in sizes:
        median, slowest = measure(mentors, 500 if mentors <= 10_000 else 15)
        print(
            f"best {K} of {mentors:,} mentors: {median:.2f} ms (slowest {slowest:.2f} ms), goal {GOALS[mentors]:g} ms"
        )


if __name__ == "__main__":
    main()
