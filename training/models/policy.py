"""How a clinic chooses its mentors: versions that never change once they are published."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from clinics.roles import Role
from common import clock
from common.fields import CodesField


class SelectionStep(models.TextChoices):
    """What a clinic may ask before it decides (VdE21 #35, #36)."""

    INTERVIEW = "interview", _("A talk")
    RATINGS = "ratings", _("Ratings by people who do not see each other's")
    REFERENCES = "references", _("References")
    CHECK = "check", _("Background check")
    SPONSOR = "sponsor", _("A clinician who knows them")
    INSURANCE = "insurance", _("Benefit and insurance gone through")
    CONFLICTS = "conflicts", _("Conflict of interests asked")


class PaperKind(models.TextChoices):
    """The papers a clinic may ask for."""

    BACKGROUND = "background", _("Background check")
    AGREEMENT = "agreement", _("Signed volunteer agreement")
    INSURANCE = "insurance", _("Proof of insurance")
    BENEFIT = "benefit", _("Letter about a benefit")
    OTHER = "other", _("Something else")


class FunctioningRule(models.TextChoices):
    """How well somebody must live with the illness: disputed, so the clinic's own rule (VdE21 #37)."""

    NO_FLARE = "no-flare", _("No flare at this moment")
    MILD = "mild", _("Mild or steady illness")
    HARD_THEN_GOOD = "hard-then-good", _("Hard times behind them, and good now")


class AdmissionPolicy(models.Model):
    """One version of how a clinic selects. Whoever was accepted under it stays under it until their certificate ends."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="admission_policies")
    version = models.PositiveIntegerField()
    in_force_from = models.DateField(_("counts from"))
    needed = CodesField(_("before a decision"), codes=SelectionStep)
    who = models.JSONField(default=dict)  # {step: [roles that may do it]}; a missing step: who keeps the records
    papers = CodesField(_("papers needed"), codes=PaperKind)
    assessors = models.PositiveSmallIntegerField(_("people who rate"), default=2)
    references = models.PositiveSmallIntegerField(_("references"), default=2)
    functioning = models.CharField(
        _("living with the illness"), max_length=16, choices=FunctioningRule, default=FunctioningRule.HARD_THEN_GOOD
    )
    check_months = models.PositiveSmallIntegerField(_("months a background check counts"), default=48)
    certificate_months = models.PositiveSmallIntegerField(_("months a certificate counts"), default=24)
    # Before somebody may mentor:
    needs_check = models.BooleanField(_("a valid background check"), default=True)
    needs_briefing = models.BooleanField(_("a secrecy briefing"), default=True)
    needs_team = models.BooleanField(_("to have met the team"), default=True)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "version"], name="one_admission_policy_version"),
            models.CheckConstraint(condition=models.Q(assessors__range=(1, 3)), name="admission_assessors"),
            models.CheckConstraint(condition=models.Q(references__lte=4), name="admission_references"),
            models.CheckConstraint(condition=models.Q(certificate_months__range=(1, 60)), name="admission_certificate"),
            models.CheckConstraint(condition=models.Q(check_months__range=(1, 120)), name="admission_check"),
        ]

    def __str__(self) -> str:
        return f"{self.version}"


STARTER_WHO = {step.value: [Role.COORDINATOR.value] for step in SelectionStep} | {
    SelectionStep.RATINGS.value: [Role.COORDINATOR.value, Role.CLINICIAN.value, Role.NURSE.value],
    SelectionStep.SPONSOR.value: [Role.CLINICIAN.value, Role.NURSE.value],
}
