"""What the two of a pair hear when the mentee takes a pause, and when it is over: it is about neither of them."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models import Match
from matching.notices import recipient, write
from matching.workflow import Status
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from referrals.models import Referral


def _still(message: Message, status: str) -> bool:
    match = Match.objects.filter(ref=message.subject, status=status, sight_ended_at=None).first()
    return match is not None and Referral.objects.with_live_consent().filter(pk=match.referral_id).exists()


def _paused(message: Message, recipient: Recipient) -> Rendered:
    link = settings.SITE_URL + reverse("home")
    return write(
        recipient.first_name, _("Somebody you talk with takes a pause for a while. It is not about you."),
        f"{_('You need not do anything. You read here when your talks go on:')}\n{link}",
    )  # fmt: skip


def _over(message: Message, recipient: Recipient) -> Rendered:
    if message.recipient.startswith("person:"):
        return write(
            recipient.first_name, _("Your pause is over. Your talks can go on, if you like."),
            _("You can change your mind or stop at any time. You need not say why."),
        )  # fmt: skip
    link = settings.SITE_URL + reverse("home")
    return write(
        recipient.first_name, f"{_('A pause of somebody you talk with is over. You see the next talk here:')}\n{link}"
    )


def _page(message: Message) -> str:
    return reverse("matching:match", args=[message.subject])


for kind in (
    Kind(
        "match.paused", recipient, lambda m: _still(m, Status.PAUSED), _paused,
        label=gettext_lazy("A mentee takes a pause"), link=_page,
    ),
    Kind(
        "match.pause-over", recipient, lambda m: _still(m, Status.INTRODUCED), _over,
        label=gettext_lazy("A pause is over"), link=_page,
    ),
):  # fmt: skip
    kinds.register(kind)
