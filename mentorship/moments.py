"""Moments and versions as buttons send them."""

from __future__ import annotations

import datetime as dt

FIRST, LAST = 2000, 2200
LARGEST = 2**31 - 1


def parse(text: str | None) -> dt.datetime | None:
    """Return the moment a button sends, in UTC; None for anything else."""
    try:
        found = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    if found.tzinfo is None or not FIRST <= found.year <= LAST:
        return None
    return found.astimezone(dt.UTC)


def version_of(text: str | None) -> int:
    """Return the version a button sends; 0, which no row has, for anything else."""
    if text and text.isascii() and text.isdecimal() and len(text) <= 10:
        return min(int(text), LARGEST)
    return 0
