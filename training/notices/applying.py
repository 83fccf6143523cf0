"""The messages to people who would like to be a mentor: a link, their first name, and nothing about anybody."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from training.actions.applying import RECEIVED
from training.actions.applying_staff import INVITED
from training.models import Application
from training.notices.letters import recipient, written
from training.workflow import ApplicationStatus

STATUS, FILL = "application.status", "application.fill"
STATUS_DAYS, FILL_DAYS = 90, 14  # where they stand matters for months; a nomination ends with its draft


def _with_status(message: Message, *statuses: str) -> bool:
    return Application.objects.filter(ref=message.subject, erased_at=None, status__in=statuses).exists()


def _known_still(message: Message) -> bool:
    return _with_status(message, ApplicationStatus.SENT, ApplicationStatus.TAKEN_UP, ApplicationStatus.CLOSED)


def _asked_still(message: Message) -> bool:
    return _with_status(message, ApplicationStatus.DRAFT)


def _received(message: Message, to: Recipient) -> Rendered:
    _link, address = links.make(STATUS, message.subject, days=STATUS_DAYS)
    return written(
        to, _("Thank you, what you sent has arrived."), f"{_('See where you stand, or take it back, here:')}\n{address}",
        _("The link works for three months. You did not send anything? Then do nothing."),
    )  # fmt: skip


def _invited(message: Message, to: Recipient) -> Rendered:
    _link, address = links.make(FILL, message.subject, days=FILL_DAYS)
    return written(
        to, f"{_('Somebody who knows you thought of you. Read what for here:')}\n{address}",
        _("The link works for two weeks. You may say no, or do nothing: then it is erased."),
    )  # fmt: skip


def _page(message: Message) -> str:
    return reverse("training:applicants")


KINDS = (
    Kind(RECEIVED, recipient, _known_still, _received, label=gettext_lazy("An application has arrived"), link=_page),
    Kind(INVITED, recipient, _asked_still, _invited, label=gettext_lazy("Somebody is put forward"), link=_page),
)


def connect() -> None:
    """Register the kinds of message and their links."""
    links.register_kind(STATUS, "training:application-status")
    links.register_kind(FILL, "training:application-fill")
    for kind in KINDS:
        kinds.register(kind)
