"""Groups, courses and panels: people who meet without a match between two."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common import clock
from common.models import PublicRef, StatusChange, Versioned
from common.vocabulary import Channel, Language
from mentorship.models.formats import Format
from mentorship.querysets_groups import GroupPlaceQuerySet, GroupSessionQuerySet, PeerGroupQuerySet
from mentorship.workflow import PlaceStatus, SessionStatus
from referrals.models import Referral
from training.models import Mentor

USER = settings.AUTH_USER_MODEL


class GroupKind(models.TextChoices):
    GROUP = "group", _("Group")
    COURSE = "course", _("Course")
    PANEL = "panel", _("Meet some mentors")  # a taster, after which a mentee picks one (VdE21 #28)
    EVENT = "forum_event", _("Event")


class Unit(models.TextChoices):
    PERSON = "person", _("People come by themselves")
    COUPLE = "couple", _("People come as a couple")


class PeerGroup(PublicRef, Versioned):
    """One run of a group, course, panel or event at a clinic, following a component of a format."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="peer_groups")
    format = models.ForeignKey(Format, on_delete=models.PROTECT, related_name="peer_groups")
    component = models.PositiveSmallIntegerField(default=1)  # which of the format's components, from 1
    kind = models.CharField(_("what it is"), max_length=12, choices=GroupKind)
    name = models.CharField(_("name"), max_length=120)
    about = models.TextField(_("what people may expect"), max_length=1000, blank=True)
    starts_on = models.DateField(_("first day"))
    hour = models.TimeField(_("at what time"))
    minutes = models.PositiveSmallIntegerField(_("how long, in minutes"), null=True, blank=True)
    size_min = models.PositiveSmallIntegerField(_("at least how many"), null=True, blank=True)
    size_max = models.PositiveSmallIntegerField(_("places"))
    unit = models.CharField(_("who comes together"), max_length=6, choices=Unit, default=Unit.PERSON)
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.NL)
    channel = models.CharField(_("how they meet"), max_length=10, choices=Channel, default=Channel.IN_PERSON)
    place = models.CharField(_("where"), max_length=200, blank=True)
    video_link = models.URLField(_("link of the video call"), max_length=300, blank=True)
    mentors = models.ManyToManyField(Mentor, related_name="peer_groups", blank=True)  # who lead it, or sit on the panel
    leader = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("led by a professional")
    )
    moderator = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="groups_moderated",
        verbose_name=_("professional moderator"),
    )  # fmt: skip
    needs_moderator = models.BooleanField(default=True)  # as the format and the clinic said when it was made
    ground_rules = models.TextField(_("ground rules"), max_length=2000, blank=True)  # Emb13 #74
    sign_up_until = models.DateField(_("people sign up until"), null=True, blank=True)
    created_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cancel_reason = models.CharField(_("why it does not go on"), max_length=300, blank=True)

    objects = PeerGroupQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        indexes = [models.Index(fields=["clinic", "starts_on"])]
        constraints = [
            models.CheckConstraint(condition=Q(size_max__gte=1), name="group_has_places"),
            models.CheckConstraint(
                condition=Q(size_min=None) | Q(size_min__isnull=False, size_min__lte=models.F("size_max")),
                name="group_sizes_in_order",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="group_cancelled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GroupSession(PublicRef, Versioned):
    """One meeting of a group. The incident note is for the team only."""

    group = models.ForeignKey(PeerGroup, on_delete=models.CASCADE, related_name="sessions")
    plan_day = models.SmallIntegerField(null=True, blank=True)  # day of the plan, from the group's first day
    planned_at = models.DateTimeField(_("planned for"))
    minutes = models.PositiveSmallIntegerField(_("how long, in minutes"), null=True, blank=True)
    status = models.CharField(max_length=10, choices=SessionStatus, default=SessionStatus.PLANNED)
    # Instead of the group's own, for this once.
    moderator = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    incident_note = models.TextField(_("did anything happen the team must know?"), max_length=1000, blank=True)
    noted_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(null=True, blank=True)

    objects = GroupSessionQuerySet.as_manager()

    class Meta:
        ordering = ["planned_at", "pk"]
        indexes = [models.Index(fields=["status", "planned_at"])]

    def __str__(self) -> str:
        return f"{self.group} {self.planned_at:%Y-%m-%d}"


class GroupSessionEvent(StatusChange):
    """The history of a meeting."""

    session = models.ForeignKey(GroupSession, on_delete=models.CASCADE, related_name="history")


class GroupPlace(PublicRef, Versioned):
    """One mentee and one group, from invitation on. `seat` is the place it holds: the database refuses a second one."""

    group = models.ForeignKey(PeerGroup, on_delete=models.PROTECT, related_name="places")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="group_places")
    status = models.CharField(max_length=10, choices=PlaceStatus, default=PlaceStatus.INVITED)
    seat = models.PositiveSmallIntegerField(null=True, blank=True)
    companion = models.CharField(_("who comes with you (given name)"), max_length=80, blank=True)
    ground_rules_at = models.DateTimeField(null=True, blank=True)  # agreed to
    invited_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=clock.now)
    waiting_since = models.DateTimeField(null=True, blank=True)
    # A free place is held for the first who waits, until then; nobody else takes it meanwhile.
    offered_until = models.DateTimeField(null=True, blank=True)

    objects = GroupPlaceQuerySet.as_manager()

    class Meta:
        ordering = ["invited_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "referral"], name="one_place_per_mentee"),
            models.UniqueConstraint(fields=["group", "seat"], condition=Q(seat__isnull=False), name="seat_once"),
            models.CheckConstraint(
                condition=Q(status="signed-up", seat__isnull=False, seat__gte=1)
                | (~Q(status="signed-up") & Q(seat=None)),
                name="signed_up_holds_a_seat",
            ),
            models.CheckConstraint(
                condition=Q(offered_until=None) | Q(status="waiting"), name="place_offered_to_who_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.referral}"


class GroupPlaceEvent(StatusChange):
    """The history of a place."""

    place = models.ForeignKey(GroupPlace, on_delete=models.CASCADE, related_name="history")


class Attendance(models.Model):
    """Whether somebody came to a meeting. The last word stands; who said it and when stand with it."""

    class Came(models.TextChoices):
        CAME = "came", _("Came")
        NOT = "not", _("Did not come")
        SAID_NO = "said-no", _("Let us know")

    session = models.ForeignKey(GroupSession, on_delete=models.CASCADE, related_name="attendance")
    place = models.ForeignKey(GroupPlace, on_delete=models.CASCADE, related_name="attendance")
    came = models.CharField(max_length=8, choices=Came)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["session", "pk"]
        constraints = [models.UniqueConstraint(fields=["session", "place"], name="attendance_once")]

    def __str__(self) -> str:
        return self.came
