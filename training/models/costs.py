"""What mentoring costs a volunteer, and the hours they give. Money in whole cents."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common import clock
from common.models import PublicRef, StatusChange, Versioned
from training.models.mentors import Mentor
from training.models.papers import Upload
from training.querysets_costs import ClaimQuerySet, CostYearQuerySet, ExportQuerySet, HoursQuerySet
from training.workflow import ClaimStatus

USER = settings.AUTH_USER_MODEL


class CostYear(Versioned):
    """The amounts of one year at one clinic (Belgium 2026: 44.02 euro a day, 1,760.83 a year, flat rate)."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="cost_years")
    year = models.PositiveSmallIntegerField(_("year"))
    day_ceiling = models.PositiveIntegerField(_("most a day at the flat rate, in cents"))
    year_ceiling = models.PositiveIntegerField(_("most a year at the flat rate, in cents"))
    flat_rate = models.PositiveIntegerField(_("flat rate for a day, in cents"))
    km_rate = models.PositiveIntegerField(_("for a kilometre, in hundredths of a cent"))
    km_ceiling = models.PositiveIntegerField(_("most kilometres a year"))
    receipt_from = models.PositiveIntegerField(_("a receipt is needed from, in cents"), default=0)

    objects = CostYearQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "year"], name="one_cost_year"),
            models.CheckConstraint(condition=models.Q(year__range=(2020, 2100)), name="cost_year_range"),
            models.CheckConstraint(
                condition=models.Q(flat_rate__lte=models.F("day_ceiling")), name="flat_rate_under_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}"


class Export(PublicRef):
    """One file for the finance office: the claims in it are never in another."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="cost_exports")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    content = models.BinaryField(default=b"")  # the file as it was made: names may change, this does not

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class Claim(PublicRef, Versioned):
    """One claim of one mentor for one day."""

    class Kind(models.TextChoices):
        KILOMETRES = "km", _("Kilometres")
        FARES = "fares", _("Bus, train or parking")
        PHONE = "phone", _("Phone")
        FLAT = "flat", _("Flat rate for a day")

    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="claims")
    status = models.CharField(max_length=12, choices=ClaimStatus, default=ClaimStatus.SENT)
    kind = models.CharField(_("for what"), max_length=8, choices=Kind)
    on = models.DateField(_("on"))
    km = models.PositiveSmallIntegerField(_("kilometres"), null=True, blank=True)
    cents = models.PositiveIntegerField(_("amount"))
    what = models.CharField(_("for which trip or talk"), max_length=200, blank=True)
    receipt = models.OneToOneField(Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=clock.now)
    why_not = models.CharField(_("why not"), max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    export = models.ForeignKey(Export, null=True, blank=True, on_delete=models.PROTECT, related_name="claims")
    form_key = models.CharField(max_length=36, blank=True)  # of the form it came by: a double click is one claim

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["mentor", "on"]), models.Index(fields=["status", "sent_at"])]
        constraints = [
            models.CheckConstraint(condition=models.Q(cents__gte=1), name="claim_of_something"),
            models.CheckConstraint(
                condition=models.Q(kind="km", km__isnull=False) | (~models.Q(kind="km") & models.Q(km=None)),
                name="claim_kilometres",
            ),
            models.CheckConstraint(
                condition=models.Q(status="exported", export__isnull=False)
                | (~models.Q(status="exported") & models.Q(export=None)),
                name="claim_in_one_export",
            ),
            models.UniqueConstraint(  # the flat rate is for a day, once
                fields=["mentor", "on"],
                condition=models.Q(kind="flat", status__in=["sent", "approved", "exported"]),
                name="one_flat_rate_a_day",
            ),
            models.UniqueConstraint(
                fields=["mentor", "form_key"], condition=~models.Q(form_key=""), name="one_claim_a_form"
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class ClaimEvent(StatusChange):
    """The history of a claim."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="history")


class OtherHours(PublicRef):
    """Hours a mentor gave that nothing else in the programme knows of."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="other_hours")
    on = models.DateField(_("on"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    what = models.CharField(_("what you did"), max_length=200)
    at = models.DateTimeField(default=clock.now)
    form_key = models.CharField(max_length=36, blank=True)  # a double click is one entry

    objects = HoursQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["mentor", "on"])]
        constraints = [
            models.CheckConstraint(condition=models.Q(minutes__range=(1, 1440)), name="other_hours_a_day"),
            models.UniqueConstraint(
                fields=["mentor", "form_key"], condition=~models.Q(form_key=""), name="one_entry_a_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on}"
