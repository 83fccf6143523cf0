"""Messages to who is asked to rate an applicant or to vouch for one: a first name and a link behind sign-in."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from training import selection
from training.actions.selecting import RATING_ASKED
from training.actions.selecting_papers import SPONSOR_ASKED
from training.models import Mentor, Rating, Sponsorship
from training.notices.letters import recipient, written


def _rating_still(message: Message) -> bool:
    rows = Rating.objects.filter(ref=message.subject, saved_at=None)
    return rows.filter(mentor__status__in=selection.UNDER_WAY).exists()


def _sponsor_still(message: Message) -> bool:
    rows = Sponsorship.objects.filter(ref=message.subject, stated_at=None)
    return rows.filter(mentor__status__in=selection.UNDER_WAY).exists()


def _rating(message: Message, to: Recipient) -> Rendered:
    link = settings.SITE_URL + reverse("training:rate", args=[message.subject])
    return written(to, f"{_('You are asked what you saw. It takes five minutes. Read more here:')}\n{link}")


def _sponsor(message: Message, to: Recipient) -> Rendered:
    link = settings.SITE_URL + reverse("training:sponsor", args=[message.subject])
    return written(to, f"{_('You are asked for a word about somebody you know. Read more here:')}\n{link}")


def _page(message: Message) -> str:
    """Return the page of the applicant, on which staff see who was asked and can ask somebody else."""
    about = Mentor.objects.filter(ratings__ref=message.subject) | Mentor.objects.filter(
        sponsorships__ref=message.subject
    )
    mentor = about.first()
    return reverse("training:selection", args=[mentor.ref]) if mentor else ""


KINDS = (
    Kind(RATING_ASKED, recipient, _rating_still, _rating, label=gettext_lazy("Somebody is asked to rate"), link=_page),
    Kind(SPONSOR_ASKED, recipient, _sponsor_still, _sponsor, label=gettext_lazy("Somebody is asked to vouch"), link=_page),
)  # fmt: skip


def connect() -> None:
    """Register the kinds of message."""
    for kind in KINDS:
        kinds.register(kind)
