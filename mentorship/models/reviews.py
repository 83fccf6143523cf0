"""Some pairs of each quarter are looked at, drawn by chance (Joo22 #48)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common import clock
from common.models import PublicRef, Versioned
from matching.models import Match
from mentorship.querysets_reviews import ReviewQuerySet

USER = settings.AUTH_USER_MODEL


class MatchReview(PublicRef, Versioned):
    """One pair somebody looks at for one quarter. It is about the pair, and never a mark for a person."""

    class Outcome(models.TextChoices):
        WELL = "well", _("All is well")
        MENTOR = "mentor", _("Talk with the mentor")
        MENTEE = "mentee", _("Talk with the person they support")
        CHANGE = "change", _("Change something")

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="match_reviews")  # the mentee's
    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="reviews")
    quarter = models.CharField(_("quarter"), max_length=7)  # 2026-Q4
    drawn_at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(_("how is it"), max_length=8, choices=Outcome, blank=True)
    words = models.TextField(_("what you saw, and what is agreed"), max_length=2000, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["drawn_at", "pk"]
        indexes = [models.Index(fields=["clinic", "done_at"])]
        constraints = [
            models.UniqueConstraint(fields=["match", "quarter"], name="one_review_a_quarter"),
            models.CheckConstraint(
                condition=models.Q(done_at=None, done_by=None, outcome="")
                | (models.Q(done_at__isnull=False, done_by__isnull=False) & ~models.Q(outcome="")),
                name="review_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.quarter
