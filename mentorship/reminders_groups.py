"""Which reminders of group meetings are due on a date: tomorrow's, to who signed up and who leads. Reads only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from clinics.models import Clinic
from common import clock
from mentorship.actions.groups_places import can_be_written_to
from mentorship.models import GroupPlace, GroupSession, PeerGroup
from messaging import outbox
from messaging.models import Message
from referrals.models import Referral

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class GroupDue:
    """One reminder of a meeting: of a place to its mentee, or of a group to somebody who leads it."""

    kind: str
    subject: str
    to: str  # "person:ref" or "user:ref"
    session: str
    on: dt.date
    key: str


def group_sessions_due(on: dt.date, clinic: Clinic) -> list[GroupDue]:
    """Return what the morning of `on` asks for about the next day's meetings, and is not stored. Five queries at most."""
    begins, ends = (clock.at_local(on + n * DAY, dt.time(0), clinic.time_zone) for n in (1, 2))
    rows = GroupSession.objects.planned().filter(group__clinic=clinic, planned_at__gte=begins, planned_at__lt=ends)
    sessions = list(rows.select_related("group__leader", "group__moderator", "moderator").order_by("planned_at", "pk"))
    if not sessions:
        return []
    found = [*_of_mentees(sessions, on), *_of_leaders(sessions, on)]
    known = set(Message.objects.filter(kind__in=["group.soon", "group.soon-lead"], subject__in=[r.subject for r in found])
                .values_list("key", flat=True))  # fmt: skip
    return [row for row in found if f"{row.kind}:{row.subject}:{row.key}:{row.to}" not in known]


def _of_mentees(sessions: list[GroupSession], on: dt.date) -> list[GroupDue]:
    agreed = Referral.objects.with_live_consent().filter(status="open").values("pk")
    places = GroupPlace.objects.signed_up().filter(group__in={s.group_id for s in sessions}, referral__in=agreed)
    by_group: dict[int, list[GroupPlace]] = {}
    for place in places.select_related("referral__mentee").order_by("pk"):
        if can_be_written_to(place.referral):
            by_group.setdefault(place.group_id, []).append(place)
    return [
        _due("group.soon", place.ref, f"person:{place.referral.mentee.ref}", session, on)
        for session in sessions for place in by_group.get(session.group_id, [])
    ]  # fmt: skip


def _of_leaders(sessions: list[GroupSession], on: dt.date) -> list[GroupDue]:
    led = PeerGroup.mentors.through.objects.filter(
        peergroup__in={s.group_id for s in sessions}, mentor__status="active", mentor__person__user__is_active=True
    )
    refs: dict[int, list[str]] = {}
    for group, ref in led.order_by("pk").values_list("peergroup", "mentor__person__user__ref"):
        refs.setdefault(group, []).append(ref)
    rows = []
    for session in sessions:
        staff = (session.group.leader, session.moderator or session.group.moderator)
        who = [*refs.get(session.group_id, []), *[user.ref for user in staff if user and user.is_active]]
        rows += [_due("group.soon-lead", session.group.ref, f"user:{ref}", session, on) for ref in dict.fromkeys(who)]
    return rows


def _due(kind: str, subject: str, to: str, session: GroupSession, on: dt.date) -> GroupDue:
    return GroupDue(kind, subject, to, session.ref, on + DAY, f"{session.ref}:{on + DAY}:{session.version}")


@transaction.atomic
def store(row: GroupDue) -> bool:
    """Store one reminder; False when its reader is gone."""
    label, _colon, ref = row.to.partition(":")
    session = GroupSession.objects.select_related("group__clinic").get(ref=row.session)
    if label == "person":
        place = GroupPlace.objects.signed_up().select_related("referral__mentee").filter(ref=row.subject).first()
        to = place.referral.mentee if place else None
    else:
        to = User.objects.filter(ref=ref, is_active=True).first()
    if to is None:
        return False
    data = {"session": session.ref, "on": row.on.isoformat()}
    outbox.post(row.kind, row.subject, clinic=session.group.clinic, to=to, key=row.key, data=data)
    return True
