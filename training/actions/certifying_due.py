"""Storing what a morning asks about papers."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction

from clinics.models import Clinic
from messaging import outbox
from training import reminders
from training.models import Mentor
from training.reminders import Due

MORNING = dt.time(9)


def send_papers_due(now: dt.datetime) -> int:
    """Store what each clinic's morning asks, from nine o'clock on its clocks; return how many. Safe to repeat."""
    return sum(send_papers_due_for(clinic, now) for clinic in Clinic.objects.order_by("pk"))


def send_papers_due_for(clinic: Clinic, now: dt.datetime) -> int:
    """Store what one clinic's morning asks; nothing before nine."""
    there = now.astimezone(ZoneInfo(clinic.time_zone))
    if there.time() < MORNING:
        return 0
    return sum(_remind(row) for row in reminders.due(there.date(), clinic))


@transaction.atomic
def _remind(row: Due) -> bool:
    """Store one message; False for a mentor without an account."""
    mentor = Mentor.objects.lock(row.mentor.pk)
    if mentor.person.user is None:
        return False
    outbox.post(
        row.kind, mentor.ref, clinic=mentor.person.clinic, to=mentor.person.user, key=row.key,
        data={"on": row.on.isoformat(), "what": row.key.rsplit("-", 4)[0]},
    )  # fmt: skip
    return True
