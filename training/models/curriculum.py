"""What is taught: versions of a curriculum, its modules, pages and questions. Fixed once published."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common import clock
from common.models import PublicRef
from training.querysets_learning import CurriculumQuerySet, ModuleQuerySet


class Curriculum(PublicRef):
    """One version of a clinic's training. Whoever began under it ends under it."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="curricula")
    version = models.PositiveIntegerField()
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CurriculumQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "version"], name="one_curriculum_version"),
            models.UniqueConstraint(
                fields=["clinic"], condition=models.Q(published_at=None), name="one_curriculum_in_the_making"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}"


class Module(PublicRef):
    """One part of the training, and how it is passed."""

    class Passing(models.TextChoices):
        QUIZ = "quiz", _("Questions after reading")
        SORTING = "sorting", _("Sorting sentences")
        ROLE_PLAY = "role-play", _("A role-play somebody watches")
        PRESENCE = "presence", _("Being there")
        WRITING = "writing", _("Something written, that a person reads")

    curriculum = models.ForeignKey(Curriculum, on_delete=models.CASCADE, related_name="modules")
    key = models.SlugField(max_length=40)  # the same module in every version
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=120)
    objective = models.CharField(_("what they can do afterwards"), max_length=300)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=30)
    passing = models.CharField(_("how it is passed"), max_length=12, choices=Passing)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark, per cent"), default=80)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=3)
    is_live = models.BooleanField(_("taught together, on a day"), default=False)
    is_refresher = models.BooleanField(_("a refresher, before a new certificate"), default=False)
    study = models.PositiveSmallIntegerField(_("passed first time in the studies, per cent"), null=True, blank=True)

    objects = ModuleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["curriculum", "key"], name="one_module_a_key"),
            models.CheckConstraint(condition=models.Q(pass_mark__range=(50, 100)), name="module_pass_mark"),
            models.CheckConstraint(condition=models.Q(attempts__range=(1, 3)), name="module_attempts"),
        ]

    def __str__(self) -> str:
        return self.title


class ModulePage(models.Model):
    """One page to read, plain text in paragraphs."""

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="pages")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("words"), max_length=6000)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["module", "position"], name="one_page_a_place")]

    def __str__(self) -> str:
        return self.title


class Question(PublicRef):
    """One question of a quiz, or one sentence to sort."""

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("question"), max_length=500)
    is_emergency = models.BooleanField(_("an emergency: must be right"), default=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["module", "position"], name="one_question_a_place")]

    def __str__(self) -> str:
        return self.text


class Option(PublicRef):
    """One answer to a question, with what is said about it afterwards."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("answer"), max_length=300)
    is_right = models.BooleanField(_("right"), default=False)
    is_unsafe = models.BooleanField(_("unsafe: fails the module by itself"), default=False)
    feedback = models.CharField(_("what is said about it"), max_length=500, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["question", "position"], name="one_option_a_place"),
            models.CheckConstraint(condition=~models.Q(is_right=True, is_unsafe=True), name="right_is_never_unsafe"),
        ]

    def __str__(self) -> str:
        return self.text


class RubricItem(PublicRef):
    """One thing an observer looks at in a role-play, from 0 (not seen) to 2 (clearly seen)."""

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="rubric")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("what to look for"), max_length=300)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["module", "position"], name="one_rubric_item_a_place")]

    def __str__(self) -> str:
        return self.text
