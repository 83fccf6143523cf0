"""What the mentor and the mentee say. No is as easy as yes, and costs nothing."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import Invalid, NotReady, WrongState
from matching import care, rules
from matching.actions.sharing import MENTEE, MENTOR, note_sharing
from matching.actions.tidy import free, tidy
from matching.models import Match
from matching.workflow import Status, workflow
from messaging import outbox
from referrals.models import Referral
from training import readiness
from training.models import Mentor

AFTER_YES = (Status.ACCEPTED, Status.INTRODUCED, Status.PAUSED)
Answer = Match.Answer


@transaction.atomic
def accept(*, match: int, by: User, expectations: bool, shares: bool = False) -> Match:
    """The mentor says yes and has read what to expect; `shares`: the mentee may have their number. Again changes nothing.

    Raises Denied, WrongState (too late), NotReady (they rest, or have a flare), Invalid (expectations not read).
    """
    m = Match.objects.lock(match)
    rules.answer.require(by, m)
    if m.status in AFTER_YES:
        return m
    if not expectations:
        raise Invalid(_("Tick that you have read what to expect"), field="expectations")
    if m.status == Status.APPROVED:
        _require_rested(m)
    now = clock.now()
    workflow.move(m, Status.ACCEPTED, by=by, accepted_at=now, mentor_expectations_at=now)
    if shares:
        note_sharing(m, by, MENTOR, True)
    outbox.cancel(subject=m.ref, kind="mentor.asked", why="The mentor has answered.")
    return m


def _require_rested(m: Match) -> None:
    """Nobody takes on somebody new in the middle of a rest or a flare of their own: the request waits for another yes."""
    if missing := not_now(m.mentor):
        raise NotReady(missing)


def not_now(mentor: Mentor) -> list[str]:
    """Return why a mentor cannot say yes today, in sentences to them: a rest or a flare of their own."""
    today, missing = mentor.person.clinic.today, []
    if readiness.is_resting(mentor, today):
        missing.append(_("You are resting. First say that you are back, then say yes; or let somebody else be asked."))
    if mentor.flare_since is not None and mentor.flare_since <= today:
        missing.append(_("You said you are not well. First say that you are better, then say yes; or not this time."))
    return missing


@transaction.atomic
def decline(*, match: int, by: User) -> Match:
    """The mentor says: not this time. No reason, no penalty (Emb13 #31). Again changes nothing.

    Raises Denied, WrongState.
    """
    m = Match.objects.lock(match)
    if m.status == Status.DECLINED and m.mentor.person.user_id == by.pk:
        return m
    rules.answer.require(by, m)
    free(m, Status.DECLINED, by=by)
    care.after_decline(m)
    return m


def expire_unanswered(now: dt.datetime) -> int:
    """Let requests expire whose time to answer is over; return how many. Safe to repeat.

    The referral is waiting again by that alone; Today shows it to the coordinator.
    """
    due = Match.objects.filter(status=Status.APPROVED, answer_by__lte=now).order_by("answer_by", "pk")
    return sum(_expire(pk, now) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _expire(pk: int, now: dt.datetime) -> bool:
    m, system = Match.objects.lock(pk), User.objects.system()
    rules.expire.require(system, m)
    if m.status != Status.APPROVED or m.answer_by > now:
        return False
    free(m, Status.EXPIRED, by=system)
    return True


@transaction.atomic
def ask_mentee(*, match: int, by: User) -> Match:
    """Send the mentee a one-time link with the mentor's first name and profile. Once a day at most.

    Raises Denied, WrongState, NotReady (no consent, or no verified address: then ring them).
    """
    m = Match.objects.lock(match)
    rules.look_after.require(by, m)
    if m.status != Status.ACCEPTED or m.mentee_answer in (Answer.YES, Answer.NO):
        raise WrongState()
    mentee = m.referral.mentee
    missing = _consent_missing(m)
    if not (mentee.email and mentee.email_verified_at):
        form = _("%(name)s has no e-mail address that was read back. Ring them, and write down the answer.")
        missing.append(form % {"name": mentee.first_name})
    if missing:
        raise NotReady(missing)
    if m.mentee_asked_at is None:
        m.mentee_asked_at = clock.now()
        m.save(update_fields=["mentee_asked_at"])
    today = clock.today(m.referral.clinic.time_zone)
    outbox.post("mentee.ask", m.ref, clinic=m.referral.clinic, to=mentee, key=today.isoformat())
    return m


def _consent_missing(match: Match) -> list[str]:
    if Referral.objects.with_live_consent().filter(pk=match.referral_id).exists():
        return []
    return [_("%(name)s has not agreed, or has taken it back.") % {"name": match.referral.mentee.first_name}]


@transaction.atomic
def mentee_answer(
    *, match: int, by: User, answer: str, expectations: bool = False, shares: bool | None = None
) -> Match:
    """Store what the mentee says about this mentor: yes, no or call me, by link or as a coordinator heard it.

    With a yes, `shares` says whether the mentor may have their number; None leaves it as it is. Yes by link needs the expectations read (VdE21 #5); a coordinator may go through them later. Until the
    introduction another answer replaces it. The same again changes nothing. Raises Denied, WrongState, Invalid.
    """
    m = Match.objects.lock(match)
    rules.answer_for_mentee.require(by, m)
    if answer not in Answer.values:
        raise Invalid(_("Choose an answer"), field="answer")
    if m.status == Status.REFUSED and answer == Answer.NO:
        return m
    if m.status != Status.ACCEPTED:
        raise WrongState(_("This question is not open any more."))
    if answer == Answer.YES and by.is_system and not (expectations or m.mentee_expectations_at):
        raise Invalid(_("Tick that you have read what to expect"), field="expectations")
    if answer == Answer.YES and not by.is_system and _consent_missing(m):
        raise NotReady(_consent_missing(m))
    _note_answer(m, answer, by, expectations)
    if answer == Answer.YES and shares is not None:
        note_sharing(m, by, MENTEE, shares)
    if answer == Answer.NO:
        free(m, Status.REFUSED, by=by)
    if answer == Answer.YES and not by.is_system:
        tidy(m)
    return m


def _note_answer(m: Match, answer: str, by: User, expectations: bool) -> None:
    now = clock.now()
    if m.mentee_answer != answer:
        m.mentee_answer, m.mentee_answered_at, m.mentee_answer_by = answer, now, by
    if answer == Answer.YES and expectations and m.mentee_expectations_at is None:
        m.mentee_expectations_at = now
    m.save(update_fields=["mentee_answer", "mentee_answered_at", "mentee_answer_by", "mentee_expectations_at"])
    if answer != Answer.CALL:
        outbox.cancel(subject=m.ref, kind="mentee.ask", why="The mentee has answered.")


@transaction.atomic
def acknowledge_expectations(*, match: int, by: User) -> Match:
    """Note that the coordinator went through what to expect with the mentee. Again changes nothing.

    Raises Denied, WrongState.
    """
    m = Match.objects.lock(match)
    rules.look_after.require(by, m)
    if m.mentee_expectations_at is None:
        if m.status != Status.ACCEPTED:
            raise WrongState()
        m.mentee_expectations_at = clock.now()
        m.save(update_fields=["mentee_expectations_at"])
    return m
