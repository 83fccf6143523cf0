"""What the verbs of this floor are given: plain values, as somebody answered them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

PROFILE = (
    "role_types", "languages", "channels", "topics", "wont_discuss", "life_stage", "work", "interests", "values", "area",
    "availability", "diagnoses", "diagnosed_year", "phases", "treatments", "mentee_gender_must", "places", "about_me",
    "supervisor",
)  # fmt: skip
PERSON = ("first_name", "last_name", "birth_year", "birth_date", "gender", "language", "email", "phone")


class Decision(models.TextChoices):
    """What somebody decides about an applicant (VdE21: not everyone qualifies; Joo22: another role)."""

    ACCEPT = "accept", _("Yes, as a mentor")
    LATER = "later", _("Not now")
    REDIRECT = "redirect", _("Another role fits better")
    DECLINE = "decline", _("No")


@dataclass(frozen=True)
class MentorData:
    """Everything a mentor's form says: `person` by field of PERSON, `profile` by field of PROFILE.

    `same_as` answers "we may know this person already": the ref of that person, or "new" for somebody else.
    """

    person: Mapping[str, object] = field(default_factory=dict)
    profile: Mapping[str, object] = field(default_factory=dict)
    same_as: str = ""


@dataclass(frozen=True)
class Rest:
    """From which day, until which day (included); no last day: until they say so."""

    from_: dt.date
    until: dt.date | None = None
