"""Red flags: categories, deadlines, the ladder of people, and each flag with everything that was done."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common import clock
from common.models import PublicRef, StatusChange, Versioned
from matching.models import Match
from mentorship.querysets import FlagQuerySet
from mentorship.workflow import FlagStatus
from referrals.models import Person, Referral

USER = settings.AUTH_USER_MODEL


class Severity(models.TextChoices):
    S1 = "S1", _("Act now")
    S2 = "S2", _("Today")
    S3 = "S3", _("Soon")
    S4 = "S4", _("This week")


class Route(models.TextChoices):
    CLINICAL = "clinical", _("Clinical")
    CONDUCT = "conduct", _("Conduct")


class Group(models.TextChoices):
    """Plain headings under which categories are looked for."""

    DANGER = "danger", _("It cannot wait")
    BODY = "body", _("Body and medicines")
    MIND = "mind", _("Mood and home")
    PROGRAMME = "prog", _("The programme and people in it")


class About(models.TextChoices):
    """Whom a worry of this kind is about. The conduct route is for a mentor or somebody of the team."""

    PERSON = "person", _("The person who has a mentor, or the mentor's own health")
    MENTOR = "mentor", _("A mentor's conduct")
    STAFF = "staff", _("The conduct of somebody of the team")


class FlagCategory(PublicRef, Versioned):
    """A worry a person can pick, with its route, severity and first-minute guidance (evidence C)."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="flag_categories")
    key = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=120)
    route = models.CharField(_("who is told"), max_length=8, choices=Route, default=Route.CLINICAL)
    about = models.CharField(_("about whom"), max_length=6, choices=About, default=About.PERSON)
    severity = models.CharField(_("how urgent"), max_length=2, choices=Severity)
    group = models.CharField(_("heading it stands under"), max_length=8, choices=Group, default=Group.BODY)
    guidance = models.JSONField(_("do this now"), default=list)  # at most four sentences
    numbers = models.JSONField(_("numbers to show"), default=list)  # [{"label", "number"}], as buttons
    thanks = models.BooleanField(_("thank the mentor for saying so"), default=False)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "key"], name="flag_category_once"),
            models.CheckConstraint(
                condition=models.Q(route="clinical", about="person")
                | models.Q(route="conduct", about__in=["mentor", "staff"]),
                name="conduct_is_about_mentor_or_staff",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FlagTiming(models.Model):
    """The deadlines of one severity at one clinic [D]. Minutes are clock time, days are working days."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="flag_timings")
    severity = models.CharField(max_length=2, choices=Severity)
    answer_minutes = models.PositiveIntegerField(null=True, blank=True)
    answer_days = models.PositiveSmallIntegerField(null=True, blank=True)
    repeat_minutes = models.PositiveIntegerField(null=True, blank=True)
    repeat_days = models.PositiveSmallIntegerField(null=True, blank=True)
    resolve_minutes = models.PositiveIntegerField(null=True, blank=True)
    resolve_days = models.PositiveSmallIntegerField(null=True, blank=True)
    in_working_hours = models.BooleanField(default=False)  # answer_minutes count opening time only

    class Meta:
        ordering = ["severity"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "severity"], name="flag_timing_once"),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{name}_minutes__gte": 1, f"{name}_days": None})
                    | models.Q(**{f"{name}_minutes": None, f"{name}_days__gte": 1}),
                    name=f"flag_timing_{name}",
                )
                for name in ("answer", "repeat", "resolve")
            ),
        ]

    def __str__(self) -> str:
        return self.severity


class FlagRules(models.Model):
    """What a clinic said about urgency and deadlines, as a numbered version that never changes once stored."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="flag_rules")
    number = models.PositiveIntegerField()
    timings = models.JSONField()  # {"S1": {"answer_minutes": 30, ...}}, the fields of FlagTiming
    levels = models.JSONField()  # {key of a worry: its severity}
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["clinic", "-number"]
        constraints = [models.UniqueConstraint(fields=["clinic", "number"], name="flag_rules_number")]

    def __str__(self) -> str:
        return str(self.number)


class LadderRung(models.Model):
    """One rung of a clinic's ladder for a route, or for one worry instead. `who` is a function or, with `user`, a
    named person.
    """

    class Who(models.TextChoices):
        RESPONSIBLE = "responsible", _("The responsible clinician")
        BACKUP = "backup", _("Backup or on call")
        COORDINATOR = "coordinator", _("A coordinator")
        ADMIN = "admin", _("An admin")

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="ladder")
    route = models.CharField(max_length=8, choices=Route)
    category = models.ForeignKey(
        FlagCategory, null=True, blank=True, on_delete=models.CASCADE, related_name="own_ladder"
    )
    position = models.PositiveSmallIntegerField()
    who = models.CharField(max_length=12, choices=Who)
    user = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["route", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "route", "position"], condition=models.Q(category=None), name="ladder_position"
            ),
            models.UniqueConstraint(fields=["category", "position"], name="own_ladder_position"),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.position}"


