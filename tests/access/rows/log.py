"""Logging a talk without a connection, and sharing contact details: rows of the table and what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.access.row import EVERYBODY, OWN_PAIR, Row, always

ROWS: dict[str, Row] = {
    "mentorship:log-offline": Row(get="mentor coordinator"),
    "mentorship:log-worker": Row(get=EVERYBODY),
    "matching:details": Row(kind="pair", get=None, post=OWN_PAIR),
    "mentorship:own-details": Row(get=None, post=always("404", EVERYBODY)),  # only from a page that its mentee opened
}
LINKS: dict[str, Callable[[Any], str]] = {}  # kind of one-time link: side -> the ref it is about


def objects(side) -> dict[str, object]:
    """Store what these addresses are about on one side of the world: the pair is there already."""
    return {}
