"""What a database holds, told in a few numbers: rows and a checksum for each table, whatever the order of rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

CHUNK = 2000
ALL_BITS = 2**256


def tables(connection) -> list[str]:
    """Return every table there is, those of other packages and of Django too."""
    if connection.vendor == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
    else:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return sorted(name for (name,) in cursor.fetchall())


def measure(connection) -> dict[str, dict]:
    """Return {table: {"rows": number, "checksum": hex}} of every table."""
    return {table: _table(connection, table) for table in tables(connection)}


def _table(connection, table: str) -> dict:
    rows = total = 0
    for line in _lines(connection, table):
        rows += 1
        # a sum, not an exclusive or: two equal rows must not cancel each other
        total = (total + int.from_bytes(hashlib.sha256(line).digest(), "big")) % ALL_BITS
    return {"rows": rows, "checksum": f"{total:064x}"}


def _lines(connection, table: str) -> Iterable[bytes]:
    """Yield each row in a form that is the same wherever the same row is stored. Read in pieces."""
    name = connection.ops.quote_name(table)
    if connection.vendor == "sqlite":
        cursor = connection.connection.cursor()
        cursor.execute(f"SELECT * FROM {name}")
        while chunk := cursor.fetchmany(CHUNK):
            yield from (repr(tuple(row)).encode() for row in chunk)
        return
    with connection.connection.cursor("contents") as cursor:  # a named cursor lives on the server
        cursor.itersize = CHUNK
        cursor.execute(f"SELECT whole::text FROM {name} AS whole")
        for (line,) in cursor:
            yield line.encode()


def differences(kept: dict[str, dict], found: dict[str, dict]) -> list[str]:
    """Return the tables that are missing, new or other than they were, sorted."""
    return sorted(name for name in kept.keys() | found.keys() if kept.get(name) != found.get(name))


def migrations(connection) -> list[str]:
    """Return the migrations that were applied, as "app.name"."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return [f"{app}.{name}" for app, name in cursor.fetchall()]
