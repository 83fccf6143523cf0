"""The follow-up days a clinic starts with; it may change them under its settings."""

from clinics.models import Clinic
from mentorship.checks import DAYS
from mentorship.models import CheckDay


def start_clinic(clinic: Clinic) -> None:
    """Store the default follow-up days of a clinic that has none. Safe to repeat."""
    if not CheckDay.objects.filter(clinic=clinic).exists():
        CheckDay.objects.bulk_create(CheckDay(clinic=clinic, day=day, to=to) for day, to in DAYS)
