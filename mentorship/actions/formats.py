"""The verbs of a format: load, copy, change, retire. A version is never changed: a change is the next version."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.actions.settings import note_change
from clinics.models import Clinic
from common import clock
from common.errors import Invalid, Stale, WrongState
from mentorship.formats import spec
from mentorship.models import Format, Programme
from mentorship.rules import formats as rules

LONGEST_NAME, LONGEST_KEY = 120, 60
SECTION = "programme"


@dataclass
class Loaded:
    """The keys of what a file brought: new formats, new versions, and those that were there already."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)


@transaction.atomic
def load(*, bodies: dict[str, dict[str, Any]], by: User, clinic: Clinic | None = None, source: str = "") -> Loaded:
    """Store formats by key, all or none: presets, or of one clinic. The same again adds nothing, other content a version.

    A preset is made by nobody in particular; only jobs and commands load them. Raises Invalid, Denied.
    """
    if clinic is not None:
        rules.make.require(by, clinic)
        _hold(clinic.pk)
    loaded = Loaded()
    latest = _latest(clinic, list(bodies))
    for key, body in bodies.items():
        _check(body, key)
        before = latest.get(key)
        if before and before.body == body:
            loaded.same.append(key)
            continue
        row = _next(before, clinic=clinic, key=key, body=body, by=by)
        row.source = row.source or source
        row.save()
        _carry(before, row, by)
        (loaded.changed if before else loaded.new).append(key)
    return loaded


def _latest(clinic: Clinic | None, keys: list[str]) -> dict[str, Format]:
    rows = Format.objects.select_for_update(of=("self",)).filter(clinic=clinic, key__in=keys).order_by("number")
    return {row.key: row for row in rows}


def _next(before: Format | None, *, clinic: Clinic | None, key: str, body: dict[str, Any], by: User) -> Format:
    """Return the next version of a format, not stored yet; the first one is named after its key."""
    return Format(
        clinic=clinic, key=key, body=body, number=before.number + 1 if before else 1,
        name=before.name if before else key.replace("_", " ").replace("-", " ").strip().capitalize() or key,
        source=before.source if before else "", based_on=before.based_on if before else None,
        created_by=by if clinic else None,
    )  # fmt: skip


def _check(body: Any, key: str) -> None:
    wrong = spec.problems(body)
    if wrong:
        raise Invalid("\n".join(f"{key}: {problem}" for problem in wrong))


def _hold(clinic: Any) -> None:
    """Lock a clinic: two versions with one number, or two copies with one key, cannot come about."""
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic)


@transaction.atomic
def copy(*, format: Format, clinic: Clinic, by: User) -> Format:
    """Make a format of the clinic's own from any it may follow. Raises Denied."""
    rules.make.require(by, clinic)
    _hold(clinic.pk)
    return Format.objects.create(
        clinic=clinic, key=_free_key(clinic, format.key), name=_free_name(clinic, format.name), source=format.source,
        body=format.body, based_on=format, created_by=by,
    )  # fmt: skip


def _free_key(clinic: Clinic, wanted: str) -> str:
    taken = set(Format.objects.filter(clinic=clinic).values_list("key", flat=True))
    names = (wanted if n == 1 else f"{wanted[: LONGEST_KEY - 8]}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _free_name(clinic: Clinic, wanted: str) -> str:
    taken = set(Format.objects.filter(clinic=clinic).values_list("name", flat=True))
    stem = _("%(name)s, our own") % {"name": wanted[: LONGEST_NAME - 30]}
    names = (stem if n == 1 else f"{stem} ({n})" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


@transaction.atomic
def change(*, format: Format, by: User, name: str, body: dict[str, Any]) -> Format:
    """Store the next version of a clinic's format; the same content again returns what is there.

    New pairs follow it where they followed the version before; those that began keep theirs. Raises Denied, Stale (there
    is a newer version than `format`), WrongState (retired), Invalid (with the field).
    """
    rules.change.require(by, format)
    _hold(format.clinic_id)
    newest = _latest(format.clinic, [format.key])[format.key]
    if newest.pk != format.pk:
        raise Stale()
    _require_in_use(newest)
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(_("Give it a name, of 120 characters at most"), field="name")
    _check(body, format.key)
    if (newest.name, newest.body) == (name, body):
        return newest
    row = _next(newest, clinic=newest.clinic, key=newest.key, body=body, by=by)
    row.name = name
    row.save()
    _carry(newest, row, by)
    return row


def _require_in_use(format: Format) -> None:
    if format.retired_at:
        raise WrongState(_("Nobody new can follow this any more. Make a copy to go on with it."))


def _carry(before: Format | None, row: Format, by: User) -> None:
    """Let the programme of the clinic itself follow the new version of what it had chosen."""
    if before is None or row.clinic_id is None:
        return
    for programme in Programme.objects.select_for_update(of=("self",)).filter(
        clinic=row.clinic_id, pair_format__key=row.key, pair_format__clinic=row.clinic_id
    ):
        told = {_("New pairs follow"): [_version(before), _version(row)]}
        programme.pair_format = row
        programme.save()
        note_change(Clinic.objects.get(pk=row.clinic_id), SECTION, told, by)


def _version(format: Format) -> str:
    return _("%(name)s, version %(n)d") % {"name": format.name, "n": format.number}


@transaction.atomic
def retire(*, format: Format, by: User) -> Format:
    """Let nobody new follow a format; who follows it goes on. Again returns what is there.

    Raises Denied, Stale, WrongState (new pairs follow it by default).
    """
    rules.change.require(by, format)
    _hold(format.clinic_id)
    newest = _latest(format.clinic, [format.key])[format.key]
    if newest.pk != format.pk:
        raise Stale()
    if newest.retired_at:
        return newest
    if Programme.objects.filter(
        clinic=newest.clinic, pair_format__key=newest.key, pair_format__clinic=newest.clinic
    ).exists():
        raise WrongState(
            _("New pairs follow this by default. An admin first chooses another in the settings, under Programme.")
        )
    newest.retired_at, newest.retired_by = clock.now(), by
    newest.save()
    return newest
