"""The messages of this floor: the reader's first name and a link, and nothing about anybody."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links
from accounts.models import User
from matching.models import Match
from matching.workflow import Status
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.people import reader_of
from referrals.contact_details import recipient_for_person
from referrals.models import Referral

LINK_DAYS = 14
links.register_kind("mentee.ask", "matching:mentee")


def recipient(message) -> Recipient | None:
    """Return how to reach the user or the person a message is for; None for somebody unknown or gone."""
    kind, _colon, ref = message.recipient.partition(":")
    if kind == "person":
        return recipient_for_person(ref)
    return reader_of(User.objects.filter(ref=ref, is_active=True).first())


def _agreed(match: Match | None) -> bool:
    return match is not None and Referral.objects.with_live_consent().filter(pk=match.referral_id).exists()


def _match(message, status: str) -> Match | None:
    return Match.objects.filter(ref=message.subject, status=status, sight_ended_at=None).first()


def _asked_still(message) -> bool:
    return _match(message, Status.APPROVED) is not None


def _question_still(message) -> bool:
    match = _match(message, Status.ACCEPTED)
    return _agreed(match) and match.mentee_answer in ("", Match.Answer.CALL)


def _introduced_still(message) -> bool:
    return _agreed(_match(message, Status.INTRODUCED))


def write(name: str, *lines: str) -> Rendered:
    """Return a message to somebody: a greeting by first name, and these lines."""
    return Rendered(_("You have a message in Halfword"), "\n\n".join([_("Hello %(name)s,") % {"name": name}, *lines]))


def _asked(message, recipient: Recipient) -> Rendered:
    link = settings.SITE_URL + reverse("matching:request", args=[message.subject])
    return write(
        recipient.first_name, f"{_('You are asked whether you would like to talk with someone. Read more here:')}\n{link}",
        _("You may say no. You need not say why."),
    )  # fmt: skip


def _question(message, recipient: Recipient) -> Rendered:
    _link, address = links.make("mentee.ask", message.subject, days=LINK_DAYS)
    return write(
        recipient.first_name, f"{_('There is a question for you. Read it here:')}\n{address}",
        _("You need no password. Every answer is fine."),
    )  # fmt: skip


def _introduced(message, recipient: Recipient) -> Rendered:
    if message.recipient.startswith("person:"):
        return write(
            recipient.first_name, _("You have been introduced. Someone will get in touch with you in the coming days."),
            _("You can change your mind or stop at any time. You need not say why."),
        )  # fmt: skip
    link = settings.SITE_URL + reverse("home")
    return write(
        recipient.first_name,
        f"{_('You have been introduced. You find how to reach each other here:')}\n{link}",
    )


def _page(message) -> str:
    """Return the page of the match, on which the coordinator sees whom it concerns and can ring."""
    return reverse("matching:match", args=[message.subject])


for kind in (
    Kind("mentor.asked", recipient, _asked_still, _asked, label=gettext_lazy("A mentor is asked"), link=_page),
    Kind("mentee.ask", recipient, _question_still, _question, label=gettext_lazy("A mentee is asked"), link=_page),
    Kind(
        "match.introduced", recipient, _introduced_still, _introduced,
        label=gettext_lazy("An introduction"), link=_page,
    ),
):  # fmt: skip
    kinds.register(kind)
