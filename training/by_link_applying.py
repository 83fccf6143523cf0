"""What somebody without an account came for, by a one-time link."""

from __future__ import annotations

from accounts.models import OneTimeLink
from clinics.models import Clinic
from training.models import Application, Letter
from training.workflow import ApplicationStatus


def clinic_of(ref: str) -> Clinic | None:
    """Return the clinic whose public page has this ref. What it shows is its name, phone and languages only."""
    return Clinic.objects.filter(ref=ref).first()


def letter_of(link: OneTimeLink | None) -> Letter | None:
    """Return the letter a link is about, with its reader and its writer; None without a link."""
    return Letter.objects.with_reader().filter(ref=link.subject).first() if link else None


def application_of(link: OneTimeLink | None) -> Application | None:
    """Return the application a link is about, with its record as an applicant; None without a link."""
    rows = Application.objects.select_related("clinic", "mentor__person__user", "nominated_by")
    return rows.filter(ref=link.subject).first() if link else None


def nomination_of(link: OneTimeLink | None) -> Application | None:
    """Return the nomination a link is about, as long as it waits for an answer or was just answered."""
    row = application_of(link)
    return row if row and row.source == Application.Source.NOMINATED else None


def asks_who(row: Letter | Application) -> Application | None:
    """Return the application whose address is not known to be right: whoever came says first that it is theirs."""
    if isinstance(row, Letter):
        application = row.application or Application.objects.filter(mentor=row.mentor, erased_at=None).first()
        if row.mentor and row.mentor.person.email_verified_at:
            return None
    else:
        application = row
    if application is None or application.email_verified_at or application.erased_at:
        return None
    return application


def own_draft(ref: str, clinic: Clinic) -> Application | None:
    """Return the draft this browser began at this clinic, if it is a draft still."""
    return Application.objects.filter(ref=ref, clinic=clinic, status=ApplicationStatus.DRAFT, source="public").first()
