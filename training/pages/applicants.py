"""The list of people who want to be a mentor, for who keeps the mentors' records: longest first, with what is next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from clinics.models import Clinic
from common import words
from training.data_applying import DRAFTS_KEPT
from training.models import Application, Mentor, MentorEvent
from training.workflow import ApplicationStatus, Status

NOMINATED, SENT, CLOSED = "nominated", "sent", "closed"
IN_SELECTION = (Status.APPLIED, Status.INTERVIEWED, Status.LATER)


@dataclass(frozen=True)
class Applicant:
    """One line: who, where they are, since when, and what is next."""

    name: str
    url: str
    where: str
    since: dt.datetime
    next: str
    soon: bool = False


def choices() -> list[tuple[str, str]]:
    """Return what the list can be narrowed to."""
    return [
        ("", _("Everybody")), (NOMINATED, _("Put forward, not answered")), (SENT, _("Sent, to be taken up")),
        (Status.APPLIED, _("To talk with")), (Status.INTERVIEWED, _("To decide about")), (Status.LATER, _("Not now")),
        (CLOSED, _("Closed")),
    ]  # fmt: skip


def everybody(user, clinic: Clinic, *, where: str = "", name: str = "") -> list[Applicant]:
    """Return who waits for something, longest first; closed ones only when asked for. Two queries at most."""
    found = [_of_application(row) for row in applications(user, clinic, where, name)]
    found += [_of_mentor(row, clinic.today) for row in mentors(user, clinic, where, name)]
    return sorted(found, key=lambda row: row.since)


def applications(user, clinic: Clinic, where: str, name: str) -> QuerySet:
    """Return nominations not answered and applications not taken up, or the closed ones."""
    nominated = Q(status=ApplicationStatus.DRAFT, source=Application.Source.NOMINATED)
    asked = {
        "": nominated | Q(status=ApplicationStatus.SENT), NOMINATED: nominated, SENT: Q(status=ApplicationStatus.SENT),
        CLOSED: Q(status=ApplicationStatus.CLOSED),
    }.get(where)  # fmt: skip
    rows = Application.objects.handled_by(user).of_clinic(clinic).filter(erased_at=None)
    if asked is None:
        return rows.none()
    return _named(rows.filter(asked), name, "").select_related("nominated_by", "clinic")


def mentors(user, clinic: Clinic, where: str, name: str) -> QuerySet:
    """Return the people in selection, each with since when they are where they are."""
    states = IN_SELECTION if where == "" else [s for s in IN_SELECTION if s == where]
    moved = MentorEvent.objects.filter(mentor=OuterRef("pk"), to_status=OuterRef("status")).order_by("-at", "-pk")
    rows = Mentor.objects.visible_to(user).of_clinic(clinic).filter(status__in=states)
    return _named(rows, name, "person__").select_related("person").annotate(since=Subquery(moved.values("at")[:1]))


def _named(rows: QuerySet, name: str, path: str) -> QuerySet:
    for part in name.replace("\x00", "").split()[:3]:
        rows = rows.filter(Q(**{f"{path}first_name__icontains": part}) | Q(**{f"{path}last_name__icontains": part}))
    return rows


def put_forward(user, clinic: Clinic) -> QuerySet:
    """Return whom a professional put forward at a clinic, newest first."""
    mine = Application.objects.put_forward_by(user).of_clinic(clinic).select_related("mentor")
    return mine.order_by("-started_at", "-pk")


def drafts(clinic: Clinic) -> int:
    """Count the forms somebody began on the clinic's page and has not sent."""
    return Application.objects.of_clinic(clinic).filter(status=ApplicationStatus.DRAFT, source="public").count()


def _of_application(row: Application) -> Applicant:
    url = reverse("training:applicant", args=[row.ref])
    today = row.clinic.today
    if row.status == ApplicationStatus.DRAFT:
        last = words.day((row.started_at + DRAFTS_KEPT).date(), today=today, weekday=False)
        next_ = _("They answer, or it is erased on %(day)s.") % {"day": last}
        return Applicant(str(row), url, _("Put forward, not answered"), row.started_at, next_)
    if row.status == ApplicationStatus.CLOSED:
        return Applicant(str(row), url, _("Closed"), row.sent_at or row.started_at, "")
    return Applicant(
        str(row), url, _("Sent"), row.sent_at or row.started_at, _("Read it, ring them and take it up."), True
    )


def _of_mentor(mentor: Mentor, today: dt.date) -> Applicant:
    url = reverse("training:selection", args=[mentor.ref])
    where, next_, soon = {
        Status.APPLIED: (_("To talk with"), _("Plan a first talk."), False),
        Status.INTERVIEWED: (_("To decide about"), _("Gather what the rules ask, then decide."), False),
        Status.LATER: (_("Not now"), *_again(mentor, today)),
    }[Status(mentor.status)]
    return Applicant(mentor.person.full_name, url, where, mentor.since or mentor.created_at, next_, soon)


def _again(mentor: Mentor, today: dt.date) -> tuple[str, bool]:
    if mentor.ask_again_on is None:
        return _("Agree on a day to ask again."), False
    day = words.day(mentor.ask_again_on, today=today, weekday=False)
    if mentor.ask_again_on <= today:
        return _("Ask again: the day was %(day)s.") % {"day": day}, True
    return _("Ask again on %(day)s.") % {"day": day}, False
