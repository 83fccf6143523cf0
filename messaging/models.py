"""The outbox, the local mail of the demo, and the sweeper's heartbeat."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common import clock
from common.models import PublicRef, StatusChange, Versioned
from messaging.querysets import LocalMailQuerySet, MessageQuerySet
from messaging.workflow import Status

EMAIL, SMS = "email", "sms"
SMS_TOO = ":sms"  # ends the key of a row that goes as a text message beside its mail


class Delivery(models.TextChoices):
    """What hurts more: a second copy or silence. Written per kind."""

    AT_MOST_ONCE = "at-most-once", _("At most once")
    AT_LEAST_ONCE = "at-least-once", _("At least once")


class Message(PublicRef, Versioned):
    """One message to one person, stored in the transaction that calls for it.

    The text is not kept: it is rendered at the moment of sending from `kind` and `subject`, the public
    ref of what it is about. `recipient` is a label and a ref ("user:...", "person:..."), resolved when
    sending, so that a changed address is followed and nothing here points at a patient.
    """

    key = models.CharField(max_length=200, unique=True)  # kind:subject:due:recipient
    kind = models.CharField(max_length=40)
    delivery = models.CharField(max_length=16, choices=Delivery)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    data = models.JSONField(default=dict, blank=True)  # ids, dates and numbers only, never words about people
    channel = models.CharField(max_length=8, default=EMAIL)
    provider_id = models.CharField(max_length=100, blank=True, db_index=True)  # of the last attempt that was accepted
    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    due_at = models.DateTimeField(default=clock.now)
    # When it should have gone out first: an attempt that fails moves only `due_at`.
    wanted_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)  # why it is cancelled, unknown or dead
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)  # somebody dealt with an undelivered one
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["status", "due_at"]),
            models.Index(fields=["clinic", "-created_at"]),
            models.Index(fields=["clinic", "status", "due_at"]),
            models.Index(fields=["subject", "kind"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="sending") | models.Q(lease_until__isnull=False), name="sending_has_a_lease"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def posting(self) -> str:
        """Return what the rows of one posting have in common, whichever way each goes."""
        return self.key.removesuffix(SMS_TOO)

    @property
    def twin_key(self) -> str:
        """Return the key of the row that goes the other way, if there is one."""
        return self.posting if self.key.endswith(SMS_TOO) else self.key + SMS_TOO


class MessageEvent(StatusChange):
    """What a person did about a message. Delivery itself leaves its traces in the message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="history")


class ProviderEvent(models.Model):
    """What a provider told us about a message, each thing once. No address and no words of theirs about people."""

    provider = models.CharField(max_length=40)
    event_id = models.CharField(max_length=200)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="provider_events")
    provider_id = models.CharField(max_length=100, blank=True)
    outcome = models.CharField(max_length=12)  # delivered, accepted or failed
    words = models.CharField(max_length=40, blank=True)  # the provider's own word for it
    at = models.DateTimeField()
    received_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.outcome}"


class LocalMail(models.Model):
    """A mail that stayed on this machine, as its reader would have seen it. Only used where LOCAL_MAIL is on."""

    message_ref = models.CharField(max_length=16, blank=True, db_index=True)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    at = models.DateTimeField(default=clock.now)

    objects = LocalMailQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.subject


class Heartbeat(models.Model):
    """When something last ran: "sweeper", "tick", or "round:..." for one of the rounds."""

    name = models.CharField(max_length=80, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
