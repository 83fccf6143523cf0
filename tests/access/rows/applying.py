"""People who would like to be a mentor: rows of the table and what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from common import clock
from tests.access.row import EVERYBODY, PROGRAMME, SIGNED_IN, Row, always, seen_by
from training.models import Application, Letter

OWN_LETTER = seen_by("mentor", other="404") + " " + seen_by("coordinator")
STRANGERS = " ".join(who for who in SIGNED_IN.split() if who not in ("mentor", "coordinator"))
MAY_PUT_FORWARD = "nurse coordinator clinician"

ROWS: dict[str, Row] = {
    "training:apply": Row(kind="clinic", get=always("ok", EVERYBODY), post=always("ok", EVERYBODY)),
    "training:apply-sent": Row(kind="clinic", get=always("ok", EVERYBODY)),
    "training:apply-link": Row(kind="clinic", get=always("ok", EVERYBODY), post=always("ok", EVERYBODY)),
    "training:apply-code": Row(kind="clinic", get=always("ok", EVERYBODY)),
    "training:application-status": Row(get="link", post="link", by="application.status"),
    "training:application-take-back": Row(get="link", post="link", by="application.status"),
    "training:application-fill": Row(get="link", post="link", by="application.fill"),
    "training:applicants": Row(get="coordinator"),
    "training:write-down": Row(get="coordinator", post="coordinator"),
    "training:leaflet": Row(get="coordinator"),
    "training:applicant": Row(kind="application", get=PROGRAMME, post=PROGRAMME),
    "training:applicant-close": Row(kind="application", get=PROGRAMME, post=PROGRAMME),
    "training:applicant-reopen": Row(kind="application", get=None, post=PROGRAMME),
    "training:nominate": Row(get=MAY_PUT_FORWARD, post=MAY_PUT_FORWARD),
    "training:letter": Row(
        kind="letter",
        get=OWN_LETTER + " " + always("404", STRANGERS),
        post=OWN_LETTER + " " + always("404", STRANGERS),
    ),
    "training:letter-link": Row(get="link", post="link", by="letter.read"),
}
LINKS: dict[str, Callable[[Any], str]] = {  # kind of one-time link: side -> the ref it is about
    "letter.read": lambda side: letter(side).ref,
    "application.status": lambda side: application(side).ref,
    "application.fill": lambda side: nomination(side).ref,
}


def letter(side) -> Letter:
    """Store a letter to this side's mentor."""
    return Letter.objects.create(mentor=side.mentor, kind="accepted", body="Welcome.", by=side.team.coordinator)


def application(side) -> Application:
    """Store an application that was sent and whose address is known to be right."""
    now = clock.now()
    row = Application.objects.create(
        clinic=side.team.clinic, status="sent", sent_at=now, consented_at=now, consent_words="Yes.", first_name="Els",
        last_name="Maes", birth_year=1970, email="els@example.org", email_verified_at=now, languages=["nl"],
        role_types=["patient"], channels=["phone"], diagnoses=["ra"], why="To give something back.",
    )  # fmt: skip
    row.history.create(from_status="", to_status="sent", by=side.team.coordinator)
    return row


def nomination(side) -> Application:
    """Store somebody who was put forward and has not answered."""
    return Application.objects.create(
        clinic=side.team.clinic, source="nominated", nominated_by=side.nurse, first_name="Els", email="els@example.org",
        nomination="A good listener.",
    )  # fmt: skip


def objects(side) -> dict[str, object]:
    """Store what these addresses are about on one side of the world."""
    return {"letter": letter(side), "application": application(side), "clinic": {"ref": side.team.clinic.ref}}
