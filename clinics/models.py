"""Clinics, the people who work there, when they work, and who looked at whom."""

import datetime as dt
import functools

import holidays
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from clinics.querysets import AccessLogQuerySet, ClinicQuerySet, MembershipQuerySet, SettingChangeQuerySet
from clinics.roles import Role
from common import clock
from common.fields import CodesField
from common.models import PublicRef, Versioned
from common.vocabulary import Language


class Clinic(PublicRef, Versioned):
    """One programme. Every setting a coordinator or admin may change stands here or hangs on it."""

    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Brussels")
    country = models.CharField(_("country, for public holidays"), max_length=2, default="BE")
    languages = CodesField(_("languages"), codes=Language)
    phone = PhoneNumberField(_("phone of the programme"), blank=True)
    flag_phone = PhoneNumberField(_("phone for worries, in working hours"), blank=True)
    default_clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("responsible clinician when none is named"),
    )
    # Proposals of our own that the clinic signs off [D].
    mentor_answer_hours = models.PositiveSmallIntegerField(_("hours a mentor has to answer a request"), default=48)
    first_contact_hours = models.PositiveSmallIntegerField(_("hours until the first contact"), default=72)
    created_at = models.DateTimeField(default=clock.now)
    switched_on_at = models.DateTimeField(null=True, blank=True)
    # Nobody for a clinic that worked before it had to be switched on.
    switched_on_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ClinicQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(mentor_answer_hours__gte=1), name="clinic_answer_hours"),
            models.CheckConstraint(condition=models.Q(first_contact_hours__gte=1), name="clinic_contact_hours"),
            models.CheckConstraint(
                condition=models.Q(switched_on_by=None) | models.Q(switched_on_at__isnull=False),
                name="clinic_switched_on_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @functools.cached_property
    def calendar(self) -> clock.WorkCalendar:
        """Return when this clinic works, as the clock module wants it."""
        hours: dict[int, list[tuple[dt.time, dt.time]]] = {}
        for row in self.working_hours.all():
            hours.setdefault(row.weekday, []).append((row.opens, row.closes))
        public = holidays.country_holidays(self.country) if self.country else {}
        own = functools.cache(lambda: {row.day for row in self.closing_days.all()})  # asked only once it matters
        return clock.WorkCalendar(tz=self.time_zone, hours=hours, is_closed=lambda day: day in public or day in own())

    @property
    def today(self) -> dt.date:
        return clock.today(self.time_zone)

    @property
    def is_on(self) -> bool:
        """Tell whether mentors may be asked and introduced here."""
        return self.switched_on_at is not None


class WorkingHours(models.Model):
    """One opening span on a weekday (Monday 0), in the clinic's time zone."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="working_hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="working_hours_weekday"),
            models.CheckConstraint(condition=models.Q(opens__lt=models.F("closes")), name="working_hours_order"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"


class ClosingDay(models.Model):
    """A day on which the clinic is closed beside the public holidays, with the reason the team reads."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="closing_days")
    day = models.DateField(_("day"))
    reason = models.CharField(_("why"), max_length=80)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["clinic", "day"], name="closing_day_once")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class EmergencyNumber(models.Model):
    """A number shown where somebody may need it at once, in the clinic's order."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="emergency_numbers")
    position = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(_("what it is for"), max_length=80)
    number = models.CharField(_("number"), max_length=20)  # short numbers such as 112 are no phone numbers

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.label} {self.number}"


class Membership(models.Model):
    """One role of one person in one clinic, from a date until it is ended."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    since = models.DateTimeField(default=clock.now)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["clinic", "user", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "user", "role"], condition=models.Q(ended_at=None), name="one_live_membership"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by=None)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="membership_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class SettingChange(models.Model):
    """Who changed which setting, when, from what to what. Append-only."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="setting_changes")
    section = models.CharField(max_length=40)
    changes = models.JSONField()  # {"field": ["before", "after"]}, in words
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = SettingChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.section


class AccessLog(models.Model):
    """One look at one or more people: who, when, at what, why. No foreign key to patients."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now, db_index=True)
    page = models.CharField(max_length=60)  # what was opened, for example "referral"
    people = models.TextField()  # the public refs of the people shown, with spaces around each
    why = models.CharField(max_length=200, blank=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["clinic", "-at"]),
            models.Index(fields=["clinic", "page"]),
            models.Index(fields=["by", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.page} {self.at:%Y-%m-%d %H:%M}"
