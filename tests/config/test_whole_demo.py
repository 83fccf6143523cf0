"""The whole demo as a person starts it: all processes, a real broker, real kills."""

import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from config import demo, embedded

pytestmark = [pytest.mark.faults, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]
# Promised on an idle machine are 90 s and 15 s; a slow one gets some more, and a busy one as much more as it is busy.
COLD, WARM = 150.0, 40.0
# Ports the system gives to nobody by itself: one of those may be somebody's before the demo comes to listen there.
PORTS = range(20_000, 30_000)
PARTS = {"broker": "valkey-server ", "web": " gunicorn ", "worker": " worker ", "beat": " beat ", "sweeper": " sweep"}


def busy() -> float:
    """Return how many programs wait for each core, 1 at least: by so much everything takes longer."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def free_port() -> int:
    """Return a port nobody listens on or talks from."""
    for port in random.sample(PORTS, 50):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("No port is free.")


class Running:
    """A demo in a process group of its own, as a terminal would start it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.port = free_port()
        self.log = folder.parent / f"console-{time.monotonic_ns()}"
        clean = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        self.env = clean | {"PORT": str(self.port), "DATA_DIR": str(folder)}
        self.process: subprocess.Popen | None = None

    def start(self, within: float) -> float:
        """Start, wait until it is ready, and return after how many seconds that was."""
        began = time.monotonic()
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.demo"],
                cwd=demo.ROOT,
                env=self.env,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        while not self.is_ready():
            assert self.process.poll() is None, self.told()
            assert time.monotonic() - began < within * busy(), f"{within} s, {busy():.1f}: {self.told()}"
            time.sleep(0.1)
        return time.monotonic() - began

    def told(self) -> str:
        """Return what it and its processes said last."""
        logs = [self.log, *sorted((self.folder / "log").glob("*.log"))]
        return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-1500:]}" for log in logs)

    def says(self, part: str) -> str:
        """Return what /ready says about a part of it, or nothing when it does not answer in time."""
        return ((self.state() or {}).get("parts") or {}).get(part, "")

    def is_ready(self) -> bool:
        """Tell whether /ready answers 200."""
        return self.state() is not None

    def state(self) -> dict | None:
        """Return what /ready says, or None when it does not answer 200."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ready", timeout=2) as answer:
                return json.load(answer)
        except OSError:
            return None

    def pids(self) -> dict[str, int]:
        """Return the direct children of the supervisor by name."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        found = {}
        for pid in children:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")
            found |= {name: int(pid) for name, word in PARTS.items() if word in command}
        return found

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send a signal to the supervisor alone and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=30 * busy())


def left_over(folder: Path) -> list[str]:
    """Return the command lines of processes that still work on a data folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            mine = f"DATA_DIR={folder}".encode() in (path / "environ").read_bytes().split(b"\0")
            words = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:
            continue
        if mine and words:
            found.append(words)
    return found


def until(condition, seconds: float) -> bool:
    """Wait until something holds, on a busy machine for longer; tell whether it came to hold."""
    began = time.monotonic()
    while not (holds := condition()) and time.monotonic() - began < seconds * busy():
        time.sleep(0.2)
    return bool(holds)


@pytest.fixture(scope="module")
def lived(tmp_path_factory) -> Path:
    """A data folder with its programme, after a cold start and a Ctrl-C."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    demo_run = Running(folder)
    print(f"\ncold start {demo_run.start(COLD):.1f} s")
    assert demo_run.stop() == 0
    assert until(lambda: not left_over(folder), 5), left_over(folder)
    return folder


@pytest.fixture
def running(lived, tmp_path):
    """A demo on a copy of that folder, which has not started yet and is gone after the test whatever happens."""
    # So deep that the broker's socket has to stand elsewhere.
    folder = tmp_path.joinpath(*["deep" * 5] * 5, "data")
    shutil.copytree(lived, folder)
    it = Running(folder)
    yield it
    if it.process and it.process.poll() is None:
        it.process.kill()
        it.process.wait()
    shutil.rmtree(embedded.broker_socket(folder).parent, ignore_errors=True)


def test_a_cold_start_leaves_a_programme_and_a_sign_in_for_each_role(lived):
    roles = {person["role"] for person in json.loads((lived / "demo-accounts.json").read_text())}
    assert {"nurse", "coordinator", "mentor", "clinician", "admin"} <= roles
    assert (lived / "halfword.sqlite3").stat().st_mode & 0o077 == 0


def test_every_process_that_is_killed_comes_back(running):
    running.start(WARM)
    assert until(lambda: set(running.pids()) == set(PARTS), 20)
    killed = set(running.pids().values())
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert until(lambda: set(running.pids()) == set(PARTS) and not killed & set(running.pids().values()), 30)
    assert until(lambda: running.says("sweeper") == "ok", 40)
    assert until(lambda: running.says("broker") == "ok", 20)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_second_start_keeps_the_data_and_stops_cleanly(running, number):
    written = (running.folder / "demo-accounts.json").stat().st_mtime_ns
    print(f"\nwarm start {running.start(WARM):.1f} s")
    assert (running.folder / "demo-accounts.json").stat().st_mtime_ns == written
    assert running.stop(number) == 0
    assert until(lambda: not left_over(running.folder), 5), left_over(running.folder)


def test_nothing_outlives_a_supervisor_that_was_killed(running):
    running.start(WARM)
    path = embedded.broker_socket(running.folder)
    assert not path.is_relative_to(running.folder)
    assert demo.answers(path)
    assert until(lambda: running.says("broker") == "ok", 20)
    running.process.kill()
    running.process.wait()
    assert until(lambda: not left_over(running.folder), 10), left_over(running.folder)


def test_two_demos_run_side_by_side(lived, running, tmp_path):
    shutil.copytree(lived, tmp_path / "other")
    other = Running(tmp_path / "other")
    running.start(WARM)
    # Three of its processes begin only when its pages are there: together with another start they are one too many.
    assert until(lambda: running.says("sweeper") == "ok", 40), running.told()
    try:
        other.start(WARM)
        assert until(running.is_ready, 10), running.told()
        assert other.stop() == 0, other.told()
        assert until(running.is_ready, 10), running.told()
    finally:
        other.process.kill()
        other.process.wait()
