"""What talks and flags ask of those who look after mentors (evidence C: mentor triggers). Each once for one event.

Some are raised at once, by the actions; the others are looked for every few hours. All are safe to repeat.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q

from clinics.models import Clinic
from matching.models import Match
from matching.workflow import Status as MatchStatus
from mentorship.models import Contact, RedFlag, Route, Severity
from mentorship.workflow import ContactStatus
from training import care_rules
from training.actions.caring import raise_task
from training.care import AT_WORK
from training.models import CareTask, Mentor

LATELY = dt.timedelta(days=28)  # evidence C: more than twice the plan in 28 days
TIMES = 2
FEW = 4  # [D] so few talks in four weeks are never too many, whatever was planned
LATE_TALKS = 2  # [D] one late talk is nobody's habit
MORNING = dt.time(7)  # [D] before this it is still night
T = CareTask.Trigger


def after_urgent_flag(flag: RedFlag) -> None:
    """Ask for a talk within a day with a mentor who raised a most urgent flag, and thank them (evidence C)."""
    if flag.severity != Severity.S1 or flag.route != Route.CLINICAL or flag.raised_by.is_system:
        return
    mentor = _raised_by(flag)
    if mentor is not None:
        raise_task(mentor=mentor, trigger=T.URGENT_FLAG, event=flag.ref)


def _raised_by(flag: RedFlag) -> Mentor | None:
    """Return the mentor who raised a flag, also without a pair; None for the team."""
    if flag.match is not None:
        return flag.match.mentor if flag.match.mentor.person.user_id == flag.raised_by_id else None
    rows = Mentor.objects.filter(person__user=flag.raised_by, person__clinic=flag.clinic, status__in=AT_WORK)
    return rows.first() if flag.referral_id is None else None


def after_two_misses(contact: Contact, mentor: Mentor) -> None:
    """Look after a mentor whose last two talks with somebody did not happen: it feels like rejection (Emb13 #81)."""
    raise_task(mentor=mentor, trigger=T.MISSED, event=contact.ref)


def after_money_or_gift(match: Match, event: str) -> CareTask | None:
    """Ask who supervises a mentor to think along about money or a gift that came up (Emb13). Again does nothing.

    `event` is the ref of the talk or the follow-up check in which it was said.
    """
    return raise_task(mentor=match.mentor, trigger=T.GIFTS, event=event)


def look(now: dt.datetime) -> int:
    """Look for talks far more often than planned, and for late ones, at every clinic; return how many tasks were raised."""
    return sum(_often(clinic, now) + _late(clinic, now) for clinic in Clinic.objects.order_by("pk"))


def _of(mentors: set[int]) -> dict[int, Mentor]:
    rows = Mentor.objects.filter(pk__in=mentors, status__in=AT_WORK)
    return {m.pk: m for m in rows.select_related("person__clinic", "person__user", "supervisor")}


def _often(clinic: Clinic, now: dt.datetime) -> int:
    """Raise a task for each present pair that talked more than twice as often as planned in four weeks."""
    since = now - LATELY
    planned = Q(contacts__planned_at__gte=since, contacts__planned_at__lte=now) & ~Q(contacts__status="cancelled")
    talked = Q(contacts__status=ContactStatus.TALKED, contacts__happened_at__gte=since, contacts__happened_at__lte=now)
    rows = Match.objects.filter(mentor__person__clinic=clinic, status=MatchStatus.INTRODUCED).order_by("pk")
    rows = rows.annotate(
        plan=Count("contacts", filter=planned), talks=Count("contacts", filter=talked),
        first=Min("contacts__happened_at", filter=talked),
    )  # fmt: skip
    found = [m for m in rows.filter(talks__gt=FEW) if m.talks > TIMES * m.plan]
    told = _told(T.OFTEN, [m.ref for m in found], now)
    mentors = _of({m.mentor_id for m in found})
    return sum(
        _raise(mentors[m.mentor_id], T.OFTEN, f"{m.ref}:{_day(m.first, clinic)}", now)
        for m in found
        if m.ref not in told and m.mentor_id in mentors
    )


def _late(clinic: Clinic, now: dt.datetime) -> int:
    """Raise a task for each mentor with two talks in four weeks that were late in the evening or at night."""
    late_from, zone = care_rules.rules_of(clinic).late_from, ZoneInfo(clinic.time_zone)
    talks = Contact.objects.filter(
        match__mentor__person__clinic=clinic, status=ContactStatus.TALKED, happened_at__gte=now - LATELY, happened_at__lte=now
    )  # fmt: skip
    late: dict[int, list[dt.datetime]] = defaultdict(list)
    for mentor, at in talks.order_by("happened_at", "pk").values_list("match__mentor", "happened_at"):
        hour = at.astimezone(zone).time()
        if hour >= late_from or hour < MORNING:
            late[mentor].append(at)
    mentors = _of({pk for pk, found in late.items() if len(found) >= LATE_TALKS})
    told = _told(T.LATE, [m.ref for m in mentors.values()], now)
    return sum(
        _raise(m, T.LATE, f"{m.ref}:{_day(late[pk][0], clinic)}", now) for pk, m in mentors.items() if m.ref not in told
    )


def _told(trigger: str, refs: list[str], now: dt.datetime) -> set[str]:
    """Return which of these were told of in the last four weeks: the same talks are one event."""
    rows = CareTask.objects.filter(trigger=trigger, raised_at__gt=now - LATELY).order_by("pk")
    known = {key.split(":")[1] for key in rows.values_list("key", flat=True)}
    return known & set(refs)


def _raise(mentor: Mentor, trigger: str, event: str, now: dt.datetime) -> bool:
    return raise_task(mentor=mentor, trigger=trigger, event=event, now=now) is not None


def _day(moment: dt.datetime, clinic: Clinic) -> dt.date:
    return moment.astimezone(ZoneInfo(clinic.time_zone)).date()
