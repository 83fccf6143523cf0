"""Every figure of the matching engine, beside its goal and beside mentor-match. Run by `make bench`.

Each job runs in a process of its own with one thread for matrix products. mentor-match is installed into a
temporary environment, never beside ours (both call a package `matching`), and takes turns with the engine on the
same table of points. `--large` adds 50,000 by 15,000; `--write` puts the result into docs/benchmarks.md.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.instances import instance
from bench.rank import GOALS, K
from bench.rank import measure as measure_rank
from matching.engine import Problem, assign

ROOT = Path(__file__).resolve().parent.parent
PEER = "mentor-match==7.0.1"
TURNS = 3  # runs of mentor-match, and as many times the engine's, one after the other
DOCUMENT = ROOT / "docs" / "benchmarks.md"
MARK = "<!-- measured -->"


class Row(NamedTuple):
    """One line of the table: a job, how often it runs, and its goals in seconds and MB."""

    job: str
    mentees: int
    mentors: int
    runs: int
    seconds: float | None = None
    memory: float | None = None


ROWS = [
    Row("assign", 500, 150, 15),
    Row("assign", 2_000, 600, 9, 0.3, 50),
    Row("assign", 10_000, 3_000, 5, 3, 150),
    Row("restart", 10_000, 3_000, 5, 1, 150),
    Row("fewest", 10_000, 3_000, 3),
    Row("wait", 10_000, 3_000, 3),
    Row("explain", 10_000, 3_000, 9, 0.02),
    Row("gaps", 10_000, 3_000, 9, 0.5),
]
LARGE = [Row("assign", 50_000, 15_000, 1, 45, 500), Row("restart", 50_000, 15_000, 1)]
NAMES = {
    "assign": "the whole list, proven", "restart": "the same from stored prices", "fewest": "fewest unmatched first",
    "wait": "longest wait first", "explain": "explain the unmatched", "gaps": "pool gaps, 200 kinds",
}  # fmt: skip
HEAD = "| job | size | median | best | processor | memory added | goal | |\n|---|---|---|---|---|---|---|---|"


def child(*command: str | Path) -> dict[str, Any]:
    """Run a command of ours with one thread for matrix products, and return the JSON it prints."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return json.loads(done.stdout)


def measured(row: Row) -> tuple[str, dict[str, Any]]:
    """Return a line of the table, and what was measured."""
    command = [sys.executable, ROOT / "bench" / "measure.py", row.job, str(row.mentees), str(row.mentors)]
    got = child(*command, "--runs", str(row.runs))
    fast = row.seconds is None or got["median"] <= row.seconds
    lean = row.memory is None or got["own"] <= row.memory
    goal = ", ".join([*([shown(row.seconds)] if row.seconds else []), *([f"{row.memory:g} MB"] if row.memory else [])])
    verdict = "" if not goal else "reached" if fast and lean else "**missed**"
    facts = ", ".join(f"{key} {value:,}" for key, value in got.items() if key in ("unmatched", "rounds", "total"))
    line = (
        f"| {NAMES[row.job]} ({facts}) | {row.mentees:,} x {row.mentors:,} | {shown(got['median'])} | "
        f"{shown(got['best'])} | {shown(got['processor'])} | {got['own']:.0f} MB of {got['peak']:.0f} | {goal} | {verdict} |"
    )
    return line if got.get("proven", True) else line.replace(NAMES[row.job], "NOT PROVEN"), got


def shown(seconds: float) -> str:
    """Return a time with a unit that fits."""
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def ranking() -> Iterator[str]:
    """Walk over the lines for the best mentors of one mentee."""
    for mentors, goal in GOALS.items():
        median, slowest = measure_rank(mentors, 500 if mentors <= 10_000 else 15)
        verdict = "reached" if median <= goal else "**missed**"
        yield f"| best {K} (slowest {slowest:.3g} ms) | of {mentors:,} | {median:.3g} ms | | | | {goal:g} ms | {verdict} |"


def beside() -> Iterator[str]:
    """Walk over the lines of the comparison at 500 by 150, or say why there is none."""
    problem = instance(500, 150)
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "env" / "bin" / "python"
        venv.create(Path(folder) / "env", with_pip=True)
        got = subprocess.run([python, "-m", "pip", "install", "-q", PEER], capture_output=True, text=True, check=False)
        if got.returncode:
            yield f"{PEER} could not be installed, so there is no comparison: {got.stderr.strip().splitlines()[-1]}"
            return
        table = Path(folder) / "table.json"
        table.write_text(json.dumps({"points": points(problem), "capacity": problem.capacity.tolist()}))
        yield from turns(problem, python, table)


def turns(problem: Problem, python: Path, table: Path) -> Iterator[str]:
    """Run both sides one after the other and compare times and totals."""
    ours, peer = [], []
    for _ in range(TURNS):
        ours.append(
            child(sys.executable, ROOT / "bench" / "measure.py", "assign", "500", "150", "--runs", "9")["median"]
        )
        peer.append(child(python, "-I", ROOT / "bench" / "peer.py", "places", table))
    rounds = child(python, "-I", ROOT / "bench" / "peer.py", "rounds", table)
    total = assign(problem).total
    fastest = min(one["seconds"] for one in peer)
    times = fastest / float(np.median(ours))
    yield "| | time | total |\n|---|---|---|"
    yield f"| the engine, median of {TURNS} turns | {shown(float(np.median(ours)))} | {total:,} |"
    yield f"| {PEER}, a mentor for each place, fastest of {TURNS} turns | {shown(fastest)} | {peer[0]['total']:,} |"
    yield f"| {PEER}, in rounds | {shown(rounds['seconds'])} | {rounds['total']:,} |"
    yield f"\n{times:.0f} times faster (goal 150, {'reached' if times >= 150 else '**missed**'}); the optimum is {total:,}."


def points(problem: Problem) -> list[list[int]]:
    """Return what each pair is worth as a table, 0 for pairs that must not be."""
    worth = (problem.mentee_points @ problem.mentor_points.T).astype(int) * problem.allowed[problem.profile]
    worth[problem.excluded[:, 0], problem.excluded[:, 1]] = 0
    return worth.tolist()


def machine() -> str:
    """Return what it ran on, and how busy that was."""
    names = ", ".join(f"{name} {version(name)}" for name in ("numpy", "ortools"))
    load = " ".join(f"{number:.1f}" for number in os.getloadavg())
    return f"Python {platform.python_version()}, {names}, {platform.machine()}, {os.cpu_count()} cores, load {load} at the start."


def report(large: bool) -> Iterator[str]:
    """Walk over the whole result as Markdown."""
    yield machine() + "\n"
    yield HEAD
    yield from ranking()
    for row in [*ROWS, *(LARGE if large else [])]:
        yield measured(row)[0]
    yield "\n500 mentees and 150 mentors, the same points for both, taking turns:\n"
    yield from beside()


def main() -> None:
    """Print the result line by line, and write it down when asked."""
    lines = []
    for line in report("--large" in sys.argv):
        print(line, flush=True)
        lines.append(line)
    if "--write" in sys.argv:
        before = DOCUMENT.read_text().split(MARK)[0]
        DOCUMENT.write_text(before + MARK + "\n\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
