"""Which reminders of talks are due on a date, to the mentor and to the mentee. It only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from clinics.models import Clinic
from common import clock
from matching.workflow import Status as MatchStatus
from mentorship.checks import MENTEE, MENTOR
from mentorship.models import Contact
from mentorship.reminders_formats import CATCH_UP, DAY
from messaging import quiet
from messaging.models import Message
from referrals.models import Referral

MORNING = dt.time(9)
UNLOGGED_AFTER = 2  # days [D]
SOON = {MENTOR: "contact.soon", MENTEE: "mentee.soon"}
UNLOGGED = {MENTOR: "contact.unlogged", MENTEE: "mentee.unlogged"}


@dataclass(frozen=True)
class NoticeDue:
    """One reminder of a planned talk; `on` is the talk's date at the clinic, `key` tells it from others.

    `due_at` is the reader's own morning, where that is still to come.
    """

    kind: str
    talk: Contact = field(repr=False)
    on: dt.date
    key: str
    to: str = MENTOR
    due_at: dt.datetime | None = None


def reader_of(contact: Contact, to: str) -> Any:
    """Return the account or the person at one side of a talk; None for a mentor without an account."""
    return contact.match.mentor.person.user if to == MENTOR else contact.match.referral.mentee


def soon(on: dt.date, clinic: Clinic) -> list[NoticeDue]:
    """Return reminders of talks: the day before in the reader's morning, else on the day itself. Two queries.

    Each reader lives by their own clocks. A reader's morning belongs to the clinic's day, from nine to nine, in
    which it comes.
    """
    begins, next_day = (clock.at_local(on + n * DAY, MORNING, clinic.time_zone) for n in (0, 1))
    talks = _planned(clinic).filter(planned_at__gt=begins, planned_at__lt=next_day + 2 * DAY)
    rows, late = [], set()
    for talk, to, reader in _sides(talks, clinic):
        zone = quiet.zone(reader.time_zone or clinic.time_zone)
        send_at = clock.at_local(talk.planned_at.astimezone(zone).date() - DAY, MORNING, zone)
        if send_at >= next_day:
            continue
        day = talk.planned_at.astimezone(ZoneInfo(clinic.time_zone)).date()
        row = NoticeDue(SOON[to], talk, day, f"before:{day}:{talk.version}", to, send_at)
        rows.append(row)
        if send_at < begins:
            late.add(row)
    return [
        replace(row, key=row.key.replace("before", "day", 1), due_at=None) if row in late else row
        for row in _not_stored(rows)
    ]


def unlogged(on: dt.date, clinic: Clinic) -> list[NoticeDue]:
    """Return one question to each side about the last planned talk, two days later, unless a talk was noted since.

    Mentors forget to note, so the mentee is asked too, by one tap; not again once they have said it.
    """
    zone = ZoneInfo(clinic.time_zone)
    begins = clock.at_local(on - CATCH_UP * DAY, dt.time(0), clinic.time_zone)
    ends = clock.at_local(on - (UNLOGGED_AFTER - 1) * DAY, dt.time(0), clinic.time_zone)
    last: dict[int, Contact] = {}
    for row in _planned(clinic).filter(planned_at__gte=begins, planned_at__lt=ends).order_by("planned_at", "pk"):
        last[row.match_id] = row
    noted = Contact.objects.filter(match__in=last, happened_at__gte=begins).order_by("happened_at")
    talked = dict(noted.values_list("match_id", "happened_at"))
    open_ones = [row for row in last.values() if not _noted_since(row, talked.get(row.match_id))]
    rows = []
    for talk, to, _reader in _sides(open_ones, clinic):
        if to == MENTEE and talk.mentee_says:
            continue
        day = talk.planned_at.astimezone(zone).date()
        rows.append(NoticeDue(UNLOGGED[to], talk, day, f"{day}", to))
    return _not_stored(rows)


def _noted_since(row: Contact, noted: dt.datetime | None) -> bool:
    return noted is not None and row.planned_at is not None and noted >= row.planned_at - DAY


def _planned(clinic: Clinic):
    return Contact.objects.planned().filter(
        match__referral__clinic=clinic, match__status=MatchStatus.INTRODUCED, match__sight_ended_at=None,
        match__referral__in=Referral.objects.with_live_consent().values("pk"),
    ).select_related("match__mentor__person__user", "match__referral__mentee").order_by("planned_at", "pk")  # fmt: skip


def _sides(talks, clinic: Clinic) -> Iterator[tuple[Contact, str, Any]]:
    """Yield each talk with each reader who wants to be reminded."""
    for talk in talks:
        talk.match.referral.clinic = clinic  # known already: nobody need ask again
        for to in (MENTOR, MENTEE):
            reader = reader_of(talk, to)
            if reader is not None and reader.reminders != "none":
                yield talk, to, reader


def _not_stored(rows: list[NoticeDue]) -> list[NoticeDue]:
    """Leave out what the outbox has already; a word on the day itself stands for the one of the day before."""
    if not rows:
        return []
    kinds, refs = {row.kind for row in rows}, {row.talk.ref for row in rows}
    known = Message.objects.filter(kind__in=kinds, subject__in=refs).order_by().values_list("key", flat=True)
    stored = {key.rsplit(":", 2)[0].replace(":day:", ":before:") for key in known}  # without the recipient, "user:..."
    return [row for row in rows if f"{row.kind}:{row.talk.ref}:{row.key}" not in stored]
