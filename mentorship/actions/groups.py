"""The verbs of a group: make it with its meetings, change it, say that it does not go on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field, fields
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import links
from accounts.models import User
from clinics.models import Clinic
from common import clock
from common.errors import Invalid, NotReady, Stale, WrongState
from common.vocabulary import Channel
from mentorship import grouping
from mentorship.models import Format, GroupSession, PeerGroup, Unit
from mentorship.rules import groups as rules
from mentorship.workflow import PlaceStatus, SessionStatus, place_workflow, session_workflow
from messaging import outbox
from training.models import Mentor

LARGEST = 200
FURTHEST = dt.timedelta(days=730)
JOIN = "group.join"  # the kind of a mentee's one-time link; its subject is a place


@dataclass(frozen=True)
class GroupData:
    """What a coordinator says about a group. `mentors`, `leader` and `moderator` are keys; `starts_on` and `hour` are
    those of the clinic's clocks and only count when it is made."""

    name: str
    starts_on: dt.date
    hour: dt.time
    size_max: int
    about: str = ""
    size_min: int | None = None
    minutes: int | None = None
    unit: str = Unit.PERSON
    language: str = "nl"
    channel: str = Channel.IN_PERSON
    place: str = ""
    video_link: str = ""
    mentors: Collection[int] = field(default_factory=tuple)
    leader: int | None = None
    moderator: int | None = None
    ground_rules: str = ""
    sign_up_until: dt.date | None = None


PLAIN = [f.name for f in fields(GroupData) if f.name not in ("mentors", "leader", "moderator")]


@transaction.atomic
def make_group(*, clinic: int, format: int, component: int, by: User, data: GroupData) -> PeerGroup:
    """Make a group that follows a part of a format, and draw its meetings from the first day. A part on demand has none.

    Raises Denied, Invalid (with the field), NotReady (what a mentor who leads lacks today).
    """
    home = Clinic.objects.get(pk=clinic)
    rules.make.require(by, home)
    row = Format.objects.of_clinic(home).in_use().filter(pk=format).first()
    parts = dict(grouping.components(row.body)) if row else {}
    if row is None or component not in parts:
        raise Invalid(_("Choose a way to meet that has a group"), field="format")
    part = parts[component]
    _check(data, home, part)
    _check_day(data, home)
    group = PeerGroup.objects.create(
        clinic=home, format=row, component=component, kind=grouping.kind_of(part), created_by=by,
        needs_moderator=grouping.must_have_moderator(part, home), leader_id=data.leader, moderator_id=data.moderator,
        **_plain(data),
    )  # fmt: skip
    group.mentors.set(data.mentors)
    _draw(group, by)
    return group


def _plain(data: GroupData) -> dict[str, Any]:
    values = {name: getattr(data, name) for name in PLAIN}
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


def _draw(group: PeerGroup, by: User) -> None:
    tz = group.clinic.time_zone
    for row in grouping.meetings(group.format.body, group.component, group.starts_on):
        session = GroupSession.objects.create(
            group=group, plan_day=row.day, planned_at=clock.at_local(row.date, group.hour, tz),
            minutes=group.minutes or grouping.most(row.minutes),
        )  # fmt: skip
        session_workflow.begin(session, by=by)


@transaction.atomic
def change_group(*, group: int, by: User, version: int, data: GroupData) -> PeerGroup:
    """Change what is said about a group; its meetings stay, they are moved one by one. The same changes nothing.

    Raises Denied, Stale, WrongState (it does not go on), Invalid (with the field), NotReady.
    """
    row = PeerGroup.objects.lock(group)
    rules.run.require(by, row)
    if row.cancelled_at:
        raise WrongState(_("This group does not go on any more."))
    if row.version != version:
        raise Stale()
    before = set(row.mentors.values_list("pk", flat=True))
    _check(data, row.clinic, grouping.component_of(row), known=before)
    taken = row.places.signed_up().count() + row.places.offered(clock.now()).count()
    if data.size_max < taken:
        raise Invalid(_("%(n)d places are taken. Write at least that many") % {"n": taken}, field="size_max")
    for name, value in _plain(data).items():
        if name not in ("starts_on", "hour"):
            setattr(row, name, value)
    row.leader_id, row.moderator_id = data.leader, data.moderator
    row.version += 1
    row.save()
    row.mentors.set(data.mentors)
    _offer_free(row)
    return row


