"""The verbs of a goal: the mentee's own, in their words. Nobody is reminded of one (Emb13 #64)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import Invalid, WrongState
from matching.models import Match
from mentorship.models import Closing, Goal, Side
from mentorship.rules import closing as rules
from mentorship.rules.pairs import PRESENT
from referrals.models import Referral

MOST = 10  # [D] more is a list of tasks
MOST_WORDS = 200


@transaction.atomic
def write(*, match: int, by: User, text: str) -> Goal:
    """Write down a goal in the mentee's words; the same words again return what is there.

    Raises Denied, WrongState (no pair any more, enough goals), Invalid (text).
    """
    m = Match.objects.lock(match)
    rules.write_goal.require(by, m)
    if m.status not in PRESENT:
        raise WrongState(_("This pair has ended already."))
    words = _words(text)
    kept = Goal.objects.kept().filter(referral=m.referral)
    same = kept.filter(text=words).first()
    if same is not None:
        return same
    if kept.count() >= MOST:
        raise WrongState(_("Ten are enough. Take one away first."))
    return Goal.objects.create(
        referral=m.referral, text=words, by=by, side=Side.MENTEE if by.is_system else Side.MENTOR
    )


def _words(text: str) -> str:
    words = " ".join(text.split())
    if not words or "\x00" in words:
        raise Invalid(_("Write in a few words what you would like"), field="text")
    if len(words) > MOST_WORDS:
        raise Invalid(_("Make this shorter: at most 200 characters"), field="text")
    return words


@transaction.atomic
def remove(*, goal: int, by: User) -> Goal:
    """Take a goal away: the mentee may, any time. Again changes nothing. Raises Denied."""
    row = _lock(goal)
    rules.remove_goal.require(by, row)
    if row.removed_at is None:
        row.removed_at = clock.now()
        row.save(update_fields=["removed_at"])
    return row


@transaction.atomic
def look_back(*, match: int, goal: int, by: User, outcome: str) -> Goal:
    """Say how a goal went, at the ending; another word replaces the first, the same changes nothing.

    Raises Denied, WrongState (not of this pair, taken away), Invalid (outcome).
    """
    m = Match.objects.lock(match)
    row = _lock(goal)
    rules.look_back.require(by, m)
    if outcome not in Goal.Outcome.values:
        raise Invalid(_("Choose one of the answers below"), field="outcome")
    if row.referral_id != m.referral_id or row.removed_at is not None or m.status not in PRESENT:
        raise WrongState(_("This goal is not open any more."))
    if row.outcome != outcome:
        row.outcome, row.looked_at, row.looked_by = outcome, clock.now(), by
        row.save(update_fields=["outcome", "looked_at", "looked_by"])
        _all_looked_at(m)
    return row


def _all_looked_at(match: Match) -> None:
    """Note when the last goal was looked at, where an ending is planned."""
    if not Goal.objects.to_look_at().filter(referral=match.referral).exists():
        Closing.objects.filter(match=match, goals_looked_at=None).update(goals_looked_at=clock.now())


def _lock(pk: int) -> Goal:
    """Return the goal, locked after its referral."""
    referral = Referral.objects.lock(Goal.objects.values_list("referral", flat=True).get(pk=pk))
    row = Goal.objects.select_for_update().get(pk=pk)
    row.referral = referral
    return row
