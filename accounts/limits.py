"""How often one address may do something on a page that is open to everybody: counted for all processes together."""

import hashlib

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

WRONG_LINKS = 20
PERIOD = 10 * 60  # seconds
NEW_LINKS = 30  # asked for within an hour: a waiting room shares one address
HOUR = 60 * 60  # seconds


def is_over(request: HttpRequest) -> bool:
    """Tell whether this address brought too many wrong links lately."""
    return cache.get(_key(request, "links"), 0) >= WRONG_LINKS


def count_wrong(request: HttpRequest) -> None:
    """Count a wrong link from this address."""
    _count(_key(request, "links"), PERIOD)


def may_ask_again(request: HttpRequest) -> bool:
    """Count that this address asks for a new link; False when it asked too often lately."""
    return not too_many(request, "new-links", NEW_LINKS)


def too_many(request: HttpRequest, what: str, most: int) -> bool:
    """Count one more of this kind from this address within the hour, and tell whether it is one too many."""
    return _count(_key(request, what), HOUR) > most


def too_often(what: str, most: int, period: int) -> bool:
    """Count one more of this, whoever asks, within so many seconds, and tell whether it is one too many."""
    return _count(what, period) > most


def forget(what: str) -> None:
    """Begin to count this anew."""
    cache.delete(what)


def _key(request: HttpRequest, what: str) -> str:
    address = get_adapter(request).get_client_ip(request)
    return f"{what}:{hashlib.sha256(address.encode()).hexdigest()}"


def _count(key: str, period: int) -> int:
    """Add one, and return how many there are now."""
    if cache.add(key, 1, period):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between the two
        cache.set(key, 1, period)
        return 1
