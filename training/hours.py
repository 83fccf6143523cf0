"""Hours that mentors give. Each floor says what it knows of; nobody counts them twice (VdE21 #85)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import DurationField, ExpressionWrapper, F, QuerySet, Sum
from django.db.models.functions import ExtractMonth
from django.utils.translation import gettext_lazy, ngettext

from common import clock, words
from training.models import OtherHours, SignUp, SupervisionPart

SUPERVISION_MINUTES = 60  # a talk whose length nobody notes [D]
# (pk of the mentor, month from 1 to 12, minutes)
Given = Iterable[tuple[int, int, int]]


@dataclass(frozen=True)
class Span:
    """The days of one year in the clinic's time zone."""

    year: int
    tz: str

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """Return the first and the last day."""
        return dt.date(self.year, 1, 1), dt.date(self.year, 12, 31)

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """Return the first moment, and the first one after the year."""
        return tuple(clock.at_local(dt.date(year, 1, 1), dt.time.min, self.tz) for year in (self.year, self.year + 1))


@dataclass(frozen=True)
class Source:
    """One kind of hours: a key, its name in a table and how a sentence says it."""

    key: str
    title: Any
    give: Callable[[QuerySet, Span], Given]


_sources: dict[str, Source] = {}


def register(key: str, title, give: Callable[[QuerySet, Span], Given]) -> None:
    """Add a function (mentors, a year) -> (pk, month, minutes) rows, in one query. Registering it again replaces it."""
    _sources[key] = Source(key, title, give)


@dataclass(frozen=True)
class Hours:
    """The hours of some mentors in one year, as rows of (source key, pk of the mentor, month, minutes)."""

    rows: list[tuple[str, int, int, int]]

    @property
    def total(self) -> int:
        return sum(row[3] for row in self.rows)

    def by(self, place: int) -> dict:
        """Return minutes by source (0), mentor (1) or month (2)."""
        found: dict = {}
        for row in self.rows:
            found[row[place]] = found.get(row[place], 0) + row[3]
        return found

    def cells(self) -> dict[tuple[int, str], int]:
        """Return minutes by mentor and source."""
        found: dict[tuple[int, str], int] = {}
        for key, pk, _month, minutes in self.rows:
            found[pk, key] = found.get((pk, key), 0) + minutes
        return found


def of(mentors: QuerySet, year: int, tz: str) -> Hours:
    """Return the hours of these mentors in a year; one query for each kind of hours."""
    span = Span(year, tz)
    pks = mentors.order_by().values("pk")
    return Hours([(s.key, *row) for s in _sources.values() for row in s.give(pks, span)])


def titles() -> dict[str, str]:
    """Return what each kind of hours is called, in the order they were registered."""
    return {source.key: str(source.title) for source in _sources.values()}


def in_words(minutes: int) -> str:
    """Write a length out: "12 hours", "45 minutes", "1 hour and 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = [ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}] if hours else []
    if rest or not hours:
        parts.append(ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest})
    return words.listed(parts)


# What this floor knows of ----------------------------------------------------------------


def _sessions(mentors: QuerySet, span: Span) -> Given:
    """Return the length of the sessions they came to."""
    length = ExpressionWrapper(F("session__ends_at") - F("session__starts_at"), output_field=DurationField())
    begins, ends = span.moments
    came = SignUp.objects.order_by().filter(
        mentor__in=mentors, came=True, cancelled_at=None, session__starts_at__gte=begins, session__starts_at__lt=ends
    )
    rows = came.values_list("mentor", ExtractMonth("session__starts_at", tzinfo=span.zone)).annotate(sum=Sum(length))
    return [(pk, month, int(lasted.total_seconds() // 60)) for pk, month, lasted in rows]


def _supervision(mentors: QuerySet, span: Span) -> Given:
    """Return an hour for each supervision talk they came to."""
    came = SupervisionPart.objects.order_by().filter(
        mentor__in=mentors, came=True, talk__cancelled_at=None, talk__held_on__range=span.days
    )
    months = came.values_list("mentor", ExtractMonth("talk__held_on"))
    return [(pk, month, SUPERVISION_MINUTES) for pk, month in months]


def _other(mentors: QuerySet, span: Span) -> Given:
    """Return what they entered themselves."""
    rows = OtherHours.objects.order_by().filter(mentor__in=mentors, on__range=span.days)
    return list(rows.values_list("mentor", ExtractMonth("on")).annotate(sum=Sum("minutes")))


def connect() -> None:
    """Register what this floor knows of."""
    register("sessions", gettext_lazy("Training sessions"), _sessions)
    register("supervision", gettext_lazy("Supervision"), _supervision)
    register("other", gettext_lazy("Other"), _other)
