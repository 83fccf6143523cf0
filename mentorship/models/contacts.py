"""The plan of a pair and its contacts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.fields import CodesField
from common.models import PublicRef, StatusChange, Versioned
from common.vocabulary import MENTEE_TOPICS, Channel
from matching.models import Match
from mentorship.querysets import AftercareQuerySet, ContactQuerySet
from mentorship.workflow import ContactStatus
from referrals.models import Referral

USER = settings.AUTH_USER_MODEL


class Enrolment(models.Model):
    """One referral following one version of a format from a date; it owns the plan."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="enrolments")
    match = models.OneToOneField(Match, null=True, on_delete=models.PROTECT, related_name="enrolment")
    format_key = models.CharField(max_length=40)
    format_version = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField()
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    # A planned closing (Emb13): support that goes on after it comes before the last talk, not after.
    bridge = models.CharField(_("other support after this"), max_length=200, blank=True)
    last_contact_on = models.DateField(_("date of the last talk"), null=True, blank=True)
    closing_set_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closing_set_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closing_set_at=None, closing_set_by=None)
                | models.Q(closing_set_at__isnull=False, closing_set_by__isnull=False),
                name="closing_set_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.format_key} {self.starts_on}"


class Aftercare(PublicRef):
    """A task for a person when somebody of a pair died. Nothing is sent by itself; people ring."""

    class Kind(models.TextChoices):
        RING = "ring", _("Ring the one who stays behind")
        LOOK_AFTER = "look-after", _("Look after the mentor in supervision")

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="aftercare")
    kind = models.CharField(max_length=12, choices=Kind)
    # Empty: any coordinator of the clinic.
    user = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    objects = AftercareQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["match", "kind"], name="aftercare_once"),
            models.CheckConstraint(
                condition=models.Q(done_at=None, done_by=None) | models.Q(done_at__isnull=False, done_by__isnull=False),
                name="aftercare_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Contact(PublicRef, Versioned):
    """One planned or attempted contact of a pair. It may also start with its outcome."""

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="contacts")
    enrolment = models.ForeignKey(Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts")
    status = models.CharField(max_length=12, choices=ContactStatus, default=ContactStatus.PLANNED)
    planned_at = models.DateTimeField(_("planned for"), null=True, blank=True)
    happened_at = models.DateTimeField(_("when"), null=True, blank=True)
    channel = models.CharField(_("how"), max_length=10, choices=Channel, default=Channel.PHONE)
    minutes = models.PositiveSmallIntegerField(_("how long, in minutes"), null=True, blank=True)
    topics = CodesField(_("what about"), codes=MENTEE_TOPICS)
    note = models.TextField(_("note"), max_length=500, blank=True)  # for the mentor and the coordinator
    client_key = models.CharField(max_length=36, unique=True, null=True, blank=True)  # a double submit is one contact
    logged_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    logged_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["planned_at", "happened_at", "pk"]
        indexes = [
            models.Index(fields=["match", "status", "planned_at"]),
            models.Index(fields=["match", "happened_at"]),
            models.Index(fields=["status", "planned_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="planned", planned_at__isnull=False, happened_at=None)
                | models.Q(status="cancelled")
                | (~models.Q(status__in=["planned", "cancelled"]) & models.Q(happened_at__isnull=False)),
                name="contact_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.get_status_display()


class ContactEvent(StatusChange):
    """The history of a contact."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="history")
