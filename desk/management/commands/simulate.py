"""Play a whole programme and lay what it owed its people beside what it did."""

import argparse
import gc
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from desk.simulate import formats, table
from desk.simulate.play import MOST_MENTEES, Script
from mentorship.management.typed import plain

MOST_MONTHS = 36
ALONE = 100  # so few mentees are played in one process


def upto(most: int):
    """Return a reader of whole numbers from 1 to `most`; it raises ArgumentTypeError for anything else."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"Write a whole number from 1 to {most}.")
        return int(text)

    return read


class Command(BaseCommand):
    help = (
        "Play a programme through the real actions on a moving clock, in a database of its own that is thrown away, "
        "and print what it owed beside what it made. Ends with an error for any difference. Many mentees are shared out "
        "over as many clinics as there are processors."
    )

    def add_arguments(self, parser):
        parser.add_argument("--mentees", type=upto(MOST_MENTEES), default=60)
        parser.add_argument("--months", type=upto(MOST_MONTHS), default=12)
        parser.add_argument("--seed", type=int, default=1, help="The same number plays the same programme (default 1).")
        parser.add_argument(
            "--format",
            help="The key of the format people follow, as this database has it newest; or “all” presets in turn; else "
            "the own start.",
        )
        parser.add_argument("--one", action="store_true", help="Play it in one process and print it as JSON.")
        # The format comes on standard input: how a share is told.
        parser.add_argument("--given", action="store_true", help=argparse.SUPPRESS)

    given: dict | None = None  # the format of the configured database that is played

    def handle(
        self, *args, mentees: int, months: int, seed: int, format: str | None, one: bool, given: bool, **options
    ):
        begun = time.monotonic()
        if given:
            self.given = json.load(sys.stdin)
        elif plain(format) not in (None, formats.ALL):
            self.given = formats.in_use_here(format)
        many = 1 if one or mentees <= ALONE else min(os.cpu_count() or 1, mentees // ALONE + 1)
        if many == 1:
            lines, happened = self.play(mentees, months, seed, format)
        else:
            lines, happened = self.share_out(many, mentees, months, seed, format)
        if one:
            self.stdout.write(json.dumps({"lines": [asdict(line) for line in lines], "happened": happened}))
            return
        self.say(lines, happened, time.monotonic() - begun)
        wrong = sum(line.differences for line in lines)
        if wrong:
            raise CommandError(f"{wrong} differences between what was owed and what was made.")

    def play(self, mentees: int, months: int, seed: int, key: str | None):
        """Play one clinic in a database of its own."""
        gc.freeze()  # what is loaded by now stays: looking for circles in it again and again takes a tenth of the time
        gc.set_threshold(100_000, 50, 50)
        name = connection.settings_dict["NAME"]
        connection.settings_dict["TEST"]["MIGRATE"] = (
            False  # the tables as the models say: step by step takes half a minute
        )
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            return table.play(Script(mentees, months, seed, self._formats(key)))
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)

    def share_out(self, many: int, mentees: int, months: int, seed: int, key: str | None):
        """Play several clinics side by side, each in a process and a database of its own, and add them up."""
        shares = [mentees // many + (number < mentees % many) for number in range(many)]
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "simulate", "--one", f"--months={months}"]
        command += [f"--format={key}"] if key else []
        command += ["--given"] if self.given else []
        # Whatever database is set, each process plays in SQLite's memory: they would meet in a shared one.
        alone = os.environ | {"DATABASE_URL": "", "OPENBLAS_NUM_THREADS": "1"}
        running = [
            self._start([*command, f"--mentees={share}", f"--seed={seed + 1000 * n}"], alone)
            for n, share in enumerate(shares)
        ]
        found = []
        for process in running:
            text, _errors = process.communicate()
            if process.returncode:
                raise CommandError("One of the clinics could not be played; see above.")
            found.append(json.loads(text.splitlines()[-1]))
        return table.together(found)

    def _start(self, command: list[str], env: dict[str, str]) -> subprocess.Popen:
        """Start one share; it has no access to the configured database, so that its format is handed over."""
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
        assert process.stdin is not None
        process.stdin.write(json.dumps(self.given).encode())
        process.stdin.close()
        process.stdin = None  # else it would be flushed once more
        return process

    def _formats(self, key: str | None) -> tuple:
        chosen = formats.to_play(key, self.given)
        if key is not None and not chosen:
            raise CommandError(f"There is no format “{key}”.")
        return chosen

    def say(self, lines, happened, seconds: float) -> None:
        """Print the table."""
        for what, many in sorted(happened.items()):
            self.stdout.write(f"{many:>8}  {what}")
        self.stdout.write(f"\n{'owed':>8} {'made':>8} {'differ':>8}")
        for line in lines:
            self.stdout.write(f"{line.owed:>8} {line.made:>8} {line.differences:>8}  {line.what}")
            for example in line.examples:
                self.stdout.write(f"{'':>28}{example}")
        self.stdout.write(f"\n{seconds:.0f} s")
