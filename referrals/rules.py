"""Who may do what with offers, referrals and people. The reason is what a refused person reads."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule


def _clinic_of(obj) -> int:
    return getattr(obj, "clinic_id", None) or obj.pk


@rule(_("Only people who refer for this clinic may do this."))
def refer(user, obj) -> bool:
    """Offer a mentor, write a draft and send it; `obj` is a clinic or something that belongs to one."""
    return can(user, Perm.REFER, _clinic_of(obj))


@rule(_("A draft is its writer's own."))
def write_draft(user, referral) -> bool:
    """Keep or send one's own draft."""
    return referral.created_by_id == user.pk and can(user, Perm.REFER, referral.clinic_id)


@rule(_("Only people who refer for this clinic may answer."))
def answer(user, referral) -> bool:
    """Answer the coordinators' question."""
    return can(user, Perm.REFER, referral.clinic_id)


@rule(_("Only the coordinators of this clinic decide about a referral."))
def triage(user, referral) -> bool:
    """Decide about a referral."""
    return can(user, Perm.COORDINATE, referral.clinic_id)


@rule(_("Only the coordinators of this clinic open a referral again."), system=True)
def reopen(user, referral) -> bool:
    """Open a closed referral again; its mentee does so on their own page, signed by the system user."""
    return can(user, Perm.COORDINATE, referral.clinic_id)


@rule(_("Only the coordinators of this clinic decide about a referral."), system=True)
def close(user, referral) -> bool:
    """Close a referral; jobs may too."""
    return can(user, Perm.COORDINATE, referral.clinic_id)


@rule(_("Only people who refer or coordinate for this clinic may do this."), system=True)
def look_after(user, obj) -> bool:
    """Record what a patient says: consent, a new phase, another address; wake what was put off."""
    return can(user, Perm.REFER, _clinic_of(obj)) or can(user, Perm.COORDINATE, _clinic_of(obj))


@rule(_("Only somebody who changes the settings of this clinic may do this."))
def change_texts(user, clinic) -> bool:
    """Write new consent words."""
    return can(user, Perm.SETTINGS, clinic)
