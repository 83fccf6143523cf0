"""Looking after mentors, as facts: who does it, by when, and what each reason asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from clinics.models import Membership
from clinics.roles import Role
from common import clock
from training.models import CareTask, Mentor
from training.workflow import Status

AT_WORK = (Status.ACTIVE, Status.RESTING)
WITHIN_A_DAY = dt.timedelta(hours=24)  # [D] a talk after an urgent flag
WORKING_DAYS = 3  # [D] for every other reason
# After these the mentor is asked how they are (Press: mentors are ill too; Emb13 #81: a miss feels like rejection).
HARD = (CareTask.Trigger.DEATH, CareTask.Trigger.URGENT_FLAG, CareTask.Trigger.MISSED)
# After a death nothing is sent by itself: people ring.
SILENT = (CareTask.Trigger.DEATH,)


def due_at(mentor: Mentor, trigger: str, now: dt.datetime) -> dt.datetime:
    """Return until when somebody looks after a mentor: a day after an urgent flag, else three working days [D]."""
    if trigger == CareTask.Trigger.URGENT_FLAG:
        return now + WITHIN_A_DAY
    try:
        return clock.add_working_days(now, WORKING_DAYS, mentor.person.clinic.calendar)
    except ValueError:  # a clinic without opening hours
        return now + dt.timedelta(days=WORKING_DAYS)


def carers(mentor: Mentor) -> list[User]:
    """Return who looks after a mentor today: their supervisor, else those who run the clinic's programme."""
    clinic, own = mentor.person.clinic, mentor.person.user_id
    live = Membership.objects.live().filter(clinic=clinic, user__is_active=True).exclude(user=own)
    supervisor = live.filter(user=mentor.supervisor_id, role__in=[Role.CLINICIAN, Role.COORDINATOR])
    if mentor.supervisor_id and supervisor.exists():
        return [mentor.supervisor]
    for role in (Role.COORDINATOR, Role.ADMIN):
        found = User.objects.filter(pk__in=live.filter(role=role).values("user"))
        if found:
            return list(found.order_by("pk"))
    return []


# What the floors above know ---------------------------------------------------------------

_paired: list[Callable[[dt.datetime, dt.datetime], Iterable[int]]] = []
_last: list[Callable[[Iterable[int]], Mapping[int, dt.datetime]]] = []


def register_paired(who: Callable[[dt.datetime, dt.datetime], Iterable[int]]) -> None:
    """Add a function (since, begun_by) -> pks of mentors with a pair since a moment that began before another."""
    if who not in _paired:
        _paired.append(who)


def register_last_match(when: Callable[[Iterable[int]], Mapping[int, dt.datetime]]) -> None:
    """Add a function (pks of mentors) -> {pk: when they were last brought together with somebody}."""
    if when not in _last:
        _last.append(when)


def paired(since: dt.datetime, begun_by: dt.datetime) -> set[int]:
    """Return the pks of mentors who talked with somebody since a moment, in a pair that began before `begun_by`."""
    return {pk for who in _paired for pk in who(since, begun_by)}


def last_match(pks: Iterable[int]) -> dict[int, dt.datetime]:
    """Return when mentors were last brought together with somebody, by pk; fixed queries. Never to put people in order."""
    pks, found = list(pks), {}
    for when in _last:
        found |= when(pks)
    return found


def since_last_match(at: dt.datetime | None, today: dt.date, zone: str) -> str:
    """Say in words how long ago it was, so that nobody is forgotten."""
    if at is None:
        return _("Nobody yet")
    days = (today - at.astimezone(ZoneInfo(zone)).date()).days
    if days <= 0:
        return _("Today")
    return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
