"""The supervisor refuses in plain words, keeps its children up and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config import demo, embedded


@pytest.fixture
def supervisor(tmp_path, monkeypatch):
    """A supervisor on a free port with a folder of its own."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    return demo.Demo(free_port(), tmp_path)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, seconds: float = 10.0) -> bool:
    """Wait until something holds; tell whether it came to hold."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that waits for its parent to take note does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_busy_port_is_told_with_a_way_out(supervisor):
    with socket.socket() as other:
        other.bind(("127.0.0.1", supervisor.port))
        other.listen()
        with pytest.raises(demo.Trouble, match=f"make demo PORT={supervisor.port + 1}"):
            supervisor.check_port()


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(demo.Trouble, match="Cannot write to .*DATA_DIR="):
        demo.Demo(8000, tmp_path / "file" / "data").claim_data()


def test_two_demos_cannot_share_a_folder(supervisor):
    with supervisor.claim_data(), pytest.raises(demo.Trouble, match="Another demo is running"):
        demo.Demo(8000, supervisor.data_dir).claim_data()


@pytest.mark.parametrize("value", ["eight", "0", "65536", "-1", "80 80"])
def test_a_port_that_is_none_is_refused(monkeypatch, value):
    monkeypatch.setenv("PORT", value)
    with pytest.raises(demo.Trouble, match="PORT should be a number"):
        demo.chosen_port()


def test_reset_throws_away_only_what_the_demo_made(supervisor):
    for name in ("halfword.sqlite3", "halfword.sqlite3-wal", "demo-accounts.json", "thesis.doc"):
        (supervisor.data_dir / name).write_text("")
    with supervisor.claim_data():
        supervisor.reset()
    assert {path.name for path in supervisor.data_dir.iterdir()} == {"thesis.doc", "run", "log"}


def test_reset_never_touches_a_database_server(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://127.0.0.1/clinic")
    with pytest.raises(demo.Trouble, match="DATABASE_URL"):
        demo.Demo(8000, tmp_path).reset()


def test_the_demo_is_not_driven_by_the_settings_of_a_real_clinic(supervisor):
    assert supervisor.env["ENV_FILE"] == os.devnull
    assert supervisor.env["DEMO"] == "1"


def test_sign_ins_are_shown_aligned(tmp_path):
    accounts = tmp_path / "demo-accounts.json"
    people = [{"role": role, "email": f"{role}@example.org", "password": "x"} for role in ("nurse", "admin")]
    accounts.write_text(json.dumps(people))
    assert demo.sign_ins(accounts) == ["nurse  nurse@example.org  x", "admin  admin@example.org  x"]
    assert demo.sign_ins(tmp_path / "none") == ["No demo accounts yet."]


@pytest.mark.parametrize("length", [10, 80, 300])
def test_the_brokers_socket_fits_however_deep_the_folder_lies(tmp_path, length):
    path = embedded.broker_socket(Path("/", *["d" * 9] * (length // 10)))
    assert len(os.fsencode(path)) < 104
    assert path == embedded.broker_socket(Path("/", *["d" * 9] * (length // 10)))


def test_settings_and_supervisor_agree_on_the_brokers_socket(settings):
    assert settings.BROKER_SOCKET == embedded.broker_socket(settings.DATA_DIR)


def test_somebody_elses_folder_is_not_used(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(PermissionError):
        embedded.private_folder(tmp_path / "link")
    assert embedded.private_folder(tmp_path / "mine").stat().st_mode & 0o777 == 0o700


def test_the_broker_starts_private_and_keeps_nothing(supervisor):
    with supervisor.claim_data():
        supervisor.start_broker()
        path = embedded.broker_socket(supervisor.data_dir)
        assert demo.answers(path)
        assert path.stat().st_mode & 0o077 == 0
        supervisor.stop()
    assert not demo.answers(path)
    assert not list(supervisor.data_dir.glob("run/*.rdb"))


def test_a_child_that_dies_is_started_again_and_its_own_children_end(supervisor):
    with supervisor.claim_data():
        child = supervisor.child("web", "/bin/sh", "-c", "sleep 60 & echo $! > pid; wait")
        child.command[2] = f"sleep 60 & echo $! > {supervisor.data_dir}/pid; wait"
        child.look_after()
        assert until(lambda: (supervisor.data_dir / "pid").exists() and (supervisor.data_dir / "pid").read_text())
        first, grandchild = child.process.pid, int((supervisor.data_dir / "pid").read_text())
        os.kill(first, signal.SIGKILL)
        assert until(lambda: not child.is_running())
        child.look_after()
        assert until(lambda: not is_alive(grandchild))
        assert not child.is_running(), "waits a little before it starts again"
        child.due = 0.0
        child.look_after()
        assert child.is_running() and child.process.pid != first
        supervisor.children = [child]
        supervisor.stop()
        assert not is_alive(child.process.pid)


def test_a_child_that_keeps_dying_is_started_ever_more_slowly(supervisor):
    with supervisor.claim_data():
        child = supervisor.child("web", "/bin/false")
        waits = []
        for _ in range(7):
            child.due = 0.0
            child.look_after()
            child.process.wait()
            child.look_after()
            waits.append(child.wait)
    assert waits == [2, 4, 8, 16, 30, 30, 30]


def test_a_child_that_will_not_stop_is_ended(supervisor, monkeypatch):
    monkeypatch.setattr(demo, "PATIENCE", 0.3)
    with supervisor.claim_data():
        child = supervisor.child("web", sys.executable, "-c", STUBBORN)
        child.look_after()
        assert until(lambda: child.log.read_text() == "up\n")
        supervisor.children = [child]
        supervisor.stop()
    assert not is_alive(child.process.pid)


STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(60)
"""

ORPHANS = """
import sys, time
from pathlib import Path
from config.demo import Demo
supervisor = Demo(1, Path(sys.argv[1]))
guard = supervisor.claim_data()
child = supervisor.child("web", "sleep", "60")
child.look_after()
print(child.process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs the parent-death signal of Linux")
def test_nothing_outlives_a_supervisor_that_was_killed(tmp_path):
    command = [sys.executable, "-c", ORPHANS, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=demo.ROOT) as process:
        child = int(process.stdout.readline())
        assert is_alive(child)
        process.kill()
    assert until(lambda: not is_alive(child))
