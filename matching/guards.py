"""What the floors above ask for before a pair may end as planned."""

from __future__ import annotations

from collections.abc import Callable

from matching.models import Match

_guards: list[Callable[[Match], list]] = []


def register(guard: Callable[[Match], list]) -> None:
    """Add a function match -> sentences that say what is still missing. Twice is once."""
    if guard not in _guards:
        _guards.append(guard)


def missing(match: Match) -> list:
    """Return everything a planned ending still lacks, in sentences."""
    return [sentence for guard in _guards for sentence in guard(match)]
