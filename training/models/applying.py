"""People who would like to be a mentor, and the letters the programme writes to them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from clinics.models import Clinic
from common import clock
from common.fields import CodesField
from common.models import PublicRef, StatusChange, Versioned
from common.vocabulary import Channel, Diagnosis, Language, Relation, Slot
from training.models.mentors import Mentor
from training.querysets_applying import ApplicationQuerySet, LetterQuerySet
from training.workflow import ApplicationStatus

USER = settings.AUTH_USER_MODEL


class Application(PublicRef, Versioned):
    """Somebody who would like to be a mentor, before there is a record of them as one.

    They are no Person yet: whether the clinic knows them already is asked when a coordinator takes it up.
    """

    class Source(models.TextChoices):
        PUBLIC = "public", _("The clinic's page")
        NOMINATED = "nominated", _("Put forward by a professional")
        COORDINATOR = "coordinator", _("Written down by the coordinator")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="applications")
    status = models.CharField(max_length=12, choices=ApplicationStatus, default=ApplicationStatus.DRAFT)
    source = models.CharField(max_length=12, choices=Source, default=Source.PUBLIC)
    first_name = models.CharField(_("given name"), max_length=80, blank=True)
    last_name = models.CharField(_("family name"), max_length=80, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)  # only when they are about 18
    email = models.EmailField(_("e-mail address"), blank=True)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    language = models.CharField(_("language of letters"), max_length=5, choices=Language, default=Language.NL)
    languages = CodesField(_("languages"), codes=Language)
    role_types = CodesField(_("mentor for"), codes=Relation)
    diagnoses = CodesField(_("diagnoses"), codes=Diagnosis)
    diagnosed_year = models.PositiveSmallIntegerField(_("year they were told"), null=True, blank=True)
    channels = CodesField(_("how to talk"), codes=Channel)
    availability = CodesField(_("when"), codes=Slot)
    why = models.TextField(_("why they would like to"), max_length=2000, blank=True)
    nominated_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    nomination = models.TextField(_("why they are put forward"), max_length=1000, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)  # to keep what they wrote
    consent_words = models.TextField(blank=True)  # exactly what they agreed to
    draft_data = models.JSONField(default=dict, blank=True)  # as typed, also what makes no sense yet
    started_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    mentor = models.OneToOneField(Mentor, null=True, blank=True, on_delete=models.PROTECT, related_name="application")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        indexes = [
            models.Index(fields=["clinic", "status", "sent_at"]),
            models.Index(fields=["status", "started_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "withdrawn", "closed"]) | models.Q(consented_at__isnull=False),
                name="application_kept_with_consent",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="taken-up") | models.Q(mentor__isnull=False), name="application_taken_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class ApplicationEvent(StatusChange):
    """The history of an application."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="history")


class Letter(PublicRef):
    """A letter somebody wrote and sent, kept as it was: read behind a link or sign-in, never inside a message."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", _("Yes, to training")
        LATER = "later", _("Not now")
        REDIRECTED = "redirected", _("Another role")
        DECLINED = "declined", _("No")
        DECERTIFIED = "decertified", _("Certificate taken back")
        APPEAL = "appeal", _("Answer to an appeal")

    mentor = models.ForeignKey(Mentor, null=True, blank=True, on_delete=models.CASCADE, related_name="letters")
    application = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.CASCADE, related_name="letters"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    body = models.TextField(max_length=5000)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)  # they said so, by a button

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mentor__isnull=False) | models.Q(application__isnull=False),
                name="letter_to_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.kind
