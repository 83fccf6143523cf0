"""Who may do what to choose mentors. Nobody does any of it about themselves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import Rule, rule
from training import policy
from training.models.policy import SelectionStep

NOT_YOURS = _("By the clinic’s rules this is for somebody else, and nobody does it about themselves.")


def step(key: str) -> Rule:
    """Return the rule of one step of choosing: who may do it stands in the version of the clinic's rules."""
    return Rule(name=f"step-{key}", reason=NOT_YOURS, test=lambda user, mentor: policy.may(key, user, mentor))


@rule(_("Only who keeps the mentors’ records may ask somebody, and nobody about themselves."))
def ask(user, mentor) -> bool:
    """Ask somebody to rate or to vouch."""
    return can(user, Perm.MANAGE_MENTORS, mentor.person.clinic_id) and mentor.person.user_id != user.pk


@rule(_("This was asked of somebody else."))
def rate(user, rating) -> bool:
    """Rate, when asked, while the clinic's rules let them."""
    return rating.assessor_id == user.pk and policy.may(SelectionStep.RATINGS, user, rating.mentor)


@rule(_("This was asked of somebody else."))
def state(user, sponsorship) -> bool:
    """Give the statement of a sponsor, when asked, while the clinic's rules let them."""
    return sponsorship.sponsor_id == user.pk and policy.may(SelectionStep.SPONSOR, user, sponsorship.mentor)


@rule(_("Only an admin may change how mentors are chosen."))
def publish(user, clinic) -> bool:
    """Put a new version of the clinic's rules in force."""
    return can(user, Perm.SETTINGS, clinic)


@rule(_("Only admins and who keeps the mentors’ records read this."))
def read_rules(user, clinic) -> bool:
    """Read the clinic's rules for choosing mentors."""
    return can(user, Perm.SETTINGS, clinic) or can(user, Perm.MANAGE_MENTORS, clinic)
