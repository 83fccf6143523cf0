"""Telling the workers that something is due. A nudge may be lost: the message is in the database."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from celery import current_app
from django.conf import settings

from common import clock
from messaging.models import Message

log = logging.getLogger(__name__)

WAIT = 0.8  # seconds a request waits for the broker, whatever the client library does meanwhile
PAUSE = 10.0  # seconds without nudges after a failure, so that several messages wait once
EXPIRES = 120  # seconds after which a nudge is worth nothing: the tick has made another one


class Breaker:
    """Remembers a failure for a while, per process."""

    def __init__(self):
        self.until = 0.0

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self.until

    def trip(self) -> None:
        self.until = time.monotonic() + PAUSE

    def reset(self) -> None:
        self.until = 0.0


breaker = Breaker()


def warm() -> None:
    """Import what publishing needs when a web process starts, so that the first flag does not wait for it."""
    current_app.loader.import_default_modules()
    current_app.finalize()
    current_app.amqp  # noqa: B018 - imports the transport


def send(message: Message) -> bool:
    """Publish the id of a message that is due; return whether the broker took it. Never raises.

    Costs at most WAIT seconds, once in PAUSE seconds, with a broker that is down or hangs.
    """
    if message.due_at > clock.now():
        return False
    return send_pk(message.pk)


def send_pk(pk: int) -> bool:
    """Publish the id of a message; see `send`."""
    from messaging import tasks

    return publish(lambda: tasks.deliver, pk)


def publish(task: Callable[[], Any], pk: int) -> bool:
    """Publish one id to a task; return whether the broker took it. Never raises, waits WAIT seconds at most.

    `task` finds the task, as the first time Celery imports every app's tasks.
    """
    if not settings.NUDGES or breaker.is_open:
        return False
    taken = threading.Event()
    try:
        call = task().apply_async
        # A thread of its own: the only wait that is bounded however the broker misbehaves.
        thread = threading.Thread(target=_publish, args=(call, pk, taken), daemon=True, name="nudge")
        thread.start()
        thread.join(WAIT)
    except Exception as error:
        log.error("Nudging failed: %s", type(error).__name__)
    if not taken.is_set():
        breaker.trip()
        log.warning("The broker does not answer: no nudges for %d seconds, the sweeper sees to it.", PAUSE)
    return taken.is_set()


def _publish(call: Callable, pk: int, taken: threading.Event) -> None:
    try:
        call(args=[pk], retry=False, expires=EXPIRES)
        taken.set()
        breaker.reset()  # it was only slow
    except Exception as error:
        log.info("A nudge was lost: %s", type(error).__name__)
