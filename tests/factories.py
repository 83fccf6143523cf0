"""Builders for tests. They write rows as the actions would leave them, so that a test starts where it matters."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

from accounts.models import User
from clinics.models import Clinic, EmergencyNumber, Membership, WorkingHours
from clinics.roles import Role
from common import clock
from common.vocabulary import Channel, Language, Phase, Relation, Topic, Treatment
from matching.models import Match, Policy
from matching.workflow import LIVE
from matching.workflow import Status as MatchStatus
from referrals.models import (
    Consent,
    ConsentText,
    Patient,
    PatientDiagnosis,
    Person,
    PhaseChange,
    Referral,
    Scope,
)
from referrals.workflow import Status as ReferralStatus
from training.models import Certificate, Mentor
from training.workflow import Status as MentorStatus

PASSWORD = "half-a-word-is-enough"
DAY = dt.timedelta(days=1)
WEIGHTS = {
    "topics": 25,
    "lived": 20,
    "life_stage": 15,
    "age": 10,
    "work": 10,
    "culture": 10,
    "interests": 5,
    "distance": 5,
}
_numbers = itertools.count(1)


def days_ago(days: int, tz: str = "Europe/Brussels") -> dt.datetime:
    """Return the moment so many days back by the calendar, when clocks showed the present hour.

    24 hours times days is an hour off across a change of the clocks: near midnight another day, and other words.
    """
    return (clock.now().astimezone(ZoneInfo(tz)) - days * DAY).astimezone(dt.UTC)


def make_user(clinic=None, *roles, **fields) -> User:
    """Store an account with a verified address and these roles in the clinic."""
    n = next(_numbers)
    fields.setdefault("email", f"user{n}@example.org")
    fields.setdefault("first_name", f"Given{n}")
    fields.setdefault("last_name", f"Family{n}")
    fields.setdefault("phone", f"+3247000{n % 10000:04d}")
    user = User.objects.create_user(password=PASSWORD, email_verified_at=clock.now(), **fields)
    for role in roles:
        Membership.objects.create(clinic=clinic, user=user, role=role)
    return user


class Team:
    """A clinic with one person in each role; consent texts, weights and settings are in place.

    Attributes: clinic, nurse, coordinator, clinician, backup, admin, trainer (users).
    """

    def __init__(self, name: str = "Leieland Rheumatology Clinic"):
        self.clinic = make_clinic(name)
        self.nurse = make_user(self.clinic, Role.NURSE, first_name="Katrien")
        self.coordinator = make_user(self.clinic, Role.COORDINATOR, first_name="Leen")
        self.clinician = make_user(self.clinic, Role.CLINICIAN, first_name="Piet")
        self.backup = make_user(self.clinic, Role.CLINICIAN, first_name="Nora")
        self.admin = make_user(self.clinic, Role.ADMIN, first_name="Ana")
        self.trainer = make_user(self.clinic, Role.TRAINER, first_name="Mieke")
        self.clinic.default_clinician = self.clinician
        self.clinic.save()


def make_clinic(name: str = "Leieland Rheumatology Clinic") -> Clinic:
    """Store a clinic with working hours, numbers, consent texts and weights."""
    clinic = Clinic.objects.create(
        name=name, languages=[Language.NL, Language.FR, Language.EN], phone="+3290000010", flag_phone="+3290000012",
        switched_on_at=clock.now(),
    )  # fmt: skip
    for weekday in range(5):
        WorkingHours.objects.create(clinic=clinic, weekday=weekday, opens=dt.time(8, 30), closes=dt.time(17))
    EmergencyNumber.objects.create(clinic=clinic, position=1, label="Danger to life", number="112")
    EmergencyNumber.objects.create(clinic=clinic, position=2, label="Doctor on duty", number="1733")
    for scope in Scope:
        for language in clinic.languages:
            ConsentText.objects.create(
                clinic=clinic, scope=scope, language=language, version=1, text=f"{scope} {language}"
            )
    Policy.objects.create(clinic=clinic, version=1, weights=WEIGHTS)
    return clinic


def make_person(clinic, **fields) -> Person:
    """Store a person with verified addresses."""
    n = next(_numbers)
    fields.setdefault("first_name", f"Samira{n}")
    fields.setdefault("last_name", f"Bensalem{n}")
    fields.setdefault("birth_year", 1980)
    fields.setdefault("gender", "woman")
    fields.setdefault("email", f"person{n}@example.org")
    fields.setdefault("phone", f"+3248000{n % 10000:04d}")
    return Person.objects.create(clinic=clinic, email_verified_at=clock.now(), phone_verified_at=clock.now(), **fields)


def make_referral(team, *, consent=True, status=ReferralStatus.OPEN, mentee=None, **fields) -> Referral:
    """Store a sent referral of a patient, open by default, with every consent given."""
    mentee = mentee or make_person(team.clinic)
    patient, _made = Patient.objects.get_or_create(person=mentee)
    PatientDiagnosis.objects.get_or_create(patient=patient, diagnosis="ra", defaults={"year": 2026})
    PhaseChange.objects.create(patient=patient, phase=Phase.STARTING, by=team.nurse)
    values = {
        "created_by": team.nurse, "clinician": team.clinician, "relation": Relation.PATIENT, "about": patient,
        "diagnosis": "ra", "diagnosed_year": 2026, "phase": Phase.STARTING, "treatments": [Treatment.METHOTREXATE],
        "languages": [Language.NL], "channels": [Channel.PHONE], "topics": [Topic.FATIGUE, Topic.WORK],
        "life_stage": "working", "work": "office", "submitted_at": clock.now(),
        "opened_at": clock.now() if status == ReferralStatus.OPEN else None,
    }  # fmt: skip
    referral = Referral.objects.create(clinic=team.clinic, mentee=mentee, status=status, **(values | fields))
    referral.history.create(from_status="", to_status=status, by=team.nurse)
    for scope in Scope:
        text = ConsentText.objects.get(clinic=team.clinic, scope=scope, language="nl", version=1)
        Consent.objects.create(referral=referral, scope=scope, given=consent, text=text, how="in-person", by=team.nurse)
    return referral


def make_mentor(team, *, ready=True, places=2, person=None, **fields) -> Mentor:
    """Store a mentor with an account; ready to mentor today unless told otherwise."""
    person = person or make_person(team.clinic, first_name="Rita", birth_year=1975)
    if person.user is None:
        person.user = make_user(team.clinic, Role.MENTOR, first_name=person.first_name, email=person.email)
        person.save()
    on = team.clinic.today
    values = {
        "created_by": team.coordinator, "role_types": [Relation.PATIENT], "diagnoses": ["ra"], "diagnosed_year": 2015,
        "phases": [Phase.STARTING, Phase.STABLE], "treatments": [Treatment.METHOTREXATE], "languages": [Language.NL],
        "channels": [Channel.PHONE, Channel.VIDEO], "topics": [Topic.FATIGUE, Topic.WORK], "life_stage": "working",
        "work": "office", "supervisor": team.clinician, "places": places,
    }  # fmt: skip
    if ready:
        values |= {
            "status": MentorStatus.ACTIVE, "vetted_on": on - 90 * DAY, "vetted_by": team.coordinator,
            "code_signed_on": on - 60 * DAY, "checks_valid_until": on + 365 * DAY,
            "secrecy_briefing_on": on - 60 * DAY, "met_team_on": on - 60 * DAY, "supervise_by": on + 30 * DAY,
        }  # fmt: skip
    mentor = Mentor.objects.create(person=person, **(values | fields))
    if ready:
        Certificate.objects.create(
            mentor=mentor, valid_from=on - 60 * DAY, valid_until=on + 365 * DAY, issued_by=team.coordinator
        )
    mentor.history.create(from_status="", to_status=mentor.status, by=team.coordinator)
    return mentor


def make_match(team, *, status=MatchStatus.INTRODUCED, referral=None, mentor=None, days_ago=0, **fields) -> Match:
    """Store a match in any status, with the facts that status needs; introduced `days_ago` days before now."""
    referral = referral or make_referral(team)
    mentor = mentor or make_mentor(team)
    now = clock.now()
    begun = now - days_ago * DAY
    order = list(MatchStatus)
    after = {s: order.index(s) for s in order}
    reached = after[status] if status in LIVE else after[MatchStatus.INTRODUCED] * (status == MatchStatus.ENDED)
    values = {
        "policy": Policy.objects.filter(clinic=team.clinic).first(), "points": 60, "rank": 1,
        "contributions": {"topics": [25, 25]}, "proposed_by": team.coordinator, "proposed_at": begun,
    }  # fmt: skip
    if reached >= after[MatchStatus.APPROVED]:
        values |= {"approved_at": begun, "answer_by": begun + 2 * DAY}
    if reached >= after[MatchStatus.ACCEPTED]:
        values |= {"accepted_at": begun}
    if reached >= after[MatchStatus.INTRODUCED]:
        values |= {
            "mentee_asked_at": begun, "mentee_answer": "yes", "mentee_answered_at": begun,
            "mentor_expectations_at": begun, "mentee_expectations_at": begun,
            "introduced_at": begun, "introduced_by": team.coordinator,
            "mentee_shares_at": begun, "mentor_shares_at": begun,
        }  # fmt: skip
    if status == MatchStatus.ENDED:
        values |= {"ended_at": now, "ended_by": team.coordinator, "end_reason": "planned"}
    if status in LIVE:
        taken = set(mentor.matches.live().values_list("slot", flat=True))
        values["slot"] = next(n for n in itertools.count(1) if n not in taken)
    match = Match.objects.create(referral=referral, mentor=mentor, status=status, **(values | fields))
    match.history.create(from_status="", to_status=status, by=team.coordinator)
    return match
