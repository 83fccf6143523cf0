"""The two sides of a match as plain facts: what a mentee needs, what a mentor brings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from common.vocabulary import Channel, GenderWish, Must, Relation


@dataclass(frozen=True)
class Needs:
    """One mentee, as their referral says. Sets hold codes of common/vocabulary.py."""

    pk: int
    person: int = 0
    user: int | None = None
    about_person: int | None = None  # whom a caregiver cares for
    first_name: str = ""
    gender: str = ""
    birth_year: int = 0
    relation: str = Relation.PATIENT
    languages: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()  # empty: any
    availability: frozenset[str] = frozenset()
    musts: frozenset[str] = frozenset()
    gender_wish: str = GenderWish.ANY
    age_wish: str = "any"
    topics: tuple[str, ...] = ()  # the main one first
    phase: str = ""
    diagnosis: str = ""
    treatments: tuple[str, ...] = ()
    life_stage: str = ""
    work: str = ""
    values: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    area: str = ""
    matters_most: str = ""
    consent: bool = True
    mentors_too: bool = False  # is an active mentor, so cannot be a mentee now
    clinic: int = 0
    relaxed: frozenset[str] = frozenset()  # hard criteria given up, after asking

    @property
    def how(self) -> frozenset[str]:
        """Return the channels that will do; not stated means any."""
        return self.channels or frozenset(Channel.values)

    @property
    def main_topic(self) -> str:
        return self.topics[0] if self.topics else ""

    @property
    def profile(self) -> tuple:
        """Return what the hard criteria look at: mentees with the same one have the same mentors to choose from."""
        when = self.availability if Must.AVAILABILITY in self.musts else frozenset()
        whom = self.gender_wish if Must.GENDER in self.musts else GenderWish.ANY
        return (
            self.relation, self.languages, self.how, when, whom, self.gender, self.main_topic, self.consent, self.mentors_too,
            self.clinic, self.relaxed,
        )  # fmt: skip


@dataclass(frozen=True)
class Brings:
    """One mentor, as their record says, with what they lack today and how many places are taken."""

    pk: int
    ref: str = ""
    person: int = 0
    user: int | None = None
    first_name: str = ""
    full_name: str = ""
    gender: str = ""
    birth_year: int = 0
    role_types: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    availability: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    wont_discuss: frozenset[str] = frozenset()
    mentee_gender_must: str = GenderWish.ANY
    phases: frozenset[str] = frozenset()
    diagnoses: frozenset[str] = frozenset()
    treatments: frozenset[str] = frozenset()
    life_stage: str = ""
    work: str = ""
    values: frozenset[str] = frozenset()
    interests: frozenset[str] = frozenset()
    area: str = ""
    missing: tuple[str, ...] = ()  # what they lack today, in words
    places: int = 1
    taken: int = 0
    mentor_since: dt.date | None = None
    ends_soon: tuple[tuple[str, dt.date], ...] = ()
    clinic: int = 0
    lent_by: str = ""  # the other clinic they belong to, when they are shared
    valid_until: dt.date | None = None  # the last day of their certificate

    @property
    def free(self) -> int:
        return max(self.places - self.taken, 0)


class Everybody(list[Brings]):
    """Everybody who mentors at a clinic, as read once, with what was worked out from them."""

    def __init__(self, brings: Iterable[Brings] = ()):
        super().__init__(brings)
        self.said: Any = None  # what the database said when they were read
        self.known: dict[int, Any] = {}
        self.worked_out: dict[Any, Any] = {}


def worked_out(brings: Sequence[Brings], key: Any, work: Callable[[], Any]) -> Any:
    """Return what `work` gives, once for each Everybody; for any other sequence it is done each time.

    What is kept is read by all who come after, so nobody may change it.
    """
    if not isinstance(brings, Everybody):
        return work()
    if key not in brings.worked_out:
        found = work()
        if isinstance(found, np.ndarray):
            found.flags.writeable = False
        brings.worked_out[key] = found
    return brings.worked_out[key]
