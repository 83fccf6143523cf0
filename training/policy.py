"""Which version of the clinic's rules counts for whom, and who may do a step of choosing mentors under it."""

from __future__ import annotations

import datetime as dt

from clinics.models import Clinic
from clinics.roles import Perm, can, memberships_of
from training.models import AdmissionPolicy, Mentor


def current(clinic: Clinic) -> AdmissionPolicy | None:
    """Return the version in force today; None where a clinic has none."""
    return on(clinic, clinic.today)


def on(clinic: Clinic, day: dt.date) -> AdmissionPolicy | None:
    """Return the newest version that counts on a day."""
    return clinic.admission_policies.filter(in_force_from__lte=day).order_by("-version").first()


def coming(clinic: Clinic) -> AdmissionPolicy | None:
    """Return the version that is published and does not count yet; None when there is none."""
    newest = clinic.admission_policies.order_by("-version").first()
    return newest if newest and newest.in_force_from > clinic.today else None


def of(mentor: Mentor) -> AdmissionPolicy | None:
    """Return the rules a mentor was taken up or accepted under; before that, those in force today."""
    return mentor.policy or current(mentor.person.clinic)


def roles_for(step: str, policy: AdmissionPolicy | None) -> list[str]:
    """Return the roles that may do a step; empty: whoever keeps the mentors' records."""
    return list(policy.who.get(step, [])) if policy else []


def may(step: str, user, mentor: Mentor) -> bool:
    """Tell whether somebody may do a step of choosing this mentor. Nobody does any about themselves."""
    if mentor.person.user_id == user.pk:
        return False
    clinic, roles = mentor.person.clinic_id, roles_for(step, of(mentor))
    if not roles:
        return can(user, Perm.MANAGE_MENTORS, clinic)
    return any(m.clinic_id == clinic and m.role in roles for m in memberships_of(user))
