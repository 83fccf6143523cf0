"""A mentor's private calendar."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common import clock


class CalendarFeed(models.Model):
    """A secret address at which a mentor's calendar reads their talks, without names. Only its hash is stored."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(revoked_at=None), name="one_calendar_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"
