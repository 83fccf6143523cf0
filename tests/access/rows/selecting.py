"""Choosing mentors: rows of the table and what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.access.row import SIGNED_IN, Row, always, seen_by
from training.models import Paper, Rating, Sponsorship, Upload

KEEPERS = seen_by("coordinator")


def rest(*roles: str) -> str:
    """Give everybody who is signed in and not named 404."""
    return " " + always("404", " ".join(who for who in SIGNED_IN.split() if who not in roles))


CHOOSING = KEEPERS + rest("coordinator")
OWN_WORD = seen_by("clinician", other="404") + rest("clinician")
ROWS: dict[str, Row] = {
    "training:selection": Row(kind="mentor", get=CHOOSING, post=CHOOSING),
    "training:selection-step": Row(kind="selection-step", get=CHOOSING, post=CHOOSING),
    "training:rate": Row(kind="rating", get=OWN_WORD, post=OWN_WORD),
    "training:sponsor": Row(kind="sponsorship", get=OWN_WORD, post=OWN_WORD),
    "training:asked": Row(get=SIGNED_IN, post=None),
    "training:file": Row(
        kind="file", get=seen_by("mentor", other="404") + " " + KEEPERS + rest("mentor", "coordinator"), post=None
    ),
    "training:admission": Row(get="coordinator admin", post=None),
    "training:admission-new": Row(get="admin", post="admin"),
}
LINKS: dict[str, Callable[[Any], str]] = {}  # kind of one-time link: side -> the ref it is about


def upload(side) -> Upload:
    """Store a paper of this side's mentor."""
    by = side.team.coordinator
    row = Upload.objects.create(
        clinic=side.team.clinic, name="check.pdf", content_type="application/pdf", size=4, digest="d", content=b"%PDF", by=by
    )  # fmt: skip
    Paper.objects.create(mentor=side.mentor, kind="background", upload=row, added_by=by)
    return row


def objects(side) -> dict[str, object]:
    """Store what these addresses are about on one side of the world."""
    by = side.team.coordinator
    return {
        "file": upload(side),
        "selection-step": {"ref": side.mentor.ref, "key": "paper"},
        "rating": Rating.objects.create(mentor=side.mentor, assessor=side.clinician, asked_by=by),
        "sponsorship": Sponsorship.objects.create(mentor=side.mentor, sponsor=side.clinician, asked_by=by),
    }
