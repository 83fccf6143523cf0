"""Looking after mentors: how they are, and what somebody should do about it."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common import clock
from common.models import PublicRef
from training.models.mentors import Mentor
from training.querysets_caring import CareTaskQuerySet, WellbeingQuerySet

USER = settings.AUTH_USER_MODEL


class CareRules(models.Model):
    """How a clinic looks after its mentors; every number is a proposal of our own that the clinic signs off [D]."""

    clinic = models.OneToOneField(Clinic, on_delete=models.CASCADE, related_name="care_rules")
    supervision_days = models.PositiveSmallIntegerField(_("days between supervision talks"), default=60)
    late_supervision_stops = models.BooleanField(_("late supervision stops new people"), default=True)
    grace_days = models.PositiveSmallIntegerField(
        _("days present people keep a mentor whose certificate ended"), default=60
    )
    wellbeing_days = models.PositiveSmallIntegerField(_("days between questions about how they are"), default=30)
    late_from = models.TimeField(_("talks from this hour are late"), default=dt.time(21))
    review_share = models.PositiveSmallIntegerField(_("pairs looked at each quarter, per cent"), default=10)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(supervision_days__range=(7, 365)), name="care_supervision_days"),
            models.CheckConstraint(condition=models.Q(wellbeing_days__range=(7, 180)), name="care_wellbeing_days"),
            models.CheckConstraint(condition=models.Q(grace_days__lte=365), name="care_grace_days"),
            models.CheckConstraint(condition=models.Q(review_share__lte=100), name="care_review_share"),
        ]

    def __str__(self) -> str:
        return f"{self.clinic}"


class WellbeingCheck(PublicRef):
    """Asking a mentor how they are: every month, and after something hard. Two taps; not answering is fine."""

    class Drain(models.TextChoices):
        NO = "no", _("As before, or better")
        BIT = "bit", _("A bit drained")
        VERY = "very", _("Drained")

    class Sleep(models.TextChoices):
        USUAL = "usual", _("As usual")
        WORSE = "worse", _("Worse since the talks")

    class Memories(models.TextChoices):
        NO = "no", _("No")
        SOME = "some", _("They came back, and I manage")
        HARD = "hard", _("They came back, and it is hard")

    class Illness(models.TextChoices):
        STEADY = "steady", _("Steady")
        WORSE = "worse", _("Worse, no flare")
        FLARE = "flare", _("A flare, or in hospital")

    class Worth(models.TextChoices):
        YES = "yes", _("Yes")
        MIXED = "mixed", _("Sometimes")
        NO = "no", _("No")

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="wellbeing")
    why = models.CharField(max_length=20, default="monthly")  # monthly, or the trigger it came after
    key = models.CharField(max_length=80, unique=True)  # asked once for one reason
    asked_at = models.DateTimeField(default=clock.now)
    drain = models.CharField(_("after a talk I feel"), max_length=8, choices=Drain, blank=True)
    sleep = models.CharField(_("my sleep"), max_length=8, choices=Sleep, blank=True)
    memories = models.CharField(_("old memories of my own"), max_length=8, choices=Memories, blank=True)
    illness = models.CharField(_("my own illness"), max_length=8, choices=Illness, blank=True)
    worth = models.CharField(_("is it worth it to you?"), max_length=8, choices=Worth, blank=True)
    words = models.CharField(_("something you want to say"), max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = WellbeingQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["mentor", "-asked_at"])]

    def __str__(self) -> str:
        return self.why


class CareTask(PublicRef):
    """One reason to look after a mentor, for their supervisor: exactly one task for one event."""

    class Trigger(models.TextChoices):
        FLARE = "flare", _("An own flare or hospital stay")
        DRAINED = "drained", _("Felt drained twice")
        URGENT_FLAG = "urgent-flag", _("Was in the middle of an urgent flag")
        DEATH = "death", _("Somebody they talked with died")
        MISSED = "missed", _("Two talks in a row did not happen")
        DECLINED = "declined", _("Said no to two requests in a row")
        CASELOAD = "caseload", _("Talks with more people than agreed")
        OFTEN = "often", _("Talks more than twice as often as planned")
        LATE = "late", _("Talks late in the evening")
        GIFTS = "gifts", _("Gifts or money came up")
        SLEEP = "sleep", _("Sleeps worse since the talks")
        MEMORIES = "memories", _("Own hard memories came back")
        NO_SUPERVISION = "no-supervision", _("No supervision for too long")

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="care_tasks")
    trigger = models.CharField(max_length=16, choices=Trigger)
    key = models.CharField(max_length=120, unique=True)  # trigger and event: run twice, raised once
    raised_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("what you did"), max_length=500, blank=True)

    objects = CareTaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["mentor", "done_at"]), models.Index(fields=["done_at", "due_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done_at=None, done_by=None) | models.Q(done_at__isnull=False, done_by__isnull=False),
                name="care_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.trigger
