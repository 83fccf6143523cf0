"""For whom: people, patients and their phases, offers, consent, referrals."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from accounts.models import Reminders
from clinics.models import Clinic
from common import clock
from common.fields import CodesField
from common.models import PublicRef, StatusChange, Versioned
from common.vocabulary import (
    AgeWish,
    Diagnosis,
    Gender,
    GenderWish,
    Language,
    Matters,
    Must,
    Phase,
    Relation,
    Topic,
    Treatment,
)
from referrals.profile import Profile
from referrals.querysets import OfferQuerySet, PersonQuerySet, ReferralQuerySet, SelfReferralQuerySet
from referrals.workflow import SelfStatus, Status

USER = settings.AUTH_USER_MODEL


class Person(PublicRef, Versioned):
    """Somebody the programme knows, once per clinic. Mentors are persons too. Never a national number."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="persons")
    user = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="persons")
    first_name = models.CharField(_("given name"), max_length=80)
    last_name = models.CharField(_("family name"), max_length=80)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"))
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    gender = models.CharField(_("gender"), max_length=8, choices=Gender, blank=True)
    language = models.CharField(_("language of letters"), max_length=5, choices=Language, default=Language.NL)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)  # empty: the clinic's
    quiet_from = models.TimeField(_("no reminders from"), default=dt.time(21))
    quiet_until = models.TimeField(_("no reminders until"), default=dt.time(8))
    reminders = models.CharField(_("reminders"), max_length=5, choices=Reminders, default=Reminders.EMAIL)
    email = models.EmailField(_("e-mail address"), blank=True)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    clinic_number = models.CharField(_("number at the clinic"), max_length=40, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["first_name", "last_name", "pk"]
        indexes = [models.Index(fields=["clinic", "last_name", "first_name"])]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "user"], condition=models.Q(user__isnull=False), name="one_person_per_user"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class NotTheSame(models.Model):
    """Somebody looked at a possible duplicate and said: it is someone else. The notice does not come back."""

    low = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    high = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["low", "high"], name="not_the_same_once"),
            models.CheckConstraint(condition=models.Q(low__lt=models.F("high")), name="not_the_same_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.low_id} is not {self.high_id}"


class Patient(models.Model):
    """A person with a disease: diagnoses and a history of phases."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="patient")
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return str(self.person)


class PatientDiagnosis(models.Model):
    """One diagnosis of a patient, with the year they were told and the month if known."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="diagnoses")
    diagnosis = models.CharField(_("diagnosis"), max_length=12, choices=Diagnosis)
    year = models.PositiveSmallIntegerField(_("year they were told"), null=True, blank=True)
    month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True)

    class Meta:
        ordering = ["year", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["patient", "diagnosis"], name="diagnosis_once"),
            models.CheckConstraint(
                condition=models.Q(month=None) | models.Q(month__gte=1, month__lte=12), name="diagnosis_month"
            ),
        ]

    def __str__(self) -> str:
        return self.get_diagnosis_display()


class PhaseChange(models.Model):
    """From when a patient was in which phase. A history, not one field (VdE21)."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="phases")
    phase = models.CharField(_("phase"), max_length=12, choices=Phase)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.get_phase_display()


class Referral(PublicRef, Versioned, Profile):
    """A request for a mentor for one mentee. A draft holds only what was typed so far, in `draft`.

    The needs stand here as they were asked for; diagnosis, phase and treatments are those of the patient
    it is about, who for a caregiver may stay unnamed.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="referrals")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    draft = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="referrals_made")
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    mentee = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="referrals")
    relation = models.CharField(_("they are"), max_length=10, choices=Relation, blank=True)
    about = models.ForeignKey(Patient, null=True, blank=True, on_delete=models.PROTECT, related_name="referrals")
    clinician = models.ForeignKey(
        USER,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="referrals_answered_for",
        verbose_name=_("responsible clinician"),
    )

    diagnosis = models.CharField(_("diagnosis"), max_length=12, choices=Diagnosis, blank=True)
    diagnosed_year = models.PositiveSmallIntegerField(_("year they were told"), null=True, blank=True)
    diagnosed_month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True)
    phase = models.CharField(_("phase"), max_length=12, choices=Phase, blank=True)
    treatments = CodesField(_("treatment"), codes=Treatment)

    gender_wish = models.CharField(_("the mentor is"), max_length=5, choices=GenderWish, default=GenderWish.ANY)
    age_wish = models.CharField(_("age of the mentor"), max_length=5, choices=AgeWish, default=AgeWish.ANY)
    matters_most = models.CharField(_("what matters most"), max_length=12, choices=Matters, blank=True)
    musts = CodesField(_("musts"), codes=Must)
    cautions = models.TextField(_("anything to be careful about"), max_length=500, blank=True)

    # Somebody who wants only a group waits for no mentor (format chosen per person).
    only_group = models.BooleanField(_("wants a group, no mentor"), default=False)
    ask_again_on = models.DateField(_("ask again on"), null=True, blank=True)  # while deferred
    close_reason = models.CharField(_("why it was closed"), max_length=20, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["clinic", "status", "submitted_at"]),
            models.Index(fields=["created_by", "-created_at"]),
            models.Index(fields=["mentee"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="draft", mentee=None)
                | (~models.Q(status="draft") & models.Q(mentee__isnull=False, draft={})),
                name="referral_has_a_mentee_once_sent",
            ),
            models.CheckConstraint(
                condition=models.Q(diagnosed_month=None) | models.Q(diagnosed_month__gte=1, diagnosed_month__lte=12),
                name="referral_month",
            ),
        ]

    def __str__(self) -> str:
        return str(self.mentee) if self.mentee_id else str(_("Draft"))


