"""A laboratory: the whole product on a database of its own, with a mail server that is ours and people who raise flags."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tests.chaos.cluster import free_port
from tests.chaos.people import Log, Person, crowd
from tests.chaos.provider import MailServer
from tests.chaos.tally import Row, count, extra_copies, owed
from tests.faults.stand import PYTHON, ROOT, Stand, until

EVERYTHING = ("broker", "worker", "beat", "sweeper", "web")
FULL = "disk-is-full"
# What is shortened in the short form, in seconds; the long form runs with the product's own.
SHORT = {"SWEEP_SECONDS": "1", "CHAOS_TICK": "3", "CHAOS_WAIT": "5", "CHAOS_LEASE": "15"}
PRODUCT = {"SWEEP_SECONDS": "10", "CHAOS_TICK": "60"}


class Lab:
    """Everything one database needs; `close` leaves nothing behind."""

    def __init__(self, waits: dict[str, str], url: str = "", mentors: int = 4):
        self.folder = Path(tempfile.mkdtemp(prefix="hw-chaos-"))
        self.mail, self.port = MailServer(), free_port()
        self.clock = self.folder / "clock"
        env = {
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings", "EMAIL_URL": f"smtp://127.0.0.1:{self.mail.port}",
            "BIND": f"127.0.0.1:{self.port}", "WEB_CONCURRENCY": "2", "HTTPS": "0", "DEBUG": "0", "DEMO": "0",
            "LOCAL_MAIL": "0", "SECRET_KEY": "chaos-" * 12, "ALLOWED_HOSTS": "127.0.0.1", "BEHIND_PROXY": "0",
            "SITE_URL": f"http://127.0.0.1:{self.port}", "LOG_LEVEL": "WARNING",
        } | waits  # fmt: skip
        self.stand = Stand(self.folder, url or f"sqlite:///{self.folder / 'chaos.sqlite3'}", **env)
        try:
            self.facts = self.inside("programme", str(mentors))
        except BaseException:
            self.close()
            raise
        self.people = [Person(self.port, facts) for facts in self.facts["people"]]
        self.texts: set[tuple[str, str]] = set()

    def inside(self, *words: str):
        """Ask something of inside the product; see inside.py."""
        done = subprocess.run(
            [PYTHON, "-m", "tests.chaos.inside", *words], cwd=ROOT, env=self.stand.env, capture_output=True, text=True,
            check=False, timeout=300,
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(done.stderr[-3000:])
        return json.loads(done.stdout.splitlines()[-1])

    def start(self, *names: str) -> None:
        """Start processes, and wait until the worker and the pages are there."""
        self.stand.start(*names)
        if "worker" in names:
            until(lambda: "ready." in self.stand.log("worker").read_text(errors="replace"), 90)
        if "web" in names:
            until(self.answers, 90)

    def answers(self) -> bool:
        try:
            return self.people[0].open() == 200
        except OSError:
            return False

    def begin(self) -> None:
        """Start everything, open the page for each, and learn from one undisturbed flag what every flag owes."""
        self.start(*EVERYTHING)
        for person in self.people:
            person.open()
        log = Log()
        self.people[0].raise_flag(log)
        if not log.committed:
            raise AssertionError(f"No flag could be raised: {log}")
        until(lambda: self.mail.of(log.committed), 60)
        time.sleep(3)
        self.texts = {mail.copy[1:] for mail in self.mail.of(log.committed)}

    def load(self, log: Log, each: int, pause: float = 0.2):
        """Let people raise flags meanwhile; use as `with`, at whose end everybody has been answered."""
        return _Load(self.people, log, each, pause)

    def settle(self, row: Row, log: Log, back: float, patience: float, extra: dict[str, float] | None = None) -> Row:
        """Wait until everything owed has come or patience ends, and count."""
        committed = log.committed | (extra or {})
        must = owed(committed, self.texts)
        with contextlib.suppress(AssertionError):
            until(lambda: must <= {mail.copy for mail in self.mail.of(committed)}, patience, 0.05)
        count(row, committed, self.mail.of(committed), self.texts, back)
        row.violations += log.strange
        if log.given_up:
            row.violations.append(f"{log.given_up} never got an answer")
        return row

    def recount(self, rows: list[Row]) -> None:
        """Count second copies again at the very end: some would come after their row was settled."""
        for row in rows:
            if row.refs:
                row.duplicated = extra_copies(owed(row.refs, self.texts), self.mail.of(row.refs))

    def jump(self, seconds: float) -> None:
        """Set the clock of the processes that were started with a false one."""
        new = self.clock.with_suffix(".new")
        new.write_text(f"{seconds:+.0f}\n")
        os.replace(new, self.clock)

    def log_ends(self) -> str:
        return "\n".join(
            f"-- {log.name}\n{log.read_text(errors='replace')[-600:]}" for log in self.folder.glob("*.log")
        )

    def close(self) -> None:
        self.stand.close()
        self.mail.shutdown()
        self.mail.server_close()
        shutil.rmtree(self.folder, ignore_errors=True)


class _Load:
    def __init__(self, people, log, each, pause):
        self.all = (people, log, each, pause)

    def __enter__(self):
        self.threads = crowd(*self.all)
        return self

    def __exit__(self, *_error):
        for thread in self.threads:
            thread.join(120)
