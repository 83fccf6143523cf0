"""From applicant to mentor, and the ways out. Here only dates and decisions; the whole path is another matter."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Invalid, NotReady, WrongState
from referrals.models import Person
from training import panels, policy, readiness, rules, selection, signals, supervisors
from training.actions.record import opened, past, stored, to_come
from training.actions.records import open_account
from training.care_rules import rules_of
from training.data import Decision
from training.models import Mentor
from training.workflow import Status, workflow

ROAD = (Status.APPLIED, Status.INTERVIEWED, Status.IN_TRAINING)
ASIDE = {
    Decision.LATER: Status.LATER, Decision.REDIRECT: Status.REDIRECTED, Decision.DECLINE: Status.DECLINED,
}  # fmt: skip


@transaction.atomic
def vet(
    *,
    mentor: int,
    by: User,
    decision: str,
    on: dt.date | None = None,
    note: str = "",
    until: dt.date | None = None,
    known_before: bool = False,
) -> Mentor:
    """Decide about an applicant: accept (on to the training), not now, another role, or no (VdE21 #35).

    Who is accepted is invited to sign in. `until` is the day to ask again after "not now". Where the clinic has rules,
    a yes needs everything they ask, unless somebody was chosen before the clinic worked with them: `known_before`, with
    the reason in `note`. The same decision again changes nothing. Raises Denied, WrongState, Invalid, NotReady (each
    missing thing, or no address to invite them at).
    """
    m = opened(mentor, by)
    if decision not in Decision.values:
        raise Invalid(_("Choose an answer"), field="decision")
    target = ASIDE.get(Decision(decision))
    if target:
        if m.status != target:
            workflow.move(m, target, by=by, note=note, ask_again_on=until if target == Status.LATER else None)
        return m
    if m.vetted_on and m.status not in ROAD[:2]:
        return m
    day = past(on, m)
    if m.status not in ROAD:
        raise WrongState()
    _may_accept(m, note, known_before)
    for step in ROAD[ROAD.index(m.status) + 1 :]:
        workflow.move(m, step, by=by, note=note)
    open_account(mentor=m, by=by)
    return stored(m, vetted_on=day, vetted_by=by, policy=policy.of(m), ask_again_on=None)


def _may_accept(mentor: Mentor, note: str, known_before: bool) -> None:
    """Nobody is mentee and mentor at once, and the clinic's rules are followed: each missing thing is named."""
    Person.objects.select_for_update().get(pk=mentor.person_id)  # so that nobody refers them at this very moment
    if known_before and not note.strip():
        raise Invalid(_("Write by whom and how they were chosen"), field="note")
    lacking = selection.why_mentee(mentor) if known_before else selection.why_not_accept(mentor)
    if lacking:
        raise NotReady(lacking)


@transaction.atomic
def record_checks(*, mentor: int, by: User, valid_until: dt.date) -> Mentor:
    """Record until which day the background check counts. Raises Denied, Invalid."""
    m = opened(mentor, by)
    return stored(m, checks_valid_until=to_come(valid_until, m, "valid_until"))


@transaction.atomic
def brief_on_secrecy(*, mentor: int, by: User, on: dt.date | None = None) -> Mentor:
    """Record the secrecy briefing. Raises Denied, Invalid."""
    m = opened(mentor, by)
    return stored(m, secrecy_briefing_on=past(on, m))


@transaction.atomic
def meet_team(*, mentor: int, by: User, on: dt.date | None = None) -> Mentor:
    """Record when the mentor met the care team, who refer to people they know (VdE21 #17). Raises Denied, Invalid."""
    m = opened(mentor, by)
    return stored(m, met_team_on=past(on, m))


@transaction.atomic
def activate(*, mentor: int, by: User) -> Mentor:
    """Let a trained mentor start. Again changes nothing.

    Raises Denied, WrongState, NotReady with everything that is missing still.
    """
    m = opened(mentor, by)
    if m.status in (Status.ACTIVE, Status.RESTING):
        return m
    Person.objects.select_for_update().get(pk=m.person_id)  # so that nobody refers them at this very moment
    if m.status != Status.READY:
        raise WrongState(_("First the decision, the training and the certificate."))
    lacking = [
        check.missing(m, m.person.clinic.today)
        for check in readiness.CHECKS
        if check.key not in ("active", "rest", "account", "supervision") and not check.test(m, m.person.clinic.today)
    ]
    if not supervisors.fits(m.supervisor, m.person.clinic_id) or m.supervisor_id == m.person.user_id:
        lacking.append(_("nobody looks after them yet"))
    if lacking:
        raise NotReady(lacking)
    first_talk = m.person.clinic.today + dt.timedelta(days=rules_of(m.person.clinic).supervision_days)
    workflow.move(m, Status.ACTIVE, by=by, supervise_by=first_talk)
    return m


@transaction.atomic
def retire(*, mentor: int, by: User, note: str = "") -> Mentor:
    """Let somebody stop as a mentor. Refused while people count on them (NotReady names why).

    Again changes nothing. Raises Denied, WrongState, NotReady.
    """
    m = opened(mentor, by, rules.change)
    if m.status == Status.RETIRED:
        return m
    holding = panels.holding(m)
    if holding:
        raise NotReady(holding)
    workflow.move(m, Status.RETIRED, by=by, note=note, rest_from=None, rest_until=None)
    signals.stopped.send(Mentor, mentor=m, by=by)
    return m


@transaction.atomic
def apply_again(*, mentor: int, by: User) -> Mentor:
    """Open the way back: an applicant again, or in training after a certificate was taken back.

    Raises Denied, WrongState (also while an appeal waits for its answer).
    """
    m = opened(mentor, by)
    if m.status in ROAD:
        return m
    if m.appeals.open().exists():
        raise WrongState(_("They asked somebody else to look again. That is decided first."))
    to = Status.IN_TRAINING if m.status == Status.DECERTIFIED else Status.APPLIED
    again = {
        "vetted_on": None,
        "vetted_by": None,
        "policy": None,
        "ask_again_on": None,
    }  # chosen anew, by the rules of then
    changes: dict[str, Any] = {} if to == Status.IN_TRAINING else again
    workflow.move(m, to, by=by, **changes)
    m.ratings.open().delete()  # what was asked and not given before; it is asked anew
    return m
