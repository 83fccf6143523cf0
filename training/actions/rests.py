"""Mentors are ill too (Press): a rest takes no reason, and nothing new comes meanwhile."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import clock
from common.errors import Invalid, WrongState
from training import rules, signals
from training.models import Mentor, RestPlan
from training.readiness import is_resting
from training.workflow import Status, workflow

FARTHEST = dt.timedelta(days=366)


@transaction.atomic
def rest(*, mentor: int, by: User, from_: dt.date, until: dt.date | None = None, plan: str = RestPlan.KEEP) -> Mentor:
    """Plan a rest, both days included; without a last day until they say so. No requests meanwhile.

    `plan` says what happens to the people they talk with now. A rest from today changes the status at once, a
    later one on its day. Again with the same answers changes nothing. Raises Denied, WrongState, Invalid.
    """
    m = Mentor.objects.lock(mentor)
    rules.rest.require(by, m)
    if m.status not in (Status.ACTIVE, Status.RESTING):
        raise WrongState(_("Only somebody who mentors now can plan a rest."))
    if (m.rest_from, m.rest_until, m.rest_plan) == (from_, until, plan):
        return m
    _check_days(m, from_, until)
    if plan not in RestPlan.values:
        raise Invalid(_("Choose what happens to the people you talk with now"), field="plan")
    changed = m.rest_plan != plan
    m.rest_from, m.rest_until, m.rest_plan = from_, until, plan
    m.version += 1
    m.save(update_fields=["rest_from", "rest_until", "rest_plan", "version"])
    _follow(m, by, changed=changed)
    return m


@transaction.atomic
def back_from_rest(*, mentor: int, by: User) -> Mentor:
    """End a rest today, or drop one that is planned. Again changes nothing. Raises Denied, WrongState."""
    m = Mentor.objects.lock(mentor)
    rules.rest.require(by, m)
    if m.status not in (Status.ACTIVE, Status.RESTING):
        raise WrongState(_("Only somebody who mentors now can come back from a rest."))
    if m.rest_from is None and m.status == Status.ACTIVE:
        return m
    m.rest_from = m.rest_until = None
    m.rest_plan = RestPlan.KEEP
    m.version += 1
    m.save(update_fields=["rest_from", "rest_until", "rest_plan", "version"])
    _follow(m, by)
    return m


def follow_rests(now: dt.datetime) -> int:
    """Let the status follow rests that begin or end today; return how many moved. Safe to repeat.

    Readiness looks at the dates and does not wait for this.
    """
    today = now.date()
    day = dt.timedelta(days=1)  # somewhere it is tomorrow already; each mentor's own clinic decides
    begun = Mentor.objects.filter(status=Status.ACTIVE, rest_from__lte=today + day).exclude(rest_until__lt=today - day)
    over = Mentor.objects.filter(status=Status.RESTING, rest_until__lt=today + day)
    return sum(_follow_one(pk) for pk in [*begun.values_list("pk", flat=True), *over.values_list("pk", flat=True)])


@transaction.atomic
def _follow_one(pk: int) -> bool:
    return _follow(Mentor.objects.lock(pk), User.objects.system())


def _follow(mentor: Mentor, by: User, *, changed: bool = False) -> bool:
    """Move the status with the dates, and tell the floors above; `changed`: the plan for present people is another."""
    today = clock.today(mentor.person.clinic.time_zone)
    to = Status.RESTING if is_resting(mentor, today) else Status.ACTIVE
    moved = mentor.status != to
    if moved:
        workflow.move(mentor, to, by=by)
    if to == Status.RESTING and (moved or changed):
        signals.resting.send(Mentor, mentor=mentor, plan=mentor.rest_plan, by=by)
    if to == Status.ACTIVE and moved:
        signals.back.send(Mentor, mentor=mentor, by=by)
    return moved


def _check_days(mentor: Mentor, from_: dt.date, until: dt.date | None) -> None:
    today = mentor.person.clinic.today
    if from_ < today and from_ != mentor.rest_from:
        raise Invalid(_("This day is past. Choose today or a day to come"), field="rest_from")
    if from_ > today + FARTHEST:
        raise Invalid(_("Choose a day within a year"), field="rest_from")
    if until and until < from_:
        raise Invalid(_("The last day comes after the first. Choose a later day"), field="rest_until")
    if until and until > from_ + FARTHEST:
        raise Invalid(_("Choose a day within a year, or leave it open"), field="rest_until")
