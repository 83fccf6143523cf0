"""Telling somebody outside that messages go out: when these calls stop, it is they who raise the alarm."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time

import requests
from django.conf import settings

from common import clock
from messaging import health, rounds

log = logging.getLogger(__name__)

NAME = "dead-man"
EVERY = 55.0  # seconds between two calls: rounds come every ten, so about once a minute
TIMEOUT = 5.0  # seconds to connect, and again to wait for an answer


class DeadMan:
    """Calls DEAD_MAN_URL after good rounds, in a thread of its own, one call at a time and none of them repeated."""

    def __init__(self) -> None:
        self._next = 0.0
        self._thread: threading.Thread | None = None
        self._answered: dt.datetime | None = None

    def after_round(self, well: bool) -> None:
        """Call when a minute has passed, the round went well and nothing that cannot wait is late, and note the last answer.

        Waits for nobody. A mail provider that is away for minutes so ends the calls, as a machine that is down does.

        Raises DatabaseError when the answer cannot be noted.
        """
        answered, self._answered = self._answered, None
        if answered:
            rounds.beat(NAME, answered)  # here, as the thread must not hold a connection to the database
        if well and settings.DEAD_MAN_URL and time.monotonic() >= self._next and not self.is_calling:
            self._next = time.monotonic() + EVERY
            if health.escalations_late(clock.now()):
                return
            self._thread = threading.Thread(target=self._call, daemon=True, name=NAME)
            self._thread.start()

    @property
    def is_calling(self) -> bool:
        """Tell whether a call is under way."""
        return self._thread is not None and self._thread.is_alive()

    def _call(self) -> None:
        """Call once. The address is a secret and stands in most errors' words: only their kind is told."""
        try:
            # Streamed, as only the status counts; a redirect would be a call to somebody nobody chose.
            with requests.get(settings.DEAD_MAN_URL, timeout=TIMEOUT, allow_redirects=False, stream=True) as answer:
                if 200 <= answer.status_code < 300:
                    self._answered = clock.now()
                else:
                    log.warning("The dead-man address answered %d.", answer.status_code)
        except Exception as error:
            log.warning("The dead-man address did not answer: %s", type(error).__name__)
