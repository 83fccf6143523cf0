"""What a pair follows: which formats there are to choose from, the dates it counts from, its changes in words. It only reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinics.models import Clinic
from common import clock, words
from matching.models import Match
from mentorship.formats import calendar
from mentorship.models import Enrolment, EnrolmentChange, Format

ANCHORS = {
    "discharge": gettext_lazy("Leaves hospital on"), "diagnosis": gettext_lazy("Was told the diagnosis on"),
    "phase_event": gettext_lazy("Something changed in the disease on"),
}  # fmt: skip
RELATIVES_YES, RELATIVES_NO = "relatives:yes", "relatives:no"


# Formats ----------------------------------------------------------------------------------


def choices(clinic: Clinic):
    """Return the formats a clinic may follow now: the newest version of each that is in use."""
    return Format.objects.of_clinic(clinic).newest().in_use()


def is_for_pairs(format: Format) -> bool:
    """Tell whether two people meet in a format: one to one, or as peers."""
    return any(part["kind"] in calendar.PAIR_KINDS for part in format.body["components"])


def for_pairs(clinic: Clinic) -> list[Format]:
    """Return the formats a pair of the clinic may follow, its own ones first. One query."""
    rows = [row for row in choices(clinic) if is_for_pairs(row)]
    return sorted(rows, key=lambda row: (row.clinic_id is None, row.name.casefold()))


# Dates to count from ----------------------------------------------------------------------


def anchors(enrolment: Enrolment) -> dict[str, dt.date]:
    """Return the dates the rules of this enrolment count from."""
    stored = {name: dt.date.fromisoformat(day) for name, day in enrolment.anchors.items()}
    return {calendar.INTRODUCTION: enrolment.starts_on, **stored}


def needed(format: Format) -> list[str]:
    """Return the dates the talks of a pair count from beside the introduction, in the order of the list."""
    found = {
        rule.get("anchor")
        for part in format.body["components"]
        if part["kind"] in calendar.PAIR_KINDS and not part["optional"]
        for rule in part["rules"]
    }
    return [name for name in ANCHORS if name in found]


def dates(enrolment: Enrolment) -> list[tuple[str, str, dt.date | None]]:
    """Return each date the plan counts from beside the introduction: its name, its words, the day or None."""
    given = anchors(enrolment)
    return [(name, str(ANCHORS[name]), given.get(name)) for name in needed(enrolment.format)]


def known_from_referral(match: Match, anchor: str) -> dt.date | None:
    """Return the date the referral tells, to begin a form with: the month of the diagnosis, the last change of phase."""
    referral = match.referral
    if anchor == "diagnosis" and referral.diagnosed_year and referral.diagnosed_month:
        return dt.date(referral.diagnosed_year, referral.diagnosed_month, 1)
    if anchor == "phase_event" and referral.about:
        last = referral.about.phases.order_by("-at", "-pk").first()
        return words.local(last.at, referral.clinic.time_zone).date() if last else None
    return None


def code_of_anchor(anchor: str, day: dt.date | None) -> str:
    """Return how the history writes a date that was given, or taken back."""
    return f"{anchor}:{day.isoformat() if day else ''}"


# Words ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Follows:
    """What the pair's page shows of it: the format, since when, what changed, and the dates it still misses."""

    format: Format
    since: dt.datetime
    changes: list[tuple[EnrolmentChange, str]]
    dates: list[tuple[str, str, dt.date | None]]
    relatives: bool
    seen: int
    newer: Format | None


def of(match: Match, enrolment: Enrolment | None) -> Follows | None:
    """Return what a pair follows, None before it follows anything."""
    if enrolment is None:
        return None
    rows = list(enrolment.changes.select_related("by", "from_format", "to_format").order_by("at", "pk"))
    moved = [row for row in rows if row.from_format_id != row.to_format_id]
    return Follows(
        format=enrolment.format, since=moved[-1].at if moved else enrolment.created_at,
        changes=[(row, in_words(row)) for row in rows],
        dates=dates(enrolment), relatives=enrolment.relatives_agreed_at is not None, seen=len(rows), newer=_newer(enrolment.format),
    )  # fmt: skip


def _newer(format: Format) -> Format | None:
    later = Format.objects.filter(clinic=format.clinic_id, key=format.key, number__gt=format.number).in_use()
    return later.order_by("-number").first()


def in_words(change: EnrolmentChange) -> str:
    """Say what a change was."""
    if change.from_format_id != change.to_format_id:
        old = change.from_format.name if change.from_format else ""
        return _("From “%(old)s” to “%(new)s”.") % {"old": old, "new": change.to_format.name}
    name, _colon, value = change.why.partition(":")
    if name == "relatives":
        return _("Relatives may join.") if change.why == RELATIVES_YES else _("No relatives any more.")
    label = _("Counts from") if name == calendar.INTRODUCTION else str(ANCHORS.get(name, name))
    if not value:
        return _("%(what)s: not dated any more.") % {"what": label}
    day = words.day(dt.date.fromisoformat(value), today=clock.now().date())
    return f"{label} {day}."
