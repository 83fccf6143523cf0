"""The messages about a talk somebody moved, added or took off the plan.

All go out at most once: the plan itself shows what holds. None names anybody, and only the last change is told.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links
from common import clock
from mentorship.actions.telling import ADDED, MOVED, OFF
from mentorship.models import Contact
from mentorship.notices.pairs import LINK_DAYS, find_contact, goes_on, pair_of_contact, written
from mentorship.notices.readers import address, reader
from mentorship.workflow import ContactStatus
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message

MENTEE_PAGE = "mentee.page"


def still_planned(message: Message) -> bool:
    """Tell whether the talk stands where the message says, still to come."""
    row = _unchanged(message)
    return row is not None and row.status == ContactStatus.PLANNED and row.planned_at > clock.now()


def still_off(message: Message) -> bool:
    """Tell whether the talk is still off the plan, and would be still to come."""
    row = _unchanged(message)
    return row is not None and row.status == ContactStatus.CANCELLED and row.planned_at > clock.now()


def _unchanged(message: Message) -> Contact | None:
    row = find_contact(message)
    return row if row and row.version == message.data.get("version") and goes_on(row.match) else None


def _render(text: str, message: Message, recipient: Recipient) -> Rendered:
    row = find_contact(message)
    if message.recipient.startswith("person:"):
        _link, url = links.make(MENTEE_PAGE, row.match.referral.ref, days=LINK_DAYS)
    else:
        url = address("mentorship:talks", row.match.ref)
    return written(recipient, _("You have a message in Halfword"), text, url)


def render_moved(message: Message, recipient: Recipient) -> Rendered:
    """Tell that a talk has another day, without the day: it is behind the link."""
    return _render(_("A talk you planned has another day. You see it here:"), message, recipient)


def render_added(message: Message, recipient: Recipient) -> Rendered:
    """Tell that a talk was added."""
    return _render(_("A talk was planned with you. You see it here, and can move it:"), message, recipient)


def render_off(message: Message, recipient: Recipient) -> Rendered:
    """Tell that a talk will not be. Nobody is to blame."""
    return _render(
        _("A talk you planned does not go on. That is nobody's fault. You can plan another one:"), message, recipient
    )


for kind in (
    Kind(
        MOVED, reader, still_planned, render_moved, label=gettext_lazy("A talk was moved"), link=pair_of_contact,
        waits_for_morning=True,
    ),
    Kind(
        ADDED, reader, still_planned, render_added, label=gettext_lazy("A talk was added"), link=pair_of_contact,
        waits_for_morning=True,
    ),
    Kind(
        OFF, reader, still_off, render_off, label=gettext_lazy("A talk was taken off the plan"), link=pair_of_contact,
        waits_for_morning=True,
    ),
):  # fmt: skip
    kinds.register(kind)
