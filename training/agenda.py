"""What to talk about in supervision, put together from what happened since the last talk.

Floors above add what they know: `register(fn)` with fn(mentor, since, now) -> list[Item]. A worry about how the mentor
behaves is never here: it has its own road, and the mentor never reads it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from training.models import Mentor


@dataclass(frozen=True)
class Item:
    """One thing to talk about: a key that stays the same, a title, why it is here. More weight comes first.

    `people` are those it names, for the access log.
    """

    key: str
    title: Any
    text: Any = ""
    weight: int = 50
    people: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Fact:
    """One line of what happened since the last talk."""

    label: Any
    value: Any


_items: list[Callable[[Mentor, dt.datetime, dt.datetime], list[Item]]] = []
_facts: list[Callable[[Mentor, dt.datetime, dt.datetime], list[Fact]]] = []


def register(make: Callable[[Mentor, dt.datetime, dt.datetime], list[Item]]) -> None:
    """Add a function (mentor, since, now) -> items. Twice is once."""
    if make not in _items:
        _items.append(make)


def register_facts(make: Callable[[Mentor, dt.datetime, dt.datetime], list[Fact]]) -> None:
    """Add a function (mentor, since, now) -> facts for beside the agenda. Twice is once."""
    if make not in _facts:
        _facts.append(make)


def of(mentor: Mentor, since: dt.datetime, now: dt.datetime) -> list[Item]:
    """Return what to talk about, the heaviest first."""
    found = [item for make in _items for item in make(mentor, since, now)]
    return sorted(found, key=lambda item: (-item.weight, str(item.key)))


def facts(mentor: Mentor, since: dt.datetime, now: dt.datetime) -> list[Fact]:
    """Return what happened, in counts."""
    return [fact for make in _facts for fact in make(mentor, since, now)]
