"""What a phone may keep of the log form, and whose it is."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

from accounts.models import User


def device_key(user: User) -> str:
    """Return under what a phone keeps what this user typed: nobody else can guess it, and it says nothing of them."""
    return salted_hmac("mentorship.kept", user.ref, algorithm="sha256").hexdigest()[:32]
