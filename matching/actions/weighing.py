"""What counts in matching: a new version of a clinic's weights, or an old one again. None is ever changed."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic, SettingChange
from common.errors import Invalid, Stale, WrongState
from matching import rules
from matching.criteria import SOFT, label_of
from matching.models import Policy
from matching.starter import start_clinic

SECTION = "weights"
MOST = 1000  # for one criterion
MOST_WORDS = 300


def in_force(clinic: Clinic) -> Policy:
    """Return the newest version of a clinic's weights, with who made it."""
    rows = Policy.objects.filter(clinic=clinic).select_related("by").order_by("-version")
    return rows.first() or start_clinic(clinic)


def numbers_of(policy: Policy) -> dict[str, int]:
    """Return what each criterion of today counts in a version; one that came later counts 0 there."""
    return {soft.key: int(policy.weights.get(soft.key, 0)) for soft in SOFT}


def words_for(label: str) -> dict[str, str]:
    """Return what to say of a number for a criterion (its label): not given, no whole number, too small, too large."""
    what = {"what": label, "most": MOST}
    return {
        "required": _("Write a number for “%(what)s”; 0 if it does not count") % what,
        "invalid": _("Write a whole number for “%(what)s”, with figures only") % what,
        "min_value": _("Write 0 or more for “%(what)s”: nothing can count against somebody") % what,
        "max_value": _("Write %(most)d at most for “%(what)s”") % what,
    }


@transaction.atomic
def change_weights(*, clinic: Clinic, weights: Mapping[str, int], by: User, version: int, note: str = "") -> Policy:
    """Put new weights in force, as the next version: a whole number from 0 to MOST for each criterion of SOFT.

    They are kept as given and need not sum to 100. `version` is the one the form showed; `note` says why, at most
    300 characters. The same change again returns what is there. Raises Denied, Stale (another version came
    meanwhile), Invalid with the criterion as its field (evidence D: no validated weights exist, so a clinic chooses).
    """
    now = _lock(clinic, by)
    return _next(now, by, version, _checked(weights), note)


@transaction.atomic
def go_back(*, clinic: Clinic, to_version: int, by: User, version: int, note: str = "") -> Policy:
    """Put the weights of an older version in force again, as the next version.

    A criterion that came after it counts 0, as it did then. The same again returns what is there. Raises Denied,
    Stale, WrongState (no such version), Invalid (the same weights as in force).
    """
    now = _lock(clinic, by)
    old = Policy.objects.filter(clinic=now.clinic, version=to_version).first()
    if old is None:
        raise WrongState(_("There is no version %(n)d of these numbers.") % {"n": to_version})
    return _next(now, by, version, _checked(numbers_of(old)), note, back_to=old.version)


def _lock(clinic: Clinic, by: User) -> Policy:
    """Lock the clinic, so that one change follows the other, and return the weights in force."""
    row = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    rules.change_weights.require(by, row)
    return in_force(row)


def _checked(weights: Mapping[str, int]) -> dict[str, int]:
    known = {soft.key for soft in SOFT}
    if unknown := sorted(set(weights) - known):
        raise Invalid(_("Nothing that counts in matching is called “%(what)s”.") % {"what": str(unknown[0])[:50]})
    found = {soft.key: _number(soft.key, weights.get(soft.key)) for soft in SOFT}
    if not any(found.values()):
        raise Invalid(_("At least one of these must count: with 0 everywhere nobody would come first"))
    return found


def _number(key: str, value: object) -> int:
    words = words_for(label_of(key))
    if value is None:
        raise Invalid(words["required"], field=key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid(words["invalid"], field=key)
    if value < 0:
        raise Invalid(words["min_value"], field=key)
    if value > MOST:
        raise Invalid(words["max_value"], field=key)
    return value


def _next(
    now: Policy, by: User, version: int, weights: dict[str, int], note: str, back_to: int | None = None
) -> Policy:
    known = numbers_of(now)
    if now.version == version + 1 and now.by_id == by.pk and known == weights and now.back_to == back_to:
        return now  # sent twice
    if now.version != version:
        raise Stale(_("Somebody changed these numbers while you were writing. Nothing of yours is lost."))
    if weights == known:
        raise Invalid(_("These are the numbers in force already"))
    note = note.strip()
    if len(note) > MOST_WORDS or "\x00" in note:
        raise Invalid(_("Write in a few words why: at most 300 characters"), field="note")
    made = Policy.objects.create(
        clinic=now.clinic, version=version + 1, weights=weights, by=by, note=note, back_to=back_to
    )
    changes = {label_of(key): [known[key], weights[key]] for key in weights if known[key] != weights[key]}
    SettingChange.objects.create(clinic=now.clinic, section=SECTION, changes=changes, by=by)
    return made
