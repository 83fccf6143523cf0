"""Who gets what where people are reminded, and where a mentee says whether they talked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from common import clock
from mentorship.models import Contact
from tests.access.row import EVERYBODY, SIGNED_IN, Row, always

ROWS: dict[str, Row] = {
    "accounts:reminding": Row(get=SIGNED_IN, post=SIGNED_IN),
    "accounts:phone": Row(get=SIGNED_IN, post=SIGNED_IN),
    "accounts:phone-code": Row(get=None, post=SIGNED_IN),
    "mentorship:said-link": Row(get="link", post="link", by="contact.said"),
    "mentorship:said": Row(
        kind="past-talk", get=always("405", f"{EVERYBODY} link"), post="link:ok/404/404", by="mentee.page"
    ),
}
LINKS: dict[str, Callable[[Any], str]] = {"contact.said": lambda side: side.objects["past-talk"].ref}


def objects(side) -> dict[str, object]:
    """Return a talk whose hour is past and that nobody noted."""
    return {"past-talk": Contact.objects.create(match=side.pair, planned_at=clock.now() - dt.timedelta(days=2))}
