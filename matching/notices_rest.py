"""What a mentee hears when their mentor rests, and when the talks go on: it is not about them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models import Match
from matching.notices import write
from matching.workflow import Status
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from referrals.contact_details import recipient_for_person
from referrals.models import Referral


def _recipient(message: Message) -> Recipient | None:
    return recipient_for_person(message.recipient.partition(":")[2])


def _still(message: Message, status: str) -> bool:
    match = Match.objects.filter(ref=message.subject, status=status, sight_ended_at=None).first()
    return match is not None and Referral.objects.with_live_consent().filter(pk=match.referral_id).exists()


def _rests(message: Message, recipient: Recipient) -> Rendered:
    """There is no page to go to: whoever wants something rings, or answers by a link they have."""
    return write(
        recipient.first_name, _("The person you talk with takes a rest for a while. It is not about you."),
        _("Your talks go on later. Would you rather talk with somebody else meanwhile? Ring the programme: that is fine."),
    )  # fmt: skip


def _goes_on(message: Message, recipient: Recipient) -> Rendered:
    return write(
        recipient.first_name, _("The person you talk with is back. Your talks can go on, if you like."),
        _("You can change your mind or stop at any time. You need not say why."),
    )  # fmt: skip


def _page(message: Message) -> str:
    return reverse("matching:match", args=[message.subject])


for kind in (
    Kind(
        "match.rests", _recipient, lambda m: _still(m, Status.PAUSED), _rests,
        label=gettext_lazy("A mentor rests"), link=_page,
    ),
    Kind(
        "match.goes-on", _recipient, lambda m: _still(m, Status.INTRODUCED), _goes_on,
        label=gettext_lazy("A mentor is back"), link=_page,
    ),
):  # fmt: skip
    kinds.register(kind)
