"""One job of the engine in a process of its own: how long, and how much memory. Prints JSON; run by bench/match.py.

python bench/measure.py assign 10000 3000 --runs 5
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.instances import instance
from matching.engine import Archetype, Problem, assign, explain, gaps

KINDS = 200  # archetypes looked at by gaps
CHANGED = 0.03  # share of the list that is new since the prices were stored

Job = Callable[[], dict[str, Any]]


def assigning(problem: Problem) -> Job:
    """Solve the whole list from nothing."""
    return lambda: _told(assign(problem))


def restarting(problem: Problem) -> Job:
    """Solve the whole list from the prices of an earlier one, in which 3 of 100 mentees were others."""
    points = problem.mentee_points.copy()
    new = int(len(points) * CHANGED)
    points[:new] = points[new : 2 * new]
    prices = assign(replace(problem, mentee_points=points)).mentor_price
    return lambda: _told(assign(problem, prices=prices))


def fewest(problem: Problem) -> Job:
    """Solve for fewest unmatched, then points."""
    return lambda: _told(assign(problem, variant="fewest"))


def waiting(problem: Problem) -> Job:
    """Solve for the longest wait first, then points."""
    days = np.random.default_rng(1).integers(0, 300, len(problem.profile))
    return lambda: _told(assign(problem, variant="wait", waiting=days))


def explaining(problem: Problem) -> Job:
    """Explain all who stay unmatched."""
    answer = assign(problem)
    return lambda: {"unmatched": len(explain(problem, answer))}


def gapping(problem: Problem) -> Job:
    """Look at 200 kinds of mentor."""
    kinds = [Archetype(n, problem.mentor_points[n], problem.allowed[:, n]) for n in range(KINDS)]
    problem = replace(problem, archetypes=kinds)
    answer = assign(problem)
    return lambda: {"kinds": len(gaps(problem, answer))}


JOBS = {
    "assign": assigning, "restart": restarting, "fewest": fewest, "wait": waiting, "explain": explaining,
    "gaps": gapping,
}  # fmt: skip


def _told(answer: Any) -> dict[str, Any]:
    unmatched = int((answer.mentor_of < 0).sum())
    return {"total": answer.total, "proven": answer.proven, "rounds": answer.rounds, "unmatched": unmatched}


def memory(field: str) -> float:
    """Return VmRSS (now) or VmHWM (peak) of this process, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(job: Job, runs: int) -> dict[str, Any]:
    """Run a job several times and return seconds, processor seconds, peak memory and what it said."""
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak of making the instance
    before = memory("VmRSS")
    wall, processor = [], []
    for _ in range(runs):
        begun, worked = time.perf_counter(), time.process_time()
        said = job()
        wall.append(time.perf_counter() - begun)
        processor.append(time.process_time() - worked)
    peak = memory("VmHWM")
    return {
        "median": statistics.median(wall), "best": min(wall), "processor": statistics.median(processor),
        "peak": peak, "own": peak - before, **said,
    }  # fmt: skip


def main() -> None:
    """Read the job from the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("mentees", type=int)
    parser.add_argument("mentors", type=int)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    job = JOBS[asked.job](instance(asked.mentees, asked.mentors))
    print(json.dumps(measure(job, asked.runs)))


if __name__ == "__main__":
    main()
