"""Where a mentor is in the training."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.models import PublicRef
from training.models.curriculum import Curriculum, Module
from training.models.mentors import Mentor
from training.querysets_learning import AttemptQuerySet, LearningQuerySet, ProgressQuerySet

USER = settings.AUTH_USER_MODEL


class Learning(models.Model):
    """One mentor following one version of the curriculum; the refreshers of a later one are a new row."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="learnings")
    curriculum = models.ForeignKey(Curriculum, on_delete=models.PROTECT, related_name="learnings")
    is_refresher = models.BooleanField(default=False)
    begun_at = models.DateTimeField(default=clock.now)
    begun_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    objects = LearningQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.curriculum}"


class ModuleProgress(PublicRef):
    """How far somebody is in one module. `round` counts on when more attempts are given after the last one."""

    class How(models.TextChoices):
        QUIZ = "quiz", _("By the questions")
        OBSERVED = "observed", _("By what somebody saw")
        PRESENT = "present", _("Was there")
        READ = "read", _("By what was written")
        ELSEWHERE = "elsewhere", _("Learned elsewhere")

    learning = models.ForeignKey(Learning, on_delete=models.CASCADE, related_name="progress")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="progress")
    page = models.PositiveSmallIntegerField(default=0)  # the last page that was read
    written = models.TextField(max_length=3000, blank=True)  # for a module that is passed by writing
    written_at = models.DateTimeField(null=True, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    talk_note = models.TextField(max_length=1000, blank=True)  # what was agreed after the last attempt
    remark = models.TextField(max_length=1000, blank=True)  # why learned elsewhere, or a word with what was written
    passed_at = models.DateTimeField(null=True, blank=True)
    passed_how = models.CharField(max_length=12, choices=How, blank=True)
    passed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    touched_at = models.DateTimeField(default=clock.now)

    objects = ProgressQuerySet.as_manager()

    class Meta:
        ordering = ["module__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["learning", "module"], name="one_progress_a_module"),
            models.CheckConstraint(
                condition=models.Q(passed_at=None, passed_how="")
                | (models.Q(passed_at__isnull=False) & ~models.Q(passed_how="")),
                name="passed_somehow",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module}"


class Attempt(PublicRef):
    """One try at a quiz, made when it is opened: answers go to a try that is open, once."""

    progress = models.ForeignKey(ModuleProgress, on_delete=models.CASCADE, related_name="tries")
    round = models.PositiveSmallIntegerField(default=1)
    number = models.PositiveSmallIntegerField()
    begun_at = models.DateTimeField(default=clock.now)
    answers = models.JSONField(default=dict)  # {question ref: option ref}, kept while answering
    ended_at = models.DateTimeField(null=True, blank=True)
    right = models.PositiveSmallIntegerField(null=True, blank=True)
    total = models.PositiveSmallIntegerField(null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)
    why_not = models.CharField(max_length=20, blank=True)  # mark | emergency | unsafe

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["round", "number"]
        constraints = [
            models.UniqueConstraint(fields=["progress", "round", "number"], name="one_try_a_number"),
            models.UniqueConstraint(fields=["progress"], condition=models.Q(ended_at=None), name="one_open_try"),
            models.CheckConstraint(condition=models.Q(number__range=(1, 3)), name="at_most_three_tries"),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, passed=None) | models.Q(ended_at__isnull=False, passed__isnull=False),
                name="ended_try_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}.{self.number}"


class Observation(PublicRef):
    """What somebody saw in a role-play: 0 to 2 for each item of the rubric. Tries count as with a quiz."""

    progress = models.ForeignKey(ModuleProgress, on_delete=models.CASCADE, related_name="observations")
    round = models.PositiveSmallIntegerField(default=1)
    number = models.PositiveSmallIntegerField()
    observer = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("on"))
    seen = models.JSONField(default=dict)  # {rubric item ref: 0-2}
    points = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    words = models.TextField(_("what to say to them"), max_length=1000, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["round", "number"]
        constraints = [
            models.UniqueConstraint(fields=["progress", "round", "number"], name="one_observation_a_number"),
            models.CheckConstraint(condition=models.Q(number__range=(1, 3)), name="at_most_three_observations"),
        ]

    def __str__(self) -> str:
        return f"{self.round}.{self.number}"
