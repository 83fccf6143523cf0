"""The road of mentors: from a first interest to a year of mentoring, and where and why people leave it.

Counts of stages are shown in full: whoever may open this page keeps the list of these people by name. Why people
leave is hidden under FEWEST, and the next smallest with it where it could be worked out: a reason could point at somebody.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common import clock
from matching.models import Match
from training.models import Application, Decertification, Letter, Mentor, MentorEvent
from training.workflow import ApplicationStatus, Status

FEWEST = 5  # a number below this could point at somebody
YEAR = dt.timedelta(days=365)
STAGES = ("interested", "applied", "accepted", "trained", "certified", "matched", "year")
TITLES = {
    "interested": _("Interested"), "applied": _("Applied"), "accepted": _("Accepted"), "trained": _("Trained"),
    "certified": _("Certified"), "matched": _("Matched"), "year": _("Active after a year"),
}  # fmt: skip
# Where somebody left: before the stage they did not reach.
BEFORE = {
    "applied": _("Before they applied"), "accepted": _("Before they were accepted"), "trained": _("During the training"),
    "certified": _("Before a certificate"), "matched": _("Before their first match"), "year": _("As a mentor"),
}  # fmt: skip
WHY = {
    "withdrawn": _("Took it back"), "closed": _("Closed without an answer"), Status.LATER: _("Not now"),
    Status.REDIRECTED: _("Another role"), Status.DECLINED: _("The clinic said no"), Status.RETIRED: _("Stopped"),
    Status.DECERTIFIED: _("Certificate taken back"),
}  # fmt: skip
BEGUN = {Status.IN_TRAINING, Status.READY, Status.ACTIVE, Status.RESTING}
TRAINED = {Status.READY, Status.ACTIVE, Status.RESTING}
AT_WORK = {Status.ACTIVE, Status.RESTING}
LEFT = {Status.LATER, Status.REDIRECTED, Status.DECLINED, Status.RETIRED, Status.DECERTIFIED}


@dataclass
class Road:
    """How far one person came, and why they left; `year` is None where a year has not passed yet."""

    reached: int = 0  # place in STAGES
    why: str = ""
    year: bool | None = None
    reasons: list[str] = field(default_factory=list)  # of a certificate taken back

    @property
    def where(self) -> str:
        """Return the stage they did not reach."""
        return STAGES[min(self.reached + 1, len(STAGES) - 1)]


@dataclass(frozen=True)
class Pipeline:
    """What the page shows. A count is None where it is hidden."""

    counts: dict[str, int]
    a_year_ago: int  # matched a year ago or longer
    where: dict[str, int | None]
    why: dict[str, int | None]
    reasons: dict[str, int | None]
    left: int | None


def of(clinic: Clinic, year: int | None = None) -> Pipeline:
    """Work out the road of everybody whose first interest was in a year, or ever. Five queries, however many people."""
    roads = [*_applicants(clinic, year), *_mentors(clinic, year)]
    gone = [road for road in roads if road.why]
    return Pipeline(
        counts=_counts(roads), a_year_ago=sum(road.year is not None for road in roads),
        where=hide(Counter(road.where for road in gone)), why=hide(Counter(road.why for road in gone)),
        reasons=hide(Counter(reason for road in gone for reason in road.reasons)),
        left=len(gone) if not gone or len(gone) >= FEWEST else None,
    )  # fmt: skip


def hide(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Return the counts, largest first, with None for those under FEWEST; a single hidden one takes the next with it."""
    rows = sorted(counts.items(), key=lambda item: -item[1])
    shown = [(key, n if n >= FEWEST else None) for key, n in rows]
    hidden = sum(n is None for _key, n in shown)
    if hidden == 1 and len(shown) > 1:
        shown[-2] = (shown[-2][0], None)
    return dict(shown)


def _counts(roads: list[Road]) -> dict[str, int]:
    """Count who reached each stage; whoever reached a later one reached those before it."""
    counts = {stage: sum(road.reached >= place for road in roads) for place, stage in enumerate(STAGES[:-1])}
    return {**counts, "year": sum(bool(road.year) for road in roads)}


