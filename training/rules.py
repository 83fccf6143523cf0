"""Who may do what to a mentor's record. Nobody decides about themselves."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule


def _keeps(user, mentor) -> bool:
    return can(user, Perm.MANAGE_MENTORS, mentor.person.clinic_id)


def _is_self(user, mentor) -> bool:
    return mentor.person.user_id == user.pk


@rule(_("Only who keeps the mentors' records may add a mentor."))
def add(user, clinic) -> bool:
    return can(user, Perm.MANAGE_MENTORS, clinic)


@rule(_("Only who keeps the mentors' records may change them."))
def change(user, mentor) -> bool:
    return _keeps(user, mentor)


@rule(_("Somebody else who keeps the mentors' records must decide this: nobody decides about themselves."))
def decide(user, mentor) -> bool:
    return _keeps(user, mentor) and not _is_self(user, mentor)


@rule(_("Only the mentor, or who keeps the mentors' records and asked them, may say this."))
def wish_to_share(user, mentor) -> bool:
    return _keeps(user, mentor) or (_is_self(user, mentor) and can(user, Perm.MENTOR, mentor.person.clinic_id))


@rule(_("Only the mentor, or who keeps the mentors' records, may plan a rest."), system=True)
def rest(user, mentor) -> bool:
    return _keeps(user, mentor) or (_is_self(user, mentor) and can(user, Perm.MENTOR, mentor.person.clinic_id))
