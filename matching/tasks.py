"""What Celery may be asked to do here: thin, with numbers only. The sweeper's rounds do the same without it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from celery import shared_task
from django.conf import settings

from matching.actions import solving
from messaging.nudge import EXPIRES, WAIT, breaker

log = logging.getLogger(__name__)


@shared_task(name="matching.tasks.work_out")
def work_out(pk: int) -> None:
    """Work out one plan, if it still waits for that."""
    solving.work_out(solution=pk)


def nudge(pk: int) -> bool:
    """Tell a worker that a plan waits; return whether the broker took it. Never raises, waits WAIT seconds at most."""
    if not settings.NUDGES or breaker.is_open:
        return False
    taken = threading.Event()
    try:
        # A thread of its own: the only wait that is bounded however the broker misbehaves.
        thread = threading.Thread(target=_publish, args=(work_out.apply_async, pk, taken), daemon=True, name="nudge")
        thread.start()
        thread.join(WAIT)
    except Exception as error:
        log.error("Nudging failed: %s", type(error).__name__)
    if not taken.is_set():
        breaker.trip()
        log.warning("The broker does not answer: the next round works the list out.")
    return taken.is_set()


def _publish(publish: Callable, pk: int, taken: threading.Event) -> None:
    try:
        publish(args=[pk], retry=False, expires=EXPIRES)
        taken.set()
    except Exception as error:
        log.info("A nudge was lost: %s", type(error).__name__)
