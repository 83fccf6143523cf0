"""The clinic's rules for choosing mentors, as versions that never change once they are published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from clinics.roles import Role
from common import words
from common.errors import Invalid, Stale
from training import rules_selecting
from training.models import AdmissionPolicy
from training.models.policy import SelectionStep

FIELDS = (
    "needed", "papers", "assessors", "references", "functioning", "check_months", "certificate_months", "needs_check",
    "needs_briefing", "needs_team", "note",
)  # fmt: skip
STAFF = (Role.COORDINATOR.value, Role.CLINICIAN.value, Role.NURSE.value)
BOUNDS = {"assessors": (1, 3), "references": (0, 4), "check_months": (1, 120), "certificate_months": (1, 60)}
FARTHEST = dt.timedelta(days=366)


@transaction.atomic
def publish(
    *,
    clinic: Clinic,
    by: User,
    version: int,
    in_force_from: dt.date,
    who: Mapping[str, list[str]],
    values: Mapping[str, Any],
) -> AdmissionPolicy:
    """Publish the next version of the rules, which counts from a day on. Nobody accepted before comes under it at once.

    `version` is the newest one the form was filled in over: another admin's in between raises Stale. `values` by field
    of FIELDS. The same again returns what is there. Raises Denied, Stale, Invalid.
    """
    rules_selecting.publish.require(by, clinic)
    made = drafted(clinic=clinic, by=by, number=version + 1, in_force_from=in_force_from, who=who, values=values)
    newest = clinic.admission_policies.order_by("-version").first()
    if newest is not None and newest.version == made.version and newest.published_by_id == by.pk and same(newest, made):
        return newest
    if (newest.version if newest else 0) != version:
        raise Stale()
    check(made, newest)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise Stale() from None
    return made


def drafted(
    *,
    clinic: Clinic,
    by: User,
    number: int,
    in_force_from: dt.date,
    who: Mapping[str, list[str]],
    values: Mapping[str, Any],
) -> AdmissionPolicy:
    """Return a version that is not stored."""
    told = {name: values[name] for name in FIELDS if name in values}
    roles = {step: sorted(set(names)) for step, names in who.items() if names}
    return AdmissionPolicy(
        clinic=clinic, version=number, in_force_from=in_force_from, who=roles, published_by=by, **told
    )


def same(one: AdmissionPolicy, other: AdmissionPolicy) -> bool:
    """Tell whether two versions ask the same from the same day."""
    return all(getattr(one, name) == getattr(other, name) for name in (*FIELDS, "in_force_from", "who"))


def check(made: AdmissionPolicy, newest: AdmissionPolicy | None) -> None:
    """Refuse a version that makes no sense. Raises Invalid at its field."""
    today = made.clinic.today
    if made.in_force_from < today:
        raise Invalid(
            _("Choose today or a day to come: what was decided before keeps its rules"), field="in_force_from"
        )
    if made.in_force_from > today + FARTHEST:
        raise Invalid(_("Choose a day within a year"), field="in_force_from")
    if newest is not None and made.in_force_from < newest.in_force_from:
        text = _("Version %(n)d counts from %(day)s. Choose that day or a later one")
        day = words.day(newest.in_force_from, today=today, weekday=False)
        raise Invalid(text % {"n": newest.version, "day": day}, field="in_force_from")
    _check_who(made)
    if newest is not None and not made.note.strip():
        raise Invalid(_("Write in a sentence what changed"), field="note")
    _check_numbers(made)
    try:
        made.clean_fields(exclude=["clinic", "published_by", "who"])
    except ValidationError as mistakes:
        field, errors = next(iter(mistakes.error_dict.items()))
        raise Invalid(errors[0].messages[0], field=field) from None


def _check_who(made: AdmissionPolicy) -> None:
    for step, roles in made.who.items():
        if step not in SelectionStep.values or not set(roles) <= set(STAFF):
            raise Invalid(_("Choose from the list"), field=f"who_{step}")


def _check_numbers(made: AdmissionPolicy) -> None:
    for field, (least, most) in BOUNDS.items():
        if not least <= getattr(made, field) <= most:
            raise Invalid(_("Write a number from %(least)d to %(most)d") % {"least": least, "most": most}, field=field)
