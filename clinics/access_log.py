"""Who looked at whom: one row per look, and a local file for when the database cannot take it."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, transaction

from clinics.models import AccessLog
from common import clock

log = logging.getLogger(__name__)

FILE = "access-log.jsonl"


class LookNotRecorded(Exception):
    """Neither the database nor the local file could take the row: the page must not be shown."""


def record(request, page: str, people: Iterable[Any], why: str = "", *, even_if_lost: bool = False) -> None:
    """Write that the signed-in user looks at these people now, in the log of each person's clinic.

    `people` are objects with a `ref` (and a `clinic_id`, else request.clinic counts); a list passes
    everybody it shows, in one call. Nobody shown writes nothing. Raises LookNotRecorded when neither
    the database nor the file takes it, unless `even_if_lost`: open flags and their guidance are shown anyway.
    """
    now, by = clock.now(), _user_id(request)
    for clinic_id, refs in _refs_by_clinic(request, people).items():
        row = {"clinic_id": clinic_id, "by_id": by, "at": now, "page": page, "why": why[:200], "people": _packed(refs)}
        try:
            with transaction.atomic():
                AccessLog.objects.create(**row)
        except Error:
            _keep_in_file(row, even_if_lost)


def _user_id(request) -> int | None:
    user = getattr(request, "user", None)
    return user.pk if user is not None and user.is_authenticated else None


def _refs_by_clinic(request, people: Iterable[Any]) -> dict[int, list[str]]:
    fallback = getattr(request, "clinic", None)
    found: dict[int, list[str]] = {}
    for person in people:
        clinic_id = getattr(person, "clinic_id", None) or getattr(fallback, "pk", None)
        if clinic_id is None:
            raise LookNotRecorded("A look belongs to a clinic.")
        found.setdefault(clinic_id, []).append(person.ref)
    return found


def _packed(refs: Iterable[str]) -> str:
    return f" {' '.join(dict.fromkeys(refs))} "


def path() -> Path:
    """Return where rows wait that the database could not take."""
    return Path(settings.DATA_DIR) / FILE


def _keep_in_file(row: dict, even_if_lost: bool) -> None:
    log.error("The access log could not be written to the database; the row goes to %s.", FILE)
    try:
        append(row)
    except OSError as error:
        log.critical("The access log could not be written at all.")
        if not even_if_lost:
            raise LookNotRecorded from error


def append(row: dict) -> None:
    """Add one row to the local file and wait until it is on the disk."""
    line = json.dumps({**row, "at": row["at"].isoformat()}, separators=(",", ":")) + "\n"
    file = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.write(file, line.encode())
        os.fsync(file)
    finally:
        os.close(file)


def import_file() -> tuple[int, int]:
    """Bring the rows of the local file into the database; return how many came in and how many stay.

    Safe to repeat: a row that is there already is not stored twice. A line that cannot be read stays
    in the file. Writers wait meanwhile.
    """
    if not path().exists():
        return 0, 0
    with path().open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        came, left = 0, []
        for line in file.read().splitlines():
            taken = _take(line)
            came += taken
            if not taken:
                left.append(line)
        file.seek(0)
        file.truncate()
        file.writelines(f"{line}\n" for line in left)
        file.flush()
        os.fsync(file.fileno())
    return came, len(left)


def _take(line: str) -> bool:
    try:
        row = json.loads(line)
        row["at"] = dt.datetime.fromisoformat(row["at"])
        with transaction.atomic():
            AccessLog.objects.get_or_create(**row)
    except (ValueError, KeyError, TypeError, Error):
        return False
    return True
