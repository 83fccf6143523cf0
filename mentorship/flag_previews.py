"""What a change of the flags' settings would do today. Reads only."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Clinic
from common import clock, words
from common.errors import Invalid
from mentorship import ladder as ladders
from mentorship import staffing
from mentorship.actions import flag_settings as actions
from mentorship.models import FlagCategory, FlagTiming, Group, LadderRung, RedFlag, Route, Severity

MOST_RUNGS = 12
Who = LadderRung.Who
ON = {Route.CLINICAL: tuple(Who), Route.CONDUCT: (Who.COORDINATOR, Who.ADMIN)}


# Worries -----------------------------------------------------------------------------------


def worries_by_group(clinic: Clinic) -> list[tuple[str, list[FlagCategory]]]:
    """Return (heading, worries) in order, those not in use too."""
    rows = list(FlagCategory.objects.filter(clinic=clinic))
    return [(group.label, [row for row in rows if row.group == group]) for group in Group]


def worry_of(clinic: Clinic, ref: str) -> FlagCategory | None:
    """Return a worry of the clinic."""
    return FlagCategory.objects.filter(clinic=clinic, ref=ref).first()


def worry(clinic: Clinic, category: FlagCategory | None, values: dict) -> list[str]:
    """Return in sentences what a changed worry would do today."""
    if category is None:
        return [_("Mentors see it at once, among the others. No flag that is open changes.")]
    lines = []
    severity = values["severity"]
    if severity != category.severity:
        line = _("A flag raised now would have to be answered before %(after)s, not %(before)s.")
        lines.append(line % _two_deadlines(clinic, category.severity, severity))
    if values["about"] != category.about:
        lines.append(_("A flag raised now would go to other people: see the ladder of its route."))
    if category.active and not values["active"]:
        lines.append(_("Nobody can choose it any more."))
    n = RedFlag.objects.unresolved().filter(category=category).count()
    lines.append(
        ngettext(
            "%(n)d open flag keeps what it was raised with.", "%(n)d open flags keep what they were raised with.", n
        )
        % {"n": n}
    )
    return lines


def _two_deadlines(clinic: Clinic, before: str, after: str) -> dict[str, str]:
    rows = timings(clinic)
    return {"before": _deadline(clinic, rows[before]), "after": _deadline(clinic, rows[after])}


def _deadline(clinic: Clinic, timing: FlagTiming) -> str:
    now = clock.now()
    return words.recently(ladders.deadlines(timing, clinic.calendar, now).answer_by, clinic.time_zone, now=now)


# Deadlines ---------------------------------------------------------------------------------


def timings(clinic: Clinic) -> dict[str, FlagTiming]:
    """Return the deadlines of every severity, proposed ones where the clinic has none."""
    rows = list(FlagTiming.objects.filter(clinic=clinic))
    return {severity.value: ladders.timing_of(severity.value, rows) for severity in Severity}


def deadlines(clinic: Clinic, before: dict[str, FlagTiming], values: dict[str, dict]) -> list[str]:
    """Return in sentences what other deadlines would do to a flag raised now. Raises Invalid."""
    actions.check_deadlines(values)
    lines = []
    for severity, wanted in values.items():
        old, new = before[severity], FlagTiming(severity=severity, **wanted)
        was, becomes = _deadline(clinic, old), _deadline(clinic, new)
        level = _("Level %(n)s") % {"n": severity[1:]}
        if was != becomes:
            line = _("%(level)s: a flag raised now would have to be answered before %(after)s, not %(before)s.")
            lines.append(line % {"level": level, "after": becomes, "before": was})
        for name in ("repeat", "resolve"):
            lengths = [
                actions.time_words(*(getattr(row, field) for field in actions.TIMES[name])) for row in (old, new)
            ]
            if lengths[0] != lengths[1]:
                line = _("%(level)s, %(what)s: %(after)s, not %(before)s.")
                lines.append(
                    line % {"level": level, "what": actions.time_label(name), "after": lengths[1], "before": lengths[0]}
                )
    n = RedFlag.objects.unresolved().filter(clinic=clinic).count()
    kept = ngettext("%(n)d open flag keeps its deadline.", "%(n)d open flags keep their deadline.", n) % {"n": n}
    return [*lines, kept] if lines else [_("Nothing: these are the deadlines you have now.")]


# The ladder --------------------------------------------------------------------------------


def read_rungs(text: str, team: staffing.Team) -> list[ladders.RungSetting]:
    """Read the order a form carries: "responsible backup:ref coordinator"; what makes no sense is left out."""
    by_ref = {user.ref: user.pk for user in team.users.values()}
    rungs = []
    for part in text.split()[:MOST_RUNGS]:
        who, _colon, ref = part.partition(":")
        if who in Who.values and (not ref or ref in by_ref):
            rungs.append(ladders.RungSetting(who, by_ref.get(ref)))
    return rungs


def write_rungs(rungs: Sequence[ladders.RungSetting], team: staffing.Team) -> str:
    """Write an order so that a form can carry it."""
    return " ".join(_code(rung, team) for rung in rungs)


def _code(rung: ladders.RungSetting, team: staffing.Team) -> str:
    user = team.users.get(rung.user_id) if rung.user_id else None
    return f"{rung.who}:{user.ref}" if user else str(rung.who)


def moved(rungs: list[ladders.RungSetting], post, team: staffing.Team) -> list[ladders.RungSetting]:
    """Return the order after the button that was pressed: up, down, remove (a place from 1), or add (a rung)."""
    rungs = list(rungs)
    for name, step in (("up", -1), ("down", 1)):
        place = _place(post.get(name), rungs)
        if place is not None and 0 <= place + step < len(rungs):
            rungs[place], rungs[place + step] = rungs[place + step], rungs[place]
    gone = _place(post.get("remove"), rungs)
    if gone is not None:
        del rungs[gone]
    if "add" in post and len(rungs) < MOST_RUNGS:
        rungs += read_rungs(post.get("rung", "")[:60], team)[:1]
    return rungs


def _place(text: str | None, rungs: list) -> int | None:
    places = {str(n): n - 1 for n in range(1, len(rungs) + 1)}
    return places.get(text or "")


def rung_rows(rungs: Sequence[ladders.RungSetting], team: staffing.Team) -> list[dict]:
    """Return each rung in words, and who stands on it today."""
    labels = actions.rung_words(rungs, team)
    return [{"words": label, "today": today_on(rung, team)} for rung, label in zip(rungs, labels, strict=True)]


def today_on(rung: ladders.RungSetting, team: staffing.Team) -> str:
    """Return who stands on a rung today, in words."""
    if rung.who == Who.RESPONSIBLE and not rung.user_id:
        return _("The clinician named on the referral; without one, the clinic's default")
    first = ladders.RungSetting(Who.RESPONSIBLE.value)
    steps = ladders.draw([first, rung], team.roster, responsible=[team.clinic.default_clinician_id])
    on_it = steps[-1].users if ladders.has_reachable_end([rung], team.roster) and steps[-1].who == rung.who else ()
    names = [team.users[user].full_name for user in on_it]
    return _("Today: %(names)s") % {"names": words.listed(names)} if names else _("Today nobody: it is passed over")


def rung_choices(route: str, rungs: Sequence[ladders.RungSetting], team: staffing.Team) -> list[tuple[str, str]]:
    """Return the rungs that could be added: a function, or a named person in it."""
    found = []
    for who in ON[Route(route)]:
        options = [ladders.RungSetting(who.value)]
        if who != Who.RESPONSIBLE:
            options += [ladders.RungSetting(who.value, user) for user in team.with_role(ladders.ROLE_OF[who])]
        found += [option for option in options if option not in rungs]
    return [(_code(rung, team), actions.rung_words([rung], team)[0]) for rung in found]


def own_ladders(clinic: Clinic, team: staffing.Team) -> tuple[list[FlagCategory], list[FlagCategory]]:
    """Return the worries that have their own order, and the others."""
    own = {category for _route, category in team.own_ladders()}
    rows = list(FlagCategory.objects.filter(clinic=clinic))
    return [row for row in rows if row.pk in own], [row for row in rows if row.pk not in own]


def ladder(
    clinic: Clinic, team: staffing.Team, route: str, rungs: Sequence[ladders.RungSetting],
    category: FlagCategory | None = None,
) -> list[str]:  # fmt: skip
    """Return in sentences to whom a flag raised now would go, and what stays as it is."""
    steps = ladders.draw(rungs, team.roster, responsible=[clinic.default_clinician_id], on_call=team.on_call)
    names = [words.listed(team.users[user].full_name for user in step.users) for step in steps]
    lines = [_("A flag raised now would go to %(names)s.") % {"names": _(", then ").join(names)}] if names else []
    try:
        actions.check_ladder(route, rungs, team)
    except Invalid as refusal:
        lines = [str(refusal)]
    open_now = RedFlag.objects.unresolved().filter(clinic=clinic, route=route)
    n = (open_now.filter(category=category) if category else open_now).count()
    kept = ngettext("%(n)d open flag keeps its ladder.", "%(n)d open flags keep their ladder.", n) % {"n": n}
    return [*lines, kept]
