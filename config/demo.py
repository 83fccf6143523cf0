"""The demo's supervisor: starts the broker, web, worker, beat and sweeper, keeps them up, stops them cleanly.

    python -m config.demo            PORT, DATA_DIR, DATABASE_URL and REDIS_URL are honoured
    python -m config.demo --reset    throw the demo's data away first

Everything it starts is a process group of its own that dies with it, so that nothing is left running.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import broker_command, broker_socket, private_folder

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
TICK = 0.1  # seconds between two looks at the children
PATIENCE = 10.0  # seconds a child gets to stop by itself
STEADY = 30.0  # seconds after which a child counts as healthy again
LONGEST_WAIT = 30.0  # seconds at most before a restart
HEAD_START = 10.0  # seconds the pages may take for themselves
READY_WITHIN = 120.0  # seconds after which we say that something is wrong
LARGEST_LOG = 5 * 1024 * 1024
# Only what the demo itself makes is ever thrown away: DATA_DIR may be a folder with other things in it.
MADE_BY_DEMO = ["halfword.sqlite3*", "demo-accounts.json", "beat-schedule*", "secret-key", "static", "log", "run"]
PR_SET_PDEATHSIG = 1


class Trouble(Exception):
    """Something the person who starts the demo can mend; the text says what."""


def say(sentence: str) -> None:
    """Print a line at once, also into a pipe."""
    print(sentence, flush=True)


def die_with_parent() -> None:
    """Ask Linux to end this process when the supervisor ends, even by kill -9. Runs in the child."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass
class Child:
    """One supervised process and what is needed to keep it up."""

    name: str
    command: list[str]
    log: Path
    env: dict[str, str]
    process: subprocess.Popen | None = None
    started: float = 0.0
    wait: float = 1.0  # seconds before the next restart
    due: float | None = field(default=0.0)  # when to start it; None while it runs

    def start(self) -> None:
        """Start it in a process group of its own, writing to its own log."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - the supervisor has one thread
            )
        self.started, self.due = time.monotonic(), None

    def is_running(self) -> bool:
        """Tell whether it runs."""
        return self.process is not None and self.process.poll() is None

    def look_after(self) -> None:
        """Start it when it is due, and plan a restart when it has died."""
        if self.is_running():
            return
        now = time.monotonic()
        if self.due is None and self.process is not None:
            self.end_group()
            self.wait = 1.0 if now - self.started > STEADY else min(self.wait * 2, LONGEST_WAIT)
            self.due = now + self.wait
            say(f"  {self.name} stopped ({self.process.returncode}), again in {self.wait:.0f} s; see {self.log}")
        elif self.due is not None and now >= self.due:
            again = self.process is not None
            self.start()
            if again:
                say(f"  {self.name} started again")

    def ask_to_stop(self) -> None:
        """Ask it to finish what it does and stop."""
        if self.is_running() and self.process is not None:
            self.process.terminate()

    def end_group(self) -> None:
        """Kill whatever is left of it and of what it started, and take note of its end."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        self.process.wait()


