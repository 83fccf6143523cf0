"""The message that lets a mentee choose: a first name and a link, and nothing about anybody."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links
from matching.actions.choosing import still_open
from matching.models import Choice
from matching.notices import LINK_DAYS, write
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from referrals.contact_details import recipient_for_person

KIND = "mentee.choose"
links.register_kind(KIND, "matching:choose")


def _choice(message) -> Choice | None:
    return Choice.objects.select_related("referral").filter(ref=message.subject).first()


def _recipient(message) -> Recipient | None:
    _kind, _colon, ref = message.recipient.partition(":")
    return recipient_for_person(ref)


def _still_true(message) -> bool:
    choice = _choice(message)
    return choice is not None and still_open(choice)


def _render(message, recipient: Recipient) -> Rendered:
    _link, address = links.make(KIND, message.subject, days=LINK_DAYS)
    return write(
        recipient.first_name, f"{_('There is a choice for you to make. Read it here:')}\n{address}",
        _("You need no password. Every answer is fine."),
    )  # fmt: skip


def _page(message) -> str:
    """Return the page on which the coordinator can ring, and write down the answer."""
    choice = _choice(message)
    return reverse("matching:find", args=[choice.referral.ref]) if choice else ""


kinds.register(
    Kind(KIND, _recipient, _still_true, _render, label=gettext_lazy("A mentee is asked to choose"), link=_page)
)
