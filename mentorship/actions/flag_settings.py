"""Changing what a clinic does with worries: the worries themselves, the deadlines, and the ladder of people.

Each takes the clinic's `version` that the form showed, and counts from the next flag on: those that are open keep
what they were raised with, by the version of urgency and deadlines they came under.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.actions.settings import lock, note_change
from clinics.models import Clinic
from common.errors import Invalid
from common.models import new_ref
from mentorship import flag_versions, ladder, staffing
from mentorship.models import About, FlagCategory, FlagTiming, Group, LadderRung, Route, Severity

MOST_SENTENCES, MOST_NUMBERS, LONGEST = 4, 6, 200
WORRY_FIELDS = ("name", "about", "severity", "group", "guidance", "numbers", "thanks", "active")
TIMES = {
    "answer": ("answer_minutes", "answer_days"),
    "repeat": ("repeat_minutes", "repeat_days"),
    "resolve": ("resolve_minutes", "resolve_days"),
}
MOST_MINUTES, MOST_DAYS = 14 * 24 * 60, 60


@transaction.atomic
def change_worry(*, clinic: Clinic, by: User, version: int, worry: str | None, values: dict[str, Any]) -> FlagCategory:
    """Change a worry by its ref, or add one (None). The route follows from whom it is about.

    Raises Denied, Stale, Invalid (with the field): no words, more than four sentences, an urgent worry without
    a number, the last worry of all switched off.
    """
    row = lock(clinic, by, version)
    category = _worry(row, worry)
    before = {name: _words(category, name) for name in WORRY_FIELDS} if category.pk else dict.fromkeys(WORRY_FIELDS, "")
    _check_worry(row, category, values)
    flag_versions.pin(row)
    for name in WORRY_FIELDS:
        setattr(category, name, values[name])
    route = Route.CLINICAL if values["about"] == About.PERSON else Route.CONDUCT
    if category.pk and category.route != route:
        _own(category).delete()  # conduct and health never share a ladder
    category.route = route
    category.version += 1 if category.pk else 0
    category.save()
    flag_versions.after_change(row, by)
    after = {name: _words(category, name) for name in WORRY_FIELDS}
    label = {name: f"{category.name}: {FlagCategory._meta.get_field(name).verbose_name}" for name in WORRY_FIELDS}
    note_change(row, "worries", {label[n]: [before[n], after[n]] for n in WORRY_FIELDS if before[n] != after[n]}, by)
    return category


def _worry(clinic: Clinic, ref: str | None) -> FlagCategory:
    if ref is None:
        last = (
            FlagCategory.objects.filter(clinic=clinic).order_by("-position").values_list("position", flat=True).first()
        )
        return FlagCategory(clinic=clinic, key=f"own-{new_ref()}", position=(last or 0) + 1)
    category = FlagCategory.objects.select_for_update().filter(clinic=clinic, ref=ref).first()
    if category is None:
        raise Invalid(_("This worry is not one of this clinic."))
    return category


def _check_worry(clinic: Clinic, category: FlagCategory, values: dict[str, Any]) -> None:
    if not values["name"].strip():
        raise Invalid(_("Give it a name that a mentor recognises."), field="name")
    if (
        values["severity"] not in Severity.values
        or values["about"] not in About.values
        or values["group"] not in Group.values
    ):
        raise Invalid(_("Choose one of the answers below"))
    if not 1 <= len(values["guidance"]) <= MOST_SENTENCES or any(len(text) > LONGEST for text in values["guidance"]):
        raise Invalid(_("Write one to four short sentences, each on its own line."), field="guidance")
    if values["severity"] in ladder.AT_ONCE and not values["numbers"]:
        raise Invalid(_("What is this urgent needs at least one number to call."), field="numbers")
    if len(values["numbers"]) > MOST_NUMBERS:
        raise Invalid(_("At most %(n)d numbers fit on a phone.") % {"n": MOST_NUMBERS}, field="numbers")
    others = FlagCategory.objects.filter(clinic=clinic, active=True).exclude(pk=category.pk)
    if not values["active"] and not others.exists():
        raise Invalid(_("Keep at least one worry in use."), field="active")


def _words(category: FlagCategory, name: str) -> str:
    value = getattr(category, name)
    if name == "numbers":
        return "; ".join(f"{row['label']} {row['number']}" for row in value)
    if name == "guidance":
        return " ".join(value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    display = getattr(category, f"get_{name}_display", None)
    return str(display() if display else value)


@transaction.atomic
def change_deadlines(*, clinic: Clinic, by: User, version: int, values: dict[str, dict[str, Any]]) -> Clinic:
    """Change the deadlines per severity: {"S1": {"answer_minutes": 30, "answer_days": None, ...}}.

    Raises Denied, Stale, Invalid (with the field, such as "S1-answer"): none, zero, or far too long.
    """
    row = lock(clinic, by, version)
    check_deadlines(values)
    flag_versions.pin(row)
    rows = {timing.severity: timing for timing in FlagTiming.objects.select_for_update().filter(clinic=row)}
    changes = {}
    for severity, wanted in values.items():
        timing = rows.get(severity) or FlagTiming(clinic=row, severity=severity, **ladder.TIMINGS[severity])
        for name, fields in TIMES.items():
            before = time_words(*(getattr(timing, f) for f in fields))
            after = time_words(*(wanted[f] for f in fields))
            if before != after:
                changes[f"{severity}, {time_label(name)}"] = [before, after]
        hours = wanted["in_working_hours"] and bool(wanted["answer_minutes"])
        if timing.in_working_hours != hours:
            changes[f"{severity}, {_('only while the clinic is open')}"] = [_yes(timing.in_working_hours), _yes(hours)]
        for field, value in {**wanted, "in_working_hours": hours}.items():
            setattr(timing, field, value)
        timing.save()
    flag_versions.after_change(row, by)
    return note_change(row, "deadlines", changes, by)


def _yes(value: bool) -> str:
    return str(_("yes") if value else _("no"))


def check_deadlines(values: dict[str, dict[str, Any]]) -> None:
    """Raise Invalid for a deadline that makes no sense."""
    for severity, wanted in values.items():
        for name, (minutes, days) in TIMES.items():
            length, limit = (
                (wanted[minutes], MOST_MINUTES) if wanted[minutes] is not None else (wanted[days], MOST_DAYS)
            )
            if not length or length < 1:
                raise Invalid(_("A deadline of zero would never be met. Write 1 or more."), field=f"{severity}-{name}")
            if length > limit:
                raise Invalid(_("This is far too long for somebody who waits."), field=f"{severity}-{name}")


def time_words(minutes: int | None, days: int | None) -> str:
    """Write a length of time: "30 minutes", "1 working day"."""
    if minutes:
        return _("%(n)d minutes") % {"n": minutes}
    return _("%(n)d working days") % {"n": days} if days and days > 1 else _("%(n)d working day") % {"n": days or 0}


def time_label(name: str) -> str:
    """Return what a deadline is for."""
    return {"answer": _("answer"), "repeat": _("next rung"), "resolve": _("resolve")}[name]


@transaction.atomic
def change_ladder(
    *, clinic: Clinic, by: User, version: int, route: str, rungs: Sequence[ladder.RungSetting], worry: str | None = None
) -> Clinic:
    """Replace the ladder of a route, or of one worry by its ref, which then goes its own way.

    Raises Denied, Stale, Invalid (empty, twice the same, nobody on the last rung, a worry of another clinic or route).
    """
    row = lock(clinic, by, version)
    if route not in Route.values:
        raise Invalid(_("Choose one of the answers below"))
    category = _worry(row, worry) if worry is not None else None
    if category is not None and category.route != route:
        raise Invalid(_("This worry goes another way now. Look again before you change its order."))
    team = staffing.of(row)
    before = rung_words(team.settings_of(route, category.pk if category else None), team)
    had_own = bool(category and _own(category).exists())
    check_ladder(route, rungs, team)
    rows = _own(category) if category else LadderRung.objects.filter(clinic=row, route=route, category=None)
    rows.delete()
    LadderRung.objects.bulk_create(
        LadderRung(clinic=row, route=route, category=category, position=n, who=rung.who, user_id=rung.user_id)
        for n, rung in enumerate(rungs, 1)
    )
    after = rung_words(rungs, team)
    label = category.name if category else str(Route(route).label)
    changed = before != after or (category is not None and not had_own)
    return note_change(row, "ladder", {label: ["; ".join(before), "; ".join(after)]} if changed else {}, by)


@transaction.atomic
def drop_own_ladder(*, clinic: Clinic, by: User, version: int, worry: str) -> Clinic:
    """Let a worry go the way of its route again. Again changes nothing. Raises Denied, Stale, Invalid (no such worry)."""
    row = lock(clinic, by, version)
    category = _worry(row, worry)
    if not _own(category).exists():
        return row
    before = rung_words(staffing.of(row).settings_of(category.route, category.pk), staffing.of(row))
    _own(category).delete()
    after = rung_words(staffing.of(row).settings_of(category.route), staffing.of(row))
    return note_change(row, "ladder", {category.name: ["; ".join(before), "; ".join(after)]}, by)


def _own(category: FlagCategory):
    return LadderRung.objects.filter(category=category)


def check_ladder(route: str, rungs: Sequence[ladder.RungSetting], team: staffing.Team) -> None:
    """Raise Invalid, with the reason, for a ladder that could end with nobody."""
    if not rungs:
        raise Invalid(_("A ladder needs at least one rung."))
    if len(set(rungs)) != len(rungs):
        raise Invalid(_("The same rung stands twice on this ladder."))
    if route == Route.CONDUCT and any(
        rung.who in (LadderRung.Who.RESPONSIBLE, LadderRung.Who.BACKUP) for rung in rungs
    ):
        raise Invalid(_("A worry about conduct goes to coordinators and admins only."))
    for rung in rungs:
        if rung.user_id and not ladder.has_reachable_end([rung], team.roster):
            raise Invalid(_("Somebody on this ladder no longer has that role."))
    if not ladder.has_reachable_end(rungs, team.roster):
        raise Invalid(_("Nobody stands on the last rung today: a flag could go unheard. Put somebody there first."))


def rung_words(rungs: Sequence[ladder.RungSetting], team: staffing.Team) -> list[str]:
    """Write each rung: "The responsible clinician", "Backup or on call: Nora Maes"."""
    words = []
    for rung in rungs:
        who = str(LadderRung.Who(rung.who).label)
        user = team.users.get(rung.user_id) if rung.user_id else None
        words.append(f"{who}: {user.full_name}" if user else who)
    return words


def ladder_guard(clinic: Clinic, user: User, role: str):
    """Say what is against taking a role away: a ladder of the clinic would end with nobody. None for nothing."""
    team = staffing.of(clinic)
    left = [m for m in team.roster if (m.user_id, m.role) != (user.pk, role)]
    if any(ladder.loses_its_end(rungs, team.roster, left) for rungs in team.every_ladder()):
        return _("Nobody else stands on the last rung for flags. Name somebody else first.")
    return None
