"""The message that a letter waits: behind sign-in for who has an account, by a one-time link for everybody else."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links
from accounts.models import User
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from messaging.people import reader_of
from referrals.contact_details import recipient_for_person
from training.actions.letters import TO_READ
from training.models import Application, Letter

READ = "letter.read"
LINK_DAYS = 60  # a letter may be read more than once, and later


def recipient(message: Message) -> Recipient | None:
    """Return where a message to an account, an applicant or a person goes; None when there is no way."""
    kind, _colon, ref = message.recipient.partition(":")
    if kind == "person":
        return recipient_for_person(ref)
    if kind == "application":
        return applicant(ref)
    return reader_of(User.objects.filter(ref=ref, is_active=True).first())


def applicant(ref: str) -> Recipient | None:
    """Return how to reach an applicant: the address they wrote, by which it gets verified; None once erased.

    Whoever arrives by the link sees nothing before saying that it is them.
    """
    row = Application.objects.select_related("clinic").filter(ref=ref, erased_at=None).first()
    if row is None:
        return None
    return Recipient(row.first_name, row.email, "", row.language, row.clinic.time_zone)


def written(to: Recipient, *lines: str) -> Rendered:
    """Return a message: a greeting by first name, and these lines."""
    return Rendered(
        _("You have a message in Halfword"), "\n\n".join([_("Hello %(name)s,") % {"name": to.first_name}, *lines])
    )


def _still(message: Message) -> bool:
    return Letter.objects.filter(ref=message.subject).exists()


def _render(message: Message, to: Recipient) -> Rendered:
    return written(to, f"{_('There is a letter for you. Read it here:')}\n{_address(message)}")


def _address(message: Message) -> str:
    kind, _colon, ref = message.recipient.partition(":")
    account = User.objects.filter(ref=ref).first() if kind == "user" else None
    if account is not None and account.has_usable_password():
        return settings.SITE_URL + reverse("training:letter", args=[message.subject])
    return links.make(READ, message.subject, days=LINK_DAYS)[1]


def _page(message: Message) -> str:
    """Return the letter's page, on which staff see whom it is for."""
    return reverse("training:letter", args=[message.subject])


LETTER = Kind(TO_READ, recipient, _still, _render, label=gettext_lazy("A letter to read"), link=_page)


def connect() -> None:
    """Register the kind of message and its link."""
    links.register_kind(READ, "training:letter-link")
    kinds.register(LETTER)
