"""Changing how a clinic looks after its mentors. Every change is kept: who, when, from what to what."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.actions.settings import lock, note_change
from clinics.models import Clinic
from common.errors import Invalid
from training.models import CareRules

FIELDS = ("supervision_days", "late_supervision_stops", "grace_days", "wellbeing_days", "late_from", "review_share")
RANGES = {"supervision_days": (7, 365), "wellbeing_days": (7, 180), "grace_days": (0, 365), "review_share": (0, 100)}
EARLIEST_LATE = dt.time(12)  # a talk in the morning is not late


@transaction.atomic
def change_care_rules(*, clinic: Clinic, by: User, version: int, values: dict[str, Any]) -> CareRules:
    """Store how the clinic looks after its mentors. The same values again change nothing.

    What was agreed before keeps its day: a new number of days counts from the next talk on. Raises Denied, Stale
    (somebody changed the settings since `version`), Invalid (with the field).
    """
    row = lock(clinic, by, version)
    check(values)
    CareRules.objects.get_or_create(clinic=row)
    rules = CareRules.objects.get(clinic=row)
    before = {name: getattr(rules, name) for name in FIELDS}
    for name in FIELDS:
        setattr(rules, name, values[name])
    rules.save()
    changed = {name: [before[name], values[name]] for name in FIELDS if before[name] != values[name]}
    note_change(row, "care", {_label(name): [_said(a), _said(b)] for name, (a, b) in changed.items()}, by)
    return rules


def check(values: dict[str, Any]) -> None:
    """Raise Invalid, with the field, for a value that makes no sense."""
    for name, (least, most) in RANGES.items():
        if not least <= values[name] <= most:
            text = _("Choose a number from %(least)d to %(most)d") % {"least": least, "most": most}
            raise Invalid(text, field=name)
    if values["late_from"] < EARLIEST_LATE:
        raise Invalid(_("Choose an hour after noon"), field="late_from")


def _label(name: str) -> str:
    return str(CareRules._meta.get_field(name).verbose_name)


def _said(value: Any) -> str | int:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return value if isinstance(value, int) else f"{value:%H:%M}"