class ReferralEvent(StatusChange):
    """The history of a referral."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="history")


class Offer(PublicRef):
    """Somebody was asked whether they want a mentor. The person only if already known to the clinic."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes, now")
        LATER = "later", _("Later")
        NO = "no", _("No, thank you")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="offers")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="offers")
    referral = models.OneToOneField(Referral, null=True, blank=True, on_delete=models.SET_NULL, related_name="offer")
    answer = models.CharField(_("answer"), max_length=5, choices=Answer)
    ask_again_on = models.DateField(_("ask again on"), null=True, blank=True)
    label = models.CharField(_("how you will remember them"), max_length=80, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="offers_made")
    at = models.DateTimeField(default=clock.now)
    asked_again_at = models.DateTimeField(null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["clinic", "answer", "ask_again_on"])]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(answer="later") | models.Q(ask_again_on__isnull=False), name="later_has_a_date"
            ),
        ]

    def __str__(self) -> str:
        return self.get_answer_display()


class Scope(models.TextChoices):
    """What consent is asked for, one answer each."""

    PROFILE = "profile", _("Sharing a profile with a mentor")
    CONTACT = "contact", _("Being contacted by the programme and the mentor")
    EVALUATION = "evaluation", _("Taking part in the evaluation")
    RESEARCH = "research", _("Research")


NEEDED_SCOPES = (Scope.PROFILE, Scope.CONTACT)  # without these two there is no introduction


class ConsentText(models.Model):
    """The words somebody agreed to, by scope, language and version. Never changed, only followed by a newer one."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="consent_texts")
    scope = models.CharField(max_length=12, choices=Scope)
    language = models.CharField(max_length=5, choices=Language)
    version = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=2000)
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["scope", "language", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "scope", "language", "version"], name="consent_text_version"),
        ]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} ({self.version})"


class Consent(models.Model):
    """One answer to one scope for one referral. Withdrawing adds the moment and the person; nothing is removed."""

    class How(models.TextChoices):
        IN_PERSON = "in-person", _("In person")
        PHONE = "phone", _("By phone")
        PAPER = "paper", _("On paper")
        LINK = "link", _("By link")

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="consents")
    scope = models.CharField(max_length=12, choices=Scope)
    given = models.BooleanField()
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=How)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")  # the system user for a link
    at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_how = models.CharField(max_length=10, choices=How, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["referral", "scope"])]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "scope"], condition=models.Q(withdrawn_at=None), name="one_answer_per_scope"
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_by=None)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.scope


class TriageNote(models.Model):
    """A question of the coordinator to the referrer, and the answer."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="triage_notes")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    text = models.TextField(max_length=1000)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class SelfReferralPage(models.Model):
    """Whether a clinic's public page is open, and its own words for the page and the leaflet."""

    clinic = models.OneToOneField(Clinic, on_delete=models.CASCADE, related_name="self_referral_page")
    is_open = models.BooleanField(_("people can ask for a mentor themselves"), default=False)
    words = models.TextField(_("in the clinic's own words"), max_length=600, blank=True)

    def __str__(self) -> str:
        return str(self.clinic)


class SelfReferral(PublicRef, Versioned):
    """Somebody asked for a mentor by the clinic's public page. A nurse confirms it; nothing clinical stands here."""

    class Reason(models.TextChoices):
        NOT_OURS = "not-ours", _("They are not looked after at this clinic")
        NOT_REACHED = "not-reached", _("We could not reach them")
        CHANGED_MIND = "changed-mind", _("They changed their mind")
        ALREADY = "already", _("They are in the programme already")
        OTHER_HELP = "other-help", _("Other help fits better")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="self_referrals")
    status = models.CharField(max_length=10, choices=SelfStatus, default=SelfStatus.ASKED)
    first_name = models.CharField(_("given name"), max_length=80, blank=True)
    last_name = models.CharField(_("family name"), max_length=80, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.NL)
    relation = models.CharField(_("they are"), max_length=10, choices=Relation, blank=True)
    topics = CodesField(_("what about"), codes=Topic)
    consent_words = models.TextField(max_length=1000, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    reason = models.CharField(_("why not"), max_length=12, choices=Reason, blank=True)
    referral = models.OneToOneField(
        Referral, null=True, blank=True, on_delete=models.SET_NULL, related_name="self_referral"
    )
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = SelfReferralQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["clinic", "status", "asked_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_at=None)
                | models.Q(first_name="", last_name="", birth_year=None, email="", phone="", consent_words=""),
                name="self_referral_erased_is_empty",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="declined") | ~models.Q(reason=""), name="self_referral_declined_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or str(_("Somebody who asked"))

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def topic_words(self) -> list:
        return [Topic(code).label for code in self.topics]


class SelfReferralEvent(StatusChange):
    """The history of a wish that somebody sent themselves."""

    self_referral = models.ForeignKey(SelfReferral, on_delete=models.CASCADE, related_name="history")
