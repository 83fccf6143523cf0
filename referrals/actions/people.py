"""What changes about a person: phase, addresses, and who they are not."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import Invalid, Stale
from common.vocabulary import Phase
from referrals import facts, meanwhile, rules
from referrals.data import PersonData
from referrals.models import NotTheSame, Patient, PatientDiagnosis, Person, PhaseChange, Referral
from referrals.workflow import Status


@transaction.atomic
def add_phase(*, patient: int, phase: str, by: User) -> PhaseChange:
    """Write that a patient is in a new phase now, and let running referrals about them know (VdE21).

    Saying the same phase again changes nothing. Raises Denied, Invalid (phase).
    """
    row = Patient.objects.select_for_update(of=("self",)).select_related("person").get(pk=patient)
    rules.look_after.require(by, row.person)
    if phase not in Phase.values:
        raise Invalid(_("Choose what is going on now"), field="phase")
    change = note_phase(row, phase, by=by)
    running = Referral.objects.filter(about=row).exclude(status__in=[Status.DRAFT, Status.CLOSED]).exclude(phase=phase)
    running.update(phase=phase, version=F("version") + 1)
    return change


def note_phase(patient: Patient, phase: str, *, by: User) -> PhaseChange:
    """Add to the history of phases unless the last one says the same."""
    last = patient.phases.last()
    return last if last and last.phase == phase else patient.phases.create(phase=phase, by=by, at=clock.now())


def note_diagnosis(patient: Patient, diagnosis: str, year: int | None, month: int | None) -> None:
    """Store a diagnosis once; a year or month that was unknown or is told otherwise is brought up to date."""
    row, made = PatientDiagnosis.objects.get_or_create(
        patient=patient, diagnosis=diagnosis, defaults={"year": year, "month": month}
    )
    if not made and year and (row.year, row.month) != (year, month):
        row.year, row.month = year, month
        row.save(update_fields=["year", "month"])


def new_person(clinic, data: PersonData, *, by: User) -> Person:
    """Store somebody the clinic did not know. Raises Invalid at the field that makes no sense."""
    person = Person(
        clinic=clinic, first_name=data.first_name.strip(), last_name=data.last_name.strip(),
        birth_year=data.birth_year, birth_date=data.birth_date, clinic_number=data.clinic_number.strip(),
        created_by=by, created_at=clock.now(),
    )  # fmt: skip
    facts.check_birth(person.birth_year, person.birth_date, today=clinic.today)
    facts.check_fields(person, "first_name", "last_name", "birth_year", "clinic_number")
    _take_addresses(person, data)
    person.save()
    return person


def update_person(person: Person, data: PersonData) -> Person:
    """Bring gender, language and addresses of somebody known up to date; an empty answer changes nothing.

    What somebody else changed since the form was begun stays. Raises ChangedMeanwhile where both changed it, Invalid.
    """
    _take_addresses(person, meanwhile.settle(person, data), keep_if_empty=True)
    person.version += 1
    person.save()
    return person


def _take_addresses(person: Person, data: PersonData, *, keep_if_empty: bool = False) -> None:
    person.gender = data.gender or person.gender
    person.language = data.language or person.language
    if data.email.strip() or not keep_if_empty:
        _take(person, "email", data.email.strip(), data.email_read_back)
    if data.phone or not keep_if_empty:
        _take(person, "phone", data.phone, data.phone_read_back)
    facts.check_fields(person, "gender", "language", "email", "phone")


def _take(person: Person, name: str, value, read_back: bool) -> None:
    """Set an address; it counts as verified only when it was read back, and a new one loses what the old had."""
    before = str(getattr(person, name) or "")
    setattr(person, name, value)
    changed = str(getattr(person, name) or "").casefold() != before.casefold()
    if changed or not value:
        setattr(person, f"{name}_verified_at", None)
    if value and read_back:
        setattr(person, f"{name}_verified_at", getattr(person, f"{name}_verified_at") or clock.now())


@transaction.atomic
def change_addresses(
    *,
    person: int,
    by: User,
    email: str,
    phone: str,
    email_read_back: bool = False,
    phone_read_back: bool = False,
    version: int | None = None,
) -> Person:
    """Change how somebody is reached. A changed address is unverified until it was read back to them.

    Raises Denied, Invalid (email, phone), Stale when somebody changed the person since `version`.
    """
    row = Person.objects.select_for_update().get(pk=person)
    rules.look_after.require(by, row)
    if version is not None and version != row.version:
        raise Stale()
    _take(row, "email", (email or "").strip(), email_read_back)
    _take(row, "phone", phone or "", phone_read_back)
    facts.check_fields(row, "email", "phone")
    row.version += 1
    row.save(update_fields=["email", "email_verified_at", "phone", "phone_verified_at", "version"])
    return row


@transaction.atomic
def say_not_the_same(*, person: int, other: int, by: User) -> NotTheSame:
    """Remember that two people who look alike are two people. Safe to repeat. Raises Denied, Invalid."""
    rows = list(Person.objects.filter(pk__in=[person, other]).order_by("pk"))
    if len(rows) != 2 or rows[0].clinic_id != rows[1].clinic_id:
        raise Invalid(_("These are not two people of one clinic"))
    rules.look_after.require(by, rows[0])
    pair, _made = NotTheSame.objects.get_or_create(low=rows[0], high=rows[1], defaults={"by": by, "at": clock.now()})
    return pair
