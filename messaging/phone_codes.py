"""The text message with the code that verifies a telephone. The code is made at the moment of sending."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import phones
from accounts.models import User
from accounts.signals import phone_code_asked
from clinics.models import Membership
from common import clock
from messaging import kinds, outbox
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from messaging.people import account_of

CODE = "account.phone"
STILL_WANTED = dt.timedelta(minutes=10)


def recipient(message: Message) -> Recipient | None:
    """Return the number that is to be verified, and no other way."""
    user = account_of(message)
    return user and Recipient(first_name=user.first_name, phone=str(user.phone), language=user.language)


def still_asked(message: Message) -> bool:
    """Tell whether the number still wants to be verified and somebody is likely to wait."""
    user = account_of(message)
    wants = bool(user and user.phone and not user.phone_verified_at)
    return wants and clock.now() - message.created_at < STILL_WANTED


def render(message: Message, to: Recipient) -> Rendered:
    """Return the words without the code, which only the text message has."""
    return Rendered(_("Your code for Halfword"), "")


def render_short(message: Message, to: Recipient) -> str:
    """Write the text message with a new code."""
    user = account_of(message)
    return _("%(code)s is your code for Halfword. It works for 10 minutes.") % {"code": phones.make_code(user)}


def on_asked(sender, *, user: User, **kwargs) -> None:
    """Post the code, once in a minute at most; nothing for somebody without any role."""
    membership = Membership.objects.live().filter(user=user).select_related("clinic").first()
    if membership:
        minute = int(clock.now().timestamp()) // 60
        outbox.post(CODE, user.ref, clinic=membership.clinic, to=user, key=str(minute))


def connect() -> None:
    """Register the kind and listen to the floor below."""
    kinds.register(PHONE_CODE)
    phone_code_asked.connect(on_asked, dispatch_uid="messaging.phone_codes.asked")


PHONE_CODE = Kind(
    name=CODE,
    recipient=recipient,
    still_true=still_asked,
    render=render,
    render_short=render_short,
    label=gettext_lazy("Code for a phone"),
)
