"""Rounds: what the upper floors want done every so often, by the tick or, without it, by the sweeper."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q

from messaging.models import Heartbeat

log = logging.getLogger(__name__)

MARGIN = dt.timedelta(minutes=5)
FAILED = "failed:"  # a heartbeat of this name tells when a round failed last


@dataclass(frozen=True)
class Round:
    """A function of the present moment that is safe to repeat, and how often it should run."""

    name: str
    function: Callable[[dt.datetime], object]
    every: dt.timedelta
    always: bool = False  # run by the sweeper too, with or without Celery

    @property
    def beat(self) -> str:
        return f"round:{self.name}"

    @property
    def gap(self) -> dt.timedelta:
        """Return the least time between two runs: a little less than asked, as no clock ticks exactly."""
        return self.every - min(self.every * 0.2, dt.timedelta(seconds=5))


_rounds: dict[str, Round] = {}


def register(name: str, function: Callable[[dt.datetime], object], every_seconds: int, *, always: bool = False) -> None:
    """Have `function(now)` run about every `every_seconds`; with `always` by the sweeper too.

    The function must be idempotent and commit its own work. Raises ValueError for a name taken by another.
    """
    entry = Round(name, function, dt.timedelta(seconds=every_seconds), always)
    if _rounds.get(name, entry) != entry:
        raise ValueError(f"The round {name} is registered twice.")
    _rounds[name] = entry


def names() -> list[str]:
    """Return every registered name, sorted."""
    return sorted(_rounds)


def beat(name: str, now: dt.datetime) -> None:
    """Write that something runs now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def last(name: str) -> dt.datetime | None:
    """Return when something last ran, or None."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def run_due(now: dt.datetime, *, only_always: bool = False) -> list[str]:
    """Run every round whose time has come, each by itself; return the names of those that failed.

    Raises DatabaseError when the database is away: then nothing can run.
    """
    chosen = [entry for entry in _rounds.values() if entry.always or not only_always]
    return [entry.name for entry in chosen if _claim(entry, now) and not _run(entry, now)]


def _claim(entry: Round, now: dt.datetime) -> bool:
    """Take this turn of a round; False when somebody else has it. Two schedulers do no harm."""
    come = Q(at__lte=now - entry.gap) | Q(at__gt=now + MARGIN)  # a beat from the future is a clock set back
    if Heartbeat.objects.filter(come, name=entry.beat).update(at=now):
        return True
    try:
        with transaction.atomic():
            return Heartbeat.objects.get_or_create(name=entry.beat, defaults={"at": now})[1]
    except IntegrityError:
        return False


def _run(entry: Round, now: dt.datetime) -> bool:
    try:
        entry.function(now)
        return True
    except Exception as error:
        # Only the type: the words of an error may name people.
        log.error("The round %s failed: %s", entry.name, type(error).__name__)
        _give_back(entry, now)
        return False


def _give_back(entry: Round, now: dt.datetime) -> None:
    """Let the next tick try again, instead of waiting for the next turn."""
    try:
        Heartbeat.objects.filter(name=entry.beat, at=now).update(at=now - entry.every)
        beat(FAILED + entry.name, now)
    except DatabaseError:
        log.error("The round %s could not be given back.", entry.name)
