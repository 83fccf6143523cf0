"""From the introduction to the end, and every way to stop on the way."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics import switching
from common import clock
from common.errors import Invalid, NotReady, WrongState
from matching import guards, rules, signals
from matching.actions.tidy import close, close_choices, free_if_held, tidy
from matching.models import Match
from matching.workflow import EndReason, Status, workflow
from messaging import outbox
from referrals.models import Referral
from referrals.workflow import Status as ReferralStatus
from training import readiness
from training.models import Mentor

PAIR = (Status.INTRODUCED, Status.PAUSED)
BEFORE = (Status.PROPOSED, Status.APPROVED, Status.ACCEPTED)
MOST_WORDS = 1000
LONGEST_PAUSE = dt.timedelta(days=366)

# Why a referral was closed, as the end of a pair calls it.
CLOSED = {"died": EndReason.DIED, "wish": EndReason.MENTEE, "finished": EndReason.PLANNED}


def missing_for_introduction(match: Match) -> list[str]:
    """Return in sentences what an introduction still needs (always true 1): every yes, consent, a ready mentor."""
    mentee, mentor = match.referral.mentee, match.mentor.person
    missing = [] if match.referral.clinic.is_on else [str(switching.NOT_ON)]
    if match.mentee_answer != Match.Answer.YES:
        missing.append(_("%(name)s has not said yes yet.") % {"name": mentee.first_name})
    for person, at in ((mentee, match.mentee_expectations_at), (mentor, match.mentor_expectations_at)):
        if at is None:
            missing.append(_("%(name)s has not gone through what to expect yet.") % {"name": person.first_name})
    if not Referral.objects.with_live_consent().filter(pk=match.referral_id).exists():
        missing.append(_("%(name)s has not agreed, or has taken it back.") % {"name": mentee.first_name})
    if match.referral.status != ReferralStatus.OPEN:
        missing.append(_("The referral is not open."))
    ready = readiness.with_facts(Mentor.objects.filter(pk=match.mentor_id)).get()
    lacking = readiness.missing(ready, clock.today(match.referral.clinic.time_zone))
    if lacking and mentor.clinic_id != match.referral.clinic_id:  # what exactly is between them and their own clinic
        lacking = [_("cannot take someone new now")]
    missing += [_("%(name)s: %(what)s.") % {"name": mentor.first_name, "what": what} for what in lacking]
    return missing


@transaction.atomic
def introduce(*, match: int, by: User) -> Match:
    """Introduce the two: day 0. From here the mentor sees the contact details, and the plan begins.

    Again changes nothing. Raises Denied, WrongState, NotReady with everything that is missing on this day.
    """
    m = Match.objects.lock(match)
    rules.approve.require(by, m)
    if m.status in PAIR:
        return m
    if m.status != Status.ACCEPTED:
        raise WrongState()
    missing = missing_for_introduction(m)
    if missing:
        raise NotReady(missing)
    workflow.move(m, Status.INTRODUCED, by=by, introduced_at=clock.now(), introduced_by=by)
    tidy(m)
    signals.introduced.send(Match, match=m, by=by)
    for to in (m.mentor.person.user, m.referral.mentee):
        outbox.post("match.introduced", m.ref, clinic=m.referral.clinic, to=to)
    return m


@transaction.atomic
def cancel(*, match: int, by: User, reason: str = "") -> Match:
    """Stop before the introduction. Again changes nothing. Raises Denied, WrongState."""
    m = Match.objects.lock(match)
    rules.stop.require(by, m)
    if m.status == Status.CANCELLED:
        return m
    if m.status not in BEFORE:
        raise WrongState()
    free_if_held(m, by=by, note=reason.strip()[:MOST_WORDS])
    return m


@transaction.atomic
def pause(*, match: int, by: User, reason: str = "", until: dt.date | None = None) -> Match:
    """Pause a pair: checks and reminders stop. With a day it goes on by itself then. Again changes nothing.

    Raises Denied, WrongState, Invalid (until).
    """
    m = Match.objects.lock(match)
    rules.stop.require(by, m)
    if m.status == Status.PAUSED:
        return m
    today = clock.today(m.referral.clinic.time_zone)
    if until is not None and not today < until <= today + LONGEST_PAUSE:
        raise Invalid(_("Choose a day to come, within a year from now."), field="until")
    note = reason.strip()[:MOST_WORDS]
    workflow.move(m, Status.PAUSED, by=by, note=note, paused_at=clock.now(), pause_until=until)
    signals.paused.send(Match, match=m, by=by)
    return m


@transaction.atomic
def resume(*, match: int, by: User) -> Match:
    """Let a paused pair go on. Again changes nothing.

    Raises Denied, WrongState, NotReady (no consent; or the mentor's access was ended after a worry).
    """
    m = Match.objects.lock(match)
    rules.approve.require(by, m)
    if m.status == Status.INTRODUCED:
        return m
    if m.status != Status.PAUSED:  # an accepted one is introduced, with all that asks
        raise WrongState()
    missing = []
    if not Referral.objects.with_live_consent().filter(pk=m.referral_id).exists():
        missing.append(_("%(name)s has not agreed, or has taken it back.") % {"name": m.referral.mentee.first_name})
    if m.sight_ended_at is not None:
        missing.append(_("The mentor's access has ended. First settle why, then give it back."))
    if missing:
        raise NotReady(missing)
    workflow.move(m, Status.INTRODUCED, by=by, paused_at=None, pause_until=None)
    signals.resumed.send(Match, match=m, by=by)
    return m


@transaction.atomic
def end(*, match: int, by: User, reason: str, note: str = "") -> Match:
    """End a pair with a reason and no blame. A planned ending needs what the guards name and a coordinator; any other
    ends at once, by anybody of the pair.

    Again changes nothing. Raises Denied, WrongState, Invalid, NotReady.
    """
    m = Match.objects.lock(match)
    (rules.stop if reason == EndReason.PLANNED else rules.end).require(by, m)
    if reason not in EndReason.values:
        raise Invalid(_("Choose why it ends"), field="reason")
    if m.status == Status.ENDED:
        return m
    if m.status not in PAIR:
        raise WrongState()
    _end(m, by=by, reason=reason, note=note)
    return m


def _end(m: Match, *, by: User, reason: str, note: str = "") -> None:
    if reason == EndReason.PLANNED:
        missing = guards.missing(m)
        if missing:
            raise NotReady(missing)
    close(m, by=by, reason=reason, note=note.strip()[:MOST_WORDS])
    signals.ended.send(Match, match=m, by=by)


@transaction.atomic
def take_sight(*, match: int, by: User) -> Match:
    """End the mentor's access to a pair at once, for a worry about conduct. Again changes nothing.

    Raises Denied, WrongState.
    """
    m = Match.objects.lock(match)
    rules.stop.require(by, m)
    if m.status not in PAIR:
        raise WrongState()
    _take_sight(m, by)
    return m


def _take_sight(m: Match, by: User) -> None:
    if m.sight_ended_at is None:
        m.sight_ended_at = clock.now()
        m.save(update_fields=["sight_ended_at"])
        m.history.create(from_status=m.status, to_status=m.status, by=by, note=_("The mentor's access has ended."))


@transaction.atomic
def give_sight(*, match: int, by: User) -> Match:
    """Give the mentor of a paused pair access again, once the worry is settled. Again changes nothing.

    Raises Denied, WrongState.
    """
    m = Match.objects.lock(match)
    rules.approve.require(by, m)
    if m.status not in PAIR:
        raise WrongState()
    if m.sight_ended_at is not None:
        m.sight_ended_at = None
        m.save(update_fields=["sight_ended_at"])
        m.history.create(from_status=m.status, to_status=m.status, by=by, note=_("The mentor has access again."))
    return m


# What follows from news of the floors below; they have asked their own rules ----------------


def stop_for_consent(*, referral: Referral, by: User) -> None:
    """Consent was taken back: cancel before the introduction, end after it, all in the same transaction.

    The referral is locked already, so only its matches are locked here: never the mentor after the referral.
    """
    close_choices(referral, by=by)
    for m in _matches_of(referral):
        free_if_held(m, by=by, note="consent")
        if m.status in PAIR:
            _end(m, by=by, reason=EndReason.CONSENT)


def stop_for_closed_referral(*, referral: Referral, by: User, reason: str) -> None:
    """The referral was closed: nothing of it goes on. One rounded off as planned needs a planned ending.

    Raises NotReady when the planned ending is not complete: then the referral stays open.
    """
    close_choices(referral, by=by)
    for m in _matches_of(referral):
        free_if_held(m, by=by, note="closed")
        if m.status in PAIR:
            _end(m, by=by, reason=CLOSED.get(reason, EndReason.OTHER))


def stop_for_mentor(*, mentor: Mentor, by: User, at_once: bool) -> None:
    """Somebody stopped as a mentor: requests are cancelled. `at_once`: pairs pause and their access ends now."""
    for pk in mentor.matches.filter(status__in=[*BEFORE, *PAIR]).values_list("pk", flat=True):
        m = Match.objects.lock(pk)
        free_if_held(m, by=by, note="mentor")
        if m.status in PAIR and at_once:
            _take_sight(m, by)
            if m.status == Status.INTRODUCED:
                workflow.move(m, Status.PAUSED, by=by, paused_at=clock.now())
                signals.paused.send(Match, match=m, by=by)


def _matches_of(referral: Referral) -> list[Match]:
    found = Match.objects.select_for_update(of=("self",)).filter(referral=referral, status__in=[*BEFORE, *PAIR])
    rows = list(found.select_related("mentor__person__user").order_by("pk"))
    for m in rows:
        m.referral = referral
    return rows
