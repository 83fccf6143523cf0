"""The messages about training days: the reader's first name and a link. No part, no place, no video link in them."""

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
from training.actions import sessions as sent
from training.models import LiveSession, NoDay, Observation, SignUp
from training.notices.letters import recipient, written

CHOOSE = "training:session-choose"


def _seat(message: Message) -> SignUp | None:
    """Return the seat a message is about while it is in use at a day that is not over."""
    rows = SignUp.objects.to_come(clock.now()).select_related("session__clinic")
    return rows.filter(ref=message.subject).first()


def _still_coming(message: Message) -> bool:
    return _seat(message) is not None


def _still_tomorrow(message: Message) -> bool:
    """Tell whether the day is still the next one: a day that was moved has a reminder of its own."""
    seat = _seat(message)
    if seat is None:
        return False
    zone, now = seat.session.clinic.time_zone, clock.now()
    tomorrow = words.local(now, zone).date() + dt.timedelta(days=1)
    return words.local(seat.session.starts_at, zone).date() == tomorrow


def _still_cancelled(message: Message) -> bool:
    return SignUp.objects.filter(ref=message.subject, session__cancelled_at__isnull=False).exists()


def _still_teaches(message: Message) -> bool:
    """Tell whether the reader still teaches that day; of a cancelled one they hear too."""
    reader = message.recipient.partition(":")[2]
    return LiveSession.objects.filter(ref=message.subject, trainer__ref=reader, ends_at__gt=clock.now()).exists()


def _still_without(message: Message) -> bool:
    return NoDay.objects.open().filter(ref=message.subject).exists()


def _still_seen(message: Message) -> bool:
    return Observation.objects.filter(ref=message.subject).exists()


def _link(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def _booked(message: Message, to: Recipient) -> Rendered:
    return written(
        to, f"{_('You have a place on a day together. When and where, and a file for your calendar, are here:')}\n{_link(CHOOSE)}",
        _("You can change or cancel it on the same page. You need not say why."),
    )  # fmt: skip


def _changed(message: Message, to: Recipient) -> Rendered:
    return written(
        to, f"{_('A day together that you have a place on has changed. See here when and where it is now:')}\n{_link(CHOOSE)}",
        _("If it does not suit you any more, you can choose another day there."),
    )  # fmt: skip


def _cancelled(message: Message, to: Recipient) -> Rendered:
    return written(
        to, f"{_('A day together that you had a place on was cancelled. We are sorry. Choose another one here:')}\n{_link(CHOOSE)}"
    )  # fmt: skip


def _tomorrow(message: Message, to: Recipient) -> Rendered:
    return written(
        to, f"{_('Tomorrow is the day together that you have a place on. When and where is here:')}\n{_link(CHOOSE)}",
        _("If you cannot come, say so there. It is no problem."),
    )  # fmt: skip


def _teach(message: Message, to: Recipient) -> Rendered:
    return written(
        to, f"{_('A day that you teach was planned, changed or cancelled. See here how it stands:')}\n{_link('training:my-sessions')}"
    )  # fmt: skip


def _no_day(message: Message, to: Recipient) -> Rendered:
    return written(to, f"{_('Somebody finds no day that suits. See here who:')}\n{_link('training:sessions')}")


def _seen(message: Message, to: Recipient) -> Rendered:
    part = Observation.objects.filter(ref=message.subject).values_list("progress__ref", flat=True).get()
    where = _link("training:module", part)  # there they stay, also once the part is passed
    return written(to, f"{_('Somebody who watched you practise wrote a few words for you:')}\n{where}")


def _page_of_seat(message: Message) -> str:
    seat = SignUp.objects.filter(ref=message.subject).select_related("session").first()
    return reverse("training:session", args=[seat.session.ref]) if seat else ""


def _page_of_day(message: Message) -> str:
    return reverse("training:session", args=[message.subject])


def _page_of_all(message: Message) -> str:
    return reverse("training:sessions")


def _page_of_mentor(message: Message) -> str:
    row = Observation.objects.filter(ref=message.subject).select_related("progress__learning__mentor").first()
    return reverse("training:mentor", args=[row.progress.learning.mentor.ref]) if row else ""


KINDS = (
    Kind(sent.BOOKED, recipient, _still_coming, _booked, label=gettext_lazy("A place on a training day"), link=_page_of_seat),
    Kind(sent.CHANGED, recipient, _still_coming, _changed, label=gettext_lazy("A training day changed"), link=_page_of_seat),
    Kind(
        sent.CANCELLED, recipient, _still_cancelled, _cancelled, label=gettext_lazy("A training day was cancelled"),
        link=_page_of_seat,
    ),
    Kind(sent.TOMORROW, recipient, _still_tomorrow, _tomorrow, label=gettext_lazy("A training day is tomorrow"), link=_page_of_seat, is_reminder=True),
    Kind(sent.TEACH, recipient, _still_teaches, _teach, label=gettext_lazy("A training day to teach"), link=_page_of_day),
    Kind(sent.NO_DAY, recipient, _still_without, _no_day, label=gettext_lazy("No training day suits somebody"), link=_page_of_all),
    Kind(sent.SEEN, recipient, _still_seen, _seen, label=gettext_lazy("Words about a role-play"), link=_page_of_mentor),
)  # fmt: skip


def connect() -> None:
    """Register the kinds of message."""
    for kind in KINDS:
        kinds.register(kind)
