"""The message that something in the training waits: the reader's first name and a link behind sign-in."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from training.actions.learning_help import NEWS
from training.learning import FOLLOWING
from training.models import ModuleProgress
from training.notices.letters import recipient, written


def _row(message: Message) -> ModuleProgress | None:
    rows = ModuleProgress.objects.select_related("learning__mentor")
    return rows.filter(ref=message.subject, learning__mentor__status__in=FOLLOWING).first()


def _still(message: Message) -> bool:
    return _row(message) is not None


def _render(message: Message, to: Recipient) -> Rendered:
    link = settings.SITE_URL + reverse("training:my-training")
    return written(to, f"{_('There is an answer for you. Read it here:')}\n{link}")


def _page(message: Message) -> str:
    row = _row(message)
    return reverse("training:learning", args=[row.learning.mentor.ref]) if row else ""


KIND = Kind(NEWS, recipient, _still, _render, label=gettext_lazy("An answer in the training"), link=_page)


def connect() -> None:
    """Register the kind of message."""
    kinds.register(KIND)
