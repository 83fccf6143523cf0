"""Who may do what about a mentee's own page."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule


@rule(_("Only a coordinator of this clinic gives somebody the link to their page."), system=True)
def give_link(user, referral) -> bool:
    """The system sends it at the introduction, and to whoever asks for a new one at the address on file."""
    return can(user, Perm.COORDINATE, referral.clinic_id)


@rule(_("Only the person themselves may do this, on their own page."), system=True)
def speak(user, referral) -> bool:
    """Whoever opened the page by its link is signed for by the system user; nobody speaks for them."""
    return False
