"""Why somebody cannot be a mentee now, as upper floors tell it: nobody is mentee and mentor at once.

An upper app registers in AppConfig.ready():

    conflicts.register(reason)        reason(person) -> a sentence, or ""
"""

from __future__ import annotations

from collections.abc import Callable

from referrals.models import Person

_reasons: list[Callable[[Person], str]] = []


def register(reason: Callable[[Person], str]) -> None:
    """Add a function person -> sentence why they cannot be a mentee now. Twice is once."""
    if reason not in _reasons:
        _reasons.append(reason)


def of(person: Person) -> str:
    """Return why somebody cannot be a mentee now, or nothing. The person is locked by the caller."""
    return next((said for reason in _reasons if (said := reason(person))), "")
