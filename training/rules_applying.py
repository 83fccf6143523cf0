"""Who may do what to an application. What an applicant does by link, or without one, is signed by the system."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule

MAY_PUT_FORWARD = (Perm.REFER, Perm.ANSWER_QUESTIONS, Perm.MANAGE_MENTORS)


@rule(_("Only the person may do this, by the link in their message."), system=True)
def own(user, application) -> bool:
    return False


@rule(_("Only who works with patients at this clinic may put somebody forward."))
def put_forward(user, clinic) -> bool:
    return any(can(user, permission, clinic) for permission in MAY_PUT_FORWARD)


@rule(_("Only who keeps the mentors' records may do this."))
def write_down(user, clinic) -> bool:
    return can(user, Perm.MANAGE_MENTORS, clinic)


@rule(_("Only who keeps the mentors' records may do this."))
def handle(user, application) -> bool:
    return can(user, Perm.MANAGE_MENTORS, application.clinic_id)
