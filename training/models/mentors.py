"""Mentors: who they are, what they lived, whether they are vetted, certified and rested."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.fields import CodesField
from common.models import PublicRef, StatusChange, Versioned
from common.vocabulary import MENTEE_TOPICS, Diagnosis, GenderWish, Phase, Relation, Treatment
from referrals.models import Person
from referrals.profile import Profile
from training.querysets import MentorQuerySet
from training.querysets_certifying import CertificateQuerySet
from training.workflow import Status

USER = settings.AUTH_USER_MODEL
NUMBER_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no letters that look like figures


class RestPlan(models.TextChoices):
    """What happens to present mentees while a mentor rests."""

    KEEP = "keep", _("I go on talking with them")
    PAUSE = "pause", _("They wait until I am back")
    HAND_OVER = "hand-over", _("Somebody else takes over")


class Mentor(PublicRef, Versioned, Profile):
    """A person who mentors others, with the same comparable fields as a referral.

    The topics of the profile are those they like to talk about. Whether they are ready is computed
    (training/readiness.py); a free place is the matching floor's business.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="mentor")
    status = models.CharField(max_length=12, choices=Status, default=Status.APPLIED)
    role_types = CodesField(_("mentor for"), codes=Relation)
    diagnoses = CodesField(_("diagnoses"), codes=Diagnosis)
    diagnosed_year = models.PositiveSmallIntegerField(_("year they were told"), null=True, blank=True)
    phases = CodesField(_("phases lived"), codes=Phase)
    treatments = CodesField(_("treatments lived"), codes=Treatment)
    wont_discuss = CodesField(_("will not talk about"), codes=MENTEE_TOPICS)
    mentee_gender_must = models.CharField(_("only mentors"), max_length=5, choices=GenderWish, default=GenderWish.ANY)
    places = models.PositiveSmallIntegerField(_("places"), default=1)
    about_me = models.TextField(_("in their own words, shown to mentees"), max_length=600, blank=True)

    vetted_on = models.DateField(_("accepted on"), null=True, blank=True)
    vetted_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    code_signed_on = models.DateField(_("code of conduct signed on"), null=True, blank=True)
    checks_valid_until = models.DateField(_("background check valid until"), null=True, blank=True)
    secrecy_briefing_on = models.DateField(_("secrecy briefing on"), null=True, blank=True)
    met_team_on = models.DateField(_("met the team on"), null=True, blank=True)
    # The rules they were accepted under count until their certificate ends, whatever the clinic changes meanwhile.
    policy = models.ForeignKey(
        "training.AdmissionPolicy", null=True, blank=True, on_delete=models.PROTECT, related_name="mentors"
    )
    ask_again_on = models.DateField(_("ask again on"), null=True, blank=True)  # "not now"
    supervisor = models.ForeignKey(
        USER,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mentors_supervised",
        verbose_name=_("supervisor"),
    )
    supervise_by = models.DateField(_("next supervision talk before"), null=True, blank=True)  # that day included
    new_from = models.DateField(_("nobody new before"), null=True, blank=True)  # agreed in supervision
    flare_since = models.DateField(_("own flare since"), null=True, blank=True)
    rest_from = models.DateField(_("resting from"), null=True, blank=True)
    rest_until = models.DateField(_("resting until"), null=True, blank=True)
    rest_plan = models.CharField(  # what happens to the people they talk with now
        _("present people"), max_length=12, choices=RestPlan, default=RestPlan.KEEP
    )
    # Shared with other clinics, by phone or video, when the mentor and their own clinic both agree.
    share_wish_on = models.DateField(_("agreed to help people of other clinics on"), null=True, blank=True)
    shared_on = models.DateField(_("shared by the clinic since"), null=True, blank=True)
    shared_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    objects = MentorQuerySet.as_manager()

    class Meta:
        ordering = ["person__first_name", "person__last_name", "pk"]
        indexes = [
            models.Index(fields=["status"]),
            models.Index(fields=["shared_on"], condition=models.Q(shared_on__isnull=False), name="mentors_shared"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(places__lte=10), name="mentor_places"),
            models.CheckConstraint(
                condition=models.Q(shared_on=None, shared_by=None)
                | models.Q(shared_on__isnull=False, shared_by__isnull=False, share_wish_on__isnull=False),
                name="mentor_shared_by_both",
            ),
            models.CheckConstraint(
                condition=models.Q(rest_until=None) | models.Q(rest_from__isnull=False), name="rest_has_a_start"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


def new_number() -> str:
    """Return a certificate number that cannot be guessed from another, in groups that can be read aloud."""
    letters = "".join(secrets.choice(NUMBER_LETTERS) for _place in range(12))
    return f"HW-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


class MentorEvent(StatusChange):
    """The history of a mentor."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="history")


class Certificate(PublicRef):
    """Proof of training, valid between two dates (both included)."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="certificates")
    number = models.CharField(_("number"), max_length=20, unique=True, default=new_number, editable=False)
    policy = models.ForeignKey(
        "training.AdmissionPolicy", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    curriculum = models.ForeignKey(
        "training.Curriculum", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    issued_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_until", "-pk"]
        indexes = [models.Index(fields=["mentor", "valid_from", "valid_until"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__gt=models.F("valid_from")), name="certificate_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} - {self.valid_until}"
