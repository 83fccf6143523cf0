"""What the pages about the clinic's rules for choosing mentors show, above all whom a new version would concern."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Clinic
from clinics.roles import Role
from common import words
from referrals.labels import labels
from training import policy as policies
from training import selection
from training.models import AdmissionPolicy, Mentor
from training.models.policy import PaperKind, SelectionStep
from training.workflow import Status

PRESENT = (Status.IN_TRAINING, Status.READY, Status.ACTIVE, Status.RESTING)
MOST_SHOWN = 200


def versions(clinic: Clinic) -> list[dict]:
    """Return every version, newest first, with what it asks in words."""
    now = policies.current(clinic)
    rows = clinic.admission_policies.select_related("published_by")
    return [
        {
            "policy": p, "is_now": now is not None and p.pk == now.pk, "to_come": p.in_force_from > clinic.today,
            "facts": told(p),
        }
        for p in rows
    ]  # fmt: skip


def told(p: AdmissionPolicy) -> list[tuple]:
    """Return what a version asks, as label and value."""
    before = [
        name
        for name, asks in (
            (_("a valid background check"), p.needs_check), (_("a secrecy briefing"), p.needs_briefing),
            (_("to have met the team"), p.needs_team),
        )
        if asks
    ]  # fmt: skip
    months = _("%(n)d months")
    return [
        (_("Before a decision"), labels(SelectionStep, p.needed) or _("Nothing")),
        (_("Papers"), labels(PaperKind, p.papers) or _("None")),
        (_("People who rate"), p.assessors), (_("References"), p.references),
        (_("Living with the illness"), p.get_functioning_display()),
        (_("Before the first person"), words.listed(before) or _("Nothing more")),
        (_("A background check counts"), months % {"n": p.check_months}),
        (_("A certificate counts"), months % {"n": p.certificate_months}),
        (_("Who may"), who(p)),
    ]  # fmt: skip


def who(p: AdmissionPolicy) -> str:
    """Say who may do which step; steps nobody is named for are left out."""
    parts = [f"{SelectionStep(step).label}: {labels(Role, roles).lower()}" for step, roles in p.who.items() if roles]
    return "; ".join(parts) or _("Whoever keeps the mentors’ records")


def affected(made: AdmissionPolicy) -> dict[str, Any]:
    """Return whom a version would concern: nobody loses anything on the day; later, with a new certificate, who would lack what.

    Mentors stay under the rules they were accepted under until their certificate ends; applicants under way go on by
    the version they began with.
    """
    clinic = made.clinic
    mentors = Mentor.objects.of_clinic(clinic)
    last = Max("certificates__valid_until", filter=Q(certificates__revoked_at=None))
    present = list(
        mentors.filter(status__in=PRESENT)
        .select_related("person", "policy")
        .prefetch_related("papers")
        .annotate(until=last)[: MOST_SHOWN + 1]
    )
    rows = [_row(mentor, made) for mentor in present[:MOST_SHOWN]]
    lacking = [row for row in rows if row["lacks"]]
    way = mentors.filter(status__in=selection.CHOOSING)
    return {
        "rows": sorted(lacking, key=lambda row: row["from"] or dt.date.max), "present": len(rows), "lacking": len(lacking),
        "fine": len(rows) - len(lacking), "more": len(present) > MOST_SHOWN,
        "going_on": way.filter(policy__isnull=False).count(), "beginning": way.filter(policy=None).count(),
    }  # fmt: skip


def _row(mentor: Mentor, made: AdmissionPolicy) -> dict[str, Any]:
    """Return the day a mentor comes under the version, and what they would lack then as things stand."""
    today = made.clinic.today
    begins = max(mentor.until + dt.timedelta(days=1), made.in_force_from) if mentor.until else None
    on = begins or made.in_force_from
    when = words.day(begins, today=today, weekday=False) if begins else ""
    return {
        "mentor": mentor, "from": begins, "lacks": words.listed(_lacks(mentor, made, on)),
        "when": _("From %(day)s") % {"day": when} if when else _("After their first certificate"),
    }  # fmt: skip


def _lacks(mentor: Mentor, made: AdmissionPolicy, on: dt.date) -> list[str]:
    found = []
    asked = mentor.policy if mentor.until is None else None  # before a first certificate: what their own rules ask too
    if made.needs_check and (mentor.checks_valid_until is None or mentor.checks_valid_until < on):
        found.append(_("a background check that counts on that day"))
    if made.needs_briefing and not (asked and asked.needs_briefing) and mentor.secrecy_briefing_on is None:
        found.append(_("a secrecy briefing"))
    if made.needs_team and not (asked and asked.needs_team) and mentor.met_team_on is None:
        found.append(_("to have met the team"))
    have = {
        p.kind for p in mentor.papers.all() if p.removed_at is None and (p.valid_until is None or p.valid_until >= on)
    }
    papers = [str(PaperKind(kind).label) for kind in made.papers if kind not in have and kind != PaperKind.BACKGROUND]
    return found + [_("the paper “%(paper)s”") % {"paper": name} for name in papers]


def sentences(found: dict[str, Any], made: AdmissionPolicy) -> list[str]:
    """Say whom a version would concern."""
    day = words.day(made.in_force_from, today=made.clinic.today, weekday=False)
    lines = [
        _(
            "Nobody who is a mentor now loses anything on %(day)s: each stays under the rules they were accepted under until their certificate ends."
        )
        % {"day": day}
    ]
    if found["lacking"]:
        text = ngettext(
            "One of %(all)d would lack something later, when the new rules begin to count for them.",
            "%(n)d of %(all)d would lack something later, when the new rules begin to count for them.",
            found["lacking"],
        )
        lines.append(text % {"n": found["lacking"], "all": found["present"]})
    elif found["present"]:
        lines.append(_("As things stand, nobody would lack anything later either."))
    if found["going_on"]:
        text = ngettext(
            "One applicant goes on by the version they began with.",
            "%(n)d applicants go on by the version they began with.",
            found["going_on"],
        )
        lines.append(text % {"n": found["going_on"]})
    if found["beginning"]:
        text = ngettext(
            "One applicant has not begun; the version of the day of their first step counts for them.",
            "%(n)d applicants have not begun; the version of the day of their first step counts for them.",
            found["beginning"],
        )
        lines.append(text % {"n": found["beginning"]})
    return lines
