"""Every fault the suite knows: how it is made, how it ends, and what may happen meanwhile."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator

from tests.chaos.lab import FULL, Lab
from tests.chaos.people import Log
from tests.chaos.tally import Row
from tests.faults.stand import PYTHON, ROOT, until

LONGEST_POST = 2.5  # seconds, with a broker that hangs
CHANGEOVER = 1_805_936_390  # 2027-03-28 00:59:50 UTC, ten seconds before the clocks of Brussels go forward
PARTS = ("worker", "beat", "sweeper", "broker", "web")
Fault = Callable[[Lab, random.Random], contextlib.AbstractContextManager]


def killed(name: str) -> Fault:
    @contextlib.contextmanager
    def fault(lab: Lab, dice: random.Random) -> Iterator[None]:
        lab.stand.kill(name)
        yield
        lab.start(name)

    return fault


def hung(name: str) -> Fault:
    @contextlib.contextmanager
    def fault(lab, dice):
        lab.stand.hang(name)
        yield
        lab.stand.wake(name)

    return fault


@contextlib.contextmanager
def broker_flushed(lab, dice):
    lab.stand.wipe()
    yield
    lab.stand.wipe()


def provider(mode: str) -> Fault:
    @contextlib.contextmanager
    def fault(lab, dice):
        lab.mail.mode = mode
        try:
            yield
        finally:
            lab.mail.mode = "ok"

    return fault


def two_of(name: str) -> Fault:
    @contextlib.contextmanager
    def fault(lab, dice):
        other = lab.stand.second(name)
        yield
        time.sleep(4)  # it starts and works for a while
        lab.stand.kill(other)

    return fault


@contextlib.contextmanager
def keyless(lab, dice):
    lab.mail.keyed, lab.mail.mode = False, "drops"
    try:
        yield
    finally:
        lab.mail.mode = "ok"


KINDS: dict[str, Fault] = {
    **{f"{name} killed": killed(name) for name in PARTS},
    "broker hung": hung("broker"),
    "worker hung": hung("worker"),
    "broker flushed": broker_flushed,
    "provider down": provider("down"),
    "provider slow": provider("slow"),
    "provider drops after accepting (keyed)": provider("drops"),
    "provider drops after accepting (keyless)": keyless,
    "two beats": two_of("beat"),
    "two sweepers": two_of("sweeper"),
}
MAY_SAY_5XX = {"PostgreSQL stopped at once", "disk full"}


def inject(lab: Lab, name: str, dice: random.Random, posts: list[float], *, each: int, patience: float) -> Row:
    """Break one thing at a random moment while people raise flags, mend it, and count."""
    row, log = Row(name, injected=1, duplicates_allowed="keyless" in name), Log()
    with lab.load(log, each):
        time.sleep(dice.uniform(0.1, 0.8))
        with KINDS[name](lab, dice):
            time.sleep(dice.uniform(1.0, 2.5))
        back = time.monotonic()
    lab.settle(row, log, back, patience)
    lab.mail.keyed = True
    return judge(row, log, posts)


def judge(row: Row, log: Log, posts: list[float]) -> Row:
    """Add what people saw: answers of 500 and more, how long the longest answer took, who had to send again.

    `posts` gathers the answers while pages and database were up: others wait for their start.
    """
    if row.fault not in MAY_SAY_5XX | {"web killed"}:
        posts += log.posts
    if log.errors and row.fault not in MAY_SAY_5XX:
        row.violations.append(f"answers {Counter(status for status, _text in log.errors)}")
    if any("<h1" not in text for _status, text in log.errors):
        row.violations.append("an error page without words")
    longest = max(log.posts, default=0)
    if row.fault.startswith("broker") and longest > LONGEST_POST:
        row.violations.append(f"an answer took {longest:.1f} s")
    again = log.unanswered + len(log.errors)
    row.note = f"longest answer {longest:.1f} s" + (f", sent again {again} times" if again else "")
    return row


def killed_at_every_statement(lab: Lab, patience: float) -> Row:
    """Kill whoever raises a flag one statement later each time; what was stored is told all the same."""
    facts, env = lab.facts, lab.stand.env
    command = [PYTHON, "-m", "tests.faults.kill_at", str(facts["match"]), str(facts["clinic"])]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)
    turns = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    row = Row("killed at every statement", injected=sum(turn["killed"] for turn in turns))
    if done.returncode or not turns or turns[-1]["killed"]:
        row.violations.append(f"did not end: {done.stderr[-300:]}")
        return row
    whole, now = turns[-1]["rows"], time.monotonic()
    half = [turn["step"] for turn in turns if turn["rows"] not in (whole, dict.fromkeys(whole, 0))]
    row.violations += [f"half stored at step {step}" for step in half]
    refs = {ref: now for turn in turns for ref in turn["refs"]}
    return lab.settle(row, Log(), now, patience, refs)


def notes_dropped(lab: Lab, patience: float) -> Row:
    """What must not come twice: each came once at most, and each doubt is listed as unknown."""
    row = Row("notes at most once, provider drops", injected=1)
    before = len(lab.mail.refs)
    lab.mail.keyed, lab.mail.mode = False, "drops"
    refs = lab.inside("notes", "4")
    with contextlib.suppress(AssertionError):
        until(lambda: set(refs) <= set(lab.mail.refs[before:]), patience)
    time.sleep(2)
    lab.mail.keyed, lab.mail.mode = True, "ok"
    have, listed = Counter(lab.mail.refs[before:]), set(lab.inside("unknown"))
    row.committed, row.delivered = len(refs), sum(have[ref] > 0 for ref in refs)
    row.duplicated = sum(have[ref] - 1 for ref in refs if have[ref] > 1)
    row.lost = sum(not have[ref] for ref in refs)
    if missing := set(refs) - listed:
        row.violations.append(f"{len(missing)} doubts not listed as unknown")
    row.note = f"{len(listed & set(refs))} listed as unknown"
    return row


def disk_full(lab: Lab, posts: list[float], patience: float) -> Row:
    """No page is left: writing is refused in words, reading goes on, and what was sent again is stored once."""
    row, log, full = Row("disk full", injected=1), Log(), lab.folder / FULL
    reads = []
    full.touch()
    with lab.load(log, 12, 0):
        with contextlib.suppress(AssertionError):
            until(lambda: log.errors, 20)
        for person in lab.people:
            reads.append(person.open())
        time.sleep(1)
        full.unlink()
        back = time.monotonic()
    lab.settle(row, log, back, patience)
    if not log.errors:
        row.violations.append("nothing was refused: the disk was not full")
    if set(reads) != {200}:
        row.violations.append(f"reading answered {reads}")
    return judge(row, log, posts)


def clock_jumps(lab: Lab, posts: list[float], *, each: int, patience: float) -> list[Row]:
    """Set the clock the product reads forward and back by an hour, and over a change of the clocks."""
    lab.jump(0)
    lab.stand.kill("web", "worker", "beat", "sweeper")
    plain, lab.stand.env = lab.stand.env, lab.stand.env | {"CHAOS_CLOCK": str(lab.clock)}
    rows = []
    try:
        lab.start("worker", "beat", "sweeper", "web")
        far = CHANGEOVER - time.time()
        for name, jump in (("an hour forward", 3600), ("an hour back", 0), ("over a change of the clocks", far)):
            row, log = Row(f"clock {name}", injected=1), Log()
            with lab.load(log, each):
                time.sleep(0.4)
                lab.jump(jump)
                back = time.monotonic()
            lab.settle(row, log, back, patience)
            rows.append(judge(row, log, posts))
    finally:
        lab.stand.env = plain
        lab.stand.kill(*({"web", "worker", "beat", "sweeper"} & set(lab.stand.running)))
    return rows


def database_stopped(lab: Lab, cluster, dice: random.Random, posts: list[float], *, each: int, patience: float) -> Row:
    """Stop the whole database as at a power cut while people raise flags, and start it again."""
    row, log = Row("PostgreSQL stopped at once", injected=1), Log()
    with lab.load(log, each):
        time.sleep(dice.uniform(0.2, 1.0))
        cluster.stop_at_once()
        time.sleep(dice.uniform(1.0, 2.0))
        cluster.start()
        back = time.monotonic()
    lab.settle(row, log, back, patience)
    return judge(row, log, posts)


def without_outbox(lab: Lab) -> Row:
    """The control: a message goes straight to Celery; the worker dies, the broker forgets, and flags must be lost."""
    row, log = Row("control: no outbox", injected=2), Log()
    lab.stand.env = lab.stand.env | {"CHAOS_DIRECT": "1"}
    lab.stand.kill(*lab.stand.running)
    lab.start("broker", "worker", "web")
    with lab.load(log, 2):
        time.sleep(0.3)
        lab.stand.kill("worker")
    lab.stand.wipe()
    lab.start("worker")
    lab.settle(row, log, time.monotonic(), 4)
    row.note = "must lose some"
    return row
