"""Who may do what in somebody's training. Nobody passes themselves by hand."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule


def _is_self(user, mentor) -> bool:
    return mentor.person.user_id == user.pk and can(user, Perm.MENTOR, mentor.person.clinic_id)


def _keeps(user, mentor) -> bool:
    return can(user, Perm.MANAGE_MENTORS, mentor.person.clinic_id)


def _looks_after(user, mentor) -> bool:
    return mentor.supervisor_id == user.pk and can(user, Perm.ANSWER_QUESTIONS, mentor.person.clinic_id)


@rule(_("Only who follows the training, or who keeps the mentors' records, may begin it."), system=True)
def begin(user, mentor) -> bool:
    """The mentor, or who keeps their record, begins the training."""
    return _is_self(user, mentor) or _keeps(user, mentor)


@rule(_("Only who follows the training may answer here."))
def learn(user, mentor) -> bool:
    """Only the mentor reads on and answers."""
    return _is_self(user, mentor)


@rule(
    _("Somebody else who teaches, or keeps the mentors' records, must say this: nobody passes themselves."), system=True
)
def teach(user, mentor) -> bool:
    """Somebody else says that a part is passed."""
    if mentor.person.user_id == user.pk:
        return False
    return _keeps(user, mentor) or _looks_after(user, mentor) or can(user, Perm.TRAIN, mentor.person.clinic_id)


@rule(_("Their supervisor, or somebody else who keeps the mentors' records, reads this: nobody reads their own."))
def read(user, mentor) -> bool:
    """Somebody else reads what was written."""
    return mentor.person.user_id != user.pk and (_keeps(user, mentor) or _looks_after(user, mentor))


@rule(_("Only who keeps the mentors' records, or the clinic's settings, may change what is taught."))
def plan(user, clinic) -> bool:
    return can(user, Perm.MANAGE_MENTORS, clinic) or can(user, Perm.SETTINGS, clinic)
