"""What the formats of pairs ask of people on certain days, beside the clinic's own follow-up days. It only reads.

The coordinator gets a row on *Today* (a stored check of the team), the mentor and the mentee a message (Joo22, D).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from clinics.models import Clinic
from common import clock
from matching.models import Match
from matching.workflow import Status as MatchStatus
from mentorship.checks import MENTEE, MENTOR, TEAM
from mentorship.models import Enrolment, FollowUpCheck, Format
from messaging.models import Message
from referrals.models import Referral

DAY = dt.timedelta(days=1)
CATCH_UP = 14  # days [D]: what is older has lost its meaning
KIND = "format.reminder"
SIDES = {"coordinator": TEAM, "mentor": MENTOR, "mentee": MENTEE}


@dataclass(frozen=True)
class AskedDue:
    """What a format asks of one side of a pair on a day: `words` are the format's own, `until` the day it may wait for."""

    match_id: int
    day: int
    to: str
    due_on: dt.date
    until: int
    words: str = ""


def key_of(day: int) -> str:
    """Return what tells one reminder of a format from another about the same pair."""
    return f"day{day}"


def due(on: dt.date, clinic: Clinic) -> list[AskedDue]:
    """Return what is due and not stored yet: of each pair and side only the newest. At most four queries."""
    bodies = {row.pk: row.body for row in _formats(clinic) if row.body.get("followups")}
    if not bodies:
        return []
    longest = max(entry["day"][1] for body in bodies.values() for entry in body["followups"])
    rows = _pairs(clinic, on, longest, bodies)
    found = [row for match, format_id in rows for row in _of_pair(match, bodies[format_id], clinic, on)]
    return _not_stored(found, {match.pk: match.ref for match, _format in rows})


def _formats(clinic: Clinic):
    followed = Enrolment.objects.filter(
        match__status=MatchStatus.INTRODUCED, referral__clinic=clinic
    ).order_by()  # fmt: skip
    return Format.objects.filter(pk__in=followed.values("format")).order_by("pk")


def _pairs(clinic: Clinic, on: dt.date, longest: int, formats) -> list[tuple[Match, int]]:
    since = clock.at_local(on - (longest + CATCH_UP + 1) * DAY, dt.time(0), clinic.time_zone)
    rows = Enrolment.objects.filter(
        format__in=list(formats), match__status=MatchStatus.INTRODUCED, referral__clinic=clinic,
        match__introduced_at__gte=since, referral__in=Referral.objects.with_live_consent().values("pk"),
    ).select_related("match__mentor__person__user", "match__referral__mentee").order_by("pk")  # fmt: skip
    return [(row.match, row.format_id) for row in rows if row.match is not None]


def _of_pair(match: Match, body: dict, clinic: Clinic, on: dt.date) -> list[AskedDue]:
    begun = match.introduced_at.astimezone(ZoneInfo(clinic.time_zone)).date()
    age, newest = (on - begun).days, {}
    for entry in sorted(body["followups"], key=lambda entry: entry["day"][0]):
        (day, until), to = entry["day"], SIDES.get(entry["actor"])
        if to is not None and day <= age <= until + CATCH_UP and _is_reached(match, to):
            newest[to] = AskedDue(match.pk, day, to, begun + day * DAY, until, entry["action"])
    return list(newest.values())


def _is_reached(match: Match, to: str) -> bool:
    if to == TEAM:
        return True
    if to == MENTEE:
        return match.referral.mentee.reminders != "none"
    user = match.mentor.person.user
    return user is not None and user.reminders != "none" and match.sight_ended_at is None


def _not_stored(rows: list[AskedDue], refs: dict[int, str]) -> list[AskedDue]:
    if not rows:
        return []
    checks = FollowUpCheck.objects.filter(match__in=refs, to=TEAM).order_by()
    last: dict[int, int] = {}
    for match_id, day in checks.values_list("match_id", "day"):
        last[match_id] = max(day, last.get(match_id, -1))
    sent = Message.objects.filter(kind=KIND, subject__in=refs.values()).values_list("subject", "key", "recipient")
    told = {(subject, key.split(":")[2], recipient.partition(":")[0]) for subject, key, recipient in sent}
    labels = {MENTOR: "user", MENTEE: "person"}
    return [
        row
        for row in rows
        if (
            last.get(row.match_id, -1) < row.day
            if row.to == TEAM
            else (refs[row.match_id], key_of(row.day), labels[row.to]) not in told
        )
    ]
