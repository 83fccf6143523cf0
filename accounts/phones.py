"""The code that proves that a telephone is in its owner's hand. Kept as a hash, for ten minutes and five tries."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.models import User, hash_token
from common.errors import Invalid

SECONDS = 10 * 60  # a code works
TRIES = 5  # for one code
CODES = 5  # asked for by one account within an hour


def can_be_verified() -> bool:
    """Tell whether a code can be sent at all."""
    return bool(settings.SMS_PROVIDER)


def make_code(user: User) -> str:
    """Return six new digits for the number the account has now; an earlier code stops working."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    cache.set(_key(user), _hash(user, code), SECONDS)
    limits.forget(_tries(user))
    return code


def check(user: User, code: str) -> None:
    """Raise Invalid unless this is the code that was sent to the account's number; every call is a try."""
    if limits.too_often(_tries(user), TRIES, SECONDS):
        cache.delete(_key(user))
        raise Invalid(_("That was the wrong code too often. Have a new one sent."), field="code")
    kept = cache.get(_key(user))
    if kept is None:
        raise Invalid(_("This code no longer works. Have a new one sent."), field="code")
    if not constant_time_compare(kept, _hash(user, code)):
        raise Invalid(_("This is not the code we sent. Look at the newest message."), field="code")
    cache.delete(_key(user))


def _key(user: User) -> str:
    return f"phone-code:{user.ref}"


def _tries(user: User) -> str:
    return f"phone-tries:{user.ref}"


def _hash(user: User, code: str) -> str:
    return hash_token(f"{settings.SECRET_KEY}:{user.ref}:{user.phone}:{code}")
