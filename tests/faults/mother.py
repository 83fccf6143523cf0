"""A process that has read the whole product once and forks every part from itself, so that a start costs a tenth of a second.

What is forked is what would be started: the same commands with the same arguments, killed and hung by their own numbers.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
ROOT = Path(__file__).resolve().parent.parent.parent
FORKED = "FAULTS_FORKED"  # in the environment of a mother: what differs between processes is not known yet


def adopt_orphans() -> bool:
    """Become the parent of whatever the mother forks, so that it can be waited for; False where the system cannot."""
    try:
        return ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    except (OSError, AttributeError):
        return False


class Child:
    """As much of a Popen as the stand needs."""

    def __init__(self, pid: int):
        self.pid, self.returncode = pid, None

    def poll(self) -> int | None:
        return self._look(os.WNOHANG)

    def wait(self, timeout: float = 600) -> int:
        """Wait for its end. Raises TimeoutExpired."""
        end = time.monotonic() + timeout
        while self._look(os.WNOHANG) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.01)
        return self.returncode

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def _look(self, how: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, how)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


class Mother:
    """The suite's end of it."""

    def __init__(self, env: dict[str, str], log: Path):
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.mother"], cwd=ROOT, env=env | {FORKED: "1"}, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
            )  # fmt: skip

    def fork(self, words: list[str], env: dict[str, str], log: Path) -> Child:
        """Have `python *words` run, in a session of its own, writing to a file."""
        self.process.stdin.write(json.dumps({"words": words, "env": env, "log": str(log)}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise AssertionError("The process that forks the others is gone.")
        return Child(int(answer))

    def close(self) -> None:
        """Let it end; it takes along what it forked."""
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


# The mother's own end ----------------------------------------------------------------------------


def read_product() -> None:
    """Import whatever any part needs, and open nothing."""
    import celery.bin.beat
    import celery.bin.worker
    import celery.concurrency.thread  # noqa: F401
    import gunicorn.app.wsgiapp
    import gunicorn.workers.gthread  # noqa: F401
    import kombu.transport.redis  # noqa: F401
    from django.urls import get_resolver

    import config.wsgi  # noqa: F401
    from tests import factories  # noqa: F401

    get_resolver()._populate()


def fork(words: list[str], env: dict[str, str], log: str) -> int:
    """Fork twice, so that the grandchild belongs to the suite; return its number."""
    read, write = os.pipe()
    between = os.fork()
    if between == 0:
        if os.fork() == 0:
            os.close(read)
            become(words, env, log, write)
        os._exit(0)
    os.close(write)
    os.waitpid(between, 0)
    with os.fdopen(read) as answer:
        return int(answer.read())


def become(words: list[str], env: dict[str, str], log: str, tell: int) -> None:
    """Turn this fork into what `python *words` would be; never returns."""
    os.setsid()
    nothing, file = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for old, new in ((nothing, 0), (file, 1), (file, 2)):
        os.dup2(old, new)
    os.environ.clear()
    os.environ.update(env)
    os.write(tell, str(os.getpid()).encode())
    os.close(tell)
    code = 1
    try:
        run(words)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def run(words: list[str]) -> None:
    """Run a module (-m) or a file as the main program."""
    from django.apps import apps

    for app in apps.get_app_configs():
        if hasattr(app, "become"):
            app.become()  # what differs from process to process
    if words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")


def main() -> None:
    """Fork what is asked for, line by line, until the suite is gone; then nothing of it stays."""
    out, sys.stdout = sys.stdout, sys.stderr  # a word printed by a library is no answer
    read_product()
    forked = []
    for line in sys.stdin:
        forked.append(fork(**json.loads(line)))
        print(forked[-1], file=out, flush=True)
    for pid in forked:
        with contextlib.suppress(OSError):
            if os.getsid(pid) == pid:
                os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
