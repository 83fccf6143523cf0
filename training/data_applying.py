"""What somebody says who would like to be a mentor, as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

WHO = ("first_name", "last_name", "birth_year", "birth_date", "email", "phone", "language")
LIVED = ("role_types", "diagnoses", "diagnosed_year", "languages", "channels", "availability", "why")
ANSWERS = (*WHO, *LIVED)
DRAFTS_KEPT = dt.timedelta(days=14)
KEPT_AFTER_A_NO = dt.timedelta(days=365)  # as the words of the consent say


@dataclass(frozen=True)
class ApplicationData:
    """The answers by field of ANSWERS, and what they agreed to in exactly which words."""

    answers: Mapping[str, object] = field(default_factory=dict)
    consent: bool = False
    consent_words: str = ""


@dataclass(frozen=True)
class Nomination:
    """Whom a professional puts forward, and why. `agreed`: they said yes to being written to."""

    first_name: str
    last_name: str
    email: str
    language: str
    why: str
    agreed: bool = False