class RedFlag(PublicRef, Versioned):
    """A worry that needs a professional. Stored with its deadline, its ladder and its first messages, or not at all."""

    class Source(models.TextChoices):
        HOME = "home", _("the mentor's page")
        CONTACT = "contact", _("a talk")
        CHECK = "check", _("a follow-up answer")
        STAFF = "staff", _("somebody of the team")
        PAGE = "page", _("the mentee's own page")

    class Outcome(models.TextChoices):
        SPOKEN = "spoken", _("Spoken with, safe for now")
        SEEN = "seen", _("Seen by the team")
        EMERGENCY = "emergency", _("Went to emergency care")
        REFERRED = "referred", _("Passed on to other care")
        NO_ACTION = "no-action", _("Looked into, nothing more needed")
        CONDUCT = "conduct", _("Conduct: settled, with measures")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="red_flags")
    category = models.ForeignKey(FlagCategory, on_delete=models.PROTECT, related_name="flags")
    route = models.CharField(max_length=8, choices=Route)  # as the category said when it was raised
    severity = models.CharField(max_length=2, choices=Severity)
    # Whose deadlines it keeps; empty only for what was raised before versions, until the first change pins it.
    rules = models.ForeignKey(FlagRules, null=True, blank=True, on_delete=models.PROTECT, related_name="flags")
    status = models.CharField(max_length=12, choices=FlagStatus, default=FlagStatus.RAISED)
    referral = models.ForeignKey(Referral, null=True, blank=True, on_delete=models.PROTECT, related_name="red_flags")
    match = models.ForeignKey(Match, null=True, blank=True, on_delete=models.PROTECT, related_name="red_flags")
    # Who it is about, when it is a person of the programme who must never see it (conduct).
    about_user = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=8, choices=Source)
    raised_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="flags_raised")  # system: by a link
    raised_by_person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=clock.now)
    client_key = models.CharField(max_length=36, unique=True, null=True, blank=True)
    # What the worry told them to do then; empty only for what was raised before this was kept.
    guidance = models.JSONField(null=True, blank=True)
    details = models.TextField(_("what happened"), max_length=2000, blank=True)

    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="flags_owned")
    rung = models.PositiveSmallIntegerField(default=1)  # where on its ladder it stands
    climbs = models.PositiveSmallIntegerField(
        default=0
    )  # how often it was passed on or opened again; tells messages apart
    answer_by = models.DateTimeField()  # a flag is never without a deadline
    next_climb_at = models.DateTimeField(null=True, blank=True)  # empty only while resolved
    half_time_at = models.DateTimeField(null=True, blank=True)  # when the owner is told again; empty once done
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Whom the one who has it asked to take it; until they say so, the first one has it.
    handed_to = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    resolve_by = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    done = models.TextField(_("what was done"), max_length=2000, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-pk"]
        indexes = [
            models.Index(fields=["clinic", "status", "answer_by"]),
            models.Index(fields=["status", "next_climb_at"]),
            models.Index(fields=["clinic", "-raised_at"]),
            models.Index(fields=["severity", "raised_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="resolved", next_climb_at=None)
                | (~models.Q(status="resolved") & models.Q(next_climb_at__isnull=False)),
                name="unresolved_flag_climbs",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="resolved")
                | (models.Q(resolved_at__isnull=False, resolved_by__isnull=False) & ~models.Q(outcome="")),
                name="resolved_flag_has_outcome_and_person",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="acknowledged")
                | models.Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False, resolve_by__isnull=False),
                name="acknowledged_flag_has_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(handed_to=None) | models.Q(status="acknowledged"), name="handed_flag_is_had"
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class FlagEvent(StatusChange):
    """The history of a red flag."""

    flag = models.ForeignKey(RedFlag, on_delete=models.CASCADE, related_name="history")


class Rung(models.Model):
    """Somebody on a rung of one flag's ladder, and when they were told. Several people may share a rung.

    The ladder is drawn when the flag is raised; people who can no longer answer are passed over. On the rung of the
    backup stands who is on call when it is asked: such rows come and go with the rota.
    """

    flag = models.ForeignKey(RedFlag, on_delete=models.CASCADE, related_name="rungs")
    position = models.PositiveSmallIntegerField()
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="rungs")
    who = models.CharField(max_length=12, choices=LadderRung.Who)
    named = models.BooleanField(default=True)  # False for the function of a backup, which the rota fills
    on_call = models.BooleanField(default=False)  # stands here because of the rota
    told_at = models.DateTimeField(null=True, blank=True)  # the last time
    times_told = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["flag", "position", "user"], name="rung_position")]
        indexes = [models.Index(fields=["user", "flag"])]

    def __str__(self) -> str:
        return f"{self.position} {self.user}"


class Attempt(models.Model):
    """Something tried or done about a flag. Not reaching somebody is an attempt, never an outcome."""

    class Kind(models.TextChoices):
        REACHED = "reached", _("Spoke with them")
        NOT_REACHED = "not-reached", _("Could not reach them")
        NOTE = "note", _("Note")

    flag = models.ForeignKey(RedFlag, on_delete=models.CASCADE, related_name="attempts")
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField(max_length=1000, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.get_kind_display()
