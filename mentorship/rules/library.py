"""Who may write and approve the answers a team uses again."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule


@rule(_("Only people who answer questions at this clinic keep its answers."))
def write(user, clinic) -> bool:
    """Whoever answers questions at the clinic."""
    return can(user, Perm.ANSWER_QUESTIONS, clinic)


@rule(_("Somebody else of the team looks at it: who wrote an answer does not approve it."))
def approve(user, answer) -> bool:
    """Whoever answers questions at the clinic and did not write this one."""
    return can(user, Perm.ANSWER_QUESTIONS, answer.clinic_id) and answer.proposed_by_id != user.pk
