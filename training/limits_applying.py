"""How often one address may begin, send or ask for a link on the page that is open to everybody."""

from django.http import HttpRequest

from accounts import limits

# A waiting room shares one address: enough for a busy morning, too little for a machine.
MOST = {"begin": 60, "send": 30, "link": 10}


def is_over(request: HttpRequest, what: str) -> bool:
    """Count one more of this kind from this address within the hour, and tell whether it is one too many."""
    return limits.too_many(request, f"apply:{what}", MOST[what])
