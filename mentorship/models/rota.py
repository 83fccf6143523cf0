"""Who is on call for red flags, from when to when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common.models import PublicRef, StatusChange, Versioned
from mentorship.querysets_rota import ShiftQuerySet
from mentorship.workflow import ShiftStatus

USER = settings.AUTH_USER_MODEL


class Shift(PublicRef, Versioned):
    """One person on call at one clinic. Moments in UTC; `second` is somebody beside the first one, asked after them."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="shifts")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    second = models.BooleanField(_("beside somebody who is on call already"), default=False)
    status = models.CharField(max_length=8, choices=ShiftStatus, default=ShiftStatus.PLANNED)
    # A colleague who was asked to take it; until they say yes, `user` stays on call.
    offered_to = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ShiftQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "second", "pk"]
        indexes = [
            models.Index(fields=["clinic", "status", "ends_at"]),
            models.Index(fields=["user", "ends_at"]),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(starts_at__lt=models.F("ends_at")), name="shift_order"),
            models.UniqueConstraint(
                fields=["clinic", "starts_at", "second"], condition=models.Q(status="planned"), name="shift_once"
            ),
            models.CheckConstraint(
                condition=models.Q(offered_to=None)
                | (models.Q(status="planned") & ~models.Q(offered_to=models.F("user"))),
                name="shift_offered_to_another",
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class ShiftEvent(StatusChange):
    """The history of a shift: planned, handed over, taken off."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="history")
