"""How often one address may tell a concern on the page that is open to everybody."""

import hashlib

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

HOUR = 60 * 60  # seconds
MOST = 20  # in an hour from one address: a waiting room shares one


def is_over(request: HttpRequest) -> bool:
    """Count one more from this address within the hour, and tell whether it is one too many."""
    address = get_adapter(request).get_client_ip(request)
    key = f"concern:{hashlib.sha256(address.encode()).hexdigest()}"
    if cache.add(key, 1, HOUR):
        return False
    try:
        return cache.incr(key) > MOST
    except ValueError:  # it ran out between the two
        cache.set(key, 1, HOUR)
        return False
