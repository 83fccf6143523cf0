"""Certificates as questions: until when somebody is covered, how long the grace goes on, what a new one needs."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common import words
from training import care_rules, learning, policy, readiness
from training.models import Certificate, Decertification, Mentor
from training.workflow import Status

RENEW_BEFORE = dt.timedelta(days=60)  # from here on a new certificate follows on the present one [D]
MONTHS = 24  # where a clinic has no rules of its own: the Amputee Coalition recertifies two-yearly
DAY = dt.timedelta(days=1)
AT_WORK = (Status.READY, Status.ACTIVE, Status.RESTING)


def last_day(from_: dt.date, months: int) -> dt.date:
    """Return the last day of so many months that begin on a day: from 15 March, 24 months end on 14 March."""
    year, month = divmod(from_.year * 12 + from_.month - 1 + months, 12)
    day = min(from_.day, calendar.monthrange(year, month + 1)[1])
    return dt.date(year, month + 1, day) - DAY


def covered_until(spans: Iterable[tuple[dt.date, dt.date]], on: dt.date) -> dt.date | None:
    """Return the last day of what covers `on` without a gap, given (first, last) days; None when nothing does.

    A certificate that follows on the present one makes it longer.
    """
    end = None
    for first, last in sorted(spans):
        if end is None and first <= on <= last:
            end = last
        elif end is not None and first <= end + DAY:
            end = max(end, last)
    return end


def spans(mentor: Mentor) -> list[tuple[dt.date, dt.date]]:
    """Return the days of every certificate that was not taken back."""
    return [(c.valid_from, c.valid_until) for c in readiness.certificates(mentor)]


@dataclass(frozen=True)
class Grace:
    """A certificate that ended: on which day, and until when present people keep their mentor (both included)."""

    ended_on: dt.date
    until: dt.date

    def is_over(self, on: dt.date) -> bool:
        return on > self.until


def grace(mentor: Mentor, on: dt.date, days: int | None = None) -> Grace | None:
    """Return the grace of a mentor at work without a certificate on a day; None while one counts, or before the first."""
    ended = [last for _first, last in spans(mentor) if last < on]
    if mentor.status not in AT_WORK or covered_until(spans(mentor), on) or not ended:
        return None
    days = care_rules.rules_of(mentor.person.clinic).grace_days if days is None else days
    return Grace(max(ended), max(ended) + days * DAY)


def former(mentor: Mentor) -> Certificate | None:
    """Return the last certificate they had, also one that went with a decision; not a slip of the pen."""
    moments = mentor.decertifications.values("at")
    rows = mentor.certificates.standing() | mentor.certificates.filter(revoked_at__in=moments)
    return rows.order_by("-valid_from", "-pk").first()


def usual_days(mentor: Mentor, today: dt.date) -> tuple[dt.date, dt.date]:
    """Return the usual first and last day of a next certificate: it follows on one that ends soon."""
    end = covered_until(spans(mentor), today)
    first = end + DAY if end and end - today <= RENEW_BEFORE else today
    rules = policy.current(mentor.person.clinic) if former(mentor) else policy.of(mentor)
    return first, last_day(first, rules.certificate_months if rules else MONTHS)


def missing(mentor: Mentor) -> list[str]:
    """Return what is still to do before a certificate, in words: the training, or the refreshers before another one."""
    clinic = mentor.person.clinic
    if learning.published(clinic) is None:
        return []
    before = former(mentor)
    if before is not None:
        return learning.missing_refreshers(mentor, since=_since(mentor, before))
    return learning.missing_parts(mentor) if learning.current(mentor) else []


def _since(mentor: Mentor, before: Certificate) -> dt.date:
    """Return from which day refreshers count: the former certificate's first, or that on which it was taken back."""
    taken = Decertification.objects.filter(mentor=mentor).first()
    days = [before.valid_from]
    if taken and taken.at == before.revoked_at:
        days.append(words.local(taken.at, mentor.person.clinic.time_zone).date())
    return max(days)


def in_words(certificate: Certificate, today: dt.date) -> str:
    """Say between which days a certificate counts."""
    return _("From %(first)s until %(last)s") % {
        "first": words.day(certificate.valid_from, today=today, weekday=False),
        "last": words.day(certificate.valid_until, today=today, weekday=False),
    }


def sentence(text: str) -> str:
    """Return something that is missing as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:]}."
