"""Follow-up checks: the programme asking whether all is well."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common import clock
from common.models import PublicRef
from matching.models import Match
from mentorship.querysets import CheckQuerySet

USER = settings.AUTH_USER_MODEL
LEFT = models.Q(cancelled_at=None, handled_at=None)  # nobody has dealt with it


class Side(models.TextChoices):
    MENTEE = "mentee", _("Mentee")
    MENTOR = "mentor", _("Mentor")


class Asked(models.TextChoices):
    """Who a check is put to; the team's come from the format a pair follows."""

    MENTEE = "mentee", _("Mentee")
    MENTOR = "mentor", _("Mentor")
    TEAM = "team", _("The team")


class CheckDay(models.Model):
    """On which day after the introduction the clinic asks whom. Proposals of our own, but for days 10 and 21 (Joo22)."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="check_days")
    day = models.PositiveSmallIntegerField(_("days after the introduction"))
    to = models.CharField(_("who is asked"), max_length=6, choices=Side)

    class Meta:
        ordering = ["day", "to"]
        constraints = [models.UniqueConstraint(fields=["clinic", "day", "to"], name="check_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.to}"


class FollowUpCheck(PublicRef):
    """One question to one side of a pair on one day. `answer` is a code of the question (mentorship/checks.py)."""

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="checks")
    day = models.PositiveSmallIntegerField()
    to = models.CharField(max_length=6, choices=Asked)
    due_on = models.DateField()
    asked_at = models.DateTimeField(default=clock.now)
    answer = models.CharField(max_length=20, blank=True)
    more = models.JSONField(default=dict, blank=True)  # {code of a further question: code of its answer}
    comment = models.TextField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)  # the coordinator has dealt with the answer or the silence
    handled_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    handled_note = models.CharField(max_length=300, blank=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["due_on"]),
            models.Index(fields=["match", "answered_at"]),
            # What nobody has dealt with: by the tap, and by the span whose further answers are opened.
            models.Index(fields=["answer"], name="checks_left_by_answer", condition=LEFT),
            models.Index(fields=["to", "day"], name="checks_left_by_day", condition=LEFT),
        ]
        constraints = [
            models.UniqueConstraint(fields=["match", "day", "to"], name="check_once"),
            models.CheckConstraint(
                condition=models.Q(handled_at=None, handled_by=None)
                | models.Q(handled_at__isnull=False, handled_by__isnull=False),
                name="check_handled_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at=None)
                | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
                name="check_answered_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.to}"


class CheckAnswer(models.Model):
    """The history of an answer: who gave which, when, instead of what. Append-only; the check holds the last one.

    The system user signs for a mentee who came by link. `question` is empty for the tap itself, else the code of a
    further question (mentorship/checks.py) or "comment" for the line in their own words, which `said` holds.
    """

    follow_up = models.ForeignKey(FollowUpCheck, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=20, blank=True)
    from_answer = models.CharField(max_length=20, blank=True)
    to_answer = models.CharField(max_length=20, blank=True)
    said = models.TextField(max_length=500, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["question", "from_answer"])]

    def __str__(self) -> str:
        return f"{self.from_answer} - {self.to_answer}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("History is append-only.")
        super().save(*args, **kwargs)
