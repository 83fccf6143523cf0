"""manage.py sweep: the process that needs only the database."""

import logging
import os
import signal
import threading
from typing import ClassVar

from django.core.management.base import BaseCommand
from django.db import connections

from common import clock
from messaging import sweeper

log = logging.getLogger("messaging.sweeper")
GRACE = 1.0  # seconds for what is being sent when asked to stop


class Command(BaseCommand):
    help = "Send what nobody sent, climb ladders, free what is stuck. Needs no Celery and no broker."
    requires_system_checks: ClassVar = []  # a fault in some page must not keep the ladders from climbing

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do one round and stop")

    def handle(self, *args, once=False, **options):
        if once:
            if not sweeper.sweep(clock.now()):
                raise SystemExit(1)
            return
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: ask_to_stop(stop))
        signal.signal(signal.SIGINT, lambda *_: ask_to_stop(stop))
        every = float(os.environ.get("SWEEP_SECONDS", "10"))
        log.info("The sweeper runs every %g seconds.", every)
        sweeper.run(stop, every)
        signal.setitimer(signal.ITIMER_REAL, 0)
        connections.close_all()
        log.info("The sweeper stopped.")


def ask_to_stop(stop: threading.Event) -> None:
    """Stop after this round, or in the middle of it when it takes longer than the grace."""
    stop.set()
    signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, GRACE)


def give_up(*_args) -> None:
    """Leave a send that hangs, at once; its lease runs out and is dealt with."""
    log.warning("The sweeper stops in the middle of a round.")
    os._exit(0)
