"""Who may do what to a clinic and its people."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule


@rule(_("Only an admin of this clinic manages its people."))
def manage_people(user, clinic) -> bool:
    """Admins of this clinic."""
    return can(user, Perm.MANAGE_PEOPLE, clinic)


@rule(_("Only a coordinator or an admin of this clinic changes its closing days."))
def closing_days(user, clinic) -> bool:
    """Coordinators and admins of this clinic."""
    return can(user, Perm.COORDINATE, clinic) or can(user, Perm.SETTINGS, clinic)


@rule(_("Only an admin of this clinic changes its settings."))
def change_settings(user, clinic) -> bool:
    """Admins of this clinic."""
    return can(user, Perm.SETTINGS, clinic)


@rule(_("Only an admin of this clinic switches it on."))
def switch_on(user, clinic) -> bool:
    """Admins of this clinic."""
    return can(user, Perm.SETTINGS, clinic)
