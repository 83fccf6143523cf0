"""Who may say thanks."""

from django.utils.translation import gettext_lazy as _

from common.rules import rule
from matching.rules import coordinates


@rule(_("Only the person themselves, or a coordinator they asked, may do this."), system=True)
def give(user, check) -> bool:
    """A mentee comes by link, signed by the system user; a coordinator takes it back for somebody who rings."""
    return check.to == "mentee" and coordinates(user, check.match)
