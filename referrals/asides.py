"""What the floors above add beside a referral, for those who look after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import User
from referrals.models import Referral

Aside = Callable[[Referral, User], dict[str, Any] | None]

_asides: list[Aside] = []


def register(aside: Aside) -> None:
    """Add a function (referral, reader) -> {"template": ..., what it shows} or None. Twice is once."""
    if aside not in _asides:
        _asides.append(aside)


def of(referral: Referral, user: User) -> list[dict[str, Any]]:
    """Return what there is beside this referral for this reader."""
    return [found for aside in _asides if (found := aside(referral, user))]
