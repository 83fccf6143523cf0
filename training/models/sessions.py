"""Days on which a module is taught together."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common import clock
from common.models import PublicRef, Versioned
from training.models.curriculum import Module
from training.models.mentors import Mentor
from training.querysets_sessions import NoDayQuerySet, SessionQuerySet, SignUpQuerySet

USER = settings.AUTH_USER_MODEL


class LiveSession(PublicRef, Versioned):
    """One session: a module, a trainer, a place or a video link, and so many places."""

    class How(models.TextChoices):
        IN_PERSON = "in-person", _("In person")
        VIDEO = "video", _("By video")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="live_sessions")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="sessions")
    trainer = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="sessions_taught")
    organisation = models.CharField(_("from"), max_length=120, blank=True)  # a patient organisation (VdE21 #43)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    how = models.CharField(_("how"), max_length=12, choices=How)
    place = models.CharField(_("where"), max_length=200, blank=True)
    link = models.URLField(_("video link"), blank=True)
    places = models.PositiveSmallIntegerField(_("places"), default=8)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["clinic", "starts_at"]), models.Index(fields=["trainer", "starts_at"])]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="session_dates"),
            models.CheckConstraint(condition=models.Q(places__range=(1, 60)), name="session_places"),
            models.CheckConstraint(
                condition=models.Q(cancelled_at=None, cancelled_by=None)
                | models.Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="session_cancelled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module} {self.starts_at:%Y-%m-%d}"


class SignUp(PublicRef):
    """One mentor's seat at one session. A seat is held by one at a time, also when two ask at once."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="sign_ups")
    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="sign_ups")
    seat = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    came = models.BooleanField(null=True, blank=True)
    marked_at = models.DateTimeField(null=True, blank=True)
    marked_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = SignUpQuerySet.as_manager()

    class Meta:
        ordering = ["seat", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "seat"], condition=models.Q(cancelled_at=None), name="one_in_a_seat"
            ),
            models.UniqueConstraint(
                fields=["session", "mentor"], condition=models.Q(cancelled_at=None), name="one_seat_each"
            ),
            models.CheckConstraint(condition=models.Q(seat__gte=1), name="seats_from_one"),
            models.CheckConstraint(
                condition=models.Q(came=None, marked_by=None) | models.Q(came__isnull=False, marked_by__isnull=False),
                name="came_says_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat}"


class NoDay(PublicRef):
    """A mentor for whom none of the days of a module fits: the coordinator looks for another with them."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="no_days")
    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(_("which days would suit you"), max_length=300, blank=True)
    said_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True, blank=True)  # spoken about, or signed up meanwhile
    settled_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = NoDayQuerySet.as_manager()

    class Meta:
        ordering = ["said_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mentor", "module"], condition=models.Q(settled_at=None), name="one_no_day_a_module"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module}"
