"""Proposing a mentor and asking them. A proposal holds nothing; asking takes the mentor's place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics import switching
from common import clock
from common.errors import Invalid, WrongState
from matching import ranking, rules
from matching.actions.tidy import close_choices
from matching.criteria import RELAXABLE
from matching.errors import AlreadyMatched, DoesNotFit, NoPlace
from matching.models import Match
from matching.workflow import LIVE, Status, workflow
from messaging import outbox
from referrals.models import Referral
from referrals.workflow import Status as ReferralStatus
from training.models import Mentor

MOST_WORDS = 300


@transaction.atomic
def propose(
    *, referral: int, mentor: int, by: User, override_reason: str = "", override_note: str = "",
    relaxations: Collection[str] = (), asked: bool = False,
) -> Match:  # fmt: skip
    """Propose a mentor for a referral, with the points and reasons as they are now.

    Another than the first candidate asks why (VdE21 asks for reasons a person can follow). `relaxations` are the
    hard criteria to give up; what this mentor needs of them is kept with the match, and the mentee must have been
    `asked` (Joo22: rare conditions are matched on the issue, and the loosening is recorded). The same proposal again
    returns what is there. Raises Denied, NotReady (the clinic is not on), WrongState (not open), AlreadyMatched,
    DoesNotFit, Invalid.
    """
    mentor_row, row = _lock(mentor, referral)
    rules.propose.require(by, row)
    known = Match.objects.filter(referral=row, mentor=mentor_row, status__in=[Status.PROPOSED, *LIVE]).first()
    if known:
        return known
    switching.require_on(row.clinic)
    _require_open(row)
    candidate, policy = ranking.candidate_for(row, mentor_row, _known(relaxations))
    if candidate.relaxed and not asked:
        raise Invalid(_("Ask first, and tick that you did"), field="asked")
    _check_override(candidate.rank, override_reason, override_note)
    match = Match.objects.create(
        referral=row, mentor=mentor_row, policy=policy, points=candidate.points, contributions=candidate.contributions,
        rank=candidate.rank, override_reason=override_reason if candidate.rank > 1 else "",
        override_note=override_note.strip() if candidate.rank > 1 else "", proposed_by=by,
        relaxations=list(candidate.relaxed),
    )  # fmt: skip
    workflow.begin(match, by=by)
    return match


@transaction.atomic
def approve(*, match: int, by: User) -> Match:
    """Approve a proposal, take the lowest free place of the mentor, and ask them.

    Again changes nothing. Raises Denied, WrongState, NotReady (the clinic is not on), AlreadyMatched, NoPlace,
    DoesNotFit (consent, what the mentor lacks, or another hard criterion, all asked again now).
    """
    m = Match.objects.lock(match)
    rules.approve.require(by, m)
    if m.status in LIVE:
        return m
    if m.status != Status.PROPOSED:
        raise WrongState()
    switching.require_on(m.referral.clinic)
    _require_open(m.referral)
    _require_fit(m)
    clinic = m.referral.clinic
    now = clock.now()
    answer_by = now + dt.timedelta(hours=clinic.mentor_answer_hours)
    try:
        workflow.move(m, Status.APPROVED, by=by, slot=_free_slot(m.mentor), approved_at=now, answer_by=answer_by)
    except IntegrityError as error:
        raise _why(m) from error
    close_choices(m.referral, by=by)
    outbox.post("mentor.asked", m.ref, clinic=clinic, to=m.mentor.person.user)
    return m


@transaction.atomic
def ask_mentor(*, by: User, **proposal) -> Match:
    """Propose and approve in one step: what "Ask Jean-Luc" does. Takes what `propose` takes.

    Raises what either raises, and changes nothing then.
    """
    match = propose(by=by, **proposal)
    return approve(match=match.pk, by=by)


@transaction.atomic
def reject(*, match: int, by: User, note: str = "") -> Match:
    """Put a proposal aside. Again changes nothing. Raises Denied, WrongState."""
    m = Match.objects.lock(match)
    rules.look_after.require(by, m)
    if m.status != Status.REJECTED:
        workflow.move(m, Status.REJECTED, by=by, note=note.strip()[:MOST_WORDS])
    return m


def _known(relaxations: Collection[str]) -> frozenset[str]:
    if unknown := set(relaxations) - {hard.key for hard in RELAXABLE}:
        raise Invalid(_("Nobody can give up “%(what)s”.") % {"what": ", ".join(sorted(unknown))[:50]})
    return frozenset(relaxations)


def _lock(mentor: int, referral: int) -> tuple[Mentor, Referral]:
    """Lock both, the mentor first, as everywhere."""
    return Mentor.objects.lock(mentor), Referral.objects.lock(referral)


def _require_open(referral: Referral) -> None:
    if referral.status != ReferralStatus.OPEN:
        raise WrongState(_("This referral is not open: nobody looks for a mentor now."))
    if referral.only_group:
        raise WrongState(_("They want a group and no mentor. Put them back on the waiting list first."))
    if referral.matches.live().exists():
        raise AlreadyMatched()


def _check_override(rank: int, reason: str, note: str) -> None:
    if rank == 1:
        return
    if reason not in Match.OverrideReason.values:
        raise Invalid(_("Choose why not the first in the order"), field="override_reason")
    if reason == Match.OverrideReason.OTHER and not note.strip():
        raise Invalid(_("Write in a few words why"), field="override_note")
    if len(note.strip()) > MOST_WORDS or "\x00" in note:
        raise Invalid(_("Write in a few words why: at most 300 characters"), field="override_note")


def _require_fit(match: Match) -> None:
    """Ask every hard criterion again, under the lock: between proposing and asking anything may have changed."""
    hard, why = ranking.failure_of(match.referral, match.mentor, match.relaxations)
    if hard == "free":
        raise NoPlace()
    if hard:
        raise DoesNotFit([f"{match.mentor.person.first_name}: {why[:1].lower()}{why[1:]}."])


def _free_slot(mentor: Mentor) -> int:
    """Return the lowest free number up to the mentor's places. Raises NoPlace."""
    taken = set(mentor.matches.live().values_list("slot", flat=True))
    for slot in range(1, mentor.places + 1):
        if slot not in taken:
            return slot
    raise NoPlace()


def _why(match: Match) -> WrongState:
    """Say which of the two constraints the database held."""
    return AlreadyMatched() if match.referral.matches.live().exists() else NoPlace()
