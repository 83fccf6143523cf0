"""The outbox: messages are stored with what caused them, and sent afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from clinics.models import Clinic
from common import clock
from messaging import kinds
from messaging.models import Delivery, Message, Status


def address(obj: Any) -> str:
    """Return the label and ref of a User or a Person, as a message stores its recipient."""
    return f"{obj._meta.model_name}:{obj.ref}"


def post(
    kind: str,
    subject: str,
    *,
    clinic: Clinic,
    to: Any,
    due_at: dt.datetime | None = None,
    key: str = "",
    data: dict[str, Any] | None = None,
) -> Message:
    """Store one message to `to` (a User or a Person) about the object with the public ref `subject`.

    Call it inside the action's transaction. `key` tells apart messages of one kind about one subject to one
    person, such as a day; posting the same again returns the row that is there. `data` holds refs, dates and
    numbers only. Raises KeyError for a kind nobody registered.
    """
    spec = kinds.get(kind)
    recipient = address(to)
    message, made = Message.objects.get_or_create(
        key=f"{kind}:{subject}:{key}:{recipient}",
        defaults={
            "kind": kind,
            "delivery": Delivery.AT_LEAST_ONCE if spec.at_least_once else Delivery.AT_MOST_ONCE,
            "clinic": clinic,
            "recipient": recipient,
            "subject": subject,
            "data": data or {},
            "due_at": due_at or clock.now(),
        },
    )
    if made:
        transaction.on_commit(lambda: _nudge(message))
    return message


def cancel(*, subject: str, kind: str | None = None, why: str = "") -> int:
    """Cancel what is still queued about a subject (of one kind, or any); return how many."""
    rows = Message.objects.filter(subject=subject, status=Status.QUEUED, delivery=Delivery.AT_MOST_ONCE)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.update(status=Status.CANCELLED, problem=why[:200])


def _nudge(message: Message) -> None:
    from messaging import nudge

    nudge.send(message)
