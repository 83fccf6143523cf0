"""A new clinic with everything it needs to begin: each floor brings its own starter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from clinics import actions as clinics
from clinics.models import Clinic, EmergencyNumber, Membership, WorkingHours
from clinics.roles import Role
from common.vocabulary import Language
from matching import starter as matching_starter
from mentorship import starter as mentorship_starter
from mentorship import starter_checks
from referrals import starter as referrals_starter
from training import starter_agreements, starter_costs, starter_curriculum, starter_policy

OPENS, CLOSES = dt.time(8, 30), dt.time(17)
# Belgian numbers; 1733 does not answer in every municipality, so a clinic looks at them first [D].
EMERGENCY = [("Danger to life", "112"), ("Doctor on duty", "1733")]


@transaction.atomic
def start_clinic(name: str, *, languages: Iterable[str] = (Language.NL, Language.FR, Language.EN), **fields) -> Clinic:
    """Store a clinic with working hours, emergency numbers and the starter settings of every floor.

    `fields` are those of Clinic. Nobody works there yet: invite an admin next. Raises ValueError when a
    clinic of that name is there already.
    """
    if Clinic.objects.filter(name=name).exists():
        raise ValueError(f"There is a clinic called {name} already.")
    clinic = Clinic.objects.create(name=name, languages=list(languages), **fields)
    WorkingHours.objects.bulk_create(
        WorkingHours(clinic=clinic, weekday=weekday, opens=OPENS, closes=CLOSES) for weekday in range(5)
    )
    EmergencyNumber.objects.bulk_create(
        EmergencyNumber(clinic=clinic, position=n, label=label, number=number)
        for n, (label, number) in enumerate(EMERGENCY, start=1)
    )
    system = User.objects.system()
    referrals_starter.start_clinic(clinic, by=system)
    matching_starter.start_clinic(clinic, by=system)
    mentorship_starter.start_clinic(clinic, by=system)
    starter_checks.start_clinic(clinic)
    for starter in (starter_policy, starter_curriculum, starter_agreements, starter_costs):
        starter.start_clinic(clinic, by=system)
    return clinic


@transaction.atomic
def first_admin(clinic: Clinic, *, email: str, first_name: str, last_name: str) -> User:
    """Make the first admin of a clinic, who gets an invitation and invites the others. Safe to repeat."""
    names = {"first_name": first_name, "last_name": last_name, "password": "!"}
    user, _made = User.objects.get_or_create(email=email.strip().lower(), defaults=names)
    Membership.objects.get_or_create(
        clinic=clinic, user=user, role=Role.ADMIN, ended_at=None, defaults={"given_by": User.objects.system()}
    )
    if not user.has_usable_password():
        clinics.send_again(clinic=clinic, by=user, user=user)
    return user
