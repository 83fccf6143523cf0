"""Goals and endings: rows of the table and what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from common import clock
from mentorship.actions import closing
from mentorship.mentee_session import KIND
from mentorship.models import Closing
from tests.access.row import EVERYBODY, PROGRAMME, Row, always, seen_by

NOT_THIS = always("405", f"{EVERYBODY} link")
OWN = seen_by("mentor", other="404")
LOOKS_AFTER = f"{seen_by('coordinator')} {seen_by('clinician', other='404')}"
ROWS: dict[str, Row] = {
    "mentorship:closing-link": Row(get="link", post="link", by=closing.ASK),
    "mentorship:own-closing": Row(get="link", post="link", by=KIND, gone="410"),
    "mentorship:own-goals": Row(get="link", post="link", by=KIND, gone="410"),
    "mentorship:own-goal-remove": Row(kind="pair", get=NOT_THIS, post="link:ok/ok/ok", by=KIND, gone="410"),
    "mentorship:own-next": Row(get="link", post="link", by=KIND, gone="410"),
    "mentorship:own-invitations": Row(get=NOT_THIS, post="link", by=KIND, gone="410"),
    "mentorship:closing-own": Row(kind="pair", get=OWN, post=OWN),
    "mentorship:closing-goal": Row(kind="pair", get=None, post=OWN),
    "mentorship:closing-stop": Row(kind="pair", get=OWN, post=OWN),
    "mentorship:closing-leave": Row(kind="pair", get=OWN, post=OWN),
    "mentorship:closing-invitations": Row(get="mentor", post="mentor"),
    "mentorship:closing-noted": Row(kind="pair", get=PROGRAMME, post=PROGRAMME),
    "mentorship:debriefs": Row(get="coordinator clinician"),
    "mentorship:debrief-done": Row(kind="closing", get=None, post=LOOKS_AFTER),
    "mentorship:former": Row(get="coordinator"),
}


def planned(side) -> Closing:
    """Store the checklist of a planned ending of this side's pair."""
    row, _made = Closing.objects.get_or_create(
        match=side.pair,
        defaults={"made_by": side.team.coordinator, "future": "none", "debrief_on": clock.today("Europe/Brussels")},
    )
    return row


LINKS: dict[str, Callable[[Any], str]] = {closing.ASK: lambda side: planned(side).match.ref}


def objects(side) -> dict[str, object]:
    """Store what these addresses are about on one side of the world."""
    return {"closing": {"ref": planned(side).match.ref}}
