"""Tasks to look after a mentor: exactly one for one event, with a word of thanks to the mentor."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import Invalid
from messaging import outbox
from training import care
from training import rules_caring as rules
from training.models import CareTask, Mentor, WellbeingCheck

LONGEST = 500  # characters of a note
WITH = ("mentor__person__clinic", "mentor__supervisor")


@transaction.atomic
def raise_task(*, mentor: Mentor, trigger: str, event: str, now: dt.datetime | None = None) -> CareTask | None:
    """Ask a mentor's supervisor to look after them, once for one event (evidence C, mentor triggers).

    The supervisor is told (the coordinators where there is none), the mentor is thanked, and after something
    hard asked how they are. After a death nothing is sent: people ring. Again returns None and does nothing.
    """
    now = now or clock.now()
    task, made = CareTask.objects.get_or_create(
        key=f"{trigger}:{event}",
        defaults={
            "mentor": mentor, "trigger": CareTask.Trigger(trigger), "raised_at": now,
            "due_at": care.due_at(mentor, trigger, now),
        },
    )  # fmt: skip
    if not made:
        return None
    if trigger in care.HARD:
        ask_after(mentor=mentor, trigger=trigger, event=event, now=now)
    if trigger not in care.SILENT:
        _tell(task)
    return task


def _tell(task: CareTask) -> None:
    """Tell who looks after the mentor, and thank the mentor, each once."""
    person = task.mentor.person
    for user in care.carers(task.mentor):
        outbox.post("care.task", task.ref, clinic=person.clinic, to=user)
    if person.user is not None:
        outbox.post("care.thanks", task.ref, clinic=person.clinic, to=person.user)


@transaction.atomic
def finish_task(*, task: int, by: User, note: str = "") -> CareTask:
    """Say that somebody looked after the mentor, with what they did if they like. Again changes nothing.

    Raises Denied, Invalid (field "note").
    """
    row = CareTask.objects.lock(task)
    rules.finish_task.require(by, row)
    if row.done_at is not None:
        return row
    note = note.replace("\x00", "").strip()
    if len(note) > LONGEST:
        raise Invalid(_("Make this shorter: at most %(most)d characters") % {"most": LONGEST}, field="note")
    row.done_at, row.done_by, row.note = clock.now(), by, note
    row.save(update_fields=["done_at", "done_by", "note"])
    outbox.cancel(subject=row.ref, kind="care.task", why="Somebody has looked after them.")
    return row


@transaction.atomic
def ask_after(*, mentor: Mentor, trigger: str, event: str, now: dt.datetime | None = None) -> WellbeingCheck:
    """Keep a question of how a mentor is ready for them after something hard; nothing is sent. Again changes nothing."""
    row, _made = WellbeingCheck.objects.get_or_create(
        key=f"{trigger}:{event}"[:80], defaults={"mentor": mentor, "why": trigger, "asked_at": now or clock.now()}
    )
    return row


# Supervision that is late ------------------------------------------------------------------


def watch_supervision(now: dt.datetime) -> int:
    """Raise a task for each mentor at work whose supervision talk is past its day, and settle those caught up with.

    One for one day that was missed; return how many were raised. Safe to repeat.
    """
    for task in (
        CareTask.objects.open().filter(trigger=CareTask.Trigger.NO_SUPERVISION).select_related(*WITH).order_by("pk")
    ):
        if task.mentor.supervise_by is not None and task.mentor.supervise_by >= task.mentor.person.clinic.today:
            with transaction.atomic():
                _close(task, User.objects.system())
    ahead = now.date() + dt.timedelta(days=1)  # somewhere it is tomorrow already
    late = Mentor.objects.filter(status__in=care.AT_WORK, supervise_by__lt=ahead)
    rows = late.select_related("person__clinic", "person__user", "supervisor").order_by("pk")
    return sum(_late_supervision(mentor, now) for mentor in rows)


def _late_supervision(mentor: Mentor, now: dt.datetime) -> bool:
    if mentor.supervise_by is None or mentor.supervise_by >= mentor.person.clinic.today:
        return False
    event = f"{mentor.ref}:{mentor.supervise_by}"
    return raise_task(mentor=mentor, trigger=CareTask.Trigger.NO_SUPERVISION, event=event, now=now) is not None


@transaction.atomic
def settle(*, trigger: str, event: str, by: User) -> bool:
    """Close an open task whose reason is no more, such as a talk noted wrongly: nobody has to do anything. Again is False."""
    task = CareTask.objects.open().filter(key=f"{trigger}:{event}").first()
    return task is not None and _close(task, by)


def _close(task: CareTask, by: User) -> bool:
    found = CareTask.objects.filter(pk=task.pk, done_at=None)
    if not found.update(done_at=clock.now(), done_by=by):
        return False
    for kind in ("care.task", "care.thanks"):
        outbox.cancel(subject=task.ref, kind=kind, why="The reason is no more.")
    return True
