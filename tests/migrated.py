"""The tables as the migrations make them, kept between test processes.

Django renders the models around each table anew for every index and constraint a migration adds: most of a minute of
processor time, paid by every test process before its first test. What migrations make is the same as long as they are,
so SQLite's copy is kept in pytest's cache folder under a name that changes with them. PostgreSQL migrates each time:
keeping a template there would leave a database behind on somebody's server.
"""

import contextlib
import fcntl
import hashlib
import sqlite3
from pathlib import Path
from unittest import mock

import django
from django.apps import apps
from django.conf import settings
from django.core.management.commands.migrate import Command
from django.db import connections


def fingerprint() -> str:
    """Return a value that changes with whatever decides what a migrated database holds."""
    files = [path for app in apps.get_app_configs() for path in Path(app.path).glob("migrations/*.py")]
    # Columns take their type from our fields; a migration may read the formats it fills in.
    files += [settings.BASE_DIR / "common" / "fields.py", *settings.BASE_DIR.glob("*/formats/**/*.json")]
    known = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    known.update(" ".join(model._meta.label for model in apps.get_models()).encode())  # rows of content types
    for path in sorted(files):
        known.update(str(path).encode() + path.read_bytes())
    return known.hexdigest()[:20]


def restore_or_migrate(folder: Path, migrate, command, **options) -> None:
    """Fill an empty SQLite database from the kept copy, making that first where there is none; else migrate."""
    connection = connections[options["database"]]
    if connection.vendor != "sqlite" or connection.introspection.table_names():
        migrate(command, **options)
        return
    kept = folder / f"{fingerprint()}.sqlite3"
    # One process makes it while the others wait: two would each take twice as long.
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            migrate(command, **options)
            keep(connection, kept)
            return
        with contextlib.closing(sqlite3.connect(kept)) as source:
            source.backup(connection.connection)


def keep(connection, kept: Path) -> None:
    """Write the copy, whole or not at all, in the place of those of other migrations."""
    for old in kept.parent.glob("*.sqlite3*"):
        old.unlink()
    draft = kept.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(draft)) as target:
        connection.connection.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    draft.replace(kept)


@contextlib.contextmanager
def once(folder: Path):
    """Within, the migrate command restores what it made before."""
    migrate = Command.handle
    wrapped = lambda self, *args, **options: restore_or_migrate(folder, migrate, self, **options)  # noqa: E731
    with mock.patch.object(Command, "handle", wrapped):
        yield
