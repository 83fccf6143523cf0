"""What goes with a match that is over: its place, its open links, its waiting messages."""

from __future__ import annotations

from accounts import links
from accounts.models import User
from common import clock
from matching.models import Choice, Match
from matching.workflow import Status, workflow
from messaging import outbox
from referrals.models import Referral


def free(match: Match, to: str, *, by: User, note: str = "", **changes) -> None:
    """Move a match out of its live states: the mentor's place is free, nothing about it goes out any more."""
    workflow.move(match, to, by=by, note=note, slot=None, **changes)
    tidy(match)
    outbox.cancel(subject=match.ref, why=f"The match is {to}.")


def tidy(match: Match) -> None:
    """Close the open links about a match."""
    links.revoke("mentee.ask", match.ref)


def free_if_held(match: Match, *, by: User, note: str = "") -> None:
    """Cancel a match that was not introduced yet; one that is over stays as it is."""
    if match.status in (Status.PROPOSED, Status.APPROVED, Status.ACCEPTED):
        free(match, Status.CANCELLED, by=by, note=note)


def close(match: Match, *, by: User, reason: str, note: str = "") -> None:
    """End an introduced match: the mentor sees nothing from here on."""
    now = clock.now()
    free(match, Status.ENDED, by=by, note=note, ended_at=now, ended_by=by, end_reason=reason,
         sight_ended_at=match.sight_ended_at or now)  # fmt: skip


def close_choices(referral: Referral, *, by: User) -> None:
    """Close what the mentee was asked to choose: it is settled otherwise. The referral is locked already."""
    for choice in Choice.objects.select_for_update().filter(referral=referral).open():
        close_choice(choice, by=by, why="The question is not open any more.")


def close_choice(choice: Choice, *, by: User, why: str, **answer) -> None:
    """Close one choice, with its answer if there is one; its message goes out no more.

    Its link stays: who comes by it reads that the question is not open any more.
    """
    changes = {"closed_at": clock.now(), "closed_by": by, **answer}
    for name, value in changes.items():
        setattr(choice, name, value)
    choice.save(update_fields=[*changes])
    outbox.cancel(subject=choice.ref, kind="mentee.choose", why=why)
