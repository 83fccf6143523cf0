"""Changing what a clinic decides for itself. Every change is kept: who, when, from what to what."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import available_timezones

import holidays
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from clinics import rules
from clinics.hours import in_words
from clinics.models import Clinic, EmergencyNumber, Membership, SettingChange, WorkingHours
from clinics.roles import Role
from common import clock
from common.errors import Invalid, Stale

BASICS = (
    "name", "time_zone", "languages", "phone", "flag_phone", "default_clinician", "mentor_answer_hours",
    "first_contact_hours",
)  # fmt: skip
DANGER = "112"
MOST_NUMBERS = 8
MOST_HOURS = 14 * 24


@transaction.atomic
def change_basics(*, clinic: Clinic, by: User, version: int, values: dict[str, Any]) -> Clinic:
    """Store the clinic's name, time zone, languages, phones, default clinician and hours to answer.

    Raises Denied, Stale (somebody changed the settings since `version`), Invalid (makes no sense, with the field).
    """
    row = lock(clinic, by, version)
    _check_basics(row, values)
    before = {name: getattr(row, name) for name in BASICS}
    for name in BASICS:
        setattr(row, name, values[name])
    changed = {name: [before[name], values[name]] for name in BASICS if before[name] != values[name]}
    labels = {str(Clinic._meta.get_field(name).verbose_name): pair for name, pair in changed.items()}
    return note_change(row, "basics", labels, by)


def _check_basics(clinic: Clinic, values: dict[str, Any]) -> None:
    if not values["name"].strip():
        raise Invalid(_("Write the name of the clinic"), field="name")
    if values["time_zone"] not in available_timezones():
        raise Invalid(_("Choose a time zone from the list"), field="time_zone")
    if not values["languages"]:
        raise Invalid(_("Choose at least one language"), field="languages")
    if not values["phone"]:
        raise Invalid(_("Write a number: pages about a worry show whom to ring"), field="phone")
    for name in ("mentor_answer_hours", "first_contact_hours"):
        if not 1 <= values[name] <= MOST_HOURS:
            raise Invalid(_("Choose between 1 hour and 14 days (336 hours)"), field=name)
    clinician = values["default_clinician"]
    if clinician is None:
        raise Invalid(_("Choose somebody: flags and questions need a clinician who answers"), field="default_clinician")
    works_here = Membership.objects.live().filter(clinic=clinic, user=clinician, role=Role.CLINICIAN)
    if not clinician.is_active or not works_here.exists():
        raise Invalid(_("Choose a clinician of this clinic"), field="default_clinician")


@transaction.atomic
def change_hours(
    *, clinic: Clinic, by: User, version: int, country: str, hours: dict[int, list[tuple[dt.time, dt.time]]]
) -> Clinic:
    """Store when the clinic works, by weekday (Monday 0), and whose public holidays it keeps ("" for none).

    Raises Denied, Stale, Invalid (never open: deadlines in working time would never end).
    """
    row = lock(clinic, by, version)
    if not any(hours.values()):
        raise Invalid(_("Give at least one day with hours: deadlines in working days would never end otherwise"))
    if country and country not in holidays.list_supported_countries():
        raise Invalid(_("Choose a country from the list"), field="country")
    before = {**in_words(row.calendar.hours), gettext("Public holidays of"): row.country}
    row.working_hours.all().delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(clinic=row, weekday=weekday, opens=opens, closes=closes)
        for weekday, spans in hours.items()
        for opens, closes in spans
    )
    row.country = country
    row.__dict__.pop("calendar", None)
    after = {**in_words(hours), gettext("Public holidays of"): country}
    changes = {day: [before[day], after[day]] for day in after if before[day] != after[day]}
    return note_change(row, "hours", changes, by)


@transaction.atomic
def change_numbers(*, clinic: Clinic, by: User, version: int, numbers: list[tuple[str, str]]) -> Clinic:
    """Store the numbers shown in an emergency, as (what it is for, number), after 112 which always comes first.

    Raises Denied, Stale, Invalid (too many).
    """
    row = lock(clinic, by, version)
    if len(numbers) > MOST_NUMBERS:
        raise Invalid(_("Eight numbers at most: somebody in need must see the right one at once"))
    first = row.emergency_numbers.filter(number=DANGER).first()
    kept = [(first.label if first else gettext("Danger to life"), DANGER)]
    kept += [(label, number) for label, number in numbers if number != DANGER]
    before = [f"{n.label}: {n.number}" for n in row.emergency_numbers.all()]
    after = [f"{label}: {number}" for label, number in kept]
    row.emergency_numbers.all().delete()
    EmergencyNumber.objects.bulk_create(
        EmergencyNumber(clinic=row, position=place, label=label, number=number)
        for place, (label, number) in enumerate(kept, start=1)
    )
    changes = {gettext("Numbers"): ["; ".join(before), "; ".join(after)]} if before != after else {}
    return note_change(row, "numbers", changes, by)


def lock(clinic: Clinic, by: User, version: int) -> Clinic:
    """Lock a clinic for a change of its settings. Raises Denied, or Stale when they changed since `version`."""
    row = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    rules.change_settings.require(by, row)
    if row.version != version:
        raise Stale()
    return row


def note_change(clinic: Clinic, section: str, changes: dict[str, list], by: User) -> Clinic:
    """Save a locked clinic with its next version, and keep what changed; nothing when nothing did."""
    if not changes:
        return clinic
    clinic.version += 1
    clinic.save()
    words = {label: [_plain(before), _plain(after)] for label, (before, after) in changes.items()}
    SettingChange.objects.create(clinic=clinic, section=section, changes=words, by=by, at=clock.now())
    return clinic


def _plain(value: Any) -> str | int:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, int) else str(value or "")
