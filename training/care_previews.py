"""What a change of the rules for looking after mentors would do today, before it is saved."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from clinics.models import Clinic
from training import readiness
from training.models import CareRules, Mentor


@dataclass(frozen=True)
class Preview:
    """Who would no longer be ready to take somebody new today, and who would become ready."""

    stops: list[Mentor]
    starts: list[Mentor]


def preview(clinic: Clinic, now: CareRules, values: dict) -> Preview:
    """Return who would stop being ready or become ready today; a mentor is named, never silently left out.

    Only whether late supervision stops somebody counts for readiness today. Other numbers count from the next
    talk, question or certificate on.
    """
    before, after = now.late_supervision_stops, values["late_supervision_stops"]
    if before == after:
        return Preview([], [])
    today = clinic.today
    late = Q(supervise_by__lt=today) | Q(supervise_by=None)
    rows = readiness.with_facts(Mentor.objects.of_clinic(clinic).filter(late))
    # whoever lacks nothing but a talk in time: they are ready exactly when late talks stop nobody
    found = [m for m in rows if set(readiness.missing_keys(m, today)) <= {"supervision"}]
    return Preview(found, []) if after else Preview([], found)
