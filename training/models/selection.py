"""What is seen and asked before a decision about an applicant."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.models import PublicRef
from common.vocabulary import Channel
from training.models.mentors import Mentor
from training.querysets_selecting import AskedQuerySet

USER = settings.AUTH_USER_MODEL


class Interview(models.Model):
    """One talk with an applicant."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="interviews")
    on = models.DateField(_("on"))
    channel = models.CharField(_("how"), max_length=12, choices=Channel)
    notes = models.TextField(_("what was said"), max_length=2000, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.on}"


class Rating(PublicRef):
    """What one assessor saw, in anchored sentences from 1 to 4. Stored empty when somebody is asked to rate.

    Nobody sees another's before saving their own. Words, not marks: nobody is added up.
    """

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="ratings")
    round = models.PositiveSmallIntegerField(default=1)  # somebody who comes back is rated anew
    assessor = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    communication = models.PositiveSmallIntegerField(_("how they listen and speak"), null=True, blank=True)
    insight = models.PositiveSmallIntegerField(_("insight into their own illness"), null=True, blank=True)
    functioning = models.PositiveSmallIntegerField(_("living with it now"), null=True, blank=True)  # 4: cannot tell
    professionalism = models.PositiveSmallIntegerField(_("keeping to the role"), null=True, blank=True)
    words = models.TextField(_("what made them choose this"), max_length=2000, blank=True)
    draft = models.JSONField(default=dict, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)

    objects = AskedQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["assessor", "saved_at"])]
        constraints = [
            models.UniqueConstraint(fields=["mentor", "round", "assessor"], name="one_rating_each"),
            models.CheckConstraint(
                condition=models.Q(saved_at=None)
                | models.Q(  # an empty one would be neither right nor wrong to a database
                    communication__range=(1, 4),
                    communication__isnull=False,
                    insight__range=(1, 4),
                    insight__isnull=False,
                    functioning__range=(1, 4),
                    functioning__isnull=False,
                    professionalism__range=(1, 4),
                    professionalism__isnull=False,
                ),
                name="rating_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}"


class Reference(models.Model):
    """Somebody who can say something about an applicant, and what they said when rung."""

    class Outcome(models.TextChoices):
        GOOD = "good", _("Would put their trust in them")
        DOUBT = "doubt", _("Has a doubt")
        BAD = "bad", _("Advises against it")

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="references")
    name = models.CharField(_("name"), max_length=120)
    relation = models.CharField(_("how they know each other"), max_length=120)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    outcome = models.CharField(_("what they said"), max_length=8, choices=Outcome, blank=True)
    words = models.TextField(_("in their words"), max_length=1000, blank=True)
    rung_on = models.DateField(_("rung on"), null=True, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="", rung_on=None)
                | (~models.Q(outcome="") & models.Q(rung_on__isnull=False)),
                name="reference_rung_and_said",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Sponsorship(PublicRef):
    """The statement of a clinician who knows an applicant: asked, then given once."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="sponsorships")
    sponsor = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    known_years = models.PositiveSmallIntegerField(_("years they have known them"), null=True, blank=True)
    vouches = models.BooleanField(_("vouches for them"), null=True, blank=True)
    words = models.TextField(_("in their words"), max_length=1000, blank=True)
    stated_at = models.DateTimeField(null=True, blank=True)

    objects = AskedQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["sponsor", "stated_at"])]
        constraints = [
            models.UniqueConstraint(fields=["mentor", "sponsor"], name="one_statement_each"),
            models.CheckConstraint(
                condition=models.Q(stated_at=None) | models.Q(vouches__isnull=False, known_years__isnull=False),
                name="sponsor_statement_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.known_years}"


class SelectionNote(models.Model):
    """One item gone through with an applicant: benefit, insurance, conflict of interests. Answered with who and when."""

    class Answer(models.TextChoices):
        YES = "yes", _("In order")
        NONE = "none", _("Does not apply")
        OPEN = "open", _("Not yet")

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="selection_notes")
    item = models.CharField(max_length=40)
    answer = models.CharField(max_length=8, choices=Answer, default=Answer.OPEN)
    words = models.TextField(max_length=1000, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["mentor", "item"], name="one_note_an_item")]

    def __str__(self) -> str:
        return self.item
