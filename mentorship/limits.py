"""How many wrong calendar addresses one address may try, counted for all processes together."""

from __future__ import annotations

import hashlib

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

WRONG_ADDRESSES = 20
PERIOD = 10 * 60  # seconds


def _key(request: HttpRequest) -> str:
    address = get_adapter(request).get_client_ip(request)
    return f"calendars:{hashlib.sha256(address.encode()).hexdigest()}"


def is_over(request: HttpRequest) -> bool:
    """Tell whether this address tried too many wrong ones lately."""
    return cache.get(_key(request), 0) >= WRONG_ADDRESSES


def count_wrong(request: HttpRequest) -> None:
    """Count a wrong one from this address."""
    key = _key(request)
    if not cache.add(key, 1, PERIOD):
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two
            cache.set(key, 1, PERIOD)
