"""Messages about papers: the reader's first name, a day, a link."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock, words
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from training import agreements, certification, readiness, reminders
from training.models import Appeal, Mentor
from training.notices.letters import recipient, written


def _mentor(message: Message) -> Mentor | None:
    return readiness.with_facts(Mentor.objects.filter(ref=message.subject)).select_related("policy").first()


def _day(message: Message) -> dt.date:
    return dt.date.fromisoformat(message.data["on"])


def _ends_still(message: Message) -> bool:
    """Tell whether it still ends on that day: a renewal silences the rest."""
    mentor = _mentor(message)
    if mentor is None or mentor.status not in certification.AT_WORK:
        return False
    today = clock.today(mentor.person.clinic.time_zone)
    return reminders.ends_of(mentor, today).get(message.data["what"]) == _day(message) >= today


def _ends(message: Message, to: Recipient) -> Rendered:
    day = words.day(_day(message), today=clock.today(to.time_zone), weekday=False)
    said = {
        "certificate": _("Your certificate counts until %(day)s. Here you read what to do for a new one:"),
        "checks": _("Your background check counts until %(day)s. Here you read what to do for a new one:"),
    }[message.data["what"]]
    return written(to, f"{said % {'day': day}}\n{_address('training:my-papers')}")


def _sign_still(message: Message) -> bool:
    mentor = _mentor(message)
    if mentor is None or mentor.status not in agreements.SIGNING:
        return False
    return bool(agreements.to_sign(mentor, clock.today(mentor.person.clinic.time_zone)))


def _sign(message: Message, to: Recipient) -> Rendered:
    today = clock.today(to.time_zone)
    line = _("There are words for you to read and sign, three short texts at most:")
    if _day(message) >= today:
        day = words.day(_day(message), today=today, weekday=False)
        line = _("There are words for you to read and sign before %(day)s is over:") % {"day": day}
    return written(to, f"{line}\n{_address('training:sign')}")


def _appeal_still(message: Message) -> bool:
    return Appeal.objects.open().filter(ref=message.subject).exists()


def _appeal(message: Message, to: Recipient) -> Rendered:
    line = _("Somebody asks you to look at a decision again:")
    return written(to, f"{line}\n{_address('training:appeal', message.subject)}")


def _address(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def _mentor_page(message: Message) -> str:
    return reverse("training:mentor", args=[message.subject])


KINDS = (
    Kind(
        reminders.ENDS, recipient, _ends_still, _ends, label=gettext_lazy("A paper of a mentor ends soon"),
        link=_mentor_page, waits_for_morning=True,
    ),
    Kind(
        reminders.TO_SIGN, recipient, _sign_still, _sign, label=gettext_lazy("Words for a mentor to sign"),
        link=_mentor_page, waits_for_morning=True,
    ),
    Kind(
        "appeal.to-decide", recipient, _appeal_still, _appeal, label=gettext_lazy("An appeal to decide"),
        link=lambda message: reverse("training:appeal", args=[message.subject]),
    ),
)  # fmt: skip


def connect() -> None:
    """Register the kinds of message."""
    for kind in KINDS:
        kinds.register(kind)
