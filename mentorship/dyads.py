"""Two equal ends: in a dyad both are called peers, and either may note a talk (evidence B)."""

from __future__ import annotations

from matching.models import Match
from mentorship.models import Format

DYAD = "dyad"


def is_of_peers(format: Format) -> bool:
    """Tell whether a format is for two equal ends."""
    return any(part["kind"] == DYAD for part in format.body["components"])


def are_peers(match: Match) -> bool:
    """Tell whether the two of a pair follow such a format now."""
    enrolment = getattr(match, "enrolment", None)
    return enrolment is not None and is_of_peers(enrolment.format)
