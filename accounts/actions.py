"""What may be done to an account."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import links
from accounts.models import OneTimeLink, User, new_salt
from accounts.signals import password_reset_asked
from common import clock
from common.errors import Denied, Invalid
from common.rules import rule

INVITE, RESET = "account.invite", "account.reset"
PASSWORD_KINDS = (INVITE, RESET)


@rule(_("Only the person may change these."))
def own_account(user, account) -> bool:
    """Only one's own account."""
    return user.pk == account.pk


@transaction.atomic
def update_details(*, user: User, by: User, first_name: str, last_name: str, phone: str, language: str) -> User:
    """Store how somebody is called, reached and spoken to. Raises Denied for anybody else's account."""
    own_account.require(by, user)
    if not first_name.strip():
        raise Invalid(_("Write your given name"), field="first_name")
    user.first_name, user.last_name, user.phone, user.language = first_name, last_name, phone, language
    user.save(update_fields=["first_name", "last_name", "phone", "language"])
    return user


@transaction.atomic
def ask_reset(*, user: User) -> None:
    """Have a message with a link to choose a new password sent to an account that is on; silent otherwise."""
    if user.is_active and not user.is_system:
        password_reset_asked.send(sender=User, user=user)


def account_of(link: OneTimeLink | None) -> User | None:
    """Return the account whose password an open link may set; None when the link or the account is closed."""
    if link is None or link.kind not in PASSWORD_KINDS or not link.is_open:
        return None
    return User.objects.filter(ref=link.subject, is_active=True, is_system=False).first()


@transaction.atomic
def choose_password(request, *, link: OneTimeLink, password: str) -> User:
    """Set the password of the account a link is about, once; every session and other such link ends.

    The mail arrived, so the address is verified. Raises Denied when the link was used meanwhile or the account is off.
    """
    user = account_of(link)
    if user is None or not links.consume(request, link):
        raise Denied(_("This link no longer works."))
    user.set_password(password)
    user.session_salt = new_salt()
    user.email_verified_at = user.email_verified_at or clock.now()
    user.save(update_fields=["password", "session_salt", "email_verified_at"])
    for kind in PASSWORD_KINDS:
        links.revoke(kind, user.ref)
    return user


def end_sessions(user: User) -> None:
    """End every session of an account at once."""
    user.session_salt = new_salt()
    user.save(update_fields=["session_salt"])