def _offer_free(group: PeerGroup) -> None:
    from mentorship.actions.groups_places import offer_free

    offer_free(group)


@transaction.atomic
def cancel_group(*, group: int, by: User, reason: str) -> PeerGroup:
    """Say that a group does not go on: meetings to come fall out, and whoever has a place hears it. Again changes nothing.

    Raises Denied, Invalid (field "reason").
    """
    row = PeerGroup.objects.lock(group)
    rules.run.require(by, row)
    if row.cancelled_at:
        return row
    reason = reason.strip()
    if not 1 <= len(reason) <= 300:
        raise Invalid(_("Write in a line why it does not go on"), field="reason")
    row.cancelled_at, row.cancelled_by, row.cancel_reason = clock.now(), by, reason
    row.version += 1
    row.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason", "version"])
    for session in row.sessions.filter(status=SessionStatus.PLANNED):
        session_workflow.move(session, SessionStatus.CANCELLED, by=by, note="the group does not go on")
    _tell_and_free(row, by)
    return row


def _tell_and_free(group: PeerGroup, by: User) -> None:
    kept = (PlaceStatus.INVITED, PlaceStatus.SIGNED_UP, PlaceStatus.WAITING)
    for place in group.places.filter(status__in=kept).select_related("referral__mentee"):
        outbox.cancel(subject=place.ref, why="The group does not go on.")
        links.revoke(JOIN, place.ref)
        place_workflow.move(place, PlaceStatus.LEFT, by=by, note="cancelled", seat=None, offered_until=None)
        outbox.post("group.gone", place.ref, clinic=group.clinic, to=place.referral.mentee)
    for user in leaders(group):
        outbox.post("group.lead", group.ref, clinic=group.clinic, to=user, key="gone")


def leaders(group: PeerGroup) -> list[User]:
    """Return the accounts of who leads or moderates a group, each once."""
    found = {user.pk: user for user in User.objects.filter(persons__mentor__peer_groups=group, is_active=True)}
    found |= {user.pk: user for user in (group.leader, group.moderator) if user is not None and user.is_active}
    return list(found.values())


# What makes sense ------------------------------------------------------------------------------


def _check(data: GroupData, clinic: Clinic, part, known: Collection[int] = ()) -> None:
    """Refuse what cannot be: sizes, where, who leads. `known` are mentors who lead it already: they stay."""
    if not data.name.strip():
        raise Invalid(_("Write a name people recognise"), field="name")
    if not 1 <= data.size_max <= LARGEST:
        raise Invalid(_("Choose from 1 to %(most)d places") % {"most": LARGEST}, field="size_max")
    if data.size_min is not None and not 1 <= data.size_min <= data.size_max:
        raise Invalid(_("Write a number that is not more than the places"), field="size_min")
    if data.channel == Channel.IN_PERSON and not data.place.strip():
        raise Invalid(_("Write where people meet"), field="place")
    if data.sign_up_until is not None and data.sign_up_until < clock.today(clinic.time_zone) and not known:
        raise Invalid(_("Choose a day that is not over"), field="sign_up_until")
    _check_people(data, clinic, part, known)


def _check_people(data: GroupData, clinic: Clinic, part, known: Collection[int]) -> None:
    for name, user in (("leader", data.leader), ("moderator", data.moderator)):
        if user is not None and not grouping.is_professional(user, clinic):
            raise Invalid(_("Choose a clinician or a coordinator of this clinic"), field=name)
    rows = list(Mentor.objects.filter(pk__in=list(data.mentors), person__clinic=clinic))
    if len(rows) != len(set(data.mentors)):
        raise Invalid(_("Choose mentors of this clinic"), field="mentors")
    leader = User.objects.get(pk=data.leader) if data.leader else None
    lacking = grouping.leader_words(part, rows, leader)
    if lacking:
        raise Invalid(lacking, field="leader" if part["leader"] == grouping.PROFESSIONAL else "mentors")
    fresh = [row.pk for row in rows if row.pk not in known]
    if missing := grouping.not_ready(fresh, clock.today(clinic.time_zone)):
        raise NotReady(missing)


def _check_day(data: GroupData, clinic: Clinic) -> None:
    today = clock.today(clinic.time_zone)
    if not today <= data.starts_on <= today + FURTHEST:
        raise Invalid(_("Choose a first day from today on, within two years"), field="starts_on")
