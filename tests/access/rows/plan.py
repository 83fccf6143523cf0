"""A pair's plan, a mentee's talks by link, a mentor's private calendar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.access.row import EVERYBODY, OWN_PAIR, PROGRAMME, Row, always

ROWS: dict[str, Row] = {
    "mentorship:talks": Row(kind="pair", get=OWN_PAIR),
    "mentorship:move-to": Row(kind="contact", get=None, post=OWN_PAIR),
    "mentorship:talk-file": Row(kind="contact", get=OWN_PAIR),
    "mentorship:change-format": Row(kind="pair", get=PROGRAMME, post=PROGRAMME),
    "mentorship:anchor": Row(kind="anchor", get=PROGRAMME, post=PROGRAMME),
    "mentorship:relatives": Row(kind="pair", get=None, post=PROGRAMME),
    "mentorship:mentee-talks": Row(get="link", post="link", by="mentee.page"),
    "mentorship:mentee-talk-file": Row(
        kind="contact", get="link:ok/404/404", post=always("405", EVERYBODY + " link"), by="mentee.page"
    ),
    "mentorship:my-calendar": Row(get="mentor", post="mentor"),
    "mentorship:calendar-feed": Row(kind="link", get=always("404", EVERYBODY)),  # an address nobody made
}
LINKS: dict[str, Callable[[Any], str]] = {"mentee.page": lambda side: side.pair.referral.ref}


def objects(side) -> dict[str, object]:
    """Name a date the plan of this side's pair may count from."""
    return {"anchor": {"ref": side.pair.ref, "name": "discharge"}}
