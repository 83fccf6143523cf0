"""Two or three mentors, without names, for the mentee to choose from. None of them, and leaving it to us, are answers."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics import switching
from common.errors import Invalid, NotReady, WrongState
from matching import ranking, rules
from matching.actions.proposing import propose
from matching.actions.tidy import close_choice
from matching.errors import AlreadyMatched, DoesNotFit
from matching.models import Choice, Match
from messaging import outbox
from referrals.models import Referral
from referrals.workflow import Status as ReferralStatus
from training.models import Mentor

Answer = Choice.Answer
FEWEST, MOST = 2, 3


@transaction.atomic
def offer_choice(*, referral: int, mentors: Collection[int], by: User) -> Choice:
    """Send the mentee two or three profiles, without names, to choose from by one-time link (VdE21).

    The same profiles again return the question that is open. Raises Denied, WrongState (referral not open, or another
    question is), AlreadyMatched, NotReady (no consent, no verified address), Invalid (not two or three), DoesNotFit.
    """
    wanted = sorted(set(mentors))
    rows = [Mentor.objects.lock(pk) for pk in wanted]
    row = Referral.objects.lock(referral)
    rules.let_choose.require(by, row)
    if not FEWEST <= len(wanted) <= MOST:
        raise Invalid(_("Tick two or three mentors"), field="mentors")
    if (known := row.choices.open().first()) and sorted(known.mentors.values_list("pk", flat=True)) == wanted:
        return known
    switching.require_on(row.clinic)
    _require_askable(row, known)
    for mentor in rows:
        _require_fit(row, mentor)
    choice = Choice.objects.create(referral=row, sent_by=by)
    choice.mentors.set(rows)
    outbox.post("mentee.choose", choice.ref, clinic=row.clinic, to=row.mentee)
    return choice


def _require_askable(referral: Referral, known: Choice | None) -> None:
    name = {"name": referral.mentee.first_name}
    if referral.status != ReferralStatus.OPEN:
        raise WrongState(_("This referral is not open: nobody looks for a mentor now."))
    if referral.matches.live().exists():
        raise AlreadyMatched()
    if known:
        raise WrongState(_("%(name)s has a choice to make already. Take that back first.") % name)
    missing = []
    if not _agreed(referral):
        missing.append(_("%(name)s has not agreed, or has taken it back.") % name)
    if not can_be_reached(referral):
        missing.append(_("%(name)s has no e-mail address that was read back, so no link can be sent.") % name)
    if missing:
        raise NotReady(missing)


def _require_fit(referral: Referral, mentor: Mentor) -> None:
    hard, why = ranking.failure_of(referral, mentor)
    if hard:
        raise DoesNotFit([f"{mentor.person.first_name}: {why[:1].lower()}{why[1:]}."])


def can_be_reached(referral: Referral) -> bool:
    """Tell whether a link can be sent to the mentee: only to an e-mail address that was read back."""
    return bool(referral.mentee.email and referral.mentee.email_verified_at)


def _agreed(referral: Referral) -> bool:
    return Referral.objects.with_live_consent().filter(pk=referral.pk).exists()


def still_open(choice: Choice) -> bool:
    """Tell whether an answer is still of use: not closed, the referral open, consent there, nobody asked meanwhile."""
    if choice.closed_at is not None or choice.referral.status != ReferralStatus.OPEN:
        return False
    return _agreed(choice.referral) and not choice.referral.matches.live().exists()


@transaction.atomic
def choose(*, choice: int, by: User, answer: str, mentor: int | None = None) -> Choice:
    """Store what the mentee chose, by link or as a coordinator heard it. Somebody chosen becomes a proposal.

    A person still approves it. When the one chosen does not fit any more, the answer is kept without a proposal, and
    Today tells the coordinator. The same answer again changes nothing. Raises Denied, WrongState, Invalid.
    """
    if answer == Answer.MENTOR and mentor is not None:
        Mentor.objects.lock(mentor)
    row = Choice.objects.lock(choice)
    rules.choose.require(by, row)
    chosen = _chosen(row, answer, mentor)
    if row.answer and (row.answer, row.chosen_id) == (answer, chosen):
        return row
    if not still_open(row):
        raise WrongState(_("This question is not open any more."))
    match = _propose(row, chosen, by) if chosen else None
    close_choice(row, by=by, why="The mentee has chosen.", answer=answer, chosen_id=chosen, match=match)
    return row


def _chosen(choice: Choice, answer: str, mentor: int | None) -> int | None:
    if answer not in Answer.values:
        raise Invalid(_("Choose an answer"), field="pick")
    if answer != Answer.MENTOR:
        return None
    if mentor is None or not choice.mentors.filter(pk=mentor).exists():
        raise Invalid(_("Choose one of the answers below"), field="pick")
    return mentor


def _propose(choice: Choice, mentor: int, by: User) -> Match | None:
    """Propose who was chosen; nobody when they do not fit any more. An older choice of the same one gives way."""
    try:
        match = propose(
            referral=choice.referral_id, mentor=mentor, by=by, override_reason=Match.OverrideReason.ASKED_FOR
        )
    except DoesNotFit:
        return None
    Choice.objects.filter(match=match).exclude(pk=choice.pk).update(match=None)
    return match


@transaction.atomic
def take_back_choice(*, choice: int, by: User) -> Choice:
    """Take a question back that was not answered yet. Again changes nothing. Raises Denied, WrongState (answered)."""
    row = Choice.objects.lock(choice)
    rules.let_choose.require(by, row.referral)
    if row.answer:
        raise WrongState(_("The answer came in meanwhile."))
    if row.closed_at is None:
        close_choice(row, by=by, why="The question was taken back.")
    return row
