"""What the product made in a play, as its tables say; the same keys as owed.py."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from matching.models import Match
from mentorship import tries
from mentorship.models import Attendance, Contact, ContactEvent, Enrolment, FlagEvent, FollowUpCheck, GroupSession
from messaging.models import Message


def plans(tz: str) -> set[tuple]:
    """Return (match, component, day, date, hour) of the talks formats gave. A moved one stands where it was first."""
    zone = ZoneInfo(tz)
    rows = Contact.objects.filter(component__isnull=False, match__isnull=False).order_by("pk")
    moved = dict(
        ContactEvent.objects.filter(from_status="planned", to_status="planned", note__regex=r"^(mentee )?\d{4}-")
        .order_by("-at", "-pk")
        .values_list("contact", "note")
    )
    found = set()
    for pk, match, component, day, at in rows.values_list("pk", "match", "component", "plan_day", "planned_at"):
        first = (
            dt.datetime.fromisoformat(moved[pk].removeprefix("mentee ").replace("Z", "+00:00")) if pk in moved else at
        )
        there = first.astimezone(zone)
        found.add((match, component, day, there.date(), there.time()))
    return found


def checks(sides) -> set[tuple]:
    """Return (match, day, side) of each question asked."""
    return set(FollowUpCheck.objects.filter(to__in=sides).order_by().values_list("match", "day", "to"))


def soon(kind: str) -> set[tuple]:
    """Return (talk, word, date, version) of each reminder of a talk of one kind."""
    found = set()
    for key in _keys(kind):
        _kind, ref, word, day, version, *_to = key.split(":")
        found.add((ref, word, dt.date.fromisoformat(day), int(version)))
    return found


def unlogged(kind: str) -> set[tuple]:
    """Return (talk, date) of each question of one kind how a talk went."""
    return {(key.split(":")[1], dt.date.fromisoformat(key.split(":")[2])) for key in _keys(kind)}


def told_of() -> set[str]:
    """Return the talks that count as held by the mentee's word alone."""
    return set(Contact.objects.filter(tries.SAID_TALKED).order_by().values_list("ref", flat=True))


def taken_off() -> set[str]:
    """Return the talks that left the plan."""
    return set(Contact.objects.filter(status="cancelled").order_by().values_list("ref", flat=True))


def asked() -> set[tuple]:
    """Return (match, day, actor) of what formats asked: of the team by a stored check, of the two by a message."""
    team = FollowUpCheck.objects.filter(to="team").order_by().values_list("match", "day")
    found = {(match, day, "coordinator") for match, day in team}
    refs = dict(Match.objects.order_by().values_list("ref", "pk"))
    for key in _keys("format.reminder"):
        _kind, ref, day, label, _ref = key.split(":")
        found.add((refs[ref], int(day.removeprefix("day")), "mentor" if label == "user" else "mentee"))
    return found


def meetings(tz: str) -> set[tuple]:
    """Return (group, day, date) of the meetings that formats gave."""
    rows = GroupSession.objects.filter(plan_day__isnull=False).order_by().values_list("group", "plan_day", "planned_at")
    return {(group, day, at.astimezone(ZoneInfo(tz)).date()) for group, day, at in rows}


def enrolled() -> set[tuple]:
    """Return (place, day) of each enrolment in a group."""
    return set(Enrolment.objects.filter(place__isnull=False).order_by().values_list("place", "starts_on"))


def group_reminders() -> set[tuple]:
    """Return (place, meeting) of each reminder of a meeting to a mentee."""
    return {tuple(key.split(":")[1:3]) for key in _keys("group.soon")}


def attendance() -> set[tuple]:
    """Return (meeting, place, answer) of who came."""
    return set(Attendance.objects.order_by().values_list("session__ref", "place__ref", "came"))


def expiries() -> set[int]:
    """Return the requests that expired."""
    return set(Match.objects.filter(status="expired").order_by().values_list("pk", flat=True))


def papers() -> set[tuple]:
    """Return (mentor, last day, days before) of each reminder that a certificate ends."""
    found = set()
    for key in _keys("papers.end-soon"):
        _kind, ref, what, *_to = key.split(":")
        name, year, month, day, days = what.rsplit("-", 4)
        if name == "certificate":
            found.add((ref, dt.date(int(year), int(month), int(day)), int(days)))
    return found


def climbs() -> set[tuple]:
    """Return (flag, moment) of each rung climbed, to the minute."""
    rows = FlagEvent.objects.filter(note__startswith="rung ").order_by().values_list("flag", "at")
    return {(flag, at.replace(second=0, microsecond=0)) for flag, at in rows}


def twice() -> int:
    """Return how many messages about the same thing to the same person for the same reason there are beyond the first."""
    keys = Message.objects.order_by().values_list("key", flat=True)
    return keys.count() - keys.distinct().count()


def _keys(kind: str) -> list[str]:
    return list(Message.objects.filter(kind=kind).order_by().values_list("key", flat=True))
