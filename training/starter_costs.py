"""The amounts of the present year a new clinic begins with."""

from __future__ import annotations

from accounts.models import User
from clinics.models import Clinic
from training.models import CostYear

# The Belgian flat rate for volunteers of 2026: 44.02 euro a day, 1,760.83 euro a year (Danspunt). Beside it the law
# allows transport up to 2,000 kilometres a year; 0.43 euro for one, and a receipt for every real cost, are
# proposals of our own [D]. The clinic looks at them again each year.
AMOUNTS = {
    "flat_rate": 4402, "day_ceiling": 4402, "year_ceiling": 176_083, "km_rate": 4300, "km_ceiling": 2000,
    "receipt_from": 0,
}  # fmt: skip


def start_clinic(clinic: Clinic, by: User) -> CostYear:
    """Store the amounts of the present year, where the clinic has none. Safe to repeat.

    They are those of 2026; an admin puts those of a later year in their place.
    """
    row, _made = CostYear.objects.get_or_create(clinic=clinic, year=clinic.today.year, defaults=AMOUNTS)
    return row
