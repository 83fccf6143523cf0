"""What somebody else changed about a person while a form about them lay open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Invalid
from referrals import duplicates
from referrals.data import PersonData
from referrals.models import Person

FIELDS = ("phone", "email", "gender", "language")


class ChangedMeanwhile(Invalid):
    """Two people changed the same answer: whoever sends the form is asked, and sees what stands there `now`."""

    def __init__(self, field: str, now: str, shown: str):
        self.now = now
        words = _("Somebody took this out since you began. Look whether it is right, then send it again")
        if now:
            words = _("Somebody changed this to %(now)s since you began. Look which is right, then send it again")
        super().__init__(words % {"now": shown}, field=field)


def known_as(person: Person, name: str) -> str:
    """Return what is known of somebody as a form carries it."""
    return str(getattr(person, name) or "")


def same(name: str, one: str, other: str) -> bool:
    """Tell whether two answers mean the same: a number may be written in several ways."""
    if name == "phone" and one and other:
        return one == other or duplicates.number_of(one) == duplicates.number_of(other) is not None
    return one.strip().casefold() == other.strip().casefold()


def is_newer(name: str, *, began: str, typed: str, now: str, read_back: bool = False) -> bool:
    """Tell whether somebody changed an answer which the one who writes the form left as it was."""
    left = not typed or (same(name, typed, began) and not read_back)
    return bool(now) and left and not same(name, now, began)


def settle(person: Person, data: PersonData) -> PersonData:
    """Return what was typed without the answers somebody else has changed since: those stay.

    Raises ChangedMeanwhile where both were changed.
    """
    left: dict[str, Any] = {name: "" for name in FIELDS if name in data.began and _stays(person, data, name)}
    return replace(data, **left)


def _stays(person: Person, data: PersonData, name: str) -> bool:
    typed, now, began = str(getattr(data, name) or ""), known_as(person, name), data.began[name]
    if is_newer(name, began=began, typed=typed, now=now, read_back=getattr(data, f"{name}_read_back", False)):
        return True
    if typed and not same(name, now, began) and not same(name, typed, now):
        raise ChangedMeanwhile(name, now, str(getattr(person, f"get_{name}_display", lambda: now)()))
    return False
