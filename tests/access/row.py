"""What a row of the table says, and the short ways to write one. See tests/access/table.py for the words."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("nurse", "coordinator", "mentor", "clinician", "admin", "trainer")
SIGNED_IN = "nurse coordinator mentor clinician admin trainer nobody"
EVERYBODY = SIGNED_IN + " anonymous deactivated"


@dataclass(frozen=True)
class Row:
    """What one address is about, and who gets what. `post=None` is a page nobody sends anything to: 405."""

    get: str | None = ""
    post: str | None = None
    kind: str = ""
    by: str = ""
    gone: str = "404"  # what somebody gets who did not come by the link


def always(outcome: str, who: str) -> str:
    """Write one outcome for several actors, whatever they ask about."""
    return " ".join(f"{actor}:{outcome}/{outcome}/{outcome}" for actor in who.split())


def seen_by(*roles: str, mine: str = "ok", other: str = "ok", foreign: str = "404") -> str:
    """Write the same three outcomes for several roles."""
    return " ".join(f"{role}:{mine}/{other}/{foreign}" for role in roles)


PROGRAMME = seen_by("coordinator")  # a coordinator: everything of the own clinic, nothing of another
OWN_PAIR = seen_by("mentor", other="404") + " " + PROGRAMME
ONLY_OWN_WORRY = seen_by("mentor", other="404") + " " + always("404", "nurse coordinator clinician")
