"""A stand: the product's own processes, with a database and a broker that nobody else uses."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from django.db import connection

from config.demo import answers
from config.embedded import broker_command, broker_socket, private_folder
from tests.faults.mother import ROOT, Child, Mother

PYTHON = sys.executable
CELERY = [PYTHON, "-m", "celery", "-A", "config"]
COMMANDS = {
    "worker": [
        *CELERY, "worker", "--pool", "threads", "-c", "4", "--loglevel", "INFO", "--without-gossip",
        "--without-mingle", "--without-heartbeat",
    ],
    "beat": [*CELERY, "beat", "--loglevel", "WARNING", "--pidfile="],
    "sweeper": [PYTHON, "manage.py", "sweep"],
    "web": [PYTHON, "-m", "gunicorn", "config.wsgi", "--config", "python:config.gunicorn"],
}  # fmt: skip


def until(question, seconds: float = 60, every: float = 0.1):
    """Wait until the question is answered with something true, and return that. Fails when it takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := question():
            return found
        time.sleep(every)
    raise AssertionError(f"Still not so after {seconds:g} s: {getattr(question, '__doc__', None) or question}")


class Stand:
    """Starts, kills and hangs processes beside a test, on the test's own database and in its own data folder."""

    def __init__(self, folder: Path, database_url: str, **env: str):
        self.folder = folder
        self.mother: Mother | None = None  # None starts every process afresh
        self.env = (
            os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
                "DATA_DIR": str(folder),
                "DATABASE_URL": database_url,
                "REDIS_URL": "",
                "ENV_FILE": os.devnull,
                "NUDGES": "1",
                "SWEEP_SECONDS": "1",
                "PYTHONPATH": str(ROOT),
                "PYTHONUNBUFFERED": "1",
            }
            | env
        )
        self.running: dict[str, subprocess.Popen | Child] = {}
        self.accepted_log.unlink(missing_ok=True)
        for log in folder.glob("*.log"):
            log.unlink()

    # -- processes

    def start(self, *names: str, **env: str) -> None:
        """Start processes by name: broker, worker, beat, sweeper, web."""
        for name in names:
            if name == "broker":
                path = broker_socket(self.folder)
                private_folder(path.parent)
                path.unlink(missing_ok=True)  # a killed one leaves it behind
                self._spawn(name, broker_command(path))
                until(lambda path=path: answers(path), 60, 0.02)
            else:
                self._spawn(name, COMMANDS[name], **env)

    def second(self, name: str) -> str:
        """Start one more process of a kind; return its own name."""
        self._spawn(f"{name}-2", COMMANDS[name])
        return f"{name}-2"

    def run(self, name: str, source: str) -> None:
        """Start a piece of Python under a name."""
        self._spawn(name, [PYTHON, "-c", source])

    def _spawn(self, name: str, command: list[str], **env: str) -> None:
        if self.mother and command[0] == PYTHON and "-c" not in command[:2]:
            self.running[name] = self.mother.fork(command[1:], self.env | env, self.log(name))
            return
        with self.log(name).open("wb") as log:
            self.running[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.env | env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def log(self, name: str) -> Path:
        """Return the file a process writes to."""
        return self.folder / f"{name}.log"

    def signal(self, name: str, number: int) -> None:
        """Send a signal to a process and everything it started."""
        os.killpg(self.running[name].pid, number)

    def kill(self, *names: str) -> None:
        """Kill processes as a power cut would."""
        for name in names:
            with contextlib.suppress(ProcessLookupError):
                self.signal(name, signal.SIGKILL)
            self.running.pop(name).wait()

    def hang(self, name: str) -> None:
        """Let a process stand still without dying; never while it holds the one lock SQLite has, which nothing cuts off."""
        for _try in range(100):
            self.signal(name, signal.SIGSTOP)
            # A signal sent is no process stopped: one of its threads may go on for a moment, and take the lock then.
            os.waitid(os.P_PID, self.running[name].pid, os.WSTOPPED)
            if not self._is_locked():
                return
            self.wake(name)
            time.sleep(0.05)
        raise AssertionError(f"{name} never let the database go")

    def _is_locked(self) -> bool:
        """Tell whether somebody keeps the SQLite database of this stand locked."""
        kind, _colon, path = self.env["DATABASE_URL"].partition(":///")
        if kind != "sqlite":
            return False
        with contextlib.closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as there:
            try:
                there.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return True
            there.execute("ROLLBACK")
            return False

    def wake(self, name: str) -> None:
        """Let a process that stood still go on."""
        self.signal(name, signal.SIGCONT)

    def ready(self, name: str, words: str, seconds: float = 60) -> None:
        """Wait until a process has logged these words."""
        try:
            until(lambda: words in self.log(name).read_text(errors="replace"), seconds)
        except AssertionError as error:
            raise AssertionError(f"{name} said:\n{self.log(name).read_text(errors='replace')[-3000:]}") from error

    def wipe(self, _name: str = "broker") -> None:
        """Let the broker forget everything."""
        import redis

        with redis.Redis(unix_socket_path=str(broker_socket(self.folder))) as client:
            client.flushall()

    def stopped(self, name: str) -> bool:
        """Tell whether a process has ended by itself."""
        return self.running[name].poll() is not None

    def ended(self) -> list[str]:
        """Return which processes are no more though nobody killed them."""
        return [name for name in self.running if self.stopped(name)]

    def close(self) -> None:
        """End everything; the broker's socket goes too, as nobody serves it any more."""
        self.kill(*self.running)
        broker_socket(self.folder).unlink(missing_ok=True)

    # -- what the provider accepted

    @property
    def accepted_log(self) -> Path:
        return self.folder / "accepted.log"

    def accepted(self) -> Counter:
        """Return how often the provider accepted each message, by ref."""
        return Counter(self.accepted_log.read_text().split()) if self.accepted_log.exists() else Counter()


def database_url() -> str:
    """Return the address of the database this test uses, for other processes."""
    there = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{there['NAME']}"
    return f"postgres://{there['USER']}:{there['PASSWORD']}@{there['HOST']}:{there['PORT']}/{there['NAME']}"
