"""What a clinic begins with: the first version of its rules for choosing mentors."""

from __future__ import annotations

from accounts.models import User
from clinics.models import Clinic
from training.models import AdmissionPolicy
from training.models.policy import STARTER_WHO, PaperKind, SelectionStep


def start_clinic(clinic: Clinic, by: User) -> AdmissionPolicy:
    """Store version 1 of the rules, to sign off and change [D]. Again returns what is there."""
    policy, _made = AdmissionPolicy.objects.get_or_create(
        clinic=clinic,
        version=1,
        defaults={
            "in_force_from": clinic.today,
            "needed": SelectionStep.values,
            "who": STARTER_WHO,
            "papers": [PaperKind.BACKGROUND.value],
            "published_by": by,
        },
    )
    return policy
