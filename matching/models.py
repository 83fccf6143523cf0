"""Who fits whom: the weights in force and the Match with its life."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common import clock
from common.models import PublicRef, StatusChange, Versioned
from matching.querysets import ChoiceQuerySet, MatchQuerySet
from matching.workflow import LIVE, EndReason, Status
from referrals.models import Referral
from training.models import Mentor

USER = settings.AUTH_USER_MODEL


class Policy(models.Model):
    """One version of a clinic's weights for the soft criteria. A newer one follows; none is changed."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="policies")
    version = models.PositiveSmallIntegerField()
    weights = models.JSONField()  # {criterion: whole number}, as typed: shared out over 100 for each person
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    note = models.CharField(max_length=300, blank=True)  # why
    back_to = models.PositiveSmallIntegerField(null=True, blank=True)  # the version these weights were taken from

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
        PLAN = "plan", _("The whole list is better off")
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
    relaxations = models.JSONField(default=list, blank=True)  # hard criteria given up, after asking, in their order

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

    # Contact details are seen from the introduction, once both agreed to share theirs (boundaries).
    mentee_shares_at = models.DateTimeField(null=True, blank=True)
    mentor_shares_at = models.DateTimeField(null=True, blank=True)

    introduced_at = models.DateTimeField(null=True, blank=True)  # day 0
    introduced_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    paused_at = models.DateTimeField(null=True, blank=True)
    # The day a pause ends by itself, where the mentee chose one.
    pause_until = models.DateField(null=True, blank=True)
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

    @property
    def details_shared(self) -> bool:
        """Tell whether the two see how to reach each other: a pair, both agreed, and sight was not taken away."""
        agreed = self.mentee_shares_at is not None and self.mentor_shares_at is not None
        return agreed and self.status in (Status.INTRODUCED, Status.PAUSED) and self.sight_ended_at is None


class MatchEvent(StatusChange):
    """The history of a match."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="history")


class PairDecision(models.Model):
    """What a coordinator said of one proposed pair: keep it as it is, or never make it. Taken back by deleting."""

    class Decision(models.TextChoices):
        HOLD = "hold", _("Hold")
        EXCLUDE = "exclude", _("Not this pair")

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="pair_decisions")
    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="pair_decisions")
    decision = models.CharField(max_length=7, choices=Decision)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "mentor"], name="one_decision_per_pair"),
            models.UniqueConstraint(
                fields=["referral"], condition=models.Q(decision="hold"), name="one_pair_held_per_referral"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral} - {self.mentor}: {self.decision}"


class Solution(PublicRef):
    """The waiting list of a clinic, solved once as a whole. A proposal of the computer: it holds no place.

    `answers` holds, by variant, the pairs and what they are worth; `unmatched` why others have nobody; `prices`
    what the next round may start from; `gaps` whom to look for. All by primary key, never by name.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("About to start")
        RUNNING = "running", _("Being worked out")
        DONE = "done", _("Worked out")
        FAILED = "failed", _("Could not be worked out")

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="solutions")
    state = models.CharField(max_length=7, choices=State, default=State.QUEUED)
    step = models.PositiveSmallIntegerField(default=0)  # steps done
    steps = models.PositiveSmallIntegerField(default=1)
    policy = models.ForeignKey(Policy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    people = models.PositiveIntegerField(default=0)
    mentors = models.PositiveIntegerField(default=0)
    answers = models.JSONField(default=dict, blank=True)
    unmatched = models.JSONField(default=list, blank=True)
    prices = models.JSONField(default=dict, blank=True)
    gaps = models.JSONField(default=dict, blank=True)  # whom to look for, worked out with it
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    moved_at = models.DateTimeField(default=clock.now)  # the last sign of life
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["clinic", "-at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic"], condition=models.Q(state__in=["queued", "running"]), name="one_solution_under_way"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clinic} {self.at:%Y-%m-%d %H:%M}"


class Choice(PublicRef):
    """Two or three mentors, without names, for the mentee to choose from by one-time link (VdE21)."""

    class Answer(models.TextChoices):
        MENTOR = "mentor", _("This one")
        NONE = "none", _("None of these")
        YOU = "you", _("You choose")

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="choices")
    mentors = models.ManyToManyField(Mentor, related_name="+")
    sent_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)  # answered, taken back, or no longer true
    # The system user for an answer by link.
    closed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=6, choices=Answer, blank=True)
    chosen = models.ForeignKey(Mentor, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    match = models.OneToOneField(Match, null=True, blank=True, on_delete=models.PROTECT, related_name="choice")

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=models.Q(closed_at=None), name="one_open_choice_per_referral"
            ),
            models.CheckConstraint(
                condition=models.Q(answer="mentor", chosen__isnull=False)
                | (~models.Q(answer="mentor") & models.Q(chosen=None)),
                name="choice_names_who",
            ),
            models.CheckConstraint(
                condition=models.Q(answer="") | models.Q(closed_at__isnull=False), name="answered_choice_is_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by=None)
                | models.Q(closed_at__isnull=False, closed_by__isnull=False),
                name="choice_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral} {self.sent_at:%Y-%m-%d}"
