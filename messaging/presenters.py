"""Messages in words, as the outbox shows them. No patient is named."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from messaging import kinds
from messaging.actions import SETTLED
from messaging.models import SMS, LocalMail, Message
from messaging.sms import ACCEPTED, DELIVERED, FAILED
from messaging.workflow import UNDELIVERED, Status

PERSON = "person:"
USER = "user:"


def with_words(messages: Iterable[Message]) -> list[Message]:
    """Give each message `about`, `to_whom`, `state`, `way` and `why`; one query for all the names."""
    messages = list(messages)
    names = _names(messages)
    for message in messages:
        message.about = kinds.label(message.kind)
        message.to_whom = names.get(message.recipient) or _("Somebody in the programme")
        message.state = state_of(message)
        message.way = _("By text message") if message.channel == SMS else _("By e-mail")
        message.why = _(message.problem) if message.problem else ""
    return messages


def _names(messages: list[Message]) -> dict[str, str]:
    """Return the names of account holders; people without an account stay unnamed."""
    refs = {m.recipient.removeprefix(USER) for m in messages if m.recipient.startswith(USER)}
    users = User.objects.filter(ref__in=refs) if refs else []
    return {f"{USER}{user.ref}": user.full_name for user in users}


def state_of(message: Message) -> str:
    """Return the state in words; what was settled by hand says so."""
    if message.settled_at:
        return _("Settled by hand")
    if message.status == Status.QUEUED and message.attempts:
        return _("Will be tried again")
    return message.get_status_display()


def rows(messages: Iterable[Message]) -> list[dict]:
    """Return undelivered messages as rows of work."""
    return [
        {
            "since": message.due_at,
            "title": f"{message.about}: {message.to_whom}",
            "url": reverse("messaging:message", args=[message.ref]),
            "text": f"{message.state}. {message.way}. {message.why}",
            "action": _("Deal with it"),
            "action_about": message.about,
            "action_url": reverse("messaging:message", args=[message.ref]),
            "urgent": message.delivery == "at-least-once",
        }
        for message in with_words(messages)
    ]


def timeline(message: Message) -> list[dict]:
    """Return what happened to a message, in order, for the timeline component."""
    items = [*_said(message), {"at": message.created_at, "title": _("Written down"), "text": "", "to_come": False}]
    for event in message.history.select_related("by"):
        words = _("%(name)s settled it by hand") if event.to_status == SETTLED else _("%(name)s had it sent again")
        items.append(
            {"at": event.at, "title": words % {"name": event.by.full_name}, "text": event.note, "to_come": False}
        )
    if message.sent_at:
        items.append({"at": message.sent_at, "title": _("Sent"), "text": "", "to_come": False})
    elif message.status == Status.QUEUED:
        items.append({"at": message.due_at, "title": _("To be sent"), "text": "", "to_come": True})
    return sorted(items, key=lambda item: item["at"])


def _said(message: Message) -> list[dict]:
    """Return what the provider reported, in words."""
    words = {
        DELIVERED: _("The provider says that it arrived"), FAILED: _("The provider says that it did not arrive"),
        ACCEPTED: _("The provider has it"),
    }  # fmt: skip
    return [
        {"at": event.at, "title": words[event.outcome], "text": event.words, "to_come": False}
        for event in message.provider_events.all()
    ]


def needs_somebody(message: Message) -> bool:
    """Tell whether somebody has to deal with it."""
    return message.status in UNDELIVERED and not message.settled_at


def people_in(mails: Iterable[LocalMail]) -> list[SimpleNamespace]:
    """Return the persons the mails went to, as the access log wants them."""
    refs = {mail.message_ref for mail in mails if mail.message_ref}
    found = Message.objects.filter(ref__in=refs, recipient__startswith=PERSON).values_list("recipient", "clinic_id")
    return [
        SimpleNamespace(ref=to.removeprefix(PERSON), clinic_id=clinic) for to, clinic in found.distinct().order_by()
    ]
