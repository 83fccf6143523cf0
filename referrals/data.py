"""What the verbs of this floor are given: plain values, as somebody answered them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _


class CloseReason(models.TextChoices):
    """Why a referral was closed. No reason blames anybody."""

    WISH = "wish", _("They no longer want a mentor")
    NO_MENTOR = "no-mentor", _("No mentor could be found")
    OTHER_HELP = "other-help", _("Something else helps them better")
    FINISHED = "finished", _("It was rounded off as planned")
    MOVED = "moved", _("They moved or changed clinic")
    TWICE = "twice", _("They were referred twice")
    DIED = "died", _("They died")
    OTHER = "other", _("Another reason")


@dataclass(frozen=True)
class PersonData:
    """A person as typed. `*_read_back`: the address was read back aloud, which verifies it.

    `began` holds what was known of them when the form was begun, by field: what changed since is not overwritten.
    """

    first_name: str
    last_name: str
    birth_year: int
    birth_date: dt.date | None = None
    gender: str = ""
    language: str = "nl"
    email: str = ""
    email_read_back: bool = False
    phone: str = ""
    phone_read_back: bool = False
    clinic_number: str = ""
    began: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ConsentData:
    """One answer per scope, how it was given, and which words were read (pks; the newest when absent)."""

    answers: Mapping[str, bool]
    how: str
    texts: tuple[int, ...] = ()


@dataclass(frozen=True)
class ReferralData:
    """Everything a referral says.

    `person` is the ref of somebody the clinic knows already, `who` what was typed about them: for somebody
    known only their gender, language and addresses count. `not_same` holds the refs of people somebody
    looked at and said: it is someone else. `clinician` and `about` are refs too.
    """

    who: PersonData
    consent: ConsentData
    relation: str
    person: str = ""
    not_same: tuple[str, ...] = ()
    about: str = ""
    about_agreed: bool = False
    diagnosis: str = ""
    diagnosed_year: int | None = None
    diagnosed_month: int | None = None
    phase: str = ""
    clinician: str = ""
    needs: Mapping[str, object] = field(default_factory=dict)  # the rest, by field of Referral: see NEEDS


NEEDS = (
    "treatments", "topics", "languages", "channels", "life_stage", "work", "interests", "values", "area",
    "availability", "gender_wish", "age_wish", "matters_most", "musts", "cautions",
)  # fmt: skip
