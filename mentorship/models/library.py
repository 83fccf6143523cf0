"""Who answers which questions, and answers the team approved to use again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common import clock
from common.models import PublicRef, Versioned
from common.vocabulary import Language, Topic
from mentorship.models.questions import Question
from mentorship.querysets_library import ApprovedAnswerQuerySet

USER = settings.AUTH_USER_MODEL


class QuestionRoute(models.Model):
    """Who of the care team answers questions about a topic; other topics go to the responsible clinician (VdE21 #21)."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="question_routes")
    topic = models.CharField(_("about"), max_length=12, choices=Topic)
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("goes to"))

    class Meta:
        ordering = ["topic"]
        constraints = [models.UniqueConstraint(fields=["clinic", "topic"], name="one_route_per_topic")]

    def __str__(self) -> str:
        return f"{self.topic}"


class ApprovedAnswer(PublicRef, Versioned):
    """A question and its answer in plain words, without anybody's details, that the team approved to use again."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="approved_answers")
    topic = models.CharField(_("about"), max_length=12, choices=Topic)
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.NL)
    question = models.CharField(_("the question, without anybody's details"), max_length=300)
    answer = models.TextField(_("the answer, in plain words"), max_length=2000)
    taken_from = models.ForeignKey(Question, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    proposed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    approved_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(_("look at it again on"), null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ApprovedAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["topic", "question", "pk"]
        indexes = [models.Index(fields=["clinic", "topic"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="answer_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(retired_at=None, retired_by=None) | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="answer_retired_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.question
