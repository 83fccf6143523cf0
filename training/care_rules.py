"""How a clinic looks after its mentors, as it set it or as a new clinic begins."""

from __future__ import annotations

from clinics.models import Clinic
from training.models import CareRules


def rules_of(clinic: Clinic) -> CareRules:
    """Return the rules of a clinic; where none are stored, those a clinic begins with [D], not stored."""
    return CareRules.objects.filter(clinic=clinic).first() or CareRules(clinic=clinic)
