"""What the processes of the suite know beside the product: shorter waits, a full disk, a false clock, no outbox."""

import datetime as dt
import os
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.signals import request_started
from django.db import connection
from django.db.backends.signals import connection_created
from django.utils import timezone

from tests.faults.mother import FORKED

UNLIMITED = 4294967294


class ChaosConfig(AppConfig):
    name = "tests.chaos"
    label = "chaos"

    def ready(self):
        shorten()
        if connection.vendor == "sqlite":
            connection_created.connect(limit)
            request_started.connect(limit)
        if os.environ.get("CHAOS_CLOCK"):
            false_clock(Path(os.environ["CHAOS_CLOCK"]))
        if FORKED not in os.environ:
            self.become()

    @staticmethod
    def become():
        """Do what differs from process to process; a fork does so only when it becomes one."""
        if os.environ.get("CHAOS_DIRECT"):
            without_outbox()


def shorten() -> None:
    """Take the waits of the environment, if it names any."""
    from messaging import delivery, sweeper
    from messaging.models import Delivery

    if wait := os.environ.get("CHAOS_WAIT"):
        sweeper.ESCALATION_WAIT = dt.timedelta(seconds=float(wait))
    if lease := os.environ.get("CHAOS_LEASE"):
        delivery.LEASE[Delivery.AT_LEAST_ONCE] = dt.timedelta(seconds=float(lease))
    if share := os.environ.get("CHAOS_BACKOFF"):
        waits = delivery.BACKOFF[Delivery.AT_LEAST_ONCE]
        delivery.BACKOFF[Delivery.AT_LEAST_ONCE] = [wait * float(share) for wait in waits]


def false_clock(file: Path) -> None:
    """Let the product and Celery read their clock with as many seconds added as the file says just then.

    Celery asks in two places: its own `now` (what beat finds due, when a nudge expires) and where a worker drops
    what has expired. Waiting and sleeping go by the machine's steady clock, which no change of the hour moves.
    """
    from celery import Celery
    from celery.worker import request

    true = timezone.now

    def now() -> dt.datetime:
        return true() + dt.timedelta(seconds=float(file.read_text()))

    class FalseDatetime(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return now().astimezone(tz)

    timezone.now = now
    Celery.now = lambda app: now().astimezone(app.timezone)
    request.datetime = FalseDatetime


def limit(**_signal) -> None:
    """Let the database grow no more while the disk is full."""
    if connection.connection is not None:
        pages = 1 if settings.CHAOS_FULL.exists() else UNLIMITED
        connection.connection.execute(f"PRAGMA max_page_count = {pages}")


def without_outbox() -> None:
    """A control: a message goes straight to Celery after the commit, and nobody looks after it any more."""
    from celery import shared_task
    from celery.signals import worker_ready

    from messaging import backends, kinds, outbox, tasks
    from messaging.models import Message

    @shared_task(name="tests.chaos.direct")
    def direct(pk):
        message = Message.objects.get(pk=pk)
        kind = kinds.get(message.kind)
        to = kind.recipient(message)
        backends.send("email", message, to, kind.render(message, to))

    outbox._nudge = lambda message: direct.apply_async(args=[message.pk], retry=False)
    worker_ready.disconnect(tasks.catch_up)
