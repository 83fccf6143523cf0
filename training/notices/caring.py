"""Messages about looking after mentors: kind, short, and without a word of why."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from training import care
from training.models import CareTask, WellbeingCheck
from training.notices.letters import recipient, written


def _open(message: Message) -> bool:
    return CareTask.objects.filter(ref=message.subject, done_at=None).exists()


def _task(message: Message, to: Recipient) -> Rendered:
    asks = _("Somebody you look after could use a word from you. Read why, and ring them:")
    return written(to, f"{asks}\n{settings.SITE_URL}{reverse('training:care-tasks')}")


def _at_work(message: Message) -> bool:
    return CareTask.objects.filter(ref=message.subject, mentor__status__in=care.AT_WORK).exists()


def _thanks(message: Message, to: Recipient) -> Rendered:
    thanks = _("Thank you for what you do for others. Your supervisor will get in touch, to hear how you are.")
    says = _("If you like, tell us here. You need not answer:")
    return written(to, thanks, f"{says}\n{settings.SITE_URL}{reverse('training:wellbeing')}")


def _asked(message: Message) -> bool:
    rows = WellbeingCheck.objects.filter(ref=message.subject, answered_at=None)
    return rows.filter(mentor__status__in=care.AT_WORK).exists()


def _ask(message: Message, to: Recipient) -> Rendered:
    asks = _("How are you? One tap is enough, and not answering is fine too:")
    return written(to, f"{asks}\n{settings.SITE_URL}{reverse('training:wellbeing')}")


def _tasks(message: Message) -> str:
    return reverse("training:care-tasks")


def _mentor(message: Message) -> str:
    """Return the page of the mentor who was to be reached."""
    task = CareTask.objects.select_related("mentor").filter(ref=message.subject).first()
    check = WellbeingCheck.objects.select_related("mentor").filter(ref=message.subject).first()
    found = task or check
    return reverse("training:mentor", args=[found.mentor.ref]) if found else ""


KINDS = (
    Kind("care.task", recipient, _open, _task, label=gettext_lazy("A mentor to look after"), link=_tasks),
    Kind("care.thanks", recipient, _at_work, _thanks, label=gettext_lazy("Thanks to a mentor"), link=_mentor),
    Kind(
        "wellbeing.ask",
        recipient,
        _asked,
        _ask,
        label=gettext_lazy("A mentor is asked how they are"),
        link=_mentor,
        waits_for_morning=True,
    ),
)


def connect() -> None:
    """Register the kinds."""
    for kind in KINDS:
        kinds.register(kind)
