"""The training and its questions: rows of the table and what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.access.row import Row, seen_by
from training.models import Attempt, Learning, ModuleProgress
from training.starter_curriculum import start_clinic

OWN = seen_by("mentor", other="404")
RECORD = seen_by("coordinator") + " " + seen_by("clinician", other="404")
PLANNERS = "coordinator admin"
PLANNED = seen_by("coordinator", "admin")
ROWS: dict[str, Row] = {
    "training:my-training": Row(get="mentor"),
    "training:begin-training": Row(get=None, post="mentor"),
    "training:module": Row(kind="part", get=OWN, post=OWN),
    "training:write": Row(kind="part", get=None, post=OWN),
    "training:begin-try": Row(kind="part", get=None, post=OWN),
    "training:try": Row(kind="attempt", get=OWN, post=OWN),
    "training:hand-in": Row(kind="attempt", get=None, post=OWN),
    "training:learning": Row(kind="mentor", get=RECORD),
    "training:begin-for": Row(kind="mentor", get=None, post=seen_by("coordinator")),
    "training:elsewhere": Row(kind="mentor", get=seen_by("coordinator"), post=seen_by("coordinator")),
    "training:read": Row(kind="part", get=RECORD, post=RECORD),
    "training:round": Row(kind="part", get=seen_by("coordinator"), post=seen_by("coordinator")),
    "training:curriculum": Row(get=PLANNERS),
    "training:curriculum-new": Row(get=None, post=PLANNERS),
    "training:curriculum-publish": Row(get=None, post=PLANNERS),
    "training:curriculum-add": Row(get=None, post=PLANNERS),
    "training:curriculum-module": Row(kind="module", get=PLANNED, post=PLANNED),
    "training:curriculum-page": Row(kind="module-page", get=PLANNED, post=PLANNED),
    "training:curriculum-question": Row(kind="module-question", get=PLANNED, post=PLANNED),
}
LINKS: dict[str, Callable[[Any], str]] = {}  # kind of one-time link: side -> the ref it is about


def objects(side) -> dict[str, object]:
    """Store what these addresses are about on one side of the world."""
    version = start_clinic(side.team.clinic, side.team.coordinator)
    learning = Learning.objects.create(mentor=side.mentor, curriculum=version, begun_by=side.team.coordinator)
    part = ModuleProgress.objects.create(learning=learning, module=version.modules.get(key="red-flags"))
    return {
        "part": part,
        "attempt": Attempt.objects.create(progress=part, number=1),
        "module": part.module,
        "module-page": {"ref": part.module.ref, "number": 1},
        "module-question": {"ref": part.module.ref, "which": "new"},
    }
