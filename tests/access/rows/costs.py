"""Costs, hours and the pipeline: rows of the table and what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.access.row import PROGRAMME, Row, seen_by
from training.models import Claim, Export, OtherHours

OWN = seen_by("mentor", other="404")
OFFICE = seen_by("coordinator", "admin")

ROWS: dict[str, Row] = {
    "training:costs": Row(get="coordinator", post="coordinator"),
    "training:cost": Row(kind="cost", get=PROGRAMME, post=PROGRAMME),
    "training:exports": Row(get="coordinator admin", post="coordinator admin"),
    "training:export": Row(kind="cost-file", get=OFFICE),
    "training:cost-years": Row(get="admin", post="admin"),
    "training:hours": Row(get="coordinator"),
    "training:hours-file": Row(get="coordinator"),
    "training:my-costs": Row(get="mentor"),
    "training:claim": Row(kind="cost-kind", get="mentor", post="mentor"),
    "training:claim-back": Row(kind="cost", get=None, post=OWN),
    "training:my-hours": Row(get="mentor", post="mentor"),
    "desk:pipeline": Row(get="coordinator admin"),
    "training:hours-remove": Row(kind="other-hours", get=None, post=OWN),
}
LINKS: dict[str, Callable[[Any], str]] = {}  # kind of one-time link: side -> the ref it is about


def objects(side) -> dict[str, object]:
    """Store what these addresses are about on one side of the world."""
    today = side.team.clinic.today
    return {
        "cost": Claim.objects.create(mentor=side.mentor, kind="fares", on=today, cents=420, what="Train"),
        "cost-kind": {"kind": "fares"},
        "cost-file": Export.objects.create(clinic=side.team.clinic, by=side.team.coordinator, content=b"x"),
        "other-hours": OtherHours.objects.create(mentor=side.mentor, on=today, minutes=60, what="A stand"),
    }
