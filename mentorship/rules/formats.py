"""Who may do what to a format, and to what a clinic chose for its programme."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule


@rule(_("Only a coordinator of this clinic may do this."), system=True)
def make(user, clinic) -> bool:
    """A coordinator: a format of the clinic's own; the system user loads files."""
    return can(user, Perm.COORDINATE, clinic)


@rule(_("This came with Halfword and stays as it is. Make a copy of your own to change it."))
def change(user, format) -> bool:
    """A coordinator of the clinic the format belongs to; nobody changes what came with the product."""
    return format.clinic_id is not None and can(user, Perm.COORDINATE, format.clinic_id)
