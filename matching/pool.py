"""Everybody who mentors at a clinic, as plain facts.

A ranking looks at thousands of mentors while the coordinator waits, so no Mentor is built for each: one
query for their rows, one for their certificates. Everything comes as the text the database keeps, and whoever
reads as they did the last time is not worked out again. The text itself is the key, so nothing remembered can
be out of date.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, JSONArray
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinics.models import Clinic
from common.vocabulary import Channel
from matching.criteria import Brings, Everybody
from matching.models import Match
from matching.workflow import LIVE
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
    "status", "vetted_on", "code_signed_on", "secrecy_briefing_on", "checks_valid_until", "met_team_on", "supervise_by",
    "new_from", "flare_since", "rest_from", "rest_until", "sign_again_by",
)  # fmt: skip
ASKS = ("asks_check", "asks_briefing", "asks_team", "late_stops")
PERSON = ("user", "first_name", "last_name", "gender", "birth_year")
OWNERS = {None: Owner(None), True: Owner(Account(True)), False: Owner(Account(False))}


class Days(NamedTuple):
    """A certificate that was not taken back, as far as the checks look at it."""

    valid_from: dt.date
    valid_until: dt.date


def of_clinic(clinic: Clinic, on: dt.date) -> Everybody:
    """Return what each mentor of a clinic, or shared with it, brings on a day, in the order of pk; two queries.

    While nobody changes it is the same object, with whatever was worked out from it.
    """
    key = (clinic.pk, on, get_language())
    said, before = _read(_open_to(clinic)), _remembered.get(key)
    if before and before.said == said:
        return before
    known = before.known if before else {}
    found = {row[0]: _known(known, row, days, clinic, on) for row, days in _each(said)}
    everybody = Everybody([entry[2] for entry in found.values()])
    everybody.said, everybody.known = said, found
    _remember(key, everybody)
    return everybody


def one_of_clinic(clinic: Clinic, pk: int, on: dt.date) -> Brings | None:
    """Return what one mentor brings to a clinic on a day, or None for somebody who is not one there now."""
    said = _read(_open_to(clinic).filter(pk=pk))
    found = (_brings(row, days, clinic, on) for row, days in _each(said))
    return next(found, None)


Said = tuple[list[tuple[int, str]], dict[int, tuple[str, ...]]]
Entry = tuple[tuple, tuple, Brings]  # a row, its certificates, what they come to
_remembered: dict[tuple, Everybody] = {}
CLINICS = 8  # of so many clinics (and days, and languages) the last reading is remembered


def _remember(key: tuple, everybody: Everybody) -> None:
    for old in list(_remembered)[: len(_remembered) - CLINICS + 1]:
        _remembered.pop(old, None)
    _remembered.pop(key, None)
    _remembered[key] = everybody


def _known(known: dict[int, Entry], row: tuple, days: tuple, clinic: Clinic, on: dt.date) -> Entry:
    """Return the entry of a mentor, the very same one while the database says the same."""
    entry = known.get(row[0])
    if entry is not None and entry[0] == row and entry[1] == days:
        return entry
    return row, days, _brings(row, days, clinic, on)


def _open_to(clinic: Clinic) -> QuerySet:
    return Mentor.objects.open_to(clinic).filter(status__in=MENTORS)


def _read(mentors: QuerySet) -> Said:
    """Return all the database says: a row for each mentor in the order of pk, and the certificates of each."""
    days: dict[int, tuple[str, ...]] = {}
    both = Concat(_text("valid_until"), Value(" "), _text("valid_from"), output_field=TextField())
    certificates = Certificate.objects.filter(mentor__in=mentors.order_by().values("pk"), revoked_at=None).order_by()
    for mentor, text in certificates.values_list("mentor", both):
        days[mentor] = tuple(sorted((*days[mentor], text), reverse=True)) if mentor in days else (text,)
    return sorted(_rows(mentors)), days


def _each(said: Said) -> Iterator[tuple[tuple, tuple]]:
    """Return each mentor's row with their certificates, longest valid first."""
    rows, days = said
    return ((row, days.get(row[0], ())) for row in rows)


def _text(name: str) -> Cast:
    return Cast(name, TextField())


def _number(of: Any) -> Cast:
    """Return yes or no as 1 or 0, which nothing converts row by row."""
    return Cast(of, IntegerField())


def _rows(mentors: QuerySet) -> QuerySet:
    live = Match.objects.filter(mentor=OuterRef("pk"), status__in=LIVE).order_by().values("mentor")
    facts = readiness.facts()
    rows = mentors.order_by().annotate(sign_again_by=facts["sign_again_by"]).annotate(
        **{f"{name}_text": _text(name) for name in (*CODES, *DATES)}, **{f"{name}_n": _number(facts[name]) for name in ASKS},
        active=_number(F("person__user__is_active")), waits=_number(facts["is_waiting"]),
        taken=Coalesce(Subquery(live.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
    )  # fmt: skip
    whole = JSONArray(
        "pk", "person_id", *PLAIN, *(f"{name}_text" for name in (*CODES, *DATES)), *(f"person__{name}" for name in PERSON),
        *(f"{name}_n" for name in ASKS), "active", "waits", "taken", "person__clinic", "person__clinic__name",
    )  # fmt: skip
    return rows.values_list("pk", Cast(whole, TextField()))


COLUMNS = ("pk", "person", *PLAIN, *CODES, *DATES, *PERSON, *ASKS, "active", "waits", "taken", "clinic", "clinic_name")


@lru_cache(maxsize=100_000)
def codes_in(text: str) -> frozenset[str]:
    """Return the codes in a list as the database keeps it."""
    return frozenset(json.loads(text))


@lru_cache(maxsize=20_000)
def day_in(text: str | None) -> dt.date | None:
    """Return the day in a text as the database writes it."""
    return dt.date.fromisoformat(text) if text else None


def _brings(values: tuple, certificates: tuple, clinic: Clinic, on: dt.date) -> Brings:
    row: dict[str, Any] = dict(zip(COLUMNS, json.loads(values[1]), strict=True))
    days = [Days(*map(day_in, reversed(text.split()))) for text in certificates]
    record = Record(
        status=row["status"], **{name: day_in(row[name]) for name in DATES[1:]}, person=OWNERS[row["active"]],
        valid_certificates=days, is_waiting=bool(row["waits"]), **{name: bool(row[name]) for name in ASKS},
    )  # fmt: skip
    codes = {name: codes_in(row[name]) for name in CODES}
    lent = row["clinic"] != clinic.pk
    if lent:  # a shared mentor does not travel
        codes["channels"] -= {Channel.IN_PERSON}
    return Brings(
        pk=row["pk"], person=row["person"], user=row["user"], first_name=row["first_name"],
        full_name=f"{row['first_name']} {row['last_name']}", gender=row["gender"],
        birth_year=row["birth_year"], taken=row["taken"], mentor_since=record.vetted_on,
        missing=_missing(record, lent, on), ends_soon=() if lent else tuple(readiness.ends_soon(record, on)),
        clinic=row["clinic"], lent_by=row["clinic_name"] if lent else "",
        valid_until=max((d.valid_until for d in days if d.valid_from <= on <= d.valid_until), default=None),
        **{name: row[name] for name in PLAIN}, **codes,
    )  # fmt: skip


def _missing(record: Record, lent: bool, on: dt.date) -> tuple[str, ...]:
    """Return what a mentor lacks. What exactly is between them and their own clinic, so others read no more than that."""
    found = readiness.missing(record, on)
    return (_("cannot take someone new now"),) if lent and found else tuple(found)
