"""The whole waiting list: having it worked out, deciding on its pairs, and asking several mentors at once.

A plan is a proposal of the computer: it holds no place and sends nothing. Each pair is asked for by a person, in a
transaction of its own with every check made again.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from common import clock
from common.errors import Refused, WrongState
from matching import facts, ranking, rules, solving
from matching.actions.proposing import ask_mentor
from matching.errors import DoesNotFit, NoPlace
from matching.models import Match, PairDecision, Solution
from referrals.models import Referral
from training.models import Mentor

log = logging.getLogger(__name__)

State, Decision = Solution.State, PairDecision.Decision
UNDER_WAY = (State.QUEUED, State.RUNNING)
SILENCE = dt.timedelta(minutes=2)  # without a sign of life: whoever worked on it was killed
PATIENCE = dt.timedelta(seconds=30)  # for workers that were told, before somebody else does it
KEPT = 20  # plans of a clinic that are kept
APPROVE = "approve"
Pair = tuple[int, int]  # primary keys of referral and mentor


# Working it out -------------------------------------------------------------------------------


def start(*, clinic: Clinic, by: User) -> Solution:
    """Have the waiting list of a clinic worked out. While that is under way, again joins it.

    One that gave no sign of life for two minutes is marked as failed, and a new one starts. Raises Denied.
    """
    rules.solve.require(by, clinic)
    now = clock.now()
    give_up_silent(now, clinic)
    try:
        with transaction.atomic():
            solution = Solution.objects.create(clinic=clinic, by=by, steps=solving.STEPS, at=now, moved_at=now)
            transaction.on_commit(lambda: _nudge(solution.pk))
            return solution
    except IntegrityError:  # the database lets one be under way
        return clinic.solutions.filter(state__in=UNDER_WAY).first() or clinic.solutions.latest("at")


def _nudge(pk: int) -> bool:
    from matching import tasks

    return tasks.nudge(pk)


def give_up_silent(now: dt.datetime, clinic: Clinic | None = None) -> int:
    """Mark what gave no sign of life as failed, of one clinic or all; return how many. Safe to repeat."""
    silent = Solution.objects.filter(state__in=UNDER_WAY, moved_at__lt=now - SILENCE)
    if clinic is not None:
        silent = silent.filter(clinic=clinic)
    return silent.update(state=State.FAILED, done_at=now)


def begin_waiting(now: dt.datetime, beside: Callable[[int], object] | None = None) -> int:
    """Have worked out what nobody has begun yet; return how many. A round, for when no nudge came through.

    Workers are told again first. What they leave lying is worked out `beside` whoever asks, in a thread: the
    sweeper, who must not be late with what is urgent. Safe to repeat.
    """
    give_up_silent(now)
    queued = list(Solution.objects.filter(state=State.QUEUED).order_by("at", "pk").values_list("pk", "at"))
    for pk, at in queued:
        if now - at > PATIENCE or not _nudge(pk):
            (beside or _beside)(pk)
    return len(queued)


def _beside(pk: int) -> None:
    threading.Thread(target=_alone, args=(pk,), name="waiting list").start()


def _alone(pk: int) -> None:
    """Work out one plan in a thread of its own; the next round finds what the database refused."""
    try:
        work_out(solution=pk)
    except DatabaseError as error:
        log.error("A waiting list was left: %s", type(error).__name__)
    finally:
        connection.close()


class _Taken(Exception):
    """Somebody gave this one up meanwhile: what comes out is not wanted."""


def work_out(*, solution: int) -> bool:
    """Work out one plan that waits for it; return whether it is done. Of two at once, one does it.

    Holds no transaction while it thinks, so that each step can be seen. A failure is written down and
    changes nothing else.
    """
    if not _move(solution, State.QUEUED, state=State.RUNNING, step=0, steps=solving.STEPS):
        return False
    clinic = Clinic.objects.get(solutions=solution)
    try:
        _finish(solution, solving.work_out(clinic, tell=lambda step: _alive(solution, step)))
        return True
    except _Taken:
        return False
    except Exception as error:  # only the type: the words of an error may name people
        log.error("A waiting list could not be worked out: %s", type(error).__name__)
        _move(solution, State.RUNNING, state=State.FAILED, done_at=clock.now())
        return False


def _move(pk: int, before: str, **values) -> bool:
    """Change a plan that is still in the state it was, as a sign of life."""
    return bool(Solution.objects.filter(pk=pk, state=before).update(moved_at=clock.now(), **values))


def _alive(pk: int, step: int) -> None:
    if not _move(pk, State.RUNNING, step=step):
        raise _Taken


@transaction.atomic
def _finish(pk: int, worked: solving.Worked) -> None:
    laid = worked.laid
    done = _move(
        pk, State.RUNNING, state=State.DONE, step=solving.STEPS, done_at=clock.now(), policy=laid.policy,
        people=len(laid.needs), mentors=sum(not b.lent_by for b in laid.brings), answers=worked.answers,
        unmatched=worked.unmatched, prices=worked.prices, gaps=worked.gaps,
    )  # fmt: skip
    if not done:
        raise _Taken
    rows = laid.policy.clinic.solutions.exclude(state__in=UNDER_WAY).order_by("-at", "-pk")
    rows.filter(pk__in=list(rows.values_list("pk", flat=True)[KEPT:])).delete()


# Deciding on pairs ----------------------------------------------------------------------------


@transaction.atomic
def hold(*, referral: int, mentor: int, by: User) -> PairDecision:
    """Keep a pair as it is whenever the list is worked out again. Again changes nothing.

    Another pair of the same person on hold gives way. Raises Denied, WrongState (waits no more), NoPlace, DoesNotFit.
    """
    row, mentor_row = _both(referral, mentor, by)
    known = PairDecision.objects.filter(referral=row, mentor=mentor_row, decision=Decision.HOLD).first()
    if known:
        return known
    hard, why = ranking.failure_of(row, mentor_row)
    if hard == "free":
        raise NoPlace()
    if hard:
        raise DoesNotFit([f"{mentor_row.person.first_name}: {why[:1].lower()}{why[1:]}."])
    PairDecision.objects.filter(referral=row, decision=Decision.HOLD).delete()
    return PairDecision.objects.create(referral=row, mentor=mentor_row, decision=Decision.HOLD, by=by)


@transaction.atomic
def exclude(*, referral: int, mentor: int, by: User) -> PairDecision:
    """Never propose a pair again, here or when a mentor is looked for, until it is taken back. Again changes nothing.

    Raises Denied, WrongState (waits no more).
    """
    row, mentor_row = _both(referral, mentor, by)
    known = PairDecision.objects.filter(referral=row, mentor=mentor_row).first()
    if known and known.decision == Decision.EXCLUDE:
        return known
    if known:
        known.delete()
    return PairDecision.objects.create(referral=row, mentor=mentor_row, decision=Decision.EXCLUDE, by=by)


@transaction.atomic
def take_back(*, referral: int, mentor: int, by: User) -> bool:
    """Let a pair on hold go, or let one that was put aside be proposed again; return whether there was anything.

    Raises Denied.
    """
    mentor_row, row = Mentor.objects.lock(mentor), Referral.objects.lock(referral)
    pair = PairDecision(referral=row, mentor=mentor_row)
    rules.decide.require(by, pair)
    return bool(PairDecision.objects.filter(referral=row, mentor=mentor_row).delete()[0])


def _both(referral: int, mentor: int, by: User) -> tuple[Referral, Mentor]:
    """Lock mentor and referral, in that order, of a pair the user may decide on and whose mentee waits."""
    mentor_row, row = Mentor.objects.lock(mentor), Referral.objects.lock(referral)
    rules.decide.require(by, PairDecision(referral=row, mentor=mentor_row))
    if not facts.waiting(Referral.objects.filter(pk=row.pk)).exists():
        raise WrongState(_("%(name)s does not wait for a mentor any more.") % {"name": row.mentee.first_name})
    return row, mentor_row


# Several at once ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What became of one pair: the match or decision made, or why not."""

    referral: int
    mentor: int
    made: Model | None = None
    why: str = ""


