"""What the floors above add to a mentor's pages: their people, and how many places are taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from training.models import Mentor


@dataclass(frozen=True)
class Panel:
    """One part of a mentor's page: a title and rows for components/row.html; `people` are those it names."""

    title: Any
    rows: list[dict] = field(default_factory=list)
    people: list[Any] = field(default_factory=list)
    empty: Any = ""


_panels: list[Callable[[Mentor, Any], Panel | None]] = []
_taken: list[Callable[[Iterable[int]], Mapping[int, int]]] = []
_holding: list[Callable[[Mentor], list[str]]] = []


def register(panel: Callable[[Mentor, Any], Panel | None]) -> None:
    """Add a function (mentor, user) -> Panel or None to every mentor's page. Twice is once."""
    if panel not in _panels:
        _panels.append(panel)


def register_taken(count: Callable[[Iterable[int]], Mapping[int, int]]) -> None:
    """Add a function (pks of mentors) -> {pk: places taken}."""
    if count not in _taken:
        _taken.append(count)


def register_holding(reasons: Callable[[Mentor], list[str]]) -> None:
    """Add a function mentor -> sentences why they cannot stop yet."""
    if reasons not in _holding:
        _holding.append(reasons)


def of(mentor: Mentor, user) -> list[Panel]:
    """Return the panels of a mentor's page for a reader."""
    return [panel for panel in (make(mentor, user) for make in _panels) if panel]


def taken(pks: Iterable[int]) -> dict[int, int]:
    """Return how many places are taken, by pk of the mentor."""
    pks, total = list(pks), {}
    for count in _taken:
        for pk, n in count(pks).items():
            total[pk] = total.get(pk, 0) + n
    return total


def holding(mentor: Mentor) -> list[str]:
    """Return why a mentor cannot stop yet, in sentences; empty when nothing holds them."""
    return [reason for reasons in _holding for reason in reasons(mentor)]
