"""Thanks of mentees that their mentor may read (Emb13 #55: a mentor often does not know that it helped)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.models import PublicRef
from matching.models import Match
from mentorship.models.checks import FollowUpCheck
from mentorship.querysets_thanks import ThanksQuerySet


class Thanks(PublicRef):
    """Words of a mentee for their mentor, with their yes that the mentor reads them; taken back whenever they like.

    Given after a follow-up question, one at most for each. Never counted, never compared.
    """

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="thanks")
    follow_up = models.OneToOneField(FollowUpCheck, on_delete=models.CASCADE, related_name="thanks")
    words = models.CharField(_("words of thanks"), max_length=300)
    with_name = models.BooleanField(_("with my first name"), default=False)
    given_at = models.DateTimeField(default=clock.now)  # with it, the yes that the mentor may read it
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = ThanksQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "-pk"]
        indexes = [models.Index(fields=["match", "-given_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken_back_at=None) | models.Q(words=""), name="thanks_taken_back_are_gone"
            ),
        ]

    def __str__(self) -> str:
        return self.ref
