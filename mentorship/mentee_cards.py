"""What the mentee's page shows beside its own parts: each part of a match, lived, registers its card here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from referrals.models import Referral

Card = Callable[[Referral, HttpRequest], dict[str, Any] | None]

_cards: list[tuple[int, Card]] = []


def register(order: int, card: Card) -> None:
    """Add a card: a function that returns {"template": ..., what it shows} or None. Twice is once."""
    if (order, card) not in _cards:
        _cards.append((order, card))
        _cards.sort(key=lambda row: row[0])


def cards(referral: Referral, request: HttpRequest) -> list[dict[str, Any]]:
    """Return what there is to show to this mentee now, in order."""
    return [found for _order, card in _cards if (found := card(referral, request))]
