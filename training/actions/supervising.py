"""Somebody watches over every mentor: who it is, and talks that are planned, moved and called off (Joo22 #46)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock, words
from common.errors import Invalid, NotReady, Stale, WrongState
from messaging import outbox
from training import rules, supervisors
from training import rules_supervising as may
from training.actions.record import stored
from training.care_rules import rules_of
from training.models import Mentor, SupervisionPart, SupervisionTalk

PLANNED, REMINDER, CALLED_OFF = "supervision.planned", "supervision.reminder", "supervision.cancelled"
FARTHEST = dt.timedelta(days=366)  # a later talk is a slip of the pen
DAY = dt.timedelta(days=1)
MOST_IN_A_GROUP = 12
LONGEST_WHERE = 200
Kind = SupervisionTalk.Kind


@transaction.atomic
def name_supervisor(*, mentor: int, by: User, supervisor: int) -> Mentor:
    """Say who looks after a mentor from now on: a clinician or coordinator of the clinic, never themselves.

    Talks with this mentor alone move to the new one, with nothing of what was typed for them; groups go on without
    the mentor. The same again changes nothing. Raises Denied, Invalid (field "supervisor").
    """
    m = Mentor.objects.lock(mentor)
    rules.change.require(by, m)
    chosen = User.objects.filter(pk=supervisor).first()
    if chosen is None:
        raise Invalid(_("Choose somebody"), field="supervisor")
    supervisors.require(chosen, m)
    if m.supervisor_id == chosen.pk:
        return m
    _hand_over(m, chosen)
    values: dict = {"supervisor": chosen}
    if m.supervise_by is None and m.status in supervisors.AT_WORK:
        values["supervise_by"] = m.person.clinic.today + rules_of(m.person.clinic).supervision_days * DAY
    return stored(m, **values)


def _hand_over(mentor: Mentor, to: User) -> None:
    """Move the talks to come that are with this mentor alone; take the mentor out of groups of somebody else."""
    for part in mentor.supervision.to_come().select_related("talk").order_by("talk__pk"):
        talk = SupervisionTalk.objects.lock(part.talk_id)
        free = not _taken(to, talk.planned_at).exists()
        if talk.kind == Kind.ONE_TO_ONE and free and talk.planned_at > clock.now():
            talk.supervisor = to
            talk.version += 1
            talk.save(update_fields=["supervisor", "version"])
            SupervisionPart.objects.filter(pk=part.pk).update(draft={})
        elif talk.kind == Kind.GROUP:
            part.delete()
        else:
            _call_off(talk)


def _taken(supervisor: User, moment: dt.datetime):
    """Return the talks of a supervisor at a moment, with their diary locked so that two cannot take the same hour."""
    User.objects.select_for_update().get(pk=supervisor.pk)
    return SupervisionTalk.objects.filter(supervisor=supervisor, planned_at=moment, cancelled_at=None)


@transaction.atomic
def plan_talk(
    *, mentors: Collection[int], by: User, planned_at: dt.datetime, where: str = "", kind: str = Kind.ONE_TO_ONE
) -> SupervisionTalk:
    """Plan a talk of a supervisor with one mentor, or with a group of theirs, and tell them.

    The same mentors at the same moment again return the talk that is there. Raises Denied, NotReady (a mentor without
    a supervisor, or no longer a mentor), Invalid (fields "mentors", "day", "hour", "where").
    """
    rows = [Mentor.objects.lock(pk) for pk in sorted(set(mentors))]
    if not rows:
        raise Invalid(_("Choose at least one mentor"), field="mentors")
    for row in rows:
        may.plan.require(by, row)
    supervisor = _one_supervisor(rows, kind)
    clinic = rows[0].person.clinic
    known = _taken(supervisor, planned_at).first()
    if known is not None:
        if {part.mentor_id for part in known.parts.all()} == {row.pk for row in rows}:
            return known
        raise Invalid(_("There is another talk at this hour. Choose another hour"), field="hour")
    _check_moment(planned_at, clinic)
    talk = SupervisionTalk.objects.create(
        clinic=clinic, supervisor=supervisor, kind=kind, planned_at=planned_at, where=_place(where), planned_by=by
    )
    SupervisionPart.objects.bulk_create(SupervisionPart(talk=talk, mentor=row) for row in rows)
    tell(talk)
    return talk


def _one_supervisor(mentors: list[Mentor], kind: str) -> User:
    if kind not in Kind.values:
        raise Invalid(_("Choose an answer"), field="kind")
    if (kind == Kind.ONE_TO_ONE and len(mentors) > 1) or len(mentors) > MOST_IN_A_GROUP:
        raise Invalid(_("Choose one mentor, or a group of at most twelve"), field="mentors")
    gone = [m.person.first_name for m in mentors if m.status not in supervisors.AT_WORK]
    if gone:
        raise NotReady([_("%(name)s does not mentor now.") % {"name": name} for name in gone])
    found = {m.supervisor_id: m.supervisor for m in mentors}
    first = mentors[0].supervisor
    if first is None or not all(supervisors.fits(user, mentors[0].person.clinic_id) for user in found.values()):
        raise NotReady([_("First say who looks after them: a talk is with that person.")])
    if len(found) > 1 or len({m.person.clinic_id for m in mentors}) > 1:
        raise Invalid(_("A group is of mentors whom one person looks after"), field="mentors")
    return first


def _check_moment(moment: dt.datetime, clinic) -> None:
    now = clock.now()
    if moment <= now:
        raise Invalid(_("This moment is past. Choose a day and an hour to come"), field="day")
    if moment > now + FARTHEST:
        raise Invalid(_("Choose a day within a year"), field="day")


def _place(where: str) -> str:
    if len(where.strip()) > LONGEST_WHERE:
        raise Invalid(_("Make this shorter: at most %(most)d characters") % {"most": LONGEST_WHERE}, field="where")
    return where.strip()


def tell(talk: SupervisionTalk) -> None:
    """Tell every mentor of a talk when it is, and remind them once, a day before."""
    key = f"{talk.planned_at:%Y%m%dT%H%M}"
    for part in talk.parts.select_related("mentor__person__user"):
        user = part.mentor.person.user
        if user is None:
            continue
        outbox.post(PLANNED, part.ref, clinic=talk.clinic, to=user, key=key, data={"at": talk.planned_at.isoformat()})
        if talk.planned_at - DAY > clock.now():
            outbox.post(
                REMINDER, part.ref, clinic=talk.clinic, to=user, key=key, due_at=talk.planned_at - DAY,
                data={"at": talk.planned_at.isoformat()},
            )  # fmt: skip


def open_talk(talk: int, by: User, rule=may.change) -> SupervisionTalk:
    """Return a talk, locked after its mentors, when the rule lets the user. Raises Denied."""
    for pk in SupervisionPart.objects.filter(talk=talk).order_by("mentor").values_list("mentor", flat=True):
        Mentor.objects.lock(pk)
    row = SupervisionTalk.objects.lock(talk)
    rule.require(by, row)
    return row


def _require_to_come(talk: SupervisionTalk) -> None:
    if talk.saved_at is not None:
        raise WrongState(_("This talk has taken place already."))
    if talk.cancelled_at is not None:
        raise WrongState(_("This talk was called off. Plan another one."))


@transaction.atomic
def move_talk(*, talk: int, by: User, version: int, planned_at: dt.datetime, where: str = "") -> SupervisionTalk:
    """Put a talk at another moment or place and tell the mentors. The same again changes nothing.

    Raises Denied, WrongState, Stale, Invalid (fields "day", "hour", "where").
    """
    row = open_talk(talk, by)
    _require_to_come(row)
    place = _place(where)
    if (row.planned_at, row.where) == (planned_at, place):
        return row
    if row.version != version:
        raise Stale()
    _check_moment(planned_at, row.clinic)
    if _taken(row.supervisor, planned_at).exclude(pk=row.pk).exists():
        raise Invalid(_("There is another talk at this hour. Choose another hour"), field="hour")
    row.planned_at, row.where = planned_at, place
    row.version += 1
    row.save(update_fields=["planned_at", "where", "version"])
    tell(row)
    return row


@transaction.atomic
def cancel_talk(*, talk: int, by: User) -> SupervisionTalk:
    """Call a talk off and tell the mentors. Again changes nothing. Raises Denied, WrongState (it took place)."""
    row = open_talk(talk, by)
    if row.cancelled_at is not None:
        return row
    _require_to_come(row)
    _call_off(row)
    return row


def _call_off(talk: SupervisionTalk) -> None:
    talk.cancelled_at = clock.now()
    talk.version += 1
    talk.save(update_fields=["cancelled_at", "version"])
    for part in talk.parts.select_related("mentor__person__user"):
        for kind in (PLANNED, REMINDER):
            outbox.cancel(subject=part.ref, kind=kind, why="The talk was called off.")
        if part.mentor.person.user is not None:
            outbox.post(CALLED_OFF, part.ref, clinic=talk.clinic, to=part.mentor.person.user)


@transaction.atomic
def add_topic(*, part: int, by: User, topic: str) -> SupervisionPart:
    """Keep what a mentor wants to talk about themselves, until the talk. Raises Denied, WrongState, Invalid."""
    row = SupervisionPart.objects.select_for_update(of=("self",)).select_related("talk", "mentor__person").get(pk=part)
    may.add_topic.require(by, row)
    _require_to_come(row.talk)
    if len(topic.strip()) > 300:
        raise Invalid(_("Make this shorter: at most %(most)d characters") % {"most": 300}, field="topic")
    row.topic = topic.strip()
    row.save(update_fields=["topic"])
    return row


def last_day(mentor: Mentor) -> str:
    """Say until when the next talk is due, in words; empty when nothing is agreed."""
    if mentor.supervise_by is None:
        return ""
    return words.day(mentor.supervise_by, today=mentor.person.clinic.today)
