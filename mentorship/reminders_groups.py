"""Which reminders of group meetings are due on a date, to who signed up and who leads. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Reminders, User
from clinics.models import Clinic
from common import clock
from mentorship.models import GroupPlace, GroupSession, PeerGroup
from mentorship.reminders_talks import MORNING
from messaging import backends, outbox, quiet
from messaging.models import Message
from referrals.contact_details import recipient_of
from referrals.models import Person, Referral

DAY = dt.timedelta(days=1)
Told = tuple[str, str, User | Person, GroupSession]  # kind, subject, reader, meeting


@dataclass(frozen=True)
class GroupDue:
    """One reminder of a meeting: of a place to its mentee, or of a group to somebody who leads it.

    `on` is the meeting's date at the clinic; `due_at` the reader's own morning, where that is still to come.
    """

    kind: str
    subject: str
    to: str  # "person:ref" or "user:ref"
    session: str
    on: dt.date
    key: str
    due_at: dt.datetime | None = None


def group_sessions_due(on: dt.date, clinic: Clinic) -> list[GroupDue]:
    """Return reminders of meetings: the day before in the reader's morning, else on the day itself. Five queries at most.

    Each reader lives by their own clocks, as with the talks of a pair; who wants no reminders gets none.
    """
    begins, next_day = (clock.at_local(on + n * DAY, MORNING, clinic.time_zone) for n in (0, 1))
    rows = GroupSession.objects.planned().filter(
        group__clinic=clinic, planned_at__gt=begins, planned_at__lt=next_day + 2 * DAY
    )
    sessions = list(rows.select_related("group__leader", "group__moderator", "moderator").order_by("planned_at", "pk"))
    if not sessions:
        return []
    found = []
    for told in [*_mentees(sessions), *_leaders(sessions)]:
        send_at = _morning_before(told, clinic)
        if send_at < next_day:
            found.append(_due(told, clinic, None if send_at < begins else send_at))
    known = set(Message.objects.filter(kind__in=["group.soon", "group.soon-lead"], subject__in=[r.subject for r in found])
                .values_list("key", flat=True))  # fmt: skip
    return [row for row in found if f"{row.kind}:{row.subject}:{row.key}:{row.to}" not in known]


def _mentees(sessions: list[GroupSession]) -> Iterator[Told]:
    agreed = Referral.objects.with_live_consent().filter(status="open").values("pk")
    places = GroupPlace.objects.signed_up().filter(group__in={s.group_id for s in sessions}, referral__in=agreed)
    by_group: dict[int, list[GroupPlace]] = {}
    for place in places.select_related("referral__mentee__clinic").order_by("pk"):
        if _wants_it(place.referral.mentee):
            by_group.setdefault(place.group_id, []).append(place)
    for session in sessions:
        for place in by_group.get(session.group_id, []):
            yield "group.soon", place.ref, place.referral.mentee, session


def _wants_it(person: Person) -> bool:
    """Tell whether somebody wants reminders and can be reached with them."""
    reader = recipient_of(person)
    return reader.wants_reminders and backends.reaches(reader)


def _leaders(sessions: list[GroupSession]) -> Iterator[Told]:
    led = PeerGroup.mentors.through.objects.filter(
        peergroup__in={s.group_id for s in sessions}, mentor__status="active", mentor__person__user__is_active=True
    )
    mentors: dict[int, list[User]] = {}
    for row in led.select_related("mentor__person__user").order_by("pk"):
        mentors.setdefault(row.peergroup_id, []).append(row.mentor.person.user)
    for session in sessions:
        staff = (session.group.leader, session.moderator or session.group.moderator)
        who = [*mentors.get(session.group_id, []), *[user for user in staff if user and user.is_active]]
        for user in dict.fromkeys(who):
            if user.reminders != Reminders.NONE:
                yield "group.soon-lead", session.group.ref, user, session


def _morning_before(told: Told, clinic: Clinic) -> dt.datetime:
    _kind, _subject, reader, session = told
    zone = quiet.zone(reader.time_zone or clinic.time_zone)
    return clock.at_local(session.planned_at.astimezone(zone).date() - DAY, MORNING, zone)


def _due(told: Told, clinic: Clinic, due_at: dt.datetime | None) -> GroupDue:
    kind, subject, reader, session = told
    day = session.planned_at.astimezone(ZoneInfo(clinic.time_zone)).date()
    key = f"{session.ref}:{day}:{session.version}"
    return GroupDue(kind, subject, outbox.address(reader), session.ref, day, key, due_at)


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
    outbox.post(
        row.kind, row.subject, clinic=session.group.clinic, to=to, key=row.key,
        data={"session": session.ref, "on": row.on.isoformat()},
        due_at=max(row.due_at, clock.now()) if row.due_at else None,
    )  # fmt: skip
    return True
