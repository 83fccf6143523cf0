"""Ways to meet: rows of the table and what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mentorship.actions import formats as actions
from mentorship.models import Format
from tests.access.row import PROGRAMME, Row

ROWS: dict[str, Row] = {
    "mentorship:formats": Row(get="coordinator"),
    "mentorship:format": Row(kind="format", get=PROGRAMME),
    "mentorship:format-edit": Row(kind="format", get=PROGRAMME, post=PROGRAMME),
    "mentorship:format-copy": Row(kind="format", get=None, post=PROGRAMME),
    "mentorship:format-retire": Row(kind="format", get=None, post=PROGRAMME),
    "mentorship:programme-settings": Row(get="admin", post="admin"),
}
LINKS: dict[str, Callable[[Any], str]] = {}  # kind of one-time link: side -> the ref it is about


def objects(side) -> dict[str, object]:
    """Store what these addresses are about on one side of the world."""
    preset = Format.objects.presets().get(key="emb_brown")
    return {"format": actions.copy(format=preset, clinic=side.team.clinic, by=side.team.coordinator)}
