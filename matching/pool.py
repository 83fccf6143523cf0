"""Everybody who mentors at a clinic, as plain facts.

A ranking looks at thousands of mentors while the coordinator waits, so no Mentor is built for each: one
query for their rows, one for their certificates. Lists of codes come as the text the database keeps, and
are read once for each different text. The text itself is the key, so nothing remembered can be out of date.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from clinics.models import Clinic
from common.vocabulary import Channel
from matching.criteria import Brings
from matching.models import Match
from matching.workflow import LIVE
from referrals.models import Referral
from training import readiness
from training.models import Certificate, Mentor
from training.readiness import Account, Owner, Record
from training.workflow import Status

MENTORS = (Status.READY, Status.ACTIVE, Status.RESTING)  # applicants are not mentors yet
CODES = (
    "role_types", "languages", "channels", "availability", "topics", "wont_discuss", "phases", "diagnoses",
    "treatments", "values", "interests",
)  # fmt: skip
PLAIN = ("ref", "mentee_gender_must", "life_stage", "work", "area", "places")
DATES = (
    "status", "vetted_on", "code_signed_on", "secrecy_briefing_on", "checks_valid_until", "met_team_on", "rest_from",
    "rest_until",
)  # fmt: skip
PERSON = ("user", "first_name", "last_name", "gender", "birth_year")
OWNERS = {None: Owner(None), True: Owner(Account(True)), False: Owner(Account(False))}


class Days(NamedTuple):
    """A certificate that was not taken back, as far as the checks look at it."""

    valid_from: dt.date
    valid_until: dt.date


def of_clinic(clinic: Clinic, on: dt.date) -> list[Brings]:
    """Return what each mentor of a clinic, or shared with it, brings on a day, in the order of pk; two queries."""
    return list(_read(_open_to(clinic), clinic, on))


def one_of_clinic(clinic: Clinic, pk: int, on: dt.date) -> Brings | None:
    """Return what one mentor brings to a clinic on a day, or None for somebody who is not one there now."""
    return next(_read(_open_to(clinic).filter(pk=pk), clinic, on), None)


def _open_to(clinic: Clinic) -> QuerySet:
    return Mentor.objects.open_to(clinic).filter(status__in=MENTORS)


def _read(mentors: QuerySet, clinic: Clinic, on: dt.date) -> Iterator[Brings]:
    days: dict[int, list[Days]] = {}
    certificates = Certificate.objects.filter(mentor__in=mentors.order_by().values("pk"), revoked_at=None)
    for mentor, *both in certificates.values_list("mentor", "valid_from", "valid_until"):
        days.setdefault(mentor, []).append(Days(*both))
    for row in _rows(mentors):
        yield _brings(row, days.get(row["pk"], []), clinic, on)


def _rows(mentors: QuerySet) -> Iterator[dict[str, Any]]:
    live = Match.objects.filter(mentor=OuterRef("pk"), status__in=LIVE).order_by().values("mentor")
    waiting = Referral.objects.filter(mentee=OuterRef("person"), status__in=readiness.WAITING_FOR_A_MENTOR)
    rows = mentors.order_by("pk").values(
        "pk", "person_id", *PLAIN, *DATES,
        **{f"{name}_text": Cast(name, TextField()) for name in CODES},
        **{f"person_{name}": F(f"person__{name}") for name in PERSON},
        active=F("person__user__is_active"), waits=Exists(waiting), clinic=F("person__clinic"),
        clinic_name=F("person__clinic__name"),
        taken=Coalesce(Subquery(live.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
    )  # fmt: skip
    return rows.iterator(chunk_size=2000)


@lru_cache(maxsize=100_000)
def codes_in(text: str) -> frozenset[str]:
    """Return the codes in a list as the database keeps it."""
    return frozenset(json.loads(text))


def _brings(row: dict[str, Any], days: list[Days], clinic: Clinic, on: dt.date) -> Brings:
    record = Record(
        **{name: row[name] for name in DATES}, person=OWNERS[row["active"]], valid_certificates=days,
        is_waiting=row["waits"],
    )  # fmt: skip
    codes = {name: codes_in(row[f"{name}_text"]) for name in CODES}
    lent = row["clinic"] != clinic.pk
    if lent:  # a shared mentor does not travel
        codes["channels"] -= {Channel.IN_PERSON}
    return Brings(
        pk=row["pk"], person=row["person_id"], user=row["person_user"], first_name=row["person_first_name"],
        full_name=f"{row['person_first_name']} {row['person_last_name']}", gender=row["person_gender"],
        birth_year=row["person_birth_year"], taken=row["taken"], mentor_since=row["vetted_on"],
        missing=_missing(record, lent, on), ends_soon=() if lent else tuple(readiness.ends_soon(record, on)),
        clinic=row["clinic"], lent_by=row["clinic_name"] if lent else "",
        valid_until=max((d.valid_until for d in days if d.valid_from <= on <= d.valid_until), default=None),
        **{name: row[name] for name in PLAIN}, **codes,
    )  # fmt: skip


def _missing(record: Record, lent: bool, on: dt.date) -> tuple[str, ...]:
    """Return what a mentor lacks. What exactly is between them and their own clinic, so others read no more than that."""
    found = readiness.missing(record, on)
    return (_("cannot take someone new now"),) if lent and found else tuple(found)
