"""A pause that one of the two asked for, with the day on which it ends by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import Invalid, NotReady, WrongState
from matching import rules, signals
from matching.actions.resting import REST, paused_by_rest
from matching.models import Match
from matching.workflow import Status, workflow
from messaging import outbox
from referrals.models import Referral
from training.models import RestPlan
from training.workflow import Status as MentorStatus

OWN = "mentee"  # the note of a pause that the mentee asked for
MENTORS = "mentor"  # the note of a pause that the mentor asked for, of this one pair
LONGEST = dt.timedelta(days=366)


def _pause(m: Match, by: User, until: dt.date, *, note: str, already: Callable[[Match], bool]) -> bool:
    """Pause a pair, or move the end of a pause that is one's own; tell whether it was not paused before."""
    today = clock.today(m.referral.clinic.time_zone)
    if not today < until <= today + LONGEST:
        raise Invalid(_("Choose a day to come, within a year from now."), field="until")
    if m.status == Status.PAUSED and already(m):
        _set_until(m, until)
        return False
    if m.status != Status.INTRODUCED:
        raise WrongState(_("Your talks are paused already, or they have ended."))
    workflow.move(m, Status.PAUSED, by=by, note=note, paused_at=clock.now(), pause_until=until)
    signals.paused.send(Match, match=m, by=by)
    return True


@transaction.atomic
def pause_until(*, match: int, by: User, until: dt.date) -> Match:
    """Pause a pair for its mentee until a day; on that day it goes on by itself. The mentor is told, kindly.

    Another day for the mentee's own pause replaces the first; the same again changes nothing.
    Raises Denied, Invalid (until), WrongState (not a pair, or somebody else paused it).
    """
    m = Match.objects.lock(match)
    rules.stop.require(by, m)
    if _pause(m, by, until, note=OWN, already=is_own):
        _tell(m, "match.paused", m.mentor.person.user)
    return m


@transaction.atomic
def pause_as_mentor(*, match: int, by: User, until: dt.date) -> Match:
    """Pause one pair for its mentor until a day; on that day it goes on by itself. The mentee is told, kindly.

    Another day for the mentor's own pause replaces the first; the same again changes nothing.
    Raises Denied, Invalid (until), WrongState (somebody else paused it, or it has ended).
    """
    m = Match.objects.lock(match)
    rules.pause_own.require(by, m)
    if _pause(m, by, until, note=MENTORS, already=is_mentors):
        _tell(m, "match.rests", m.referral.mentee)
    return m


@transaction.atomic
def end_mentors_pause(*, match: int, by: User) -> Match:
    """Let a pair go on that its mentor paused. Going on already changes nothing. Raises Denied, WrongState."""
    m = Match.objects.lock(match)
    rules.pause_own.require(by, m)
    if m.status == Status.INTRODUCED:
        return m
    agreed = Referral.objects.with_live_consent().filter(pk=m.referral_id).exists()
    if m.status != Status.PAUSED or not is_mentors(m) or not agreed:
        raise WrongState(_("The coordinator has to look at this first. Please ring."))
    _go_on(m, by)
    return m


def is_mentors(m: Match) -> bool:
    """Tell whether the mentor asked for the pause this pair is in."""
    return _noted(m) == MENTORS and m.pause_until is not None


def _noted(m: Match) -> str:
    last = m.history.filter(to_status=Status.PAUSED).order_by("-at", "-pk").first()
    return last.note if last is not None else ""


def _set_until(m: Match, until: dt.date | None) -> None:
    if m.pause_until != until:
        m.pause_until = until
        m.save(update_fields=["pause_until"])


@transaction.atomic
def end_own_pause(*, match: int, by: User) -> Match:
    """Let a pair go on that its mentee paused. Going on already changes nothing.

    Raises Denied, WrongState (somebody else paused it, or it has ended), NotReady (no consent).
    """
    m = Match.objects.lock(match)
    rules.stop.require(by, m)
    if m.status == Status.INTRODUCED:
        return m
    if m.status != Status.PAUSED or not is_own(m) or m.sight_ended_at is not None:
        raise WrongState(_("The coordinator has to look at this first. Please ring."))
    if not Referral.objects.with_live_consent().filter(pk=m.referral_id).exists():
        raise NotReady([_("You have taken back what you agreed to. Agree again first.")])
    _go_on(m, by)
    return m


def _go_on(m: Match, by: User) -> None:
    """Resume; while the mentor rests and chose to pause, the pause becomes theirs."""
    if m.mentor.status == MentorStatus.RESTING and m.mentor.rest_plan == RestPlan.PAUSE:
        _set_until(m, None)
        m.history.create(from_status=m.status, to_status=m.status, by=by, note=REST)
        _tell(m, "match.rests", m.referral.mentee)
        return
    workflow.move(m, Status.INTRODUCED, by=by, note=OWN, paused_at=None, pause_until=None)
    signals.resumed.send(Match, match=m, by=by)
    for kind in ("match.paused", "match.rests"):
        outbox.cancel(subject=m.ref, kind=kind, why="The pause is over.")
    for to in (m.mentor.person.user, m.referral.mentee):
        _tell(m, "match.pause-over", to)


def is_own(m: Match) -> bool:
    """Tell whether the mentee asked for the pause a pair is in, not a coordinator, a rest or a worry."""
    return _noted(m) == OWN and m.pause_until is not None


def resume_due(now: dt.datetime) -> int:
    """Let every pair go on whose day has come on its clinic's calendar, one transaction each; return how many.

    Without consent, or with the mentor's access ended after a worry, a coordinator decides.
    """
    with clock.at(now):
        latest = (now + dt.timedelta(days=1)).date()  # somewhere it is tomorrow already
        rows = Match.objects.filter(status=Status.PAUSED, pause_until__lte=latest, sight_ended_at=None)
        due = [
            m
            for m in rows.select_related("referral__clinic").order_by("pk")
            if m.pause_until and m.pause_until <= _today(m)
        ]
        return sum(_resume_one(m.pk) for m in due)


def _today(m: Match) -> dt.date:
    return clock.today(m.referral.clinic.time_zone)


@transaction.atomic
def _resume_one(pk: int) -> int:
    m = Match.objects.lock(pk)
    agreed = Referral.objects.with_live_consent().filter(pk=m.referral_id).exists()
    still = m.status == Status.PAUSED and m.sight_ended_at is None and not paused_by_rest(m) and agreed
    if not still or m.pause_until is None or m.pause_until > _today(m):
        return 0
    _go_on(m, User.objects.system())
    return 1


def _tell(m: Match, kind: str, to) -> None:
    outbox.post(kind, m.ref, clinic=m.referral.clinic, to=to, key=str(m.version))
