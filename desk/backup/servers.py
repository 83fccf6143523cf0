"""How each database is copied in one moment, and how a copy is put into a fresh database."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.db import connection as default
from django.db import connections
from django.db.utils import DatabaseError

from desk.backup.contents import measure, migrations

SQLITE, POSTGRESQL = "sqlite", "postgresql"


class BackupFailed(Exception):
    """A backup could not be made or restored; the words say why, for whoever runs the command."""


def copy(target: Path) -> dict:
    """Copy the whole database as it is in one moment to `target`; return what it holds.

    The keys are "tables" and "migrations". Raises BackupFailed with the reason.
    """
    return _copy_sqlite(target) if default.vendor == SQLITE else _copy_postgresql(target)


def _facts(connection) -> dict:
    return {"tables": measure(connection), "migrations": migrations(connection)}


def _copy_sqlite(target: Path) -> dict:
    source = _own(None)
    with contextlib.closing(source), contextlib.closing(sqlite3.connect(target)) as copied:
        source.connection.backup(copied)  # while others write
        copied.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    with contextlib.closing(_own(str(target))) as connection:
        facts = _facts(connection)
        connection.connection.execute("PRAGMA journal_mode=DELETE")
    return facts


def _copy_postgresql(target: Path) -> dict:
    connection = _own(None)
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SET idle_in_transaction_session_timeout = 0")  # the dump may take longer
        connection.set_autocommit(False)
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (moment,) = cursor.fetchone()
        facts = _facts(connection)
        _run("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--snapshot={moment}", f"--file={target}")
        connection.rollback()
    return facts


def _own(name: str | None):
    """Open a connection of our own, to the configured database or to another one of the same server."""
    connection = default.copy("backup")
    if name is not None:
        connection.settings_dict["NAME"] = name
    connection.connect()
    return connection


def _run(program: str, *arguments: str, database: str | None = None) -> None:
    """Run one of PostgreSQL's programs. The password goes by the environment, where no list of processes shows it."""
    if shutil.which(program) is None:
        raise BackupFailed(f"{program} is missing: install PostgreSQL's client programs (Debian: postgresql-client).")
    chosen = default.settings_dict
    named = {"HOST": chosen["HOST"], "PORT": chosen["PORT"], "USER": chosen["USER"], "PASSWORD": chosen["PASSWORD"]}
    values = {f"PG{key}": str(value) for key, value in named.items() if value}
    values["PGDATABASE"] = database or chosen["NAME"]
    done = subprocess.run(
        [program, *arguments], env=os.environ | values, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        # Only the first line: what follows may quote a row.
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[0][:200]
        raise BackupFailed(f"{program} failed: {reason}")


@contextlib.contextmanager
def restored(vendor: str, dump: Path) -> Iterator[tuple[str, dict]]:
    """Put a copy into a fresh database; give its address as in DATABASE_URL's place, and what it holds.

    The database is gone afterwards. Raises BackupFailed when the copy cannot be read.
    """
    if vendor != default.vendor:
        raise BackupFailed(f"This backup is of {vendor}, and the configured database is {default.vendor}.")
    with (_in_sqlite if vendor == SQLITE else _in_postgresql)(dump) as name:
        try:
            with contextlib.closing(_own(name)) as connection:
                if vendor == POSTGRESQL:
                    connection.set_autocommit(False)  # a named cursor needs a transaction
                facts = _facts(connection)
        except (DatabaseError, sqlite3.DatabaseError) as error:
            raise BackupFailed(f"The restored database cannot be read ({type(error).__name__}).") from None
        yield name, facts


@contextlib.contextmanager
def _in_sqlite(dump: Path) -> Iterator[str]:
    yield str(dump)  # lies in a folder of the drill already


@contextlib.contextmanager
def _in_postgresql(dump: Path) -> Iterator[str]:
    name = f"halfword_drill_{secrets.token_hex(4)}"
    with connections["default"].cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        _run("pg_restore", "--exit-on-error", "--no-owner", "--no-acl", f"--dbname={name}", str(dump), database=name)
        yield name
    finally:
        with connections["default"].cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
