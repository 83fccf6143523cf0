"""The message that somebody decided about a mentor's costs: no amounts in it."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from training.actions.costs import DECIDED
from training.models import Mentor
from training.notices.letters import recipient, written


def _still(message: Message) -> bool:
    return Mentor.objects.filter(ref=message.subject, person__user__is_active=True).exists()


def _render(message: Message, to: Recipient) -> Rendered:
    address = settings.SITE_URL + reverse("training:my-costs")
    return written(to, f"{_('There is news about something you sent in. Read it here:')}\n{address}")


def _page(message: Message) -> str:
    return reverse("training:costs")


DECIDED_ABOUT = Kind(DECIDED, recipient, _still, _render, label=gettext_lazy("News about costs"), link=_page)


def connect() -> None:
    """Register the kind of message."""
    kinds.register(DECIDED_ABOUT)
