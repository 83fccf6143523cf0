"""The restore drill: put a backup into a fresh database and show that all is there and people can sign in."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from desk.backup import archive, servers
from desk.backup.contents import differences


@dataclass
class Report:
    """What a drill found: of each table what it held then and what it holds now, and every fault in words."""

    kept: dict[str, dict] = field(default_factory=dict)
    found: dict[str, dict] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    good: list[str] = field(default_factory=list)


def run(file: Path) -> Report:
    """Restore a backup beside the real database, compare every table, and sign in to it.

    Raises BackupFailed when it cannot even be restored. The fresh database is gone afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="halfword-drill-") as name:
        folder = Path(name)
        manifest = archive.unpack(file, folder)
        with servers.restored(manifest["database"], folder / archive.DUMP) as (database, facts):
            report = _compared(manifest, facts)
            if not report.faults:
                _use(database, report)
    return report


def _compared(manifest: dict, facts: dict) -> Report:
    report = Report(manifest["tables"], facts["tables"])
    report.faults += [f"The table {name} is not as it was." for name in differences(report.kept, report.found)]
    if manifest["migrations"] != facts["migrations"]:
        report.faults.append("The migrations are not those of the manifest.")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if newer := sorted(set(facts["migrations"]) - known):
        report.faults.append(f"The backup is of a newer version than this one: it has {newer[0]}.")
    if not report.kept:
        report.faults.append("The backup has no table.")
    return report


def _use(database: str, report: Report) -> None:
    """Have a process of its own, which knows only the restored database, migrate it and sign in."""
    environment = os.environ | {"SECRET_KEY": settings.SECRET_KEY, "NUDGES": "false", "LOCAL_MAIL": "true"}
    command = [sys.executable, "-m", "desk.backup.inside", database]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    said = [line.removeprefix("drill: ") for line in done.stdout.splitlines() if line.startswith("drill: ")]
    report.good += said
    if done.returncode:
        kind = (done.stderr.strip().splitlines() or ["no reason given"])[-1].split(":")[0][:100]
        report.faults.append(f"The restored database does not work: {kind}.")
