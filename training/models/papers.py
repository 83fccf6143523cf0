"""Papers: files that were handed in, words that were signed, and an appeal against a certificate taken back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common import clock
from common.fields import CodesField
from common.models import PublicRef
from training.models.mentors import Mentor
from training.models.policy import PaperKind
from training.querysets_certifying import AgreementTextQuerySet, AppealQuerySet, DecertificationQuerySet
from training.querysets_selecting import PaperQuerySet

USER = settings.AUTH_USER_MODEL


class Upload(PublicRef):
    """A file, kept in the database: with its row in one transaction, in one back-up, behind the same rules."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


class Paper(PublicRef):
    """One paper of a mentor. A newer one takes an older one's place, which stays in the record."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(_("paper"), max_length=12, choices=PaperKind)
    upload = models.OneToOneField(Upload, on_delete=models.PROTECT, related_name="+")
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["-added_at", "-pk"]
        indexes = [models.Index(fields=["mentor", "kind"])]

    def __str__(self) -> str:
        return self.kind


class AgreementText(models.Model):
    """One version of words a mentor signs. Never changed; a new version asks for a new signature by a day."""

    class Kind(models.TextChoices):
        CODE = "code", _("Code of conduct")
        CONFIDENTIALITY = "confidentiality", _("Confidentiality")
        INFORMATION = "information", _("Information note for volunteers")

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="agreement_texts")
    kind = models.CharField(max_length=16, choices=Kind)
    version = models.PositiveIntegerField()
    body = models.TextField(max_length=20000)
    in_force_from = models.DateField(_("counts from"))
    sign_by = models.DateField(_("to be signed by"))  # that day included; until then the former signature counts
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    objects = AgreementTextQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-version"]
        indexes = [models.Index(fields=["clinic", "in_force_from", "sign_by"])]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "kind", "version"], name="one_agreement_version"),
            models.CheckConstraint(
                condition=models.Q(sign_by__gte=models.F("in_force_from")), name="agreement_time_to_sign"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class Signature(models.Model):
    """Who signed which words, when."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="signatures")
    text = models.ForeignKey(AgreementText, on_delete=models.PROTECT, related_name="signatures")
    signed_on = models.DateField()  # in the clinic's time zone
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")  # on paper: who recorded it

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["mentor", "text"], name="signed_once")]

    def __str__(self) -> str:
        return f"{self.signed_on}"


class Decertification(PublicRef):
    """Somebody's place as a mentor taken away, with the reasons. Never changed; an appeal may undo it (Joo22 #46)."""

    class Reason(models.TextChoices):
        SECRECY = "secrecy", _("Told others what was said in confidence")
        ADVICE = "advice", _("Gave advice about treatment")
        MONEY = "money", _("Money, gifts or selling")
        CLOSENESS = "closeness", _("Came too close to somebody")
        DISRESPECT = "disrespect", _("Judged, pressed or hurt somebody")
        AGREEMENTS = "agreements", _("Did not keep agreements, more than once")
        PAPERS = "papers", _("A paper that cannot be renewed")
        OTHER = "other", _("Something else")

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="decertifications")
    reasons = CodesField(_("reasons"), codes=Reason)
    words = models.TextField(_("what happened"), max_length=1000)
    was_status = models.CharField(max_length=12)  # what they were before
    at = models.DateTimeField(default=clock.now)  # certificates taken back with it carry the same moment
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    objects = DecertificationQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["mentor", "-at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class Appeal(PublicRef):
    """A mentor's word against a certificate taken back, decided by somebody else than who took it (Joo22 #46)."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("The decision stands")
        OVERTURNED = "overturned", _("The decision is taken back")

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="appeals")
    against = models.OneToOneField(Decertification, on_delete=models.CASCADE, related_name="appeal")  # one, once
    words = models.TextField(max_length=3000)
    at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    answer = models.TextField(max_length=3000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["mentor"], condition=models.Q(decided_at=None), name="one_open_appeal"),
            models.CheckConstraint(
                condition=models.Q(decided_at=None, decided_by=None, outcome="")
                | (models.Q(decided_at__isnull=False, decided_by__isnull=False) & ~models.Q(outcome="")),
                name="appeal_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.outcome
