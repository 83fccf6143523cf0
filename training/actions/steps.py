"""From applicant to mentor, and the ways out. Here only dates and decisions; the whole path is another matter."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import Invalid, NotReady, WrongState
from referrals.models import Person
from training import panels, readiness, rules, signals
from training.data import Decision
from training.models import Certificate, Mentor
from training.workflow import Status, workflow

ROAD = (Status.APPLIED, Status.INTERVIEWED, Status.IN_TRAINING)
LONGEST = dt.timedelta(days=4 * 366)  # a later last day is a slip of the pen


def _open(mentor: int, by: User, rule=rules.decide) -> Mentor:
    m = Mentor.objects.lock(mentor)
    rule.require(by, m)
    return m


def _set(mentor: Mentor, **values) -> Mentor:
    for name, value in values.items():
        setattr(mentor, name, value)
    mentor.version += 1
    mentor.save(update_fields=[*values, "version"])
    return mentor


def _past(day: dt.date | None, mentor: Mentor, field: str = "on") -> dt.date:
    today = mentor.person.clinic.today
    day = day or today
    if day > today:
        raise Invalid(_("This day is still to come. Choose today or a day before"), field=field)
    if day.year < mentor.person.birth_year:
        raise Invalid(_("This is before they were born. Choose another day"), field=field)
    return day


def _to_come(day: dt.date, mentor: Mentor, field: str) -> dt.date:
    today = mentor.person.clinic.today
    if day < today:
        raise Invalid(_("This day is past. Choose a day to come"), field=field)
    if day > today + LONGEST:
        raise Invalid(_("Choose a day within four years"), field=field)
    return day


@transaction.atomic
def vet(*, mentor: int, by: User, decision: str, on: dt.date | None = None, note: str = "") -> Mentor:
    """Decide about an applicant: accept (on to the training), another role, or no (VdE21 #35).

    The same decision again changes nothing. Raises Denied, WrongState, Invalid.
    """
    m = _open(mentor, by)
    if decision not in Decision.values:
        raise Invalid(_("Choose an answer"), field="decision")
    target = {Decision.REDIRECT: Status.REDIRECTED, Decision.DECLINE: Status.DECLINED}.get(Decision(decision))
    if target:
        if m.status != target:
            workflow.move(m, target, by=by, note=note)
        return m
    if m.vetted_on and m.status not in ROAD[:2]:
        return m
    day = _past(on, m)
    if m.status not in ROAD:
        raise WrongState()
    for step in ROAD[ROAD.index(m.status) + 1 :]:
        workflow.move(m, step, by=by, note=note)
    return _set(m, vetted_on=day, vetted_by=by)


@transaction.atomic
def sign_code(*, mentor: int, by: User, on: dt.date | None = None) -> Mentor:
    """Record that the mentor signed the code of conduct on a day (Joo22 #45). Raises Denied, Invalid."""
    m = _open(mentor, by)
    return _set(m, code_signed_on=_past(on, m))


@transaction.atomic
def record_checks(*, mentor: int, by: User, valid_until: dt.date) -> Mentor:
    """Record until which day the background check counts. Raises Denied, Invalid."""
    m = _open(mentor, by)
    return _set(m, checks_valid_until=_to_come(valid_until, m, "valid_until"))


@transaction.atomic
def brief_on_secrecy(*, mentor: int, by: User, on: dt.date | None = None) -> Mentor:
    """Record the secrecy briefing. Raises Denied, Invalid."""
    m = _open(mentor, by)
    return _set(m, secrecy_briefing_on=_past(on, m))


@transaction.atomic
def meet_team(*, mentor: int, by: User, on: dt.date | None = None) -> Mentor:
    """Record when the mentor met the care team, who refer to people they know (VdE21 #17). Raises Denied, Invalid."""
    m = _open(mentor, by)
    return _set(m, met_team_on=_past(on, m))


@transaction.atomic
def issue_certificate(*, mentor: int, by: User, valid_from: dt.date, valid_until: dt.date) -> Certificate:
    """Certify the training between two days, both included. The same dates again return what is there.

    Raises Denied, Invalid, WrongState (not accepted yet, or no longer a mentor).
    """
    m = _open(mentor, by)
    if m.status not in (Status.IN_TRAINING, Status.READY, Status.ACTIVE, Status.RESTING):
        raise WrongState(_("A certificate is for somebody who was accepted as a mentor."))
    if valid_until <= valid_from:
        raise Invalid(_("The last day comes after the first. Choose a later day"), field="valid_until")
    _to_come(valid_until, m, "valid_until")
    certificate, _made = Certificate.objects.get_or_create(
        mentor=m, valid_from=valid_from, valid_until=valid_until, revoked_at=None, defaults={"issued_by": by}
    )
    if m.status == Status.IN_TRAINING:
        workflow.move(m, Status.READY, by=by)
    return certificate


@transaction.atomic
def revoke_certificate(*, certificate: int, by: User) -> Certificate:
    """Take one certificate back, for example after a slip of the pen. Again changes nothing. Raises Denied."""
    row = Certificate.objects.get(pk=certificate)
    m = _open(row.mentor_id, by)
    _revoke(Certificate.objects.filter(pk=row.pk), by)
    _set(m)
    row.refresh_from_db()
    return row


@transaction.atomic
def activate(*, mentor: int, by: User) -> Mentor:
    """Let a trained mentor start. Again changes nothing.

    Raises Denied, WrongState, NotReady with everything that is missing still.
    """
    m = _open(mentor, by)
    if m.status in (Status.ACTIVE, Status.RESTING):
        return m
    Person.objects.select_for_update().get(pk=m.person_id)  # so that nobody refers them at this very moment
    if m.status != Status.READY:
        raise WrongState(_("First the decision, the training and the certificate."))
    lacking = [
        check.missing(m, m.person.clinic.today)
        for check in readiness.CHECKS
        if check.key not in ("active", "rest", "account") and not check.test(m, m.person.clinic.today)
    ]
    if lacking:
        raise NotReady(lacking)
    workflow.move(m, Status.ACTIVE, by=by)
    return m


@transaction.atomic
def retire(*, mentor: int, by: User, note: str = "") -> Mentor:
    """Let somebody stop as a mentor. Refused while people count on them (NotReady names why).

    Again changes nothing. Raises Denied, WrongState, NotReady.
    """
    m = _open(mentor, by, rules.change)
    if m.status == Status.RETIRED:
        return m
    holding = panels.holding(m)
    if holding:
        raise NotReady(holding)
    workflow.move(m, Status.RETIRED, by=by, note=note, rest_from=None, rest_until=None)
    signals.stopped.send(Mentor, mentor=m, by=by)
    return m


@transaction.atomic
def decertify(*, mentor: int, by: User, note: str) -> Mentor:
    """Take somebody's certificates and their place as a mentor away at once, with the reason (Joo22 #46).

    Again changes nothing. Raises Denied, WrongState, Invalid.
    """
    m = _open(mentor, by)
    if m.status == Status.DECERTIFIED:
        return m
    if not note.strip():
        raise Invalid(_("Write the reason: the mentor may ask for it"), field="note")
    workflow.move(m, Status.DECERTIFIED, by=by, note=note.strip()[:1000])
    _revoke(m.certificates.all(), by)
    signals.decertified.send(Mentor, mentor=m, by=by)
    return m


@transaction.atomic
def apply_again(*, mentor: int, by: User) -> Mentor:
    """Open the way back: an applicant again, or in training after a certificate was taken back.

    Raises Denied, WrongState.
    """
    m = _open(mentor, by)
    if m.status in ROAD:
        return m
    to = Status.IN_TRAINING if m.status == Status.DECERTIFIED else Status.APPLIED
    changes: dict[str, Any] = {} if to == Status.IN_TRAINING else {"vetted_on": None, "vetted_by": None}
    workflow.move(m, to, by=by, **changes)
    return m


def _revoke(certificates, by: User) -> None:
    certificates.filter(revoked_at=None).update(revoked_at=clock.now(), revoked_by=by)
