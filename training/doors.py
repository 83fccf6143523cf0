"""Ways in to the parts of a mentor's life: on the mentor's own page, and above the list of mentors for staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from training.models import Mentor


@dataclass(frozen=True)
class Door:
    """One link: where to, what it is called, what is behind it now. A `soon` door asks for something."""

    url: str
    icon: str
    title: Any
    text: Any = ""
    soon: bool = False


_own: list[tuple[int, Callable[[Mentor], Door | None]]] = []
_staff: list[tuple[int, Callable[[Any, Any], Door | None]]] = []


def register_own(place: int, make: Callable[[Mentor], Door | None]) -> None:
    """Add a function mentor -> Door or None to the mentor's own page, at a place from 0 to 100. Twice is once."""
    if (place, make) not in _own:
        _own.append((place, make))
        _own.sort(key=lambda entry: entry[0])


def register_staff(place: int, make: Callable[[Any, Any], Door | None]) -> None:
    """Add a function (user, clinic) -> Door or None above the list of mentors, at a place from 0 to 100."""
    if (place, make) not in _staff:
        _staff.append((place, make))
        _staff.sort(key=lambda entry: entry[0])


def own(mentor: Mentor) -> list[Door]:
    """Return the doors of a mentor's own page, those that ask for something first."""
    found = [door for door in (make(mentor) for _place, make in _own) if door]
    return sorted(found, key=lambda door: not door.soon)


def staff(user, clinic) -> list[Door]:
    """Return the doors above the list of mentors for somebody who works there."""
    return [door for door in (make(user, clinic) for _place, make in _staff) if door]
