"""The formats people follow in a play: presets of its own database, or one that stands in the configured database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection

from mentorship.models import Format

ALL = "all"
FIELDS = ("key", "number", "name", "source", "body")


def in_use_here(key: str) -> dict[str, Any] | None:
    """Return the newest version of a format of the configured database: everybody's first, else the clinic's that was
    written last. None where there is none, or no database yet. It only reads.
    """
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and "memory" not in name and not Path(name).exists():
        return None  # to look into it would make it
    try:
        rows = Format.objects.filter(key=key)
        newest = rows.presets().order_by("-number").first() or rows.order_by("created_at", "number", "pk").last()
    except DatabaseError:
        return None  # no tables, or older ones
    return {field: getattr(newest, field) for field in FIELDS} if newest else None


def to_play(key: str | None, given: dict[str, Any] | None) -> tuple[Format, ...]:
    """Return the formats of a play from its own database; `given` is stored there first. None at all: the own start."""
    if key is None:
        return ()
    if given is not None:
        return (_stored(given),)
    found = Format.objects.presets().newest().order_by("key")
    return tuple(found if key == ALL else found.filter(key=key))


def _stored(given: dict[str, Any]) -> Format:
    same_key = Format.objects.presets().filter(key=given["key"])
    for row in same_key.order_by("-number"):
        if row.body == given["body"]:
            return row
    taken = set(same_key.values_list("number", flat=True))
    number = given["number"] if given["number"] not in taken else max(taken) + 1
    return Format.objects.create(**given | {"number": number})