class Demo:
    """The supervisor."""

    def __init__(self, port: int, data_dir: Path):
        self.port, self.data_dir = port, data_dir
        self.address = f"http://{HOST}:{port}"
        self.log_dir = data_dir / "log"
        self.embedded = not os.environ.get("REDIS_URL")
        self.stopping = 0
        self.env = self.environment()
        self.children: list[Child] = []

    def environment(self) -> dict[str, str]:
        """Return the settings of the demo; a .env file is for real use and not read here."""
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ENV_FILE": os.devnull,
            "DATA_DIR": str(self.data_dir),
            "STATIC_ROOT": str(self.data_dir / "static"),
            "SITE_URL": self.address,
            "DEMO": "1",
            "HTTPS": "0",
            "LOCAL_MAIL": "1",
            "PYTHONUNBUFFERED": "1",
        }

    # -- before the start

    def check_port(self) -> None:
        """Raise Trouble when somebody else listens there."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, self.port))
            except OSError as error:
                if error.errno == errno.EACCES:
                    raise Trouble(
                        f"Port {self.port} needs more rights than you have. Try: make demo PORT=8001"
                    ) from None
                raise Trouble(
                    f"Port {self.port} is in use by another program. Try: make demo PORT={self.port + 1}"
                ) from None

    def claim_data(self):
        """Return the open file that keeps this data folder ours; raise Trouble when it cannot be."""
        os.umask(0o077)  # whatever is written from here on is nobody else's to read
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            private_folder(self.data_dir / "run")
            self.log_dir.mkdir(exist_ok=True)
            guard = (self.data_dir / "run" / "demo.lock").open("w")
        except OSError as error:
            reason = error.strerror or error
            raise Trouble(
                f"Cannot write to {self.data_dir} ({reason}). Try: make demo DATA_DIR=/tmp/halfword"
            ) from None
        try:
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            guard.close()
            raise Trouble(
                f"Another demo is running on {self.data_dir}. Stop it first, or give this one its own DATA_DIR."
            ) from None
        return guard

    def reset(self) -> None:
        """Throw away what the demo has made, and nothing else."""
        if self.env.get("DATABASE_URL"):
            raise Trouble("demo-reset only clears the demo's own SQLite file, and DATABASE_URL names another database.")
        for pattern in MADE_BY_DEMO:
            for path in self.data_dir.glob(pattern):
                if path.name == "run":
                    continue  # holds the lock we hold
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        self.log_dir.mkdir(exist_ok=True)
        say("The demo's data is gone.")

    def shorten_logs(self) -> None:
        """Keep one old log of each process."""
        for log in self.log_dir.glob("*.log"):
            if log.stat().st_size > LARGEST_LOG:
                log.replace(log.with_suffix(".log.old"))

    def prepare(self) -> None:
        """Prepare the database and, beside it, the static files, in processes of their own which a Ctrl-C ends too."""
        # No worker listens yet, and what went wrong in six simulated months is no news for the console.
        env = self.env | {"NUDGES": "0", "LOG_LEVEL": "CRITICAL"}
        steps = [("database", "programme"), ("static", "words")]
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "config.prepare", *names],
                cwd=ROOT,
                env=env,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - the supervisor has one thread
            )
            for names in steps
        ]
        while any(process.poll() is None for process in processes) and not self.stopping:
            if any(process.poll() for process in processes):
                break
            time.sleep(TICK)
        failed = any(process.poll() for process in processes)
        for process in processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if failed:
            raise Trouble("The demo could not be prepared; what went wrong is above.")

    # -- the children

    def child(self, name: str, *command: str) -> Child:
        """Return a child that has not started yet."""
        return Child(name, list(command), self.log_dir / f"{name}.log", self.env)

    def programs(self) -> list[Child]:
        """Return the processes that make up Halfword."""
        python, bind = sys.executable, f"{HOST}:{self.port}"
        return [
            self.child(
                "web", python, "-m", "gunicorn", "config.wsgi", "--bind", bind, "--preload", "--workers", "2",
                "--worker-class", "gthread", "--threads", "4", "--graceful-timeout", "5", "--no-control-socket",
            ),
            self.child(
                "worker", python, "-m", "celery", "-A", "config", "worker", "--pool", "threads", "-c", "2",
                "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat",
            ),
            self.child("beat", python, "-m", "celery", "-A", "config", "beat", "--loglevel", "WARNING", "--pidfile="),
            self.child("sweeper", python, "manage.py", "sweep"),
        ]  # fmt: skip

    def start_broker(self) -> None:
        """Start the embedded broker first, so that the worker finds it."""
        path = broker_socket(self.data_dir)
        private_folder(path.parent)
        broker = self.child("broker", *broker_command(path))
        self.children.append(broker)
        broker.look_after()
        deadline = time.monotonic() + 5
        while not answers(path) and time.monotonic() < deadline and not self.stopping:
            time.sleep(0.02)

    def watch(self) -> None:
        """Keep the children up until asked to stop. The pages come first, so that nobody waits for the rest."""
        say("Starting ...")
        if self.embedded:
            self.start_broker()
        web, *others = self.programs()
        self.children.append(web)
        began, told, next_look = time.monotonic(), False, 0.0
        while not self.stopping:
            for child in self.children:
                child.look_after()
            now = time.monotonic()
            if not told and now >= next_look:
                next_look = now + 0.3
                ready, late = self.is_ready(), now - began > READY_WITHIN
                if others and (ready or now - began > HEAD_START):
                    self.children += others
                    others = []
                if ready or late:
                    told = True
                    self.welcome() if ready else self.warn()
            time.sleep(TICK)

    def is_ready(self) -> bool:
        """Tell whether /ready answers 200."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.address}/ready", timeout=2) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def welcome(self) -> None:
        """Print the address and the sign-ins."""
        say(f"\nHalfword is ready: {self.address}\n")
        for line in sign_ins(self.data_dir / "demo-accounts.json"):
            say(f"  {line}")
        say("\nCtrl-C stops everything; the data stays.")

    def warn(self) -> None:
        """Say that it takes too long, and where to look."""
        say(f"Not ready after {READY_WITHIN:.0f} s. The logs in {self.log_dir} tell more; Ctrl-C stops.")

    def stop(self) -> None:
        """Stop in order: first whatever takes new work, last the broker they all talk to."""
        say("Stopping ...")
        broker = [child for child in self.children if child.name == "broker"]
        others = [child for child in self.children if child.name != "broker"]
        for group in (others, broker):
            for child in group:
                child.ask_to_stop()
            deadline = time.monotonic() + PATIENCE
            while any(child.is_running() for child in group) and time.monotonic() < deadline and self.stopping < 2:
                time.sleep(TICK)
            for child in group:
                child.end_group()
        if self.embedded:
            broker_socket(self.data_dir).unlink(missing_ok=True)
        say(f"Stopped. The data stays in {self.data_dir}.")

    def on_signal(self, *_) -> None:
        """Take note of a wish to stop; a second one stops waiting."""
        self.stopping += 1

    def run(self, *, reset: bool = False) -> None:
        """Live from start to stop. Raises Trouble with a sentence to show."""
        self.check_port()
        with self.claim_data():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, self.on_signal)
            if reset:
                self.reset()
            self.shorten_logs()
            try:
                self.prepare()
                if not self.stopping:
                    self.watch()
            finally:
                self.stop()


def answers(path: Path) -> bool:
    """Tell whether somebody listens on a unix socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def sign_ins(accounts: Path) -> list[str]:
    """Return one line for each account of the demo, aligned."""
    try:
        people = json.loads(accounts.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ["No demo accounts yet."]
    wide = {key: max(len(person[key]) for person in people) for key in ("role", "email")} if people else {}
    return [f"{p['role']:<{wide['role']}}  {p['email']:<{wide['email']}}  {p['password']}" for p in people]


def chosen_port() -> int:
    """Return the port asked for in PORT; raise Trouble when it is none."""
    value = os.environ.get("PORT") or "8000"
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise Trouble(f"PORT should be a number from 1 to 65535, not {value!r}.")
    return int(value)


def main() -> None:
    """Start the demo; on trouble print one sentence and leave with 1."""
    try:
        data_dir = Path(os.environ.get("DATA_DIR") or ROOT / "var").expanduser().resolve()
        Demo(chosen_port(), data_dir).run(reset="--reset" in sys.argv[1:])
    except Trouble as trouble:
        sys.exit(f"\n{trouble}")


if __name__ == "__main__":
    main()
