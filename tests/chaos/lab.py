"""A laboratory: the whole product on a database of its own, with a mail server that is ours and people who raise flags."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from tests.chaos.cluster import Cluster, free_port
from tests.chaos.people import Log, Person, crowd, read_meanwhile
from tests.chaos.provider import MailServer
from tests.chaos.tally import Row, count, extra_copies, owed
from tests.faults.mother import Mother, adopt_orphans
from tests.faults.stand import PYTHON, ROOT, Stand, until

EVERYTHING = ("broker", "worker", "beat", "sweeper", "web")
FULL = "disk-is-full"
OWED = 2  # mails at least: who answers, and who stands behind them
# What is shortened in the short form, in seconds (CHAOS_BACKOFF is a share); the long form runs with the product's own.
SHORT = {"SWEEP_SECONDS": "1", "CHAOS_TICK": "3", "CHAOS_WAIT": "4", "CHAOS_LEASE": "10", "CHAOS_BACKOFF": "0.3"}
PRODUCT = {"SWEEP_SECONDS": "10", "CHAOS_TICK": "60"}


class Lab:
    """Everything one database needs; `close` leaves nothing behind."""

    def __init__(self, waits: dict[str, str], cluster: Cluster | None = None, *, fresh: bool = False, mentors: int = 4):
        self.folder = Path(tempfile.mkdtemp(prefix="hw-chaos-"))
        self.mail, self.port, self.waits, self.cluster = MailServer(), free_port(), waits, cluster
        self.clock, self.database = self.folder / "clock", self.folder / "chaos.sqlite3"
        self.clock.write_text("0\n")
        self.texts: set[tuple[str, str]] = set()
        self.mother = None
        env = surroundings(self.folder) | waits | {
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail.port}", "BIND": f"127.0.0.1:{self.port}",
            "SITE_URL": f"http://127.0.0.1:{self.port}", "CHAOS_CLOCK": str(self.clock),
        }  # fmt: skip
        self.stand = Stand(self.folder, cluster.url() if cluster else f"sqlite:///{self.database}", **env)
        if adopt_orphans():
            self.mother = Mother(self.stand.env, self.stand.log("mother"))
        self.stand.mother = None if fresh else self.mother
        try:
            self.facts = self.inside("programme", str(mentors))
        except BaseException:
            self.close()
            raise
        self.people = [Person(self.port, facts) for facts in self.facts["people"]]
        if cluster is None:
            copy(self.database, self.folder / "kept.sqlite3")

    def inside(self, *words: str):
        """Ask something of inside the product; see inside.py."""
        return json.loads(self.ask("tests.chaos.inside", *words).splitlines()[-1])

    def ask(self, module: str, *words: str) -> str:
        """Run a module of the product to its end and return what it printed."""
        log = self.folder / "answer.log"
        command = ["-m", module, *words]
        if self.mother:
            code = self.mother.fork(command, self.stand.env, log).wait(300)
        else:
            with log.open("wb") as file:
                code = subprocess.run(
                    [PYTHON, *command], cwd=ROOT, env=self.stand.env, stdout=file, stderr=file, check=False, timeout=300
                ).returncode
        if code:
            raise AssertionError(f"{module} {words}: {log.read_text(errors='replace')[-3000:]}")
        return log.read_text()

    # -- processes

    def start(self, *names: str) -> None:
        """Start processes, and wait until the worker and the pages are there."""
        self.stand.start(*names)
        if "worker" in names:
            until(lambda: "ready." in self.stand.log("worker").read_text(errors="replace"), 180)
        if "web" in names:
            until(self.answers, 180)

    def answers(self) -> bool:
        """Tell whether the pages answer."""
        try:
            return self.people[0].open() == 200
        except OSError:
            return False

    def begin(self) -> list[float]:
        """Start everything, and learn from undisturbed flags what every flag owes; return how long answers took."""
        self.start(*EVERYTHING)
        for person in self.people:
            person.open()
        log = Log()
        with self.load(log, 1):
            pass
        until(lambda: self._is_quiet(log), 120)
        kinds = {frozenset(mail.copy[1:] for mail in self.mail.of([ref])) for ref in log.committed}
        self.texts = set(next(iter(kinds)))
        if len(log.committed) != len(self.people) or len(kinds) != 1 or len(self.texts) < OWED:
            raise AssertionError(f"Undisturbed flags: {log}, {kinds}")
        return log.posts

    def _is_quiet(self, log: Log) -> bool:
        """Tell whether every flag has its mails, and for three seconds none came any more."""
        mails = self.mail.of(log.committed)
        return len(mails) >= OWED * len(self.people) and time.monotonic() - max(mail.at for mail in mails) > 3

    def renew(self, *names: str, **env: str) -> None:
        """Kill everything, go back to the programme as it was founded (SQLite only), and start so many parts."""
        self.stand.kill(*self.stand.running)
        for old in [*self.folder.glob("chaos.sqlite3*"), *self.folder.glob("beat-schedule*")]:
            old.unlink()
        copy(self.folder / "kept.sqlite3", self.database)
        self.stand.env |= env
        self.start(*names)

    @property
    def working(self) -> float:
        """Return the seconds in which whatever was started has done some of its work."""
        return 1 + 1.2 * float(self.waits["SWEEP_SECONDS"])

    # -- faults of the surroundings

    @contextlib.contextmanager
    def full_disk(self):
        """No more room for the database inside of it."""
        if self.cluster:
            self.cluster.fill_disk()
        else:
            (self.folder / FULL).touch()
        try:
            yield
        finally:
            if self.cluster:
                self.cluster.free_disk()
            else:
                (self.folder / FULL).unlink()

    def jump(self, seconds: float) -> dt.datetime:
        """Set the clock of all processes so far ahead of the true one; return what it shows."""
        new = self.clock.with_suffix(".new")
        new.write_text(f"{seconds:+.0f}\n")
        shows = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=round(seconds))  # before anybody reads it
        os.replace(new, self.clock)
        return shows

    # -- counting

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
        row.violations += log.strange + [f"the {name} ended by itself" for name in self.stand.ended()]
        if log.given_up:
            row.violations.append(f"{log.given_up} never got an answer")
        return row

    def recount(self, rows: list[Row]) -> None:
        """Count second copies again at the very end: some would come after their row was settled."""
        for row in rows:
            if row.refs:
                row.duplicated = extra_copies(owed(row.refs, self.texts), self.mail.of(row.refs))

    def log_ends(self) -> str:
        """Return the last words of every process."""
        return "\n".join(
            f"-- {log.name}\n{log.read_text(errors='replace')[-1500:]}" for log in self.folder.glob("*.log")
        )

    def close(self) -> None:
        """End everything and throw it away."""
        self.stand.close()
        if self.mother:
            self.mother.close()
        self.mail.shutdown()
        self.mail.server_close()
        shutil.rmtree(self.folder, ignore_errors=True)


class _Load:
    def __init__(self, people, log, each, pause):
        self.all, self.stop = (people, log, each, pause), threading.Event()
        self.reader = threading.Thread(target=read_meanwhile, args=(people[0], log, self.stop), daemon=True)

    def __enter__(self):
        self.threads = crowd(*self.all)
        self.reader.start()
        return self

    def __exit__(self, *_error):
        for thread in self.threads:  # each person gives up at last
            thread.join()
        self.stop.set()
        self.reader.join()


def surroundings(folder: Path) -> dict[str, str]:
    """Return the settings every process of the suite has."""
    return {
        "DJANGO_SETTINGS_MODULE": "tests.chaos.settings", "DATA_DIR": str(folder), "ENV_FILE": os.devnull,
        "WEB_CONCURRENCY": "2", "HTTPS": "0", "DEBUG": "0", "DEMO": "0", "LOCAL_MAIL": "0", "SECRET_KEY": "chaos-" * 12,
        "ALLOWED_HOSTS": "127.0.0.1", "BEHIND_PROXY": "0", "LOG_LEVEL": "WARNING", "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip


def copy(source: Path, target: Path) -> None:
    """Copy an SQLite database with whatever its log holds."""
    with (
        contextlib.closing(sqlite3.connect(source)) as old,
        contextlib.closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)


def make_tables(url: str, folder: Path) -> None:
    """Make all tables of a server's database."""
    env = os.environ | surroundings(folder) | {"DATABASE_URL": url, "REDIS_URL": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [PYTHON, "-m", "tests.chaos.inside", "tables"], cwd=ROOT, env=env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise AssertionError(done.stderr[-3000:])


def open_cluster(stack: contextlib.ExitStack, programs: Path) -> Cluster:
    """Start PostgreSQL until the stack is closed, with tables kept from an earlier run where migrations are the same."""
    cache = ROOT / ".pytest_cache" / "d" / "chaos"
    cache.mkdir(parents=True, exist_ok=True)
    kept = cache / f"postgresql-{programs.parent.name}-{of_migrations()}"
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hw-chaos-fill-")))
    cluster = Cluster(programs, kept, lambda url: make_tables(url, folder))
    stack.callback(cluster.close)
    return cluster


def of_migrations() -> str:
    """Return a value that changes with whatever decides what the tables are."""
    files = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/formats/**/*.json"), ROOT / "common" / "fields.py"]
    files.append(ROOT / "requirements" / "base.txt")
    known = hashlib.sha256()
    for path in sorted(files):
        known.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return known.hexdigest()[:20]
