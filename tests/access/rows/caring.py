"""Looking after mentors: rows of the table and what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.access.row import PROGRAMME, Row, seen_by
from training.actions.caring import raise_task

ROWS: dict[str, Row] = {
    "training:wellbeing": Row(get="mentor", post="mentor"),
    "training:gifts": Row(get=None, post="mentor"),
    "training:flare": Row(get=None, post="mentor"),
    "training:better": Row(get=None, post="mentor"),
    "training:care-tasks": Row(get="coordinator clinician"),
    "training:care-done": Row(kind="care-task", get=None, post=PROGRAMME + " " + seen_by("clinician", other="404")),
}
LINKS: dict[str, Callable[[Any], str]] = {}  # kind of one-time link: side -> the ref it is about


def objects(side) -> dict[str, object]:
    """Store what these addresses are about on one side of the world."""
    task = raise_task(mentor=side.mentor, trigger="missed", event=side.mentor.ref)
    return {"care-task": task}
