"""A PostgreSQL cluster of the suite's own, in a temporary folder: it may be stopped at once, and its disk may be full."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.faults.stand import until

DISK = "192m"  # of the small disk: the tables take a sixth of it
TABLES, USED = "halfword", "chaos"


def binaries() -> Path | None:
    """Return the folder of PostgreSQL's programs, or None when it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].split(".")[0]))
    there = shutil.which("initdb")
    return found[-1].parent if found else Path(there).parent if there else None


def free_port() -> int:
    """Return a port of this machine nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """Made by a user without rights, as PostgreSQL refuses to run as root.

    `kept` is a folder in which a cluster with all tables stays from run to run; `fill` makes the tables at an address.
    """

    def __init__(self, programs: Path, kept: Path, fill: Callable[[str], object]):
        self.programs, self.port = programs, free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="hw-chaos-pg-"))
        self.small, self.filler = self.folder / "small", self.folder / "small" / "filler"
        self.who: dict = {}
        self.process: subprocess.Popen | None = None
        self._find_owner()
        try:
            self._make(kept, fill)
            self.has_small_disk = self._mount()
            self._use()
        except BaseException:
            self.close()
            raise

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, name: str = USED) -> str:
        """Return the address of one of its databases."""
        return f"postgres://halfword:none@127.0.0.1:{self.port}/{name}"

    def _find_owner(self) -> None:
        if os.getuid() == 0:
            names = {entry.pw_name for entry in pwd.getpwall()}
            user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
            self.who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._give(self.folder)

    def _give(self, *paths: Path) -> None:
        for path in paths:
            if self.who:
                os.chown(path, self.who["user"], self.who["group"], follow_symlinks=False)

    def _make(self, kept: Path, fill: Callable[[str], object]) -> None:
        """Start with all tables: from the kept folder, or by making them and keeping a copy."""
        if kept.exists():
            shutil.copytree(kept, self.data, symlinks=True)
            self._give(self.data, *self.data.rglob("*"))
            self.start()
            return
        self._run("initdb", "-D", str(self.data), "-U", "halfword", "-A", "trust", "-E", "UTF8", "--no-locale")
        self.start()
        self.sql(f"CREATE DATABASE {TABLES}")
        fill(self.url(TABLES))
        self._stop(signal.SIGINT)
        for old in kept.parent.glob(kept.name.split("-")[0] + "-*"):
            shutil.rmtree(old)
        draft = kept.with_name("draft")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(self.data, draft, symlinks=True)
        draft.replace(kept)
        self.start()

    def _mount(self) -> bool:
        """Put a small disk in memory under a folder, where that is allowed."""
        self.small.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(self.small)]
        with contextlib.suppress(OSError):
            if subprocess.run(command, check=False, capture_output=True).returncode == 0:
                (self.small / "space").mkdir()
                self._give(self.small, self.small / "space")
                return True
        return False

    def _use(self) -> None:
        where = ""
        if self.has_small_disk:
            self.sql(f"CREATE TABLESPACE small LOCATION '{self.small / 'space'}'")
            where = "TABLESPACE small"
        self.sql(f"CREATE DATABASE {USED} TEMPLATE {TABLES} {where}")

    def sql(self, statement: str, database: str = "postgres") -> None:
        """Run one statement as the owner of everything."""
        here = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "halfword", "-d", database]
        self._run("psql", "-q", "-v", "ON_ERROR_STOP=1", *here, "-c", statement)

    def _run(self, program: str, *words: str) -> None:
        command = [str(self.programs / program), *words]
        done = subprocess.run(command, check=False, cwd=self.folder, capture_output=True, text=True, **self.who)
        if done.returncode:
            raise AssertionError(f"{program}: {done.stderr[-500:]}")

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [str(self.programs / "postgres"), "-D", str(self.data), "-p", str(self.port), "-k", str(self.folder)]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=60", "-c", "shared_buffers=32MB"]
        command += ["-c", "autovacuum=off"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **self.who
            )
        ready = [str(self.programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        until(lambda: subprocess.run(ready, check=False).returncode == 0, 60)

    def stop_at_once(self) -> None:
        """Stop as at a power cut: nobody is waited for, and the next start recovers from the log."""
        self._stop(signal.SIGQUIT)

    def _stop(self, how: int) -> None:
        self.process.send_signal(how)
        self.process.wait(60)

    def compact(self) -> None:
        """Take back the room tables have inside, in which many more rows would go onto a full disk."""
        self.sql("VACUUM FULL", USED)

    def fill_disk(self) -> None:
        """Leave not one byte on the disk of the tables; the log of the server lies on another."""
        with self.filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))

    def free_disk(self) -> None:
        """Give the room back."""
        self.filler.unlink(missing_ok=True)

    def close(self) -> None:
        """Stop it and throw it away."""
        if self.process and self.process.poll() is None:
            self.stop_at_once()
        if os.path.ismount(self.small):
            subprocess.run(["umount", "--lazy", str(self.small)], check=False, capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)
