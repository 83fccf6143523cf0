"""To whom a message of this floor goes: found at the moment of sending, verified addresses only."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from messaging.kinds import Recipient
from messaging.models import Message
from messaging.people import reader_of
from referrals.contact_details import recipient_for_person


def reader(message: Message) -> Recipient | None:
    """Return how to reach the user or the person a message is for; None for somebody unknown or gone."""
    label, _colon, ref = message.recipient.partition(":")
    return recipient_for_person(ref) if label == "person" else _account(ref)


def _account(ref: str) -> Recipient | None:
    return reader_of(User.objects.filter(ref=ref, is_active=True).first())


def address(url_name: str, *args: str) -> str:
    """Return the full address of a page, for a message."""
    return settings.SITE_URL + reverse(url_name, args=args)
