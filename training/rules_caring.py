"""Who may do what in looking after mentors."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule


def supervises(user, mentor) -> bool:
    """Tell whether the user is a mentor's supervisor and still works at the clinic; nobody supervises themselves."""
    clinic = mentor.person.clinic_id
    works = can(user, Perm.ANSWER_QUESTIONS, clinic) or can(user, Perm.MANAGE_MENTORS, clinic)
    return mentor.supervisor_id == user.pk and works and mentor.person.user_id != user.pk


@rule(_("Only the supervisor, or who keeps the mentors' records, may say that this is done."))
def finish_task(user, task) -> bool:
    """Whoever looks after them, never the mentor."""
    mentor = task.mentor
    keeps = can(user, Perm.MANAGE_MENTORS, mentor.person.clinic_id) and mentor.person.user_id != user.pk
    return keeps or supervises(user, mentor)


@rule(_("Only the mentor may say how they are."))
def say(user, mentor) -> bool:
    """Nobody answers for somebody else."""
    return mentor.person.user_id == user.pk and can(user, Perm.MENTOR, mentor.person.clinic_id)
