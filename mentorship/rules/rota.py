"""Who may plan who is on call, and hand a shift over."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule


@rule(_("Only a coordinator or an admin of this clinic plans who is on call."))
def plan(user, clinic) -> bool:
    """Coordinators and admins of the clinic."""
    return can(user, Perm.COORDINATE, clinic) or can(user, Perm.SETTINGS, clinic)


@rule(_("Only the person on call, or who plans the rota, may hand this over."))
def offer(user, shift) -> bool:
    """Whoever has the shift while they answer flags there, and those who plan."""
    mine = shift.user_id == user.pk and can(user, Perm.ANSWER_FLAGS, shift.clinic_id)
    return mine or plan.test(user, shift.clinic_id)


@rule(_("Only the colleague who was asked can take this over."))
def accept(user, shift) -> bool:
    """Whom it was offered to, while they answer flags there."""
    return shift.offered_to_id == user.pk and can(user, Perm.ANSWER_FLAGS, shift.clinic_id)


@rule(_("Only the two it is about, or who plans the rota, may do this."))
def decline(user, shift) -> bool:
    """Say no to it, or take the question back."""
    return shift.offered_to_id == user.pk or offer.test(user, shift)
