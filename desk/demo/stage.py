"""A simulated clock with things to happen: each at its moment, with the rounds and the mail that follow."""

from __future__ import annotations

import datetime as dt
import gc
import heapq
import itertools
import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import User
from common import clock
from messaging import delivery, rounds

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
TZ = "Europe/Brussels"
SOON = dt.timedelta(seconds=4)  # between storing a message and sending it


class Stage:
    """Plays what was planned, in order of time, up to the present. What is planned later never happens."""

    def __init__(self, now: dt.datetime, seed: int):
        self.now, self.rng = now, random.Random(seed)
        self.system = User.objects.system()
        self._queue: list[tuple[dt.datetime, int, Callable]] = []
        self._order = itertools.count()

    def at(self, moment: dt.datetime, do: Callable, *args, **kwargs) -> None:
        """Plan a call; a moment in the past of the play happens as soon as possible."""
        heapq.heappush(self._queue, (moment, next(self._order), lambda: do(*args, **kwargs)))

    def tick(self, moment: dt.datetime) -> None:
        """Plan the rounds a minute's beat would run at this moment."""
        self.at(moment, lambda: rounds.run_due(clock.now()))

    def play(self) -> None:
        """Let everything happen that has its moment before the present, and send the mail each thing causes."""
        while self._queue and self._queue[0][0] <= self.now:
            moment, _order, do = heapq.heappop(self._queue)
            with clock.at(moment):
                do()
            with clock.at(min(moment + SOON, self.now)):
                delivery.send_due(500)

    # -- moments

    def days_ago(self, days: float, hour: int = 10, minute: int = 0) -> dt.datetime:
        """Return a moment so many days before today, on the clinic's clocks."""
        day = (self.now - days * DAY).astimezone(ZoneInfo(TZ)).date()
        return min(clock.at_local(day, dt.time(hour, minute), TZ), self.now - 2 * MINUTE)

    def in_office(self, moment: dt.datetime) -> dt.datetime:
        """Return the first moment from here on when people work; this one itself when that is still to come."""
        local = moment.astimezone(ZoneInfo(TZ))
        if local.hour >= 17:
            local = local.replace(hour=9, minute=0) + DAY
        elif local.hour < 9:
            local = local.replace(hour=9, minute=0)
        while local.weekday() >= 5:
            local += DAY
        found = local.astimezone(dt.UTC) + self.rng.randint(0, 40) * MINUTE
        return found if found < self.now else moment

    def later(self, moment: dt.datetime, low: float, high: float) -> dt.datetime:
        """Return a moment between `low` and `high` hours after this one, when people work."""
        return self.in_office(moment + self.rng.uniform(low, high) * HOUR)


@contextmanager
def nothing_leaves() -> Iterator[None]:
    """Keep every mail on this machine and the broker out of it, whatever the settings say."""
    before, log, often = (settings.EMAIL_BACKEND, settings.NUDGES), logging.getLogger("messaging"), gc.get_threshold()
    settings.EMAIL_BACKEND, settings.NUDGES = "messaging.backends.LocalMailBackend", False
    level = log.level
    log.setLevel(logging.CRITICAL)  # some mail of the story does not arrive, on purpose
    gc.set_threshold(100_000, 50, 50)  # many small objects in a short time: looking for circles takes a tenth of it
    try:
        yield
    finally:
        settings.EMAIL_BACKEND, settings.NUDGES = before
        log.setLevel(level)
        gc.set_threshold(*often)
