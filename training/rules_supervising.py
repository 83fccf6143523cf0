"""Who may do what in supervision, and with a concern told in confidence."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, Role, can, memberships_of
from common.rules import rule
from training.querysets_supervising import works_at

SUPERVISORS = (Role.CLINICIAN, Role.COORDINATOR)


@rule(_("Only who looks after this mentor, or who keeps the mentors' records, may plan a talk."))
def plan(user, mentor) -> bool:
    clinic = mentor.person.clinic_id
    own = mentor.supervisor_id == user.pk and clinic in works_at(user)
    return own or can(user, Perm.MANAGE_MENTORS, clinic)


@rule(_("Only who holds this talk, or who keeps the mentors' records, may change it."))
def change(user, talk) -> bool:
    return (talk.supervisor_id == user.pk and talk.clinic_id in works_at(user)) or can(
        user, Perm.MANAGE_MENTORS, talk.clinic_id
    )


@rule(_("Only who holds this talk reads and writes what was agreed."))
def hold(user, talk) -> bool:
    return talk.supervisor_id == user.pk and talk.clinic_id in works_at(user)


@rule(_("Only the mentor themselves may add a topic of their own."))
def add_topic(user, part) -> bool:
    return part.mentor.person.user_id == user.pk and can(user, Perm.MENTOR, part.mentor.person.clinic_id)


@rule(_("Only somebody of this clinic may tell a concern here while signed in."))
def tell(user, clinic) -> bool:
    return any(m.clinic_id == clinic.pk for m in memberships_of(user))


@rule(_("Nobody reads a concern about themselves, and only those it was put to read it."))
def handle(user, concern) -> bool:
    about = (concern.about_user_id, concern.about_mentor.person.user_id if concern.about_mentor else None)
    perm = Perm.COORDINATE if concern.to == concern.To.COORDINATOR else Perm.OVERSEE
    return user.pk not in about and can(user, perm, concern.clinic_id)
