"""What is due about papers on a date: something ends soon, words wait for a signature. It reads and returns rows.

Running it again after its rows are stored returns nothing new. Who comes late into a window, or after days without
a run, gets only the nearest reminder.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from clinics.models import Clinic
from messaging.models import Message
from training import agreements, certification, readiness
from training.models import Certificate, Mentor

DAYS = (60, 30, 7)  # before something ends (issue of the programme; two-yearly and four-yearly papers, evidence C)
SIGN_SOON = 7  # days before words must be signed [D]
DAY = dt.timedelta(days=1)
ENDS, TO_SIGN = "papers.end-soon", "agreement.to-sign"


@dataclass(frozen=True)
class Due:
    """One message to a mentor; `key` tells it from others of its kind, `on` is the day it is about."""

    kind: str
    mentor: Mentor
    key: str
    on: dt.date


def due(on: dt.date, clinic: Clinic) -> list[Due]:
    """Return what the morning of `on` asks of a clinic and is not stored yet. A fixed number of queries."""
    return _not_stored([*ending(on, clinic), *signing(on, clinic)])


def window(ends_on: dt.date, on: dt.date) -> int | None:
    """Return which of 60, 30 and 7 days before an end a date is in, the nearest; None before and after."""
    left = (ends_on - on).days
    return min((days for days in DAYS if 0 <= left <= days), default=None)


def ends_of(mentor: Mentor, on: dt.date) -> dict[str, dt.date]:
    """Return what somebody has that ends, by name; a renewal that follows on counts as one."""
    found = {"certificate": certification.covered_until(certification.spans(mentor), on)}
    if mentor.policy is None or mentor.policy.needs_check:
        found["checks"] = mentor.checks_valid_until
    return {what: day for what, day in found.items() if day is not None}


def ending(on: dt.date, clinic: Clinic) -> list[Due]:
    """Return reminders of certificates and background checks that end within 60 days, of mentors at work."""
    span = (on, on + DAYS[0] * DAY)
    certificate = Certificate.objects.standing().filter(mentor=OuterRef("pk"), valid_until__range=span)
    mentors = _people(clinic).filter(
        Q(Exists(certificate)) | Q(checks_valid_until__range=span), status__in=certification.AT_WORK
    )
    rows = []
    for mentor in readiness.with_facts(mentors).select_related("person__clinic", "person__user", "policy"):
        for what, ends_on in ends_of(mentor, on).items():
            days = window(ends_on, on)
            if days is not None:
                rows.append(Due(ENDS, mentor, f"{what}-{ends_on}-{days}", ends_on))
    return rows


def signing(on: dt.date, clinic: Clinic) -> list[Due]:
    """Return who is asked to sign words that count from today or before, and who is reminded a week before the end."""
    texts = agreements.in_force(clinic, on)
    if not texts:
        return []
    newest = max(text.in_force_from for text in texts)
    unsigned = Q(code_signed_on=None) | Q(code_signed_on__lt=newest)
    rows = []
    for mentor in _people(clinic).filter(unsigned, status__in=agreements.SIGNING):
        wanted = agreements.to_sign(mentor, on, texts)
        last = agreements.sign_by(wanted)
        begun = max((text.in_force_from for text in wanted), default=None)
        if begun is None or last is None:
            continue
        rows.append(Due(TO_SIGN, mentor, f"new-{begun}", last))
        if begun < last - SIGN_SOON * DAY <= on <= last:
            rows.append(Due(TO_SIGN, mentor, f"soon-{last}", last))
    return _one_a_day(rows)


def _people(clinic: Clinic):
    """Return the mentors of a clinic who can sign in."""
    rows = Mentor.objects.of_clinic(clinic).filter(person__user__is_active=True)
    return rows.select_related("person__clinic", "person__user").order_by("pk")


def _one_a_day(rows: list[Due]) -> list[Due]:
    """Let the reminder wait for another day when the first question was never stored: both say the same."""
    stored = _stored(rows)
    first = {row.mentor.pk for row in rows if row.key.startswith("new-") and _name(row) not in stored}
    return [row for row in rows if row.key.startswith("new-") or row.mentor.pk not in first]


def _not_stored(rows: list[Due]) -> list[Due]:
    stored = _stored(rows)
    return [row for row in rows if _name(row) not in stored]


def _stored(rows: list[Due]) -> set[str]:
    """Return what the outbox has already of these mentors, without the recipient."""
    if not rows:
        return set()
    refs = {row.mentor.ref for row in rows}
    known = Message.objects.filter(kind__in={row.kind for row in rows}, subject__in=refs)
    return {key.rsplit(":", 2)[0] for key in known.values_list("key", flat=True)}


def _name(row: Due) -> str:
    return f"{row.kind}:{row.mentor.ref}:{row.key}"
