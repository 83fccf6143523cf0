"""The sweeper: needs only the database, and sees to it that nothing is forgotten when Celery is not there."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from django.db import InterfaceError, OperationalError, close_old_connections, connections

from common import clock
from messaging import delivery, health, rounds
from messaging.dead_man import DeadMan
from messaging.models import Delivery

log = logging.getLogger(__name__)

# How long the faster path has before the sweeper sends by itself.
ESCALATION_WAIT = dt.timedelta(seconds=15)
OTHER_WAIT = dt.timedelta(seconds=120)
BUDGET = 8.0  # seconds of sending in one round: ladders must not wait for a slow mail server
BATCH = 200
AWAY = (OperationalError, InterfaceError)


def sweep(now: dt.datetime) -> bool:
    """Do one round; True when every part of it went well, and only then the heartbeat is written.

    Raises OperationalError or InterfaceError when the database is away.
    """
    parts: list[Callable[[], object]] = [
        lambda: delivery.release_stuck(now),
        lambda: _rounds(now),
        lambda: _send(now),
    ]
    results = [_safely(part) for part in parts]  # each part, whatever became of the one before
    well = all(results)
    if well:
        rounds.beat("sweeper", clock.now())
    return well


def _rounds(now: dt.datetime) -> None:
    failed = rounds.run_due(now, only_always=not health.tick_late(now))
    if failed:
        raise RoundFailed


def _send(now: dt.datetime) -> None:
    delivery.send_due(BATCH, now, overdue=ESCALATION_WAIT, budget=BUDGET, delivery=Delivery.AT_LEAST_ONCE)
    delivery.send_due(BATCH, now, overdue=OTHER_WAIT, budget=BUDGET, delivery=Delivery.AT_MOST_ONCE)


class RoundFailed(Exception):
    """Some round failed; it was logged where it did."""


def _safely(part: Callable[[], object]) -> bool:
    try:
        part()
        return True
    except AWAY:
        raise
    except RoundFailed:
        return False
    except Exception as error:
        log.error("A part of the sweep failed: %s", type(error).__name__)
        return False


def run(stop: threading.Event, every: float) -> None:
    """Sweep every `every` seconds until told to stop; a database that is away is waited for."""
    away = False
    dead_man = DeadMan()
    while not stop.is_set():
        started = time.monotonic()
        try:
            close_old_connections()
            well = sweep(clock.now())
            _safely(partial(dead_man.after_round, well))
            if away:
                log.warning("The database is back; the sweeper goes on.")
            away = False
        except AWAY as error:
            if not away:
                log.error("The database does not answer (%s); trying again every few seconds.", type(error).__name__)
            away = True
            connections.close_all()
        stop.wait(max(0.2, every - (time.monotonic() - started)))
