"""Somebody watches over every mentor: talks, and a way to say that something is not right."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common import clock
from common.models import PublicRef, StatusChange, Versioned
from training.models.mentors import Mentor
from training.querysets_supervising import ConcernQuerySet, PartQuerySet, TalkQuerySet
from training.workflow import ConcernStatus

USER = settings.AUTH_USER_MODEL


class SupervisionTalk(PublicRef, Versioned):
    """One supervision talk, with one mentor or a group."""

    class Kind(models.TextChoices):
        ONE_TO_ONE = "one-to-one", _("One to one")
        GROUP = "group", _("In a group")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="supervision_talks")
    kind = models.CharField(_("how many"), max_length=12, choices=Kind, default=Kind.ONE_TO_ONE)
    planned_at = models.DateTimeField(_("when"))
    where = models.CharField(_("where, or the video link"), max_length=200, blank=True)
    planned_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    held_on = models.DateField(null=True, blank=True)  # in the clinic's time zone
    saved_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = TalkQuerySet.as_manager()

    class Meta:
        ordering = ["planned_at", "pk"]
        indexes = [models.Index(fields=["clinic", "planned_at"]), models.Index(fields=["supervisor", "planned_at"])]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(held_on__isnull=False, cancelled_at__isnull=False), name="talk_held_or_cancelled"
            ),
            models.UniqueConstraint(
                fields=["supervisor", "planned_at"],
                condition=models.Q(cancelled_at=None),
                name="one_talk_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.planned_at:%Y-%m-%d}"


class SupervisionPart(PublicRef):
    """One mentor's part of a talk: only that mentor and the supervisor read the notes."""

    talk = models.ForeignKey(SupervisionTalk, on_delete=models.CASCADE, related_name="parts")
    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="supervision")
    topic = models.CharField(_("something of your own to talk about"), max_length=300, blank=True)  # the mentor's
    came = models.BooleanField(null=True, blank=True)
    talked = models.JSONField(default=list)  # keys of the agenda that were ticked
    notes = models.TextField(_("what you agreed"), max_length=3000, blank=True)
    draft = models.JSONField(default=dict, blank=True)  # what the supervisor typed and did not save yet

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["talk", "mentor"], name="one_part_each")]

    def __str__(self) -> str:
        return f"{self.talk}"


class Concern(PublicRef, Versioned):
    """Something somebody is worried about in a mentor or in staff, in confidence (Joo22 #47).

    It goes to the coordinator, or past them to the admin. Nobody reads a concern about themselves.
    """

    class To(models.TextChoices):
        COORDINATOR = "coordinator", _("The coordinator")
        ADMIN = "admin", _("Past the coordinator, to the admin")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="concerns")
    status = models.CharField(max_length=12, choices=ConcernStatus, default=ConcernStatus.RAISED)
    to = models.CharField(_("who should read this"), max_length=12, choices=To)
    about_mentor = models.ForeignKey(Mentor, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    about_user = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(_("about whom"), max_length=200, blank=True)  # as somebody outside wrote it
    words = models.TextField(_("what happened"), max_length=4000)
    by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # null: no name
    reach = models.CharField(_("how to reach you"), max_length=200, blank=True)
    raised_at = models.DateTimeField(default=clock.now)
    outcome = models.TextField(_("what was done"), max_length=2000, blank=True)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-pk"]
        indexes = [models.Index(fields=["clinic", "status", "raised_at"])]

    def __str__(self) -> str:
        return self.status


class ConcernEvent(StatusChange):
    """The history of a concern."""

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="history")
