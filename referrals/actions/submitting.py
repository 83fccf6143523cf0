"""Sending a referral: one transaction from what was typed to a person, a patient, consents and a request."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from clinics.roles import Role
from common import clock
from common.errors import Invalid, WrongState
from common.models import new_ref
from common.vocabulary import Diagnosis, Phase, Relation
from referrals import conflicts, duplicates, facts, rules
from referrals.actions.asking import confirm
from referrals.actions.consent import answer_all
from referrals.actions.offers import find_person, record_yes
from referrals.actions.people import new_person, note_diagnosis, note_phase, say_not_the_same, update_person
from referrals.data import NEEDS, PersonData, ReferralData
from referrals.models import Patient, Person, Referral
from referrals.workflow import Status, workflow

ANSWERS = ("relation", "diagnosis", "diagnosed_year", "diagnosed_month", "phase")


@transaction.atomic
def submit(*, by: User, clinic: int, data: ReferralData, draft: str = "", earlier: str = "") -> Referral:
    """Send a referral to the coordinators.

    Stores or finds the mentee, the patient it is about with diagnosis and phase, one consent per scope, and
    the offer answered with yes. `draft` is the ref of the form: sending it twice gives the same referral, and
    an old copy with other answers is WrongState rather than a silent loss.
    `earlier` is the ref of the offer that is now answered. Raises Denied, WrongState, Invalid with the field:
    also when somebody like this is known and nobody said whether it is them (field "person").
    """
    home = Clinic.objects.select_for_update(no_key=True).get(pk=clinic)  # one at a time: no twins
    rules.refer.require(by, home)
    row = _row(home, draft, by)
    if row.status != Status.DRAFT:
        return _sent_already(row, data)
    mentee = _mentee(home, data, by=by)
    row.mentee = mentee
    about = _about(home, data, mentee, by=by)
    _refuse_second(row, mentee, data.relation, about)
    _fill(row, data, about, home)
    row.clinician = _clinician(home, data.clinician)
    now = clock.now()
    names = [*NEEDS, *ANSWERS]
    workflow.move(
        row, Status.SUBMITTED, by=by, draft={}, mentee=mentee, about=about, clinician=row.clinician,
        submitted_at=now, changed_at=now, **{name: getattr(row, name) for name in names},
    )  # fmt: skip
    answer_all(row, data.consent, by=by)
    record_yes(row, by=by, earlier=earlier)
    confirm(row, by=by)
    return row


def _row(home: Clinic, draft: str, by: User) -> Referral:
    ref = draft if duplicates.is_ref(draft) else new_ref()
    row, _made = Referral.objects.get_or_create(ref=ref, defaults={"clinic": home, "created_by": by})
    rules.write_draft.require(by, row)
    if row.clinic_id != home.pk:
        raise WrongState(_("This form belongs to another clinic of yours. Choose that clinic first."))
    return Referral.objects.lock(row.pk)


def _sent_already(row: Referral, data: ReferralData) -> Referral:
    """Return the referral for the same form once more; an old copy that says something else is told so."""
    asked = {name: getattr(data, name) for name in ANSWERS} | dict(data.needs)
    if any(_plain(getattr(row, name)) != _plain(value) for name, value in asked.items()):
        raise WrongState(_("This was sent already. The copy you sent now says something else and was not kept."))
    return row


def _plain(value):
    return sorted(value) if isinstance(value, list | tuple) else value or ""


def _mentee(home: Clinic, data: ReferralData, *, by: User) -> Person:
    """Return the mentee: somebody known, or a new person when every lookalike was answered."""
    if data.person:
        known = Person.objects.select_for_update().get(pk=find_person(home.pk, data.person).pk)
        facts.check_birth(known.birth_year, known.birth_date, today=home.today)
        _refuse_conflict(known)
        return _reachable(update_person(known, data.who))
    said = [find_person(home.pk, ref) for ref in data.not_same]
    _refuse_lookalike(home, data.who, data.not_same)
    person = _reachable(new_person(home, data.who, by=by))
    for other in said:
        say_not_the_same(person=person.pk, other=other.pk, by=by)
    return person


def _refuse_conflict(person: Person) -> None:
    """A mentor is no mentee: asked under the lock of the person, as when somebody starts as a mentor."""
    reason = conflicts.of(person)
    if reason:
        raise Invalid(reason, field="person")


def _reachable(person: Person) -> Person:
    if not (person.phone or person.email):
        raise Invalid(_("Write a phone number or an e-mail address: without one nobody can reach them"), field="phone")
    return person


def _refuse_lookalike(home: Clinic, who: PersonData, answered: tuple[str, ...]) -> None:
    found = duplicates.possible(
        clinic=home.pk, first_name=who.first_name, last_name=who.last_name, birth_year=who.birth_year,
        phone=str(who.phone), email=who.email.strip(), but=answered,
    )  # fmt: skip
    if found:
        raise Invalid(_("We may know this person already. Choose whether it is them"), field="person")


def _about(home: Clinic, data: ReferralData, mentee: Person, *, by: User) -> Patient | None:
    """Return the patient it is about, brought up to date; None for an unnamed one a caregiver cares for."""
    if data.relation not in Relation.values:
        raise Invalid(_("Choose whether they are a patient or a relative"), field="relation")
    who = mentee if data.relation == Relation.PATIENT else _cared_for(home, data, mentee)
    facts.check_diagnosed(
        data.diagnosed_year, data.diagnosed_month, today=home.today,
        birth_year=who.birth_year if who else None, birth_date=who.birth_date if who else None,
    )  # fmt: skip
    if data.diagnosis not in Diagnosis.values:
        raise Invalid(_("Choose the diagnosis, or “Not known yet”"), field="diagnosis")
    if data.phase not in Phase.values:
        raise Invalid(_("Choose what is going on at the moment"), field="phase")
    if who is None:
        return None
    patient, _made = Patient.objects.get_or_create(person=who, defaults={"created_at": clock.now()})
    note_diagnosis(patient, data.diagnosis, data.diagnosed_year, data.diagnosed_month)
    note_phase(patient, data.phase, by=by)
    return patient


def _cared_for(home: Clinic, data: ReferralData, mentee: Person) -> Person | None:
    if not data.about:
        return None
    try:
        person = find_person(home.pk, data.about)
    except Invalid as refusal:
        raise Invalid(str(refusal), field="about") from refusal
    if person == mentee:
        raise Invalid(_("This is the same person. Choose “A patient” instead, or somebody else"), field="about")
    if not Patient.objects.filter(person=person).exists():
        raise Invalid(_("This person is not a patient here. Leave the name out"), field="about")
    if not data.about_agreed:
        raise Invalid(
            _("Tick that they agreed to be named, or leave the name out: then only diagnosis and phase are kept"),
            field="about_agreed",
        )
    return person


def _refuse_second(row: Referral, mentee: Person, relation: str, about: Patient | None) -> None:
    """One running referral is enough for one mentee and the same patient."""
    running = Referral.objects.filter(mentee=mentee, relation=relation, about=about)
    if about and running.exclude(pk=row.pk).exclude(status__in=[Status.DRAFT, Status.CLOSED]).exists():
        words = _("They have a referral that is under way already. Open that one from My referrals")
        raise Invalid(words, field="person")


def _fill(row: Referral, data: ReferralData, about: Patient | None, home: Clinic) -> None:
    """Set what they asked for and check every answer against its list."""
    unknown = set(data.needs) - set(NEEDS)
    if unknown:
        raise TypeError(f"Unknown needs: {sorted(unknown)}")
    for name, value in data.needs.items():
        setattr(row, name, value)
    row.relation, row.about = data.relation, about
    row.diagnosis, row.phase = data.diagnosis, data.phase
    row.diagnosed_year, row.diagnosed_month = data.diagnosed_year, data.diagnosed_month
    facts.check_fields(row, *NEEDS)
    if not row.languages:
        raise Invalid(_("Choose at least one language"), field="languages")
    if not row.channels:
        raise Invalid(_("Choose at least one way to talk"), field="channels")
    facts.check_musts({name: getattr(row, name) for name in NEEDS})


def clinicians_of(clinic: Clinic) -> QuerySet[User]:
    """Return the users who are clinicians of a clinic today. A queryset."""
    live = {"memberships__clinic": clinic, "memberships__role": Role.CLINICIAN, "memberships__ended_at": None}
    return User.objects.filter(is_active=True, **live).distinct()


def _clinician(home: Clinic, ref: str) -> User:
    """Return who answers for the patient: the one named, else the clinic's default. Always a live clinician."""
    rows = clinicians_of(home)
    chosen = rows.filter(ref=ref) if ref and duplicates.is_ref(ref) else rows.filter(pk=home.default_clinician_id or 0)
    user = None if ref and not duplicates.is_ref(ref) else chosen.first()
    if user is None:
        words = _("Choose a clinician of this clinic") if ref else _("This clinic names no usual clinician: choose one")
        raise Invalid(words, field="clinician")
    return user
