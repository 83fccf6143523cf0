"""Who may look at a pair that was drawn."""

from django.utils.translation import gettext_lazy as _

from common.rules import rule
from mentorship.models import MatchReview


@rule(_("Only the coordinator, or who looks after the mentor, may look at this pair; never somebody of the pair."))
def finish(user, review) -> bool:
    """Ask the same question as the list of reviews."""
    return MatchReview.objects.visible_to(user).filter(pk=review.pk).exists()