def _within(name: str, clinic: Clinic, year: int | None) -> Q:
    """Return the condition that a moment lies in a year on the clinic's clocks."""
    if year is None:
        return Q()
    first, after = (clock.at_local(dt.date(y, 1, 1), dt.time.min, clinic.time_zone) for y in (year, year + 1))
    return Q(**{f"{name}__gte": first, f"{name}__lt": after})


def _applicants(clinic: Clinic, year: int | None) -> list[Road]:
    """Return the roads of those who have no record as a mentor."""
    last = Letter.objects.filter(application=OuterRef("pk")).order_by("-sent_at").values("kind")[:1]
    rows = Application.objects.filter(_within("started_at", clinic, year), clinic=clinic, mentor=None)
    found = rows.order_by().values_list("status", "sent_at", Subquery(last))
    return [Road(reached=int(sent is not None), why=_why_applicant(status, kind)) for status, sent, kind in found]


def _why_applicant(status: str, letter: str | None) -> str:
    if status == ApplicationStatus.WITHDRAWN:
        return "withdrawn"
    if status == ApplicationStatus.CLOSED:
        return letter if letter in LEFT else "closed"
    return ""


def _cohort(clinic: Clinic, year: int | None) -> QuerySet:
    """Return the mentors whose first interest was in a year: their application, or the day they were added by hand."""
    by_hand = Q(application=None) & _within("created_at", clinic, year)
    applied = Q(application__isnull=False) & _within("application__started_at", clinic, year)
    return Mentor.objects.of_clinic(clinic).filter(by_hand | applied).order_by()


def _mentors(clinic: Clinic, year: int | None) -> list[Road]:
    """Return the roads of those with a record as a mentor."""
    cohort, now = _cohort(clinic, year), clock.now()
    pks = cohort.values("pk")
    past: dict[int, list[tuple[str, dt.datetime]]] = {}
    events = MentorEvent.objects.filter(mentor__in=pks).order_by("at", "pk")
    for pk, to, at in events.values_list("mentor", "to_status", "at"):
        past.setdefault(pk, []).append((to, at))
    reasons = dict(Decertification.objects.filter(mentor__in=pks).order_by("at", "pk").values_list("mentor", "reasons"))
    first_pair = Match.objects.filter(mentor=OuterRef("pk"), introduced_at__isnull=False).order_by("introduced_at")
    rows = cohort.annotate(
        certified=Min("certificates__valid_from"), introduced=Subquery(first_pair.values("introduced_at")[:1])
    )
    names = ("pk", "status", "vetted_on", "certified", "introduced", "application__status")
    return [
        _mentor(row, past.get(row["pk"], []), reasons.get(row["pk"], []), now, clinic.today)
        for row in rows.values(*names)
    ]


def _mentor(row: Mapping[str, Any], past: list, reasons: list[str], now: dt.datetime, today: dt.date) -> Road:
    states = {to for to, _at in past}
    certified = row["certified"] is not None and row["certified"] <= today
    reached = [
        True, True, row["vetted_on"] is not None or states & BEGUN, states & TRAINED, certified, row["introduced"],
    ]  # fmt: skip
    road = Road(reached=max(place for place, is_there in enumerate(reached) if is_there), why=_why_mentor(row))
    if row["introduced"]:
        road.year = _after_a_year(past, row["introduced"] + YEAR, now)
    if road.why == Status.DECERTIFIED:
        road.reasons = list(reasons)
    return road


def _why_mentor(row: Mapping[str, Any]) -> str:
    if row["application__status"] == ApplicationStatus.WITHDRAWN:
        return "withdrawn"
    return row["status"] if row["status"] in LEFT else ""


def _after_a_year(past: list, moment: dt.datetime, now: dt.datetime) -> bool | None:
    """Tell whether somebody mentored (or rested) at a moment; None while it is still to come."""
    if moment > now:
        return None
    return next((to for to, at in reversed(past) if at <= moment), "") in AT_WORK
