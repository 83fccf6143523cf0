"""How a programme runs, as data, and what a clinic chose."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common import clock
from common.models import PublicRef
from mentorship.querysets_formats import FormatQuerySet

USER = settings.AUTH_USER_MODEL


class Format(PublicRef):
    """One version of a format: components and schedule rules (evidence B). Never changed, only followed by a newer one.

    `body` has the keys and shape of the format library; null in it means "not stated", never zero. Without a clinic it
    is a preset, which every clinic sees and may copy.
    """

    clinic = models.ForeignKey(Clinic, null=True, blank=True, on_delete=models.CASCADE, related_name="formats")
    key = models.SlugField(_("key"), max_length=60)
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=120)
    source = models.CharField(_("where it comes from"), max_length=300, blank=True)
    body = models.JSONField()
    based_on = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="copies")
    created_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    retired_at = models.DateTimeField(null=True, blank=True)  # nobody new follows it
    retired_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = FormatQuerySet.as_manager()

    class Meta:
        ordering = ["name", "-number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], condition=Q(clinic=None), name="preset_version_once"),
            models.UniqueConstraint(
                fields=["clinic", "key", "number"], condition=Q(clinic__isnull=False), name="format_version_once"
            ),
            models.CheckConstraint(
                condition=Q(clinic=None, created_by=None) | Q(clinic__isnull=False, created_by__isnull=False),
                name="format_made_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(retired_at=None, retired_by=None) | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="format_retired_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Programme(models.Model):
    """What a clinic chose for the life of its matches. Without a row the defaults hold (all [D])."""

    clinic = models.OneToOneField(Clinic, on_delete=models.CASCADE, related_name="programme")
    # The format pairs follow unless another is chosen for a person; empty: our own start.
    pair_format = models.ForeignKey(Format, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    needs_moderator = models.BooleanField(_("a group needs a professional moderator"), default=True)  # VdE21 #73
    digest_at = models.TimeField(_("when the daily overview goes out"), default=dt.time(8))

    def __str__(self) -> str:
        return str(self.clinic)
