"""The messages about accounts: an invitation, and a link to choose a new password.

Accounts and clinics stand below this floor and only tell that one is needed. Neither message names a clinic
or a role; each makes its one-time link at the moment of sending.
"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links
from accounts.actions import INVITE, RESET
from accounts.models import Reminders, User
from clinics.models import Clinic, Membership
from common import clock
from messaging import kinds, outbox
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message

INVITED, RESET_ASKED = "account.invited", "account.reset"
INVITE_DAYS, RESET_DAYS = 7, 1
RESET_STILL_WANTED = dt.timedelta(hours=12)


def account_of(message: Message) -> User | None:
    """Return the account a message is about, if it is on."""
    return User.objects.filter(ref=message.subject, is_active=True, is_system=False).first()


def reader_of(user: User | None) -> Recipient | None:
    """Return how to reach an account by what is verified of its addresses, and when; None for nobody."""
    if user is None:
        return None
    return Recipient(
        first_name=user.first_name, email=user.email if user.email_verified_at else "",
        phone=str(user.phone) if user.phone and user.phone_verified_at else "",
        language=user.language, time_zone=user.time_zone, quiet_from=user.quiet_from, quiet_until=user.quiet_until,
        wants_reminders=user.reminders != Reminders.NONE,
    )  # fmt: skip


def recipient(message: Message) -> Recipient | None:
    """Return the account's address: these messages are how it gets verified."""
    user = account_of(message)
    return user and Recipient(
        first_name=user.first_name, email=user.email, language=user.language, time_zone=user.time_zone
    )


def still_invited(message: Message) -> bool:
    """Tell whether the person has no password yet and still has a role somewhere."""
    user = account_of(message)
    return bool(user and not user.has_usable_password() and user.memberships.live().exists())


def still_asked(message: Message) -> bool:
    """Tell whether the account is on and the question is not old."""
    return account_of(message) is not None and clock.now() - message.created_at < RESET_STILL_WANTED


def render_invitation(message: Message, to: Recipient) -> Rendered:
    """Write the invitation, with a link that works for seven days."""
    _link, url = links.make(INVITE, message.subject, days=INVITE_DAYS)
    text = _("You are invited to Halfword. Choose a password here; the link works for 7 days:")
    return _written(to, _("Your invitation to Halfword"), text, url)


def render_reset(message: Message, to: Recipient) -> Rendered:
    """Write the message with a link to choose a new password, which works for a day."""
    _link, url = links.make(RESET, message.subject, days=RESET_DAYS)
    text = _("Somebody asked for a new password for Halfword. If it was you, choose one here, within a day:")
    return _written(to, _("A new password for Halfword"), text, url)


def _written(to: Recipient, subject: str, text: str, url: str) -> Rendered:
    hello = _("Hello %(name)s,") % {"name": to.first_name}
    foot = _("You did not expect this? Then do nothing: without the link nothing changes.")
    return Rendered(subject=subject, body=f"{hello}\n\n{text}\n{url}\n\n{foot}\n")


def on_invited(sender, *, clinic: Clinic, user: User, round: str, **kwargs) -> None:
    """Post the invitation; a new one each time it is sent again."""
    outbox.post(INVITED, user.ref, clinic=clinic, to=user, key=round)


def on_reset_asked(sender, *, user: User, **kwargs) -> None:
    """Post the link for a new password, once in five minutes at most; nothing for somebody without any role."""
    membership = Membership.objects.live().filter(user=user).select_related("clinic").first()
    if membership:
        five_minutes = int(clock.now().timestamp()) // 300
        outbox.post(RESET_ASKED, user.ref, clinic=membership.clinic, to=user, key=str(five_minutes))


def connect() -> None:
    """Register the kinds and listen to the floors below."""
    from accounts.signals import password_reset_asked
    from clinics.signals import invited

    kinds.register(INVITATION)
    kinds.register(NEW_PASSWORD)
    invited.connect(on_invited, dispatch_uid="messaging.people.invited")
    password_reset_asked.connect(on_reset_asked, dispatch_uid="messaging.people.reset")


INVITATION = Kind(
    name=INVITED,
    recipient=recipient,
    still_true=still_invited,
    render=render_invitation,
    label=gettext_lazy("Invitation"),
)
NEW_PASSWORD = Kind(
    name=RESET_ASKED,
    recipient=recipient,
    still_true=still_asked,
    render=render_reset,
    label=gettext_lazy("New password"),
)
