"""Urgency and deadlines as numbered versions: a flag keeps the one it was raised under, whatever changes later."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from mentorship import ladder
from mentorship.models import FlagCategory, FlagRules, FlagTiming, RedFlag, Severity

FIELDS = (
    "answer_minutes", "answer_days", "repeat_minutes", "repeat_days", "resolve_minutes", "resolve_days",
    "in_working_hours",
)  # fmt: skip


def current(clinic: Clinic) -> FlagRules:
    """Return the version in force; what the clinic says now becomes the first where none was stored yet."""
    return _latest(clinic) or FlagRules.objects.get_or_create(
        clinic=clinic, number=1, defaults=_as_it_is(clinic) | {"by": User.objects.system()}
    )[0]  # fmt: skip


def _latest(clinic: Clinic) -> FlagRules | None:
    return FlagRules.objects.filter(clinic=clinic).order_by("-number").first()


def pin(clinic: Clinic) -> FlagRules:
    """Return the version in force, given to every flag that has none yet: call it before something changes."""
    version = current(clinic)
    RedFlag.objects.filter(clinic=clinic, rules=None).update(rules=version)
    return version


def after_change(clinic: Clinic, by: User) -> FlagRules:
    """Store what a locked clinic says now as the next version; the present one where nothing is different."""
    last, now = current(clinic), _as_it_is(clinic)
    if (last.timings, last.levels) == (now["timings"], now["levels"]):
        return last
    with transaction.atomic():
        return FlagRules.objects.create(clinic=clinic, number=last.number + 1, by=by, **now)


def _as_it_is(clinic: Clinic) -> dict:
    rows = list(FlagTiming.objects.filter(clinic=clinic))
    timings = {severity.value: ladder.timing_of(severity.value, rows) for severity in Severity}
    return {
        "timings": {severity: {name: getattr(row, name) for name in FIELDS} for severity, row in timings.items()},
        "levels": dict(FlagCategory.objects.filter(clinic=clinic).order_by("pk").values_list("key", "severity")),
    }


def timing(version: FlagRules, severity: str) -> FlagTiming:
    """Return the deadlines of a severity as a version has them."""
    return FlagTiming(clinic_id=version.clinic_id, severity=severity, **version.timings[severity])


def timing_of(flag: RedFlag) -> FlagTiming:
    """Return the deadlines a flag keeps: those of its version."""
    return timing(flag.rules or current(flag.clinic), flag.severity)


def differences(version: FlagRules, before: FlagRules | None, names: dict[str, str]) -> list[str]:
    """Return in sentences what a version changed; `names` are the worries by key. Empty for the first one."""
    from mentorship.actions.flag_settings import TIMES, time_label, time_words

    if before is None:
        return []
    lines = []
    for severity in Severity:
        old, new = (row.timings[severity.value] for row in (before, version))
        for name, fields in TIMES.items():
            was, becomes = (time_words(*(row[field] for field in fields)) for row in (old, new))
            if was != becomes:
                line = _("Level %(n)s, to %(what)s: %(after)s, before %(before)s.")
                what = {"n": severity[1:], "what": time_label(name), "after": becomes, "before": was}
                lines.append(line % what)
        if old["in_working_hours"] != new["in_working_hours"]:
            counted = _("Level %(n)s: the time to answer counts only while the clinic is open.")
            always = _("Level %(n)s: the time to answer counts day and night.")
            lines.append((counted if new["in_working_hours"] else always) % {"n": severity[1:]})
    return lines + _levels(version, before, names)


def _levels(version: FlagRules, before: FlagRules, names: dict[str, str]) -> list[str]:
    lines = []
    for key, level in version.levels.items():
        was, name = before.levels.get(key), names.get(key, key)
        if was is None:
            lines.append(_("New: “%(name)s”, level %(n)s.") % {"name": name, "n": level[1:]})
        elif was != level:
            line = _("“%(name)s”: level %(after)s, before %(before)s.")
            lines.append(line % {"name": name, "after": level[1:], "before": was[1:]})
    return lines


def history(clinic: Clinic) -> list[dict]:
    """Return every version, the newest first, with what it changed."""
    rows = list(FlagRules.objects.filter(clinic=clinic).select_related("by").order_by("-number"))
    names = {row.key: _(row.name) for row in FlagCategory.objects.filter(clinic=clinic)}
    pairs = zip(rows, [*rows[1:], None], strict=True) if rows else []
    return [{"version": row, "lines": differences(row, before, names)} for row, before in pairs]
