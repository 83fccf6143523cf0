"""The plan of a pair and its contacts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.fields import CodesField
from common.models import PublicRef, StatusChange, Versioned
from common.vocabulary import MENTEE_TOPICS, Channel
from matching.models import Match
from mentorship.models.checks import Side
from mentorship.models.formats import Format
from mentorship.models.groups import GroupPlace
from mentorship.querysets import AftercareQuerySet, ContactQuerySet
from mentorship.workflow import ContactStatus
from referrals.models import Referral

USER = settings.AUTH_USER_MODEL


class Enrolment(models.Model):
    """One referral following one version of a format from a date; it owns the plan."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="enrolments")
    match = models.OneToOneField(Match, null=True, blank=True, on_delete=models.PROTECT, related_name="enrolment")
    place = models.OneToOneField(
        GroupPlace, null=True, blank=True, on_delete=models.PROTECT, related_name="enrolment"
    )  # of a group or course, which needs no match
    format = models.ForeignKey(Format, on_delete=models.PROTECT, related_name="enrolments")
    starts_on = models.DateField()
    # Dates the rules count from beside the introduction: {"discharge": "2026-12-01"}.
    anchors = models.JSONField(default=dict, blank=True)
    relatives_agreed_at = models.DateTimeField(
        null=True, blank=True
    )  # the mentee agreed that relatives join (VdE21 #77)
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
            models.CheckConstraint(
                condition=models.Q(match__isnull=False, place=None) | models.Q(match=None, place__isnull=False),
                name="enrolment_of_a_pair_or_a_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.format} {self.starts_on}"


class EnrolmentChange(models.Model):
    """The history of which format was followed. Append-only."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="changes")
    from_format = models.ForeignKey(Format, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    to_format = models.ForeignKey(Format, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(_("why"), max_length=300, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("History is append-only.")
        super().save(*args, **kwargs)


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
    component = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # of the format, from 1; None: added by somebody
    plan_day = models.SmallIntegerField(null=True, blank=True)  # the day the format gave it, from its own anchor
    plan_minutes = models.JSONField(
        null=True, blank=True
    )  # minutes or [least, most] as the format says; None: not stated
    status = models.CharField(max_length=12, choices=ContactStatus, default=ContactStatus.PLANNED)
    planned_at = models.DateTimeField(_("planned for"), null=True, blank=True)
    happened_at = models.DateTimeField(_("when"), null=True, blank=True)
    channel = models.CharField(_("how"), max_length=10, choices=Channel, default=Channel.PHONE)
    minutes = models.PositiveSmallIntegerField(_("how long, in minutes"), null=True, blank=True)
    topics = CodesField(_("what about"), codes=MENTEE_TOPICS)
    note = models.TextField(_("note"), max_length=500, blank=True)  # for the mentor and the coordinator
    client_key = models.CharField(max_length=36, unique=True, null=True, blank=True)  # a double submit is one contact
    logged_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    logged_side = models.CharField(max_length=6, choices=Side, blank=True)  # who noted it; empty: the team
    logged_at = models.DateTimeField(null=True, blank=True)
    with_relatives = models.BooleanField(_("a relative was there too"), default=False)
    # What the mentee said when asked by one tap, since mentors forget to note (evidence C).
    mentee_says = models.CharField(max_length=12, choices=ContactStatus, blank=True)
    mentee_said_at = models.DateTimeField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=models.Q(mentee_says="", mentee_said_at=None)
                | (~models.Q(mentee_says="") & models.Q(mentee_said_at__isnull=False)),
                name="mentee_said_it_at",
            ),
        ]

    def __str__(self) -> str:
        return self.get_status_display()


class ContactEvent(StatusChange):
    """The history of a contact."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="history")
