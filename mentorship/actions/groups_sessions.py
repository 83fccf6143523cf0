"""The verbs of a meeting: add one, move it, cancel it, note who came, note what the team must know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import Invalid, Stale, WrongState
from mentorship import grouping, staffing
from mentorship.actions.groups import FURTHEST, leaders
from mentorship.models import Attendance, GroupPlace, GroupSession, PeerGroup
from mentorship.rules import groups as rules
from mentorship.workflow import SessionStatus, session_workflow
from messaging import outbox

S = SessionStatus
EARLY = dt.timedelta(hours=1)  # so long before the start people arrive, and can be ticked
AFTER = dt.timedelta(hours=3)  # somebody who signs up later than this was not there


@transaction.atomic
def add_session(*, group: int, by: User, at: dt.datetime, minutes: int | None = None) -> GroupSession:
    """Plan one more meeting; the same moment again returns it. Raises Denied, WrongState, Invalid (field "day")."""
    row = PeerGroup.objects.lock(group)
    rules.run.require(by, row)
    _require_going_on(row)
    _check_moment(at)
    known = row.sessions.filter(planned_at=at, status=S.PLANNED).first()
    if known:
        return known
    session = GroupSession.objects.create(group=row, planned_at=at, minutes=minutes or row.minutes)
    session_workflow.begin(session, by=by)
    _tell(session, "group.moved")
    return session


@transaction.atomic
def change_session(
    *, session: int, by: User, version: int, at: dt.datetime, moderator: int | None = None
) -> GroupSession:
    """Put a planned meeting at another moment, or let somebody else moderate it for once; None is the group's own.

    Everybody with a place is told of another moment. The same again changes nothing. Raises Denied, WrongState (held or
    cancelled), Stale, Invalid (fields "day", "moderator").
    """
    row = _lock(session)
    rules.run.require(by, row.group)
    _require_going_on(row.group)
    if row.status != S.PLANNED:
        raise WrongState(_("This meeting is over, or was cancelled."))
    moved = row.planned_at != at
    if not moved and row.moderator_id == moderator:
        return row
    if row.version != version:
        raise Stale()
    if moved:
        _check_moment(at)
    if moderator is not None and not grouping.is_professional(moderator, row.group.clinic):
        raise Invalid(_("Choose a clinician or a coordinator of this clinic"), field="moderator")
    row.planned_at, row.moderator_id = at, moderator
    row.version += 1
    row.save(update_fields=["planned_at", "moderator", "version"])
    note = "moved" if moved else "moderator"
    row.history.create(from_status=S.PLANNED, to_status=S.PLANNED, by=by, note=note, at=clock.now())
    if moved:
        _tell(row, "group.moved")
    return row


@transaction.atomic
def cancel_session(*, session: int, by: User) -> GroupSession:
    """Say that a meeting does not, or did not, take place. People are told of one still to come. Again changes nothing.

    Raises Denied.
    """
    row = _lock(session)
    ahead = row.planned_at > clock.now()
    (rules.run.require(by, row.group) if ahead else rules.mark.require(by, row))
    if row.status == S.CANCELLED:
        return row
    session_workflow.move(row, S.CANCELLED, by=by, noted_by=by, noted_at=clock.now())
    row.attendance.all().delete()
    if ahead:
        _tell(row, "group.off")
    return row


@transaction.atomic
def mark_attendance(*, session: int, by: User, came: Mapping[str, str]) -> GroupSession:
    """Note who came, by the ref of a place; the meeting then took place. The last word stands, and may be put right.

    Somebody who missed two in a row is told to the coordinators, in neutral words (Emb13 #81). Raises Denied, WrongState
    (too early, cancelled, nobody moderates), Invalid (field "came").
    """
    row = _lock(session)
    rules.mark.require(by, row)
    _require_can_be_held(row)
    places = {place.ref: place for place in _listed(row)}
    if not set(came) <= set(places) or not set(came.values()) <= set(Attendance.Came.values):
        raise Invalid(_("Choose one of the answers for each person"), field="came")
    for ref, answer in came.items():
        _keep(row, places[ref], answer, by)
    if row.status == S.PLANNED:
        session_workflow.move(row, S.HELD, by=by, noted_by=by, noted_at=clock.now())
    for ref, answer in came.items():
        if answer != Attendance.Came.CAME:
            _tell_of_misses(row, places[ref])
    return row


def _require_can_be_held(session: GroupSession) -> None:
    if session.status == S.CANCELLED:
        raise WrongState(_("This meeting did not take place."))
    if session.planned_at - EARLY > clock.now():
        raise WrongState(_("This meeting is still to come. You can note who came from an hour before."))
    if session.status == S.PLANNED and (lacking := grouping.moderator_missing(session.group, session)):
        raise WrongState(lacking)


def _listed(session: GroupSession):
    """Return the places to tick: signed up now, and whoever was ticked before."""
    return GroupPlace.objects.filter(pk__in=listed(session)).select_related("referral__mentee")


def listed(session: GroupSession) -> list[int]:
    """Return the keys of the places on the attendance list of a meeting."""
    there = session.group.places.signed_up().filter(ground_rules_at__lte=session.planned_at + AFTER)
    now = set(there.values_list("pk", flat=True))
    return sorted(now | set(session.attendance.values_list("place", flat=True)))


def _keep(session: GroupSession, place: GroupPlace, answer: str, by: User) -> None:
    row, made = Attendance.objects.get_or_create(
        session=session, place=place, defaults={"came": answer, "by": by, "at": clock.now()}
    )
    if not made and row.came != answer:
        row.came, row.by, row.at = answer, by, clock.now()
        row.save(update_fields=["came", "by", "at"])


def _tell_of_misses(session: GroupSession, place: GroupPlace) -> None:
    """Tell the coordinators of two misses in a row; once for each second one."""
    past = Attendance.objects.filter(place=place, session__status=S.HELD).order_by("-session__planned_at", "-session")
    last = list(past.values_list("came", flat=True)[:2])
    if len(last) == 2 and Attendance.Came.CAME not in last:
        for user in staffing.coordinators(session.group.clinic):
            outbox.post("group.missed", place.ref, clinic=session.group.clinic, to=user, key=session.ref)


@transaction.atomic
def keep_note(*, session: int, by: User, version: int, note: str) -> GroupSession:
    """Keep what happened that the team must know; only moderator and coordinators read it (Emb13 #74).

    Raises Denied, Stale, Invalid (field "incident_note").
    """
    row = _lock(session)
    rules.note.require(by, row)
    note = note.strip()
    if row.incident_note == note:
        return row
    if row.version != version:
        raise Stale()
    if len(note) > 1000:
        raise Invalid(_("Make this shorter: at most 1000 characters"), field="incident_note")
    row.incident_note, row.version = note, row.version + 1
    row.save(update_fields=["incident_note", "version"])
    row.history.create(from_status=row.status, to_status=row.status, by=by, note="note", at=clock.now())
    return row


# What they share -------------------------------------------------------------------------------


def _lock(session: int) -> GroupSession:
    """Lock the group, then the meeting."""
    group = PeerGroup.objects.lock(GroupSession.objects.values_list("group_id", flat=True).get(pk=session))
    row = GroupSession.objects.lock(session)
    row.group = group
    return row


def _require_going_on(group: PeerGroup) -> None:
    if group.cancelled_at:
        raise WrongState(_("This group does not go on any more."))


def _check_moment(at: dt.datetime) -> None:
    if not clock.now() < at <= clock.now() + FURTHEST:
        raise Invalid(_("Choose a moment that is still to come, within two years"), field="day")


def _tell(session: GroupSession, kind: str) -> None:
    """Tell everybody with a place, and who leads; once for each change of the meeting."""
    group, key = session.group, f"{session.ref}:{session.version}"
    data = {"session": session.ref, "version": session.version}
    for place in group.places.signed_up().select_related("referral__mentee"):
        outbox.post(kind, place.ref, clinic=group.clinic, to=place.referral.mentee, key=key, data=data)
    for user in leaders(group):
        outbox.post("group.lead", group.ref, clinic=group.clinic, to=user, key=key)
