"""The outbox: messages are stored with what caused them, and sent afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from clinics.models import Clinic
from common import clock
from messaging import kinds, quiet, sms
from messaging.models import SMS, SMS_TOO, Delivery, Message, Status


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
    by_sms_too: bool = False,
) -> Message:
    """Store one message to `to` (a User or a Person) about the object with the public ref `subject`.

    Call it inside the action's transaction. `key` tells apart messages of one kind about one subject to one
    person, such as a day; posting the same again returns the row that is there. `data` holds refs, dates and
    numbers only. `by_sms_too` stores a second row that goes as a text message, where the reader has a verified number.
    What reminds waits until the reader's quiet hours are over. Raises KeyError for a kind nobody registered, and
    ValueError for an escalation that is to wait.
    """
    spec = kinds.get(kind)
    if spec.at_least_once and due_at:
        raise ValueError(f"{kind} is an escalation: it goes at once.")
    recipient = address(to)
    values = {
        "kind": kind,
        "delivery": Delivery.AT_LEAST_ONCE if spec.at_least_once else Delivery.AT_MOST_ONCE,
        "clinic": clinic,
        "recipient": recipient,
        "subject": subject,
        "data": data or {},
        "due_at": _not_at_night(spec, to, due_at or clock.now()),
    }
    message = _store(f"{kind}:{subject}:{key}:{recipient}", values)
    if by_sms_too and sms.is_set_up() and _has_phone(spec, message):
        _store(message.key + SMS_TOO, values | {"channel": SMS})
    return message


def _store(key: str, values: dict[str, Any]) -> Message:
    message, made = Message.objects.get_or_create(key=key, defaults=values | {"wanted_at": values["due_at"]})
    if made:
        transaction.on_commit(lambda: _nudge(message))
    return message


def _has_phone(spec: kinds.Kind, message: Message) -> bool:
    """Tell whether the mail is not the only way: somebody without an address gets the first row as a text already."""
    reader = spec.recipient(message)
    return bool(reader and reader.phone and reader.email)


def _not_at_night(spec: kinds.Kind, to: Any, due_at: dt.datetime) -> dt.datetime:
    return quiet.of(to).after(due_at) if spec.waits else due_at


def cancel(*, subject: str, kind: str | None = None, why: str = "") -> int:
    """Cancel what is still queued about a subject (of one kind, or any); return how many."""
    rows = Message.objects.filter(subject=subject, status=Status.QUEUED, delivery=Delivery.AT_MOST_ONCE)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.update(status=Status.CANCELLED, problem=why[:200])


def _nudge(message: Message) -> None:
    from messaging import nudge

    nudge.send(message)
