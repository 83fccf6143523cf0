"""Questions for the care team."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.models import PublicRef, StatusChange, Versioned
from common.vocabulary import Topic
from matching.models import Match
from mentorship.querysets import QuestionQuerySet
from mentorship.workflow import QuestionStatus
from referrals.models import Referral

USER = settings.AUTH_USER_MODEL


class Question(PublicRef, Versioned):
    """Something for the care team. The answer goes to the mentee; the mentor learns only that it was answered."""

    class How(models.TextChoices):
        CALL = "call", _("By phone")
        LINK = "link", _("By a link in a message")

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="questions")
    match = models.ForeignKey(Match, null=True, blank=True, on_delete=models.PROTECT, related_name="questions")
    contact = models.ForeignKey(
        "mentorship.Contact", null=True, blank=True, on_delete=models.PROTECT, related_name="questions"
    )
    status = models.CharField(max_length=10, choices=QuestionStatus, default=QuestionStatus.ASKED)
    topic = models.CharField(_("what about"), max_length=12, choices=Topic)
    text = models.TextField(_("the question"), max_length=1000, blank=True)
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")  # system: the mentee, by link
    asked_at = models.DateTimeField(default=clock.now)
    routed_to = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="questions_routed")
    due_at = models.DateTimeField()
    answer = models.TextField(_("the answer"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(_("how the mentee hears it"), max_length=4, choices=How, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["routed_to", "status", "due_at"]), models.Index(fields=["status", "due_at"])]

    def __str__(self) -> str:
        return self.get_topic_display()


class QuestionEvent(StatusChange):
    """The history of a question."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="history")
