"""Who may ask the care team something, and who answers."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule
from matching.workflow import LIVE
from mentorship.rules.flags import is_mentor_of


@rule(_("You can ask the team about your own people only."), system=True)
def ask(user, about) -> bool:
    """`about` is (referral, match or None): a mentor's own present pair, or the clinic's own people."""
    referral, match = about
    if match is not None and is_mentor_of(user, match):
        return match.status in LIVE and match.sight_ended_at is None
    return any(can(user, p, referral.clinic_id) for p in (Perm.REFER, Perm.COORDINATE, Perm.ANSWER_QUESTIONS))


@rule(_("This question is for a colleague of yours."))
def answer(user, question) -> bool:
    """The clinician it was put to, while they answer questions at this clinic."""
    return question.routed_to_id == user.pk and can(user, Perm.ANSWER_QUESTIONS, question.referral.clinic_id)


@rule(_("Only the clinician it was put to, or a coordinator, can do this."))
def follow_up(user, question) -> bool:
    """The clinician, or a coordinator of the clinic."""
    return answer.test(user, question) or can(user, Perm.COORDINATE, question.referral.clinic_id)


@rule(_("Only the person who asked can say whether it is clear."), system=True)
def hear(user, question) -> bool:
    """Nobody with an account: the mentee comes by link, as the system user."""
    return False
