"""Which formats a clinic may follow, for everybody or for one person."""

from __future__ import annotations

from clinics.models import Clinic
from matching.workflow import Status
from mentorship.formats import words
from mentorship.models import Enrolment, Format, Programme


def formats_for(clinic: Clinic, *, pairs: bool = True) -> list[Format]:
    """Return the formats in use a clinic may choose from, newest versions, its own first, then by name.

    `pairs` leaves out those in which no two people talk with each other. Each has `sentence`, its words.
    """
    rows = Format.objects.of_clinic(clinic).newest().in_use()
    found = [row for row in rows if not pairs or words.has_pair(row.body)]
    for row in found:
        row.sentence = words.sentence(row.body)
    return sorted(found, key=lambda row: (row.clinic_id is None, row.name, row.pk))


def followers(format: Format, clinic: Clinic) -> int:
    """Return how many pairs of a clinic follow some version of a format now."""
    rows = Enrolment.objects.filter(referral__clinic=clinic, format__key=format.key, format__clinic=format.clinic)
    return rows.filter(match__status__in=(Status.INTRODUCED, Status.PAUSED)).count()


def programme_of(clinic: Clinic) -> Programme:
    """Return what a clinic chose; the defaults, not stored, where it chose nothing yet."""
    return Programme.objects.filter(clinic=clinic).select_related("pair_format").first() or Programme(clinic=clinic)
