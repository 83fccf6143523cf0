"""Who may deal with messages that did not arrive."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule
from messaging import kinds


@rule(_("Only coordinators and admins of this clinic deal with messages that did not arrive."))
def deal_with(user, message) -> bool:
    """Tell whether somebody may send it again or settle it by hand: nobody may about what is kept from them."""
    runs = can(user, Perm.COORDINATE, message.clinic_id) or can(user, Perm.OUTBOX, message.clinic_id)
    return runs and not any(refs.filter(ref=message.subject).exists() for refs in kinds.kept_from(user))
