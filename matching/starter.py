"""What a clinic begins with: the first version of its weights."""

from __future__ import annotations

from accounts.models import User
from clinics.models import Clinic
from matching.models import Policy

# No validated weights exist (evidence D): a clinic signs these off and may change them.
WEIGHTS = {
    "topics": 25, "lived": 20, "life_stage": 15, "age": 10, "work": 10, "culture": 10, "interests": 5, "distance": 5,
}  # fmt: skip


def start_clinic(clinic: Clinic, by: User | None = None) -> Policy:
    """Store version 1 of the weights. Again returns what is there."""
    policy, _made = Policy.objects.get_or_create(clinic=clinic, version=1, defaults={"weights": WEIGHTS, "by": by})
    return policy
