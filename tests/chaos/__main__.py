"""Break everything on purpose and count from outside what is lost or doubled; fails when anything is.

python -m tests.chaos [--long] [--seed N] [--minutes N] [--only sqlite|postgres]
"""

from __future__ import annotations

import argparse
import contextlib
import random
import signal
import sys
import time

from tests.chaos import faults
from tests.chaos.cluster import Cluster, binaries
from tests.chaos.lab import PRODUCT, SHORT, Lab
from tests.chaos.tally import Row, percentile, table, violations

P99, LONGEST = 30.0, 60.0  # seconds from the part's return to delivered
LONG_FAULTS, LONG_FLAGS = 200, 2000


class Run:
    """One run of the suite: rows as they come, and everything that has to be closed."""

    def __init__(self, options):
        self.long, self.dice = options.long, random.Random(options.seed)
        self.end = time.monotonic() + 60 * options.minutes
        self.waits = PRODUCT if self.long else SHORT
        self.each, self.patience = (4, 150.0) if self.long else (2, 60.0)
        self.rows: list[Row] = []
        self.controls: list[Row] = []
        self.missing: list[str] = []
        self.posts: list[float] = []
        self.recognised = 0
        self.open = contextlib.ExitStack()

    def say(self, *rows: Row) -> None:
        """Keep rows, and show each as it comes."""
        self.rows += rows
        for row in rows:
            print(
                f"  {row.fault}: {row.committed} committed, {row.lost} lost, {row.duplicated} doubled, {row.note} {row.violations or ''}",
                flush=True,
            )

    def lab(self, url: str = "", mentors: int = 4) -> Lab:
        lab = Lab(self.waits, url, mentors)
        self.open.callback(lab.close)
        return lab

    def on_sqlite(self) -> None:
        """Everything that needs no server of its own."""
        lab = self.lab()
        lab.begin()
        for name in self.chosen():
            if time.monotonic() > self.end:
                break
            self.say(faults.inject(lab, name, self.dice, self.posts, each=self.each, patience=self.patience))
        self.say(faults.killed_at_every_statement(lab, self.patience))
        self.say(faults.notes_dropped(lab, self.patience))
        self.say(faults.disk_full(lab, self.posts, self.patience))
        self.say(*faults.clock_jumps(lab, self.posts, each=self.each, patience=self.patience))
        lab.recount(self.rows)
        self.recognised += lab.mail.recognised
        self.controls.append(faults.without_outbox(lab))
        lab.stand.close()

    def chosen(self) -> list[str]:
        """Return the faults in the order of the dice: each once, or often enough for the long form."""
        names = list(faults.KINDS)
        rounds = -(-LONG_FAULTS // len(names)) if self.long else 1
        return [name for _round in range(rounds) for name in self.dice.sample(names, len(names))]

    def on_postgres(self) -> None:
        """A cluster of our own that is stopped at once, and the control of the places."""
        programs = binaries()
        if programs is None:
            self.missing.append("PostgreSQL: its programs are not here")
            return
        cluster = Cluster(programs)
        self.open.callback(cluster.close)
        lab = self.lab(cluster.url)
        lab.begin()
        before = len(self.rows)
        for _time in range(10 if self.long else 2):
            self.say(
                faults.database_stopped(lab, cluster, self.dice, self.posts, each=self.each + 2, patience=self.patience)
            )
        lab.recount(self.rows[before:])
        self.recognised += lab.mail.recognised
        lab.stand.close()
        places = lab.inside("overbook", "100" if self.long else "25")
        self.controls.append(
            Row("control: no lock on places", injected=1, lost=places["control"], note="must overbook")
        )
        if places["locked"]:
            self.rows.append(Row("places with the lock", violations=[f"{places['locked']} overbooked"]))

    def report(self) -> int:
        """Print the table and the totals; return how the process ends."""
        print(table([*self.rows, *self.controls]))
        waits = [wait for row in self.rows for wait in row.waits]
        injected, raised = sum(r.injected for r in self.rows), sum(r.committed for r in self.rows)
        p99, longest = percentile(waits, 0.99), max(waits, default=0.0)
        print(
            f"{injected} faults, {raised} flags and notes, {sum(r.lost for r in self.rows)} lost, "
            f"{sum(r.duplicated for r in self.rows if not r.duplicates_allowed)} duplicated, "
            f"{self.recognised} repeats recognised by their key\n"
            f"back to delivered: p99 {p99:.1f} s, longest {longest:.1f} s; longest POST with pages and database up {max(self.posts, default=0):.1f} s\n"
            f"waits: {self.waits}"
        )
        wrong = violations(self.rows) + [f"{row.fault}: nothing was lost" for row in self.controls if not row.lost]
        wrong += [f"p99 over {P99:g} s"] * (p99 > P99) + [f"longest over {LONGEST:g} s"] * (longest > LONGEST)
        for words in self.missing:
            print(f"not here: {words}")
        if self.long:
            wrong += self.missing
            wrong += [f"only {injected} faults and {raised} flags"] * (injected < LONG_FAULTS or raised < LONG_FLAGS)
        print("\n".join(f"VIOLATION {words}" for words in wrong) or "No violation.")
        return bool(wrong)


def stop(*_signal):
    raise KeyboardInterrupt


def main() -> int:
    """Run all, and end everything that was started, also when interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", action="store_true", help="200 faults and 2,000 flags, with the product's own waits")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=120, help="begin no further fault after so long")
    parser.add_argument("--only", choices=["sqlite", "postgres"], help="one half of it, which proves only that half")
    options = parser.parse_args()
    run = Run(options)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    began = time.monotonic()
    try:
        if options.only != "postgres":
            run.on_sqlite()
        if options.only != "sqlite":
            run.on_postgres()
    except AssertionError as error:
        run.rows.append(Row("the suite itself", violations=[str(error)]))
    except KeyboardInterrupt:
        print("Stopped before the end.")
        run.missing.append("the rest")
    finally:
        run.open.close()
    code = run.report()
    print(f"{time.monotonic() - began:.0f} s")
    return code


if __name__ == "__main__":
    sys.exit(main())
