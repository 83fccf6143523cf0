"""What Celery may be asked to do here: thin, with numbers only. The sweeper's rounds do the same without it."""

from __future__ import annotations

from celery import shared_task

from matching.actions import solving
from messaging.nudge import publish


@shared_task(name="matching.tasks.work_out")
def work_out(pk: int) -> None:
    """Work out one plan, if it still waits for that."""
    solving.work_out(solution=pk)


def nudge(pk: int) -> bool:
    """Tell a worker that a plan waits; return whether the broker took it. Otherwise the next round works it out."""
    return publish(lambda: work_out, pk)
