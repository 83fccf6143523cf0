"""People who ask for a mentor themselves: rows of the table and what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from referrals.models import SelfReferral
from tests.access.row import EVERYBODY, Row, always, seen_by

TEAM = seen_by("nurse", "coordinator")
ROWS: dict[str, Row] = {
    "referrals:ask": Row(kind="clinic", get=always("ok", EVERYBODY), post=always("ok", EVERYBODY)),
    "referrals:ask-sent": Row(kind="clinic", get=always("ok", EVERYBODY)),
    "referrals:ask-code": Row(kind="clinic", get=always("ok", EVERYBODY)),
    "referrals:ask-status": Row(get="link", post="link", by="self-referral.status"),
    "referrals:ask-settings": Row(get="admin", post="admin"),
    "referrals:ask-leaflet": Row(get="nurse coordinator"),
    "referrals:wishes": Row(get="nurse coordinator"),
    "referrals:wish": Row(kind="wish", get=TEAM, post=TEAM),
}
LINKS: dict[str, Callable[[Any], str]] = {"self-referral.status": lambda side: wish(side).ref}


def wish(side) -> SelfReferral:
    """Store somebody who asked and waits."""
    return SelfReferral.objects.create(
        clinic=side.team.clinic, first_name="Els", last_name="Maes", birth_year=1970, email="els@example.org",
        relation="patient", consent_words="Yes.",
    )  # fmt: skip


def objects(side) -> dict[str, object]:
    """Store what these addresses are about on one side of the world."""
    return {"wish": wish(side)}