def approve_several(*, pairs: Iterable[Pair], by: User) -> list[Told]:
    """Ask the mentors of several pairs of the present plan; return what became of each, in order.

    Every check is made again for each, in a transaction of its own: one that is refused keeps no other back. For a
    pair that is not the mentee's own first, "the whole list is better off" is kept as the reason. Never raises Refused.
    """
    return decide_several(decisions=[(pair, APPROVE) for pair in pairs], by=by)


def decide_several(*, decisions: Iterable[tuple[Pair, str]], by: User) -> list[Told]:
    """Approve several pairs, put them on hold or aside, each by itself; return what became of each, in order.

    A decision is APPROVE or one of PairDecision.Decision. Never raises Refused.
    """
    decisions = list(decisions)
    planned = _planned({referral for (referral, _mentor), what in decisions if what == APPROVE})
    verbs: dict[str, Callable] = {APPROVE: partial(_ask, planned), Decision.HOLD: hold, Decision.EXCLUDE: exclude}
    return [_tell(pair, partial(verbs[what], referral=pair[0], mentor=pair[1], by=by)) for pair, what in decisions]


def _ask(planned: set[Pair], *, referral: int, mentor: int, by: User) -> Match:
    if (referral, mentor) not in planned:
        raise WrongState(_("The list was worked out again, and this pair is not in it any more."))
    return ask_mentor(referral=referral, mentor=mentor, by=by, override_reason=Match.OverrideReason.PLAN)


def _planned(referrals: set[int]) -> set[Pair]:
    """Return the pairs of the last plan, in any variant, of the clinics of these referrals."""
    clinics = Clinic.objects.filter(referrals__in=referrals).distinct()
    plans = [plan for clinic in clinics if (plan := solving.last_of(clinic))]
    return {(r, m) for plan in plans for answer in plan.answers.values() for r, m, _points in answer["pairs"]}


def _tell(pair: Pair, verb: Callable[[], Model]) -> Told:
    try:
        return Told(*pair, made=verb())
    except Refused as refusal:
        return Told(*pair, why=str(refusal))
    except DatabaseError as error:
        log.error("A pair could not be decided: %s", type(error).__name__)
        return Told(*pair, why=_("Something went wrong, and nothing was changed for this pair. Try again."))
