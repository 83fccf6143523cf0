"""Who fits whom: the weights in force and the Match with its life."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common import clock
from common.models import PublicRef, StatusChange, Versioned
from matching.querysets import MatchQuerySet
from matching.workflow import LIVE, EndReason, Status
from referrals.models import Referral
from training.models import Mentor

USER = settings.AUTH_USER_MODEL


class Policy(models.Model):
    """One version of a clinic's weights for the soft criteria. A newer one follows; none is changed."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="policies")
    version = models.PositiveSmallIntegerField()
    weights = models.JSONField()  # {criterion: whole number}, summing to 100
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["clinic", "-version"]
        constraints = [models.UniqueConstraint(fields=["clinic", "version"], name="policy_version")]

    def __str__(self) -> str:
        return f"{self.clinic} {self.version}"


class Match(PublicRef, Versioned):
    """One mentor and one mentee, from proposal to end.

    `slot` is the mentor's place it holds, 1 up to their places, only while live: the database refuses
    a second match on the same place, and a second live match for one referral.
    """

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        CALL = "call", _("Call me")

    class OverrideReason(models.TextChoices):
        KNOW_BOTH = "know-both", _("I know them both")
        NEEDS_REST = "needs-rest", _("The first one needs a rest")
        ASKED_FOR = "asked-for", _("The mentee asked for this")
        OTHER = "other", _("Another reason")

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="matches")
    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="matches")
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    slot = models.PositiveSmallIntegerField(null=True, blank=True)

    # Why this one: kept as it was when proposed.
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(default=0)
    contributions = models.JSONField(default=dict)  # {criterion: [points, out of]}
    rank = models.PositiveSmallIntegerField(null=True, blank=True)  # place in the order, 1 is first
    override_reason = models.CharField(max_length=12, choices=OverrideReason, blank=True)
    override_note = models.CharField(max_length=300, blank=True)

    proposed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    approved_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True)  # the mentor's deadline
    accepted_at = models.DateTimeField(null=True, blank=True)

    mentee_asked_at = models.DateTimeField(null=True, blank=True)
    mentee_answer = models.CharField(max_length=4, choices=Answer, blank=True)
    mentee_answered_at = models.DateTimeField(null=True, blank=True)
    mentee_answer_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    mentor_expectations_at = models.DateTimeField(null=True, blank=True)
    mentee_expectations_at = models.DateTimeField(null=True, blank=True)

    introduced_at = models.DateTimeField(null=True, blank=True)  # day 0
    introduced_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    paused_at = models.DateTimeField(null=True, blank=True)
    sight_ended_at = models.DateTimeField(null=True, blank=True)  # the mentor sees nothing from here on
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    end_reason = models.CharField(max_length=12, choices=EndReason, blank=True)

    objects = MatchQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        indexes = [
            models.Index(fields=["status", "answer_by"]),
            models.Index(fields=["mentor", "status"]),
            models.Index(fields=["referral", "status"]),
            models.Index(fields=["introduced_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=models.Q(status__in=LIVE), name="one_live_match_per_referral"
            ),
            models.UniqueConstraint(
                fields=["mentor", "slot"], condition=models.Q(status__in=LIVE), name="one_live_match_per_place"
            ),
            models.UniqueConstraint(
                fields=["referral", "mentor"], condition=models.Q(status="proposed"), name="proposed_once"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=LIVE, slot__isnull=False, slot__gte=1)
                | (~models.Q(status__in=LIVE) & models.Q(slot=None)),
                name="live_match_holds_a_place",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by=None)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="match_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="ended") | (models.Q(ended_at__isnull=False) & ~models.Q(end_reason="")),
                name="ended_match_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["introduced", "paused", "ended"])
                | (
                    models.Q(introduced_at__isnull=False, introduced_by__isnull=False, accepted_at__isnull=False)
                    & models.Q(mentee_answer="yes", approved_at__isnull=False)
                    & models.Q(mentor_expectations_at__isnull=False, mentee_expectations_at__isnull=False)
                ),
                name="introduced_only_with_every_yes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} - {self.referral}"

    @property
    def clinic(self) -> Clinic:
        return self.referral.clinic


class MatchEvent(StatusChange):
    """The history of a match."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="history")
