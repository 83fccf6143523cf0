"""The messages to people who asked for a mentor themselves: their first name and a link, nothing about anybody."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from referrals.actions.asking import DECIDED, RECEIVED
from referrals.asking import KIND
from referrals.models import SelfReferral
from referrals.workflow import SelfStatus

DAYS = 60  # as long as it is kept


def _row(message: Message) -> SelfReferral | None:
    return SelfReferral.objects.select_related("clinic").filter(ref=message.subject, erased_at=None).first()


def recipient(message: Message) -> Recipient | None:
    """Return the address they wrote; None once erased."""
    row = _row(message)
    return row and Recipient(
        first_name=row.first_name, email=row.email, language=row.language, time_zone=row.clinic.time_zone
    )


def _waits(message: Message) -> bool:
    row = _row(message)
    return bool(row and row.email and row.status == SelfStatus.ASKED)


def _is_decided(message: Message) -> bool:
    row = _row(message)
    return bool(row and row.email and row.status in (SelfStatus.CONFIRMED, SelfStatus.DECLINED))


def _written(message: Message, to: Recipient, text: str) -> Rendered:
    _link, address = links.make(KIND, message.subject, days=DAYS)
    foot = _("You did not ask for anything? Then do nothing, or take it back by the link. In danger, call 112.")
    hello = _("Hello %(name)s,") % {"name": to.first_name}
    return Rendered(_("You have a message"), f"{hello}\n\n{text}\n{address}\n\n{foot}\n")


def _received(message: Message, to: Recipient) -> Rendered:
    return _written(message, to, _("What you sent has arrived. See where it stands, or take it back, here:"))


def _decided(message: Message, to: Recipient) -> Rendered:
    return _written(message, to, _("There is an answer to what you sent. Read it here:"))


def _page(message: Message) -> str:
    return reverse("referrals:wish", args=[message.subject])


def connect() -> None:
    """Register the kinds of message and their link."""
    links.register_kind(KIND, "referrals:ask-status")
    kinds.register(
        Kind(RECEIVED, recipient, _waits, _received, label=gettext_lazy("A wish for a mentor has arrived"), link=_page)
    )
    kinds.register(
        Kind(DECIDED, recipient, _is_decided, _decided, label=gettext_lazy("A wish for a mentor: answered"), link=_page)
    )
