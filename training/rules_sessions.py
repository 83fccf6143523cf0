"""Who may do what with training days and role-plays."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule
from training.querysets_sessions import teaches_in


def _is_self(user, mentor) -> bool:
    return mentor.person.user_id == user.pk


@rule(_("Only who keeps the mentors' records may plan training days."))
def plan(user, clinic) -> bool:
    """Who keeps the records plans, changes and cancels days."""
    return can(user, Perm.MANAGE_MENTORS, clinic)


@rule(_("Only who teaches this day, or keeps the mentors' records, may say who came."))
def mark(user, session) -> bool:
    """The trainer of that day, or who keeps the records."""
    return can(user, Perm.MANAGE_MENTORS, session.clinic_id) or (
        session.trainer_id == user.pk and session.clinic_id in teaches_in(user)
    )


@rule(_("Only who follows the training takes a place for themselves; ring who plans the days for anything else."))
def take_place(user, mentor) -> bool:
    """The mentor themselves, or who keeps the records and heard it from them."""
    if _is_self(user, mentor) and can(user, Perm.MENTOR, mentor.person.clinic_id):
        return True
    return can(user, Perm.MANAGE_MENTORS, mentor.person.clinic_id)


@rule(
    _("Somebody else who keeps the mentors' records, or teaches a day they are at, watches: nobody watches themselves.")
)
def observe(user, mentor) -> bool:
    """Who keeps the records, for anybody; a trainer for who has a place at a day they teach."""
    if _is_self(user, mentor):
        return False
    if can(user, Perm.MANAGE_MENTORS, mentor.person.clinic_id):
        return True
    taught = mentor.sign_ups.filter(cancelled_at=None, session__cancelled_at=None, session__trainer=user)
    return taught.filter(session__clinic__in=teaches_in(user)).exists()


@rule(_("Only who keeps the mentors' records may say that they have spoken with them."))
def settle(user, mentor) -> bool:
    """Who keeps the records."""
    return can(user, Perm.MANAGE_MENTORS, mentor.person.clinic_id)
