"""Telling the other one of a pair what was done to a talk, at most once."""

from __future__ import annotations

from accounts.models import User
from matching.models import Match
from mentorship.models import Contact, Side
from messaging import outbox

MOVED, ADDED, OFF = "talk.moved", "talk.added", "talk.off"


def side_of(by: User, match: Match) -> str:
    """Return from which end of a pair somebody acts: the mentee by link, signed by the system user; the mentor; empty
    for the team."""
    if by.is_system:
        return Side.MENTEE
    return Side.MENTOR if match.mentor.person.user_id == by.pk else ""


def tell_other(kind: str, row: Contact, by: User) -> None:
    """Tell whoever did not do it; both where the team did. What waits about this talk is no longer right."""
    match = row.match
    outbox.cancel(subject=row.ref, why="The talk was changed since.")
    side = side_of(by, match)
    for end, to in ((Side.MENTOR, match.mentor.person.user), (Side.MENTEE, match.referral.mentee)):
        if end != side and to is not None:
            outbox.post(
                kind, row.ref, clinic=match.referral.clinic, to=to, key=str(row.version), data={"version": row.version}
            )
