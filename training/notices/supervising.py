"""Messages about supervision talks and concerns: the reader's first name and a link, nothing about anybody."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from training.actions.concerns import RAISED
from training.actions.supervising import CALLED_OFF, PLANNED, REMINDER
from training.actions.supervising_held import REST
from training.models import Concern, SupervisionPart
from training.notices.letters import recipient, written
from training.workflow import ConcernStatus


def _to_come(message: Message) -> bool:
    """Tell whether the talk is still to come at the moment the message is about."""
    at = dt.datetime.fromisoformat(message.data["at"])
    return SupervisionPart.objects.to_come().filter(ref=message.subject, talk__planned_at=at).exists()


def _called_off(message: Message) -> bool:
    return SupervisionPart.objects.filter(ref=message.subject, talk__cancelled_at__isnull=False).exists()


def _exists(message: Message) -> bool:
    return SupervisionPart.objects.filter(ref=message.subject).exists()


def _new(message: Message) -> bool:
    return Concern.objects.filter(ref=message.subject, status=ConcernStatus.RAISED).exists()


def _own_page() -> str:
    return settings.SITE_URL + reverse("training:my-supervision")


def _planned(message: Message, to: Recipient) -> Rendered:
    return written(to, f"{_('A talk is planned with you. See when, and add something to talk about:')}\n{_own_page()}")


def _tomorrow(message: Message, to: Recipient) -> Rendered:
    return written(to, f"{_('You have a talk tomorrow. See when and where:')}\n{_own_page()}")


def _off(message: Message, to: Recipient) -> Rendered:
    return written(
        to, f"{_('A talk that was planned with you does not take place. Another one follows:')}\n{_own_page()}"
    )


def _rest(message: Message, to: Recipient) -> Rendered:
    link = settings.SITE_URL + reverse("training:rest")
    return written(to, f"{_('You said you would rather rest. You can choose the days here:')}\n{link}")


def _concern(message: Message, to: Recipient) -> Rendered:
    link = settings.SITE_URL + reverse("training:concern", args=[message.subject])
    return written(to, f"{_('Somebody told you something in confidence. Read it here:')}\n{link}")


def _talk_page(message: Message) -> str:
    """Return the talk's page, on which staff see whom it concerns."""
    part = SupervisionPart.objects.filter(ref=message.subject).select_related("talk").first()
    return reverse("training:talk", args=[part.talk.ref]) if part else ""


KINDS = (
    Kind(PLANNED, recipient, _to_come, _planned, label=gettext_lazy("A supervision talk is planned"), link=_talk_page),
    Kind(
        REMINDER,
        recipient,
        _to_come,
        _tomorrow,
        label=gettext_lazy("A supervision talk tomorrow"),
        link=_talk_page,
        is_reminder=True,
    ),
    Kind(CALLED_OFF, recipient, _called_off, _off, label=gettext_lazy("A supervision talk is off"), link=_talk_page),
    Kind(REST, recipient, _exists, _rest, label=gettext_lazy("A mentor may plan a rest"), link=_talk_page),
    Kind(RAISED, recipient, _new, _concern, label=gettext_lazy("A concern in confidence")),
)


def connect() -> None:
    """Register the kinds."""
    for kind in KINDS:
        kinds.register(kind)
