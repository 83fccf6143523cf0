"""Who sees whether everything is running."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.access.row import Row

ROWS: dict[str, Row] = {"desk:health": Row(get="admin")}
LINKS: dict[str, Callable[[Any], str]] = {}


def objects(side) -> dict[str, object]:
    """Return nothing: this address is about the machinery, not about an object."""
    return {}
