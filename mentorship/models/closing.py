"""Goals of a mentee, and a good ending (Emb13 #64, #82, #83)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common import clock
from common.models import PublicRef
from matching.models import Match
from mentorship.models.checks import Side
from mentorship.querysets_closing import ClosingAnswerQuerySet, ClosingQuerySet, GoalQuerySet
from referrals.models import Referral

USER = settings.AUTH_USER_MODEL


class Goal(PublicRef):
    """Something the mentee wants, in their own words. Theirs to write and to let go; never a task."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        PARTLY = "partly", _("A bit further")
        LET_GO = "let-go", _("Let go")

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="goals")
    text = models.CharField(_("what I would like"), max_length=200)
    side = models.CharField(max_length=6, choices=Side, default=Side.MENTEE)  # who wrote it down, with the mentee
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")  # the system user for a link
    at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(_("how it went"), max_length=8, choices=Outcome, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", looked_at=None, looked_by=None)
                | (~Q(outcome="") & Q(looked_at__isnull=False, looked_by__isnull=False)),
                name="goal_looked_at_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Closing(models.Model):
    """The checklist of a planned ending, beside the other support and the last talk that stand with the enrolment."""

    class Future(models.TextChoices):
        NONE = "none", _("No more contact")
        THEIR_OWN = "their-own", _("They may stay in touch by themselves, outside the programme")
        ALUMNI = "alumni", _("The programme may invite both now and then")

    match = models.OneToOneField(Match, on_delete=models.PROTECT, related_name="closing")
    future = models.CharField(_("contact after this"), max_length=10, choices=Future, blank=True)
    goals_looked_at = models.DateTimeField(null=True, blank=True)
    numbers_deleted_at = models.DateTimeField(null=True, blank=True)  # the mentor says so
    debrief_on = models.DateField(_("talk with the mentor about it, on"), null=True, blank=True)
    debrief_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    debrief_at = models.DateTimeField(null=True, blank=True)  # done
    referrer_told_at = models.DateTimeField(null=True, blank=True)
    mentee_alumni = models.BooleanField(null=True)  # opt-in; None: not asked yet
    mentor_alumni = models.BooleanField(null=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    objects = ClosingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(debrief_at=None, debrief_by=None) | Q(debrief_at__isnull=False, debrief_by__isnull=False),
                name="debrief_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.match)


class ClosingAnswer(models.Model):
    """One answer to one of the two closing questions of one side (mentorship/closing_questions.py)."""

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="closing_answers")
    side = models.CharField(max_length=6, choices=Side)
    question = models.CharField(max_length=20)
    answer = models.CharField(max_length=20)
    comment = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")  # the system user for a link
    at = models.DateTimeField(default=clock.now)

    objects = ClosingAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["match", "side", "question"], name="closing_answer_once")]

    def __str__(self) -> str:
        return self.question
