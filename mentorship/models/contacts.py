"""The plan of a pair and its contacts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.fields import CodesField
from common.models import PublicRef, StatusChange, Versioned
from common.vocabulary import MENTEE_TOPICS, Channel
from matching.models import Match
from mentorship.querysets import ContactQuerySet
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

    def __str__(self) -> str:
        return f"{self.format_key} {self.starts_on}"


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
