"""Signatures, certificates, appeals: rows of the table and what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.access.row import EVERYBODY, PROGRAMME, Row, always, seen_by
from training.models import Appeal, Certificate, Decertification
from training.starter_agreements import start_clinic
from training.workflow import Status

LINKS: dict[str, Callable[[Any], str]] = {}  # kind of one-time link: side -> the ref it is about
OWN_OR_KEPT = (
    PROGRAMME + " " + seen_by("mentor", other="404") + " " + always("404", "nurse clinician admin trainer nobody")
)
ROWS: dict[str, Row] = {
    "training:agreements": Row(get="admin"),
    "training:agreement": Row(kind="words", get="admin:ok/ok/ok", post="admin:ok/ok/ok"),
    "training:sign": Row(get="mentor", post="mentor"),
    "training:my-papers": Row(get="mentor"),
    "training:certificate": Row(kind="certificate", get=OWN_OR_KEPT),
    "training:verify-form": Row(get=EVERYBODY),
    "training:verify": Row(kind="certificate", get=always("ok", EVERYBODY)),
    "training:decertify": Row(kind="mentor", get=PROGRAMME, post=PROGRAMME),
    "training:taken-back": Row(get=always("404", "mentor"), post=always("404", "mentor")),  # nothing was taken back
    "training:appeals": Row(get="admin"),
    "training:appeal": Row(kind="appeal", get=seen_by("admin"), post=seen_by("admin")),
}


def objects(side) -> dict[str, object]:
    """Store what these addresses are about on one side of the world."""
    from tests import factories

    team = side.team
    start_clinic(team.clinic, team.admin)
    gone = factories.make_mentor(team, status=Status.DECERTIFIED)
    against = Decertification.objects.create(
        mentor=gone, reasons=["other"], words="A worry", was_status="active", by=team.coordinator
    )
    return {
        "certificate": Certificate.objects.get(mentor=side.mentor),
        "appeal": Appeal.objects.create(mentor=gone, against=against, words="I do not agree"),
        "words": {"kind": "code"},
    }
