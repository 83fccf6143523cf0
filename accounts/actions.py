"""What may be done to an account."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import links, phones, reminding
from accounts.models import OneTimeLink, User, new_salt
from accounts.signals import password_reset_asked, phone_code_asked
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
    """Store how somebody is called, reached and spoken to; another number is not verified.

    Raises Denied for anybody else's account, Invalid (with the field).
    """
    own_account.require(by, user)
    if not first_name.strip():
        raise Invalid(_("Write your given name"), field="first_name")
    before = User.objects.visible_to(user).get(pk=user.pk).phone  # a form has put the new one on `user` already
    user.first_name, user.last_name, user.phone, user.language = first_name, last_name, phone, language
    if user.phone != before:
        user.phone_verified_at = None
    user.save(update_fields=["first_name", "last_name", "phone", "phone_verified_at", "language"])
    return user


@transaction.atomic
def set_reminding(
    *, user: User, by: User, quiet_from: dt.time, quiet_until: dt.time, reminders: str, digest: bool, time_zone: str,
    language: str,
) -> User:  # fmt: skip
    """Store when and how somebody is reminded, and in which language; the same again changes nothing.

    The same two hours mean no quiet hours. Raises Denied for anybody else's account, Invalid (with the field).
    """
    own_account.require(by, user)
    reminding.check(
        quiet_from=quiet_from, quiet_until=quiet_until, reminders=reminders, time_zone=time_zone, may_be_empty=False
    )
    if language not in dict(settings.LANGUAGES):
        raise Invalid(_("Choose one of the answers below"), field="language")
    wanted = {
        "quiet_from": quiet_from, "quiet_until": quiet_until, "reminders": reminders, "digest": digest,
        "time_zone": time_zone, "language": language,
    }  # fmt: skip
    for name, value in wanted.items():
        setattr(user, name, value)
    user.save(update_fields=list(wanted))
    return user


@transaction.atomic
def ask_phone_code(*, user: User, by: User) -> None:
    """Have a code sent to the account's number; silent when it is verified already.

    Raises Denied for anybody else's account, Invalid without a number, a provider, or patience.
    """
    own_account.require(by, user)
    if not user.phone:
        raise Invalid(_("Write your number under your details first."), field="code")
    if not phones.can_be_verified():
        raise Invalid(_("Text messages are not set up here."), field="code")
    if user.phone_verified_at is None:
        phone_code_asked.send(sender=User, user=user)


def verify_phone(*, user: User, by: User, code: str) -> User:
    """Note that the number is in its owner's hand, by the code sent to it; the same again changes nothing.

    Raises Denied for anybody else's account, Invalid (with the field). Not one transaction on purpose: a wrong code
    has to stay counted.
    """
    own_account.require(by, user)
    if user.phone_verified_at:
        return user
    phones.check(user, code)
    same = User.objects.visible_to(user).filter(phone=user.phone, phone_verified_at=None)
    if same.update(phone_verified_at=clock.now()):  # not a number that was changed just now
        user.refresh_from_db(fields=["phone_verified_at"])
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
