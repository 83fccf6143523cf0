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
import traceback
from concurrent.futures import ThreadPoolExecutor

from tests.chaos import faults
from tests.chaos.cluster import Cluster, binaries
from tests.chaos.lab import EVERYTHING, PRODUCT, SHORT, Lab, open_cluster
from tests.chaos.tally import Row, percentile, table, violations

P99, LONGEST = 30.0, 60.0  # seconds from the part's return to delivered
LONG_FAULTS, LONG_FLAGS = 200, 2000
ENDS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
LABS = 4  # laboratories of the long form, which mostly waits


class Run:
    """One run of the suite: rows as they come, and everything that has to be closed."""

    def __init__(self, options):
        self.long, self.fresh, self.seed = options.long, options.fresh, options.seed
        self.end = time.monotonic() + 60 * options.minutes
        self.waits = PRODUCT if self.long else SHORT
        self.each, self.patience = (4, 150.0) if self.long else (2, 120.0)
        self.rows: list[Row] = []
        self.controls: list[Row] = []
        self.missing: list[str] = []
        self.labs: list[Lab] = []
        self.answers = faults.Answers()
        self.recognised = self.owed = 0
        self.open = contextlib.ExitStack()
        self.began = time.monotonic()

    def say(self, *rows: Row) -> None:
        """Keep rows, and show each as it comes."""
        self.rows += rows
        for row in rows:
            print(
                f"  {time.monotonic() - self.began:4.0f} s  {row.fault}: {row.committed} committed, {row.lost} lost, "
                f"{row.duplicated} doubled, slowest {row.slowest:.1f} s, {row.note} {row.violations or ''}",
                flush=True,
            )

    def lab(self, cluster: Cluster | None = None) -> Lab:
        """Found a programme on a database of its own; nothing runs yet."""
        lab = Lab(self.waits, cluster, fresh=self.fresh)
        self.open.callback(lab.close)
        self.labs.append(lab)
        return lab

    def begin(self, lab: Lab) -> None:
        """Start everything of a laboratory, before anything is broken."""
        self.answers.undisturbed += lab.begin()
        self.owed = len(lab.texts)

    def inject(self, lab: Lab, names: list[str], dice: random.Random, where: str = "") -> list[Row]:
        """Break one thing after the other while there is time; return their rows."""
        rows = []
        for name in names:
            if time.monotonic() < self.end:
                row = faults.inject(lab, name, dice, self.answers, each=self.each, patience=self.patience)
                row.fault = where + row.fault
                rows.append(row)
                self.say(row)
        return rows

    def all(self, only: str | None) -> None:
        """Both halves, or one. The long form, which mostly waits, goes through several laboratories side by side."""
        dice = random.Random(self.seed)
        names = dice.sample(list(faults.KINDS), len(faults.KINDS))
        sqlite = [lambda: self.alone(dice, names)] if only != "postgres" else []
        if self.long:
            sqlite += [lambda n=n: self.many(n) for n in range(LABS)] * bool(sqlite)
            server = [lambda: self.on_postgres(self.prepare_postgres())] if only != "sqlite" else []
            self.together(*sqlite, *server)
            return
        with ThreadPoolExecutor(1) as pool:
            server = pool.submit(self.prepare_postgres) if only != "sqlite" else None
            for half in sqlite:
                half()
            if server:
                self.on_postgres(server.result())

    def alone(self, dice: random.Random, names: list[str]) -> None:
        """Every fault once, then those that need the whole laboratory, then the control."""
        lab, before = self.lab(), len(self.rows)
        self.begin(lab)
        self.inject(lab, names, dice)
        self.say(faults.killed_at_every_statement(lab, self.patience))
        self.say(faults.notes_dropped(lab, self.patience))
        self.say(faults.disk_full(lab, self.answers, self.patience))
        lab.recount(self.rows[before:])
        before = len(self.rows)
        lab.renew(*EVERYTHING)
        for row in faults.clock_jumps(lab, self.answers, each=self.each, patience=self.patience):
            self.say(row)
        lab.recount(self.rows[before:])
        self.recognised += lab.mail.recognised
        self.controls.append(faults.without_outbox(lab))
        lab.stand.kill(*lab.stand.running)

    def many(self, number: int) -> None:
        """So many faults in the order of the dice, in one laboratory of several."""
        dice, lab = random.Random(f"{self.seed}-{number}"), self.lab()
        self.begin(lab)
        names = [name for _round in range(-(-LONG_FAULTS // len(faults.KINDS) // LABS)) for name in faults.KINDS]
        dice.shuffle(names)
        mine = self.inject(lab, names, dice)
        lab.recount(mine)
        self.recognised += lab.mail.recognised
        lab.stand.kill(*lab.stand.running)

    def together(self, *calls) -> None:
        """Run calls side by side; what one raises is raised."""
        with ThreadPoolExecutor(len(calls)) as pool:
            try:
                for waiting in [pool.submit(call) for call in calls]:
                    waiting.result()
            except BaseException:
                self.end = 0.0  # the others end with the fault they are at
                raise

    def prepare_postgres(self) -> Lab | None:
        """Make a cluster of our own with tables and a programme, which takes a while: nothing is measured yet."""
        programs = binaries()
        if programs is None:
            self.missing.append("PostgreSQL: its programs are not here")
            return None
        return self.lab(open_cluster(self.open, programs))

    def on_postgres(self, lab: Lab | None) -> None:
        """A cluster that is stopped at once and has no room left, and the control of the places."""
        if lab is None:
            return
        cluster, before, dice = lab.cluster, len(self.rows), random.Random(self.seed)
        self.begin(lab)
        self.inject(lab, ["broker hung", "worker hung"], dice, "PostgreSQL, ")
        for _time in range(10 if self.long else 2):
            self.say(
                faults.database_stopped(lab, cluster, dice, self.answers, each=self.each + 2, patience=self.patience)
            )
        if cluster.has_small_disk:
            self.say(faults.disk_full(lab, self.answers, self.patience))
        else:
            self.missing.append("PostgreSQL on a full disk: no small disk may be mounted here")
        lab.recount(self.rows[before:])
        self.recognised += lab.mail.recognised
        lab.stand.kill(*lab.stand.running)
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
            f"back to delivered: p99 {p99:.1f} s, longest {longest:.1f} s; longest POST "
            f"{max(self.answers.undisturbed, default=0):.1f} s, {max(self.answers.without, default=0):.1f} s without a broker\n"
            f"each flag owes {self.owed} mails; waits: {self.waits}"
        )
        wrong = violations(self.rows) + [f"{row.fault}: nothing was lost" for row in self.controls if not row.lost]
        for words in self.missing:
            print(f"not here: {words}")
        if self.long:
            wrong += self.missing  # nor are times judged where waits are not the product's
            wrong += [f"p99 over {P99:g} s"] * (p99 > P99) + [f"longest over {LONGEST:g} s"] * (longest > LONGEST)
            wrong += [f"only {injected} faults and {raised} flags"] * (injected < LONG_FAULTS or raised < LONG_FLAGS)
        print("\n".join(f"VIOLATION {words}" for words in wrong) or "No violation.")
        return bool(wrong)


def stop(*_signal):
    raise KeyboardInterrupt


def main() -> int:
    """Run all, and end everything that was started, also when interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", action="store_true", help="200 faults and 2,000 flags, with the product's own waits")
    parser.add_argument("--fresh", action="store_true", help="start each part afresh instead of forking it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=120, help="begin no further fault after so long")
    parser.add_argument("--only", choices=["sqlite", "postgres"], help="one half of it, which proves only that half")
    options = parser.parse_args()
    run = Run(options)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # ignored by whoever started us, nobody would hear how a part ended
    for number in ENDS:
        signal.signal(number, stop)
    began = time.monotonic()
    try:
        run.all(options.only)
    except Exception as error:  # whatever went wrong, everything is ended and the table shown
        run.rows.append(Row("the suite itself", violations=[f"{type(error).__name__}: {error}"]))
        traceback.print_exc(file=sys.stdout)
        print(*(lab.log_ends() for lab in run.labs), sep="\n", flush=True)
    except KeyboardInterrupt:
        run.rows.append(Row("the suite itself", violations=["stopped before the end"]))
    finally:
        for number in ENDS:
            signal.signal(number, signal.SIG_IGN)  # asked twice, it still ends everything it started
        run.open.close()
    code = run.report()
    print(f"{time.monotonic() - began:.0f} s")
    return code


if __name__ == "__main__":
    sys.exit(main())
