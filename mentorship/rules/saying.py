"""Who may say for a mentee whether a talk happened."""

from django.utils.translation import gettext_lazy as _

from common.rules import rule


@rule(_("Only the mentee says this, by their own link."), system=True)
def say_what_came(user, contact) -> bool:
    """The system user, who signs for whoever came by link."""
    return False
