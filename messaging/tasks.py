"""What Celery runs: the faster path, never the only one."""

from __future__ import annotations

from celery import shared_task
from celery.signals import worker_ready

from common import clock
from messaging import delivery, nudge, rounds
from messaging.models import Message

NUDGES_A_TICK = 500


@shared_task(name="messaging.tasks.deliver")
def deliver(pk: int) -> None:
    """Send one message, if it still wants sending."""
    delivery.deliver(pk)


@shared_task(name="messaging.tasks.tick")
def tick() -> None:
    """Free what is stuck, run the rounds, nudge what is due. Safe to run twice at the same time."""
    now = clock.now()
    rounds.beat("tick", now)
    delivery.release_stuck(now)
    rounds.run_due(now)
    for pk in Message.objects.due(now).values_list("pk", flat=True)[:NUDGES_A_TICK]:
        if not nudge.send_pk(pk):
            break


@worker_ready.connect
def catch_up(sender=None, **kwargs) -> None:
    """Begin with what came due while no worker ran, without waiting for the next minute."""
    with sender.app.connection_for_write() as connection:
        tick.apply_async(connection=connection, retry=False, expires=55)
