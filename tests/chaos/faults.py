"""Every fault the suite knows: how it is made, how it ends, and what may happen meanwhile."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from tests.chaos.lab import Lab
from tests.chaos.people import Log
from tests.chaos.tally import Row
from tests.faults.stand import until

# Seconds an answer may take while the broker is away. A machine busy with other work answers slowly whatever the broker
# does: where that makes more, so many times what a page takes that was opened meanwhile, and a second for the broker.
LONGEST_POST, BROKER_COSTS, PAGES = 2.5, 1.0, 5
CLINIC = ZoneInfo("Europe/Brussels")  # whose clocks go forward and back
STATEMENTS = 15  # at least, to raise a flag
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


def provider(mode: str, *, keyed: bool = True) -> Fault:
    @contextlib.contextmanager
    def fault(lab, dice):
        before, lab.mail.keyed, lab.mail.mode = lab.mail.met, keyed, mode
        try:
            yield
            until(lambda: lab.mail.met > before, 120)  # on a busy machine nobody may have come yet
        finally:
            lab.mail.mode = "ok"

    return fault


def two_of(name: str) -> Fault:
    @contextlib.contextmanager
    def fault(lab, dice):
        other = lab.stand.second(name)
        yield
        time.sleep(lab.working)
        lab.stand.kill(other)

    return fault


KINDS: dict[str, Fault] = {
    **{f"{name} killed": killed(name) for name in PARTS},
    "broker hung": hung("broker"),
    "worker hung": hung("worker"),
    "broker flushed": broker_flushed,
    "provider down": provider("down"),
    "provider slow": provider("slow"),
    "provider drops after accepting (keyed)": provider("drops"),
    "provider drops after accepting (keyless)": provider("drops", keyed=False),
    "two beats": two_of("beat"),
    "two sweepers": two_of("sweeper"),
}
MAY_SAY_5XX = {"PostgreSQL stopped at once", "PostgreSQL disk full", "SQLite disk full"}


def inject(lab: Lab, name: str, dice: random.Random, answers: Answers, *, each: int, patience: float) -> Row:
    """Break one thing at a random moment while people raise flags, mend it, and count."""
    row, log = Row(name, injected=1, duplicates_allowed="keyless" in name), Log()
    with lab.load(log, each):
        time.sleep(dice.uniform(0.1, 0.8) * (0.2 if "provider" in name else 1))  # while mails are still to come
        with KINDS[name](lab, dice):
            time.sleep(dice.uniform(1.0, 2.5))
        back = time.monotonic()
    lab.settle(row, log, back, patience)
    lab.mail.keyed = True
    return judge(row, log, answers)


class Answers:
    """How long answers took: `undisturbed` with broker, pages and database up, `without` a broker; seconds."""

    def __init__(self):
        self.undisturbed: list[float] = []
        self.without: list[float] = []


def limit(log: Log) -> float:
    """Return what an answer may take while the broker is away, in seconds."""
    return max(LONGEST_POST, PAGES * max(log.gets, default=0.0) + BROKER_COSTS)


def judge(row: Row, log: Log, answers: Answers) -> Row:
    """Add what people saw: answers of 500 and more, how long the longest answer took, who had to send again."""
    longest = max(log.posts, default=0)
    if row.fault.startswith("broker"):
        answers.without += log.posts
        if longest > (most := limit(log)):
            row.violations.append(f"an answer took {longest:.1f} s, more than {most:.1f}")
    elif row.fault not in MAY_SAY_5XX | {"web killed"} and not row.fault.startswith("clock"):
        answers.undisturbed += log.posts
    if log.errors and row.fault not in MAY_SAY_5XX:
        row.violations.append(f"answers {Counter(status for status, _text in log.errors)}")
    if any("<h1" not in text for _status, text in log.errors):
        row.violations.append("an error page without words")
    again = log.unanswered + len(log.errors)
    row.note = f"longest answer {longest:.1f} s" + (f", sent again {again} times" if again else "")
    return row


def killed_at_every_statement(lab: Lab, patience: float) -> Row:
    """Kill whoever raises a flag one statement later each time; what was stored is told all the same."""
    said = lab.ask("tests.faults.kill_at", str(lab.facts["match"]), str(lab.facts["clinic"]))
    turns = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    row = Row("killed at every statement", injected=sum(turn["killed"] for turn in turns))
    if len(turns) < STATEMENTS or turns[-1]["killed"]:
        row.violations.append(f"did not end: {said[-300:]}")
        return row
    whole, now = turns[-1]["rows"], time.monotonic()
    stored = [turn["rows"] == whole for turn in turns]
    half = [turn["step"] for turn in turns if turn["rows"] not in (whole, dict.fromkeys(whole, 0))]
    row.violations += [f"half stored at step {step}" for step in half]
    if not all(whole.values()) or stored != sorted(stored):  # once it is stored, it stays stored
        row.violations.append(f"stored {whole}, after {stored}")
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
    with contextlib.suppress(AssertionError):
        until(lambda: set(refs) <= set(lab.inside("unknown")), patience, 0.5)
    time.sleep(2)  # for a second copy that must not come
    lab.mail.keyed, lab.mail.mode = True, "ok"
    have, listed = Counter(lab.mail.refs[before:]), set(lab.inside("unknown"))
    row.committed, row.delivered = len(refs), sum(have[ref] > 0 for ref in refs)
    row.duplicated = sum(have[ref] - 1 for ref in refs if have[ref] > 1)
    row.lost = sum(not have[ref] for ref in refs)
    if missing := set(refs) - listed:
        row.violations.append(f"{len(missing)} doubts not listed as unknown")
    row.note = f"{len(listed & set(refs))} listed as unknown"
    return row


def disk_full(lab: Lab, answers: Answers, patience: float) -> Row:
    """Nothing more can be stored: writing is refused in words, reading goes on, and what was sent again is stored once."""
    row, log = Row(f"{'PostgreSQL' if lab.cluster else 'SQLite'} disk full", injected=1), Log()
    reads = []
    if lab.cluster:
        lab.cluster.compact()
    with lab.load(log, 6, 0):
        with lab.full_disk():
            with contextlib.suppress(AssertionError):
                until(lambda: log.errors, 60)
            reads += [person.open() for person in lab.people]
            time.sleep(1)
        back = time.monotonic()
    lab.settle(row, log, back, patience)
    if not log.errors:
        row.violations.append("nothing was refused: the disk was not full")
    if set(reads) != {200}:
        row.violations.append(f"reading answered {reads}")
    return judge(row, log, answers)


def changeover(now: dt.datetime, after: int = 7) -> dt.datetime:
    """Return a moment ten seconds before the clocks of the clinic change next, so many days away at least."""
    hour, at = dt.timedelta(hours=1), (now + dt.timedelta(days=after)).replace(minute=0, second=0, microsecond=0)
    while at.astimezone(CLINIC).utcoffset() == (at + hour).astimezone(CLINIC).utcoffset():
        at += hour
    return at + dt.timedelta(minutes=59, seconds=50)


def clock_jumps(lab: Lab, answers: Answers, *, each: int, patience: float) -> Iterator[Row]:
    """Set the clock every process reads forward and back by an hour, and over a change of the clocks."""
    now = dt.datetime.now(dt.UTC)
    far = (changeover(now) - now).total_seconds()
    for name, jump in (("an hour forward", 3600), ("an hour back", 0), ("over a change of the clocks", far)):
        row, log = Row(f"clock {name}", injected=1), Log()
        with lab.load(log, each):
            time.sleep(0.4)
            shows, back = lab.jump(jump), time.monotonic()
        lab.settle(row, log, back, patience)
        # Beat sleeps through an hour it has lived already, five minutes at a time: the sweeper does its rounds then.
        row.violations += unreached(lab, shows, ["sweeper", "tick" if jump == 3600 else "round:access-log"])
        yield judge(row, log, answers)


def unreached(lab: Lab, shows: dt.datetime, names: list[str]) -> list[str]:
    """Return which parts do not go by the clock that was set to `shows`, after giving them time for a round."""

    def missing():
        ran = {name: dt.datetime.fromisoformat(at) for name, at in lab.inside("beats").items()}
        return [name for name in names if not dt.timedelta() <= ran[name] - shows < dt.timedelta(minutes=10)]

    with contextlib.suppress(AssertionError):
        until(lambda: not missing(), 120 + float(lab.waits["CHAOS_TICK"]), 0.5)
    return [f"{name} goes by another clock" for name in missing()]


def database_stopped(lab: Lab, cluster, dice: random.Random, answers: Answers, *, each: int, patience: float) -> Row:
    """Stop the whole database as at a power cut while people raise flags, and start it again."""
    row, log = Row("PostgreSQL stopped at once", injected=1), Log()
    with lab.load(log, each):
        time.sleep(dice.uniform(0.2, 1.0))
        cluster.stop_at_once()
        time.sleep(dice.uniform(1.0, 2.0))
        cluster.start()
        back = time.monotonic()
    lab.settle(row, log, back, patience)
    return judge(row, log, answers)


def without_outbox(lab: Lab) -> Row:
    """The control: a message goes straight to Celery; the worker dies, the broker forgets, and flags must be lost."""
    row, log = Row("control: no outbox", injected=2), Log()
    lab.renew("broker", "worker", "web", CHAOS_DIRECT="1")
    with lab.load(log, 2):
        time.sleep(0.3)
        lab.stand.kill("worker")
    lab.stand.wipe()
    lab.start("worker")
    lab.settle(row, log, time.monotonic(), 4)
    row.note = "must lose some"
    return row
