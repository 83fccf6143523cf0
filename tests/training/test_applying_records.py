"""An applicant gets a record without an account; the account comes when they are accepted."""

import pytest

from accounts.models import User
from clinics.roles import Role
from common import clock
from common.errors import Denied, Invalid, NotReady
from messaging.models import Message
from referrals.models import NotTheSame, Person
from tests import factories
from training import actions
from training.data import MentorData
from training.models import Mentor
from training.workflow import Status

pytestmark = pytest.mark.django_db


def told(**person) -> MentorData:
    """Return what an applicant said about themselves."""
    names = {"first_name": "Els", "last_name": "Maes", "birth_year": 1970, "email": "els@example.org", "language": "nl"}
    same_as = person.pop("same_as", "")
    profile = {"role_types": ["patient"], "languages": ["nl"], "channels": ["phone"], "diagnoses": ["ra"]}
    return MentorData(names | person, profile, same_as)


def add(team, **person) -> Mentor:
    return actions.add_applicant(clinic=team.clinic, by=team.coordinator, data=told(**person), verified_at=clock.now())


def test_an_applicant_is_stored_without_an_account_and_nobody_is_invited(team):
    made = add(team)
    assert (made.status, made.person.user, made.person.email) == (Status.APPLIED, None, "els@example.org")
    assert made.person.email_verified_at and made.history.count() == 1
    assert not User.objects.filter(email="els@example.org").exists() and not Message.objects.exists()


def test_an_applicant_may_have_no_address_yet(team):
    assert add(team, email="").person.email == ""


def test_only_who_keeps_the_records_adds_an_applicant(team):
    with pytest.raises(Denied):
        actions.add_applicant(clinic=team.clinic, by=team.nurse, data=told())
    assert not Mentor.objects.exists()


def test_somebody_like_a_known_person_is_asked_about(team):
    factories.make_person(team.clinic, first_name="Els", last_name="Maes", birth_year=1970)
    with pytest.raises(Invalid) as refusal:
        add(team)
    assert refusal.value.field == "same_as" and not Mentor.objects.exists()


def test_the_known_person_is_taken_and_completed_but_what_was_read_back_stays(team):
    known = factories.make_person(
        team.clinic, first_name="Els", last_name="Maes", birth_year=1970, email="", phone="+32470112233"
    )
    made = add(team, same_as=known.ref, phone="+32470998877")
    known.refresh_from_db()
    assert made.person_id == known.pk and Person.objects.count() == 1
    assert (known.email, known.phone.as_e164) == ("els@example.org", "+32470112233")


def test_somebody_else_is_remembered_as_somebody_else(team):
    known = factories.make_person(team.clinic, first_name="Els", last_name="Maes", birth_year=1970)
    made = add(team, same_as=actions.NOBODY)
    assert made.person_id != known.pk and NotTheSame.objects.count() == 1


def test_who_is_a_mentor_already_is_refused_also_with_another_address(team):
    mentor = factories.make_mentor(team)
    person = mentor.person
    with pytest.raises(Invalid, match="already"):
        add(team, first_name=person.first_name, last_name=person.last_name, birth_year=1975, same_as=person.ref)


def test_the_account_comes_with_acceptance_and_an_invitation(team):
    made = add(team)
    actions.vet(mentor=made.pk, by=team.coordinator, decision="accept")
    made = Mentor.objects.get(pk=made.pk)
    assert made.status == Status.IN_TRAINING and made.person.user.email == "els@example.org"
    assert made.person.user.memberships.live().get().role == Role.MENTOR
    assert Message.objects.filter(kind="account.invited").count() == 1


def test_opening_an_account_again_changes_nothing(team):
    made = add(team)
    for _time in range(2):
        actions.open_account(mentor=made.pk, by=team.coordinator)
    assert User.objects.filter(email="els@example.org").count() == 1
    assert Message.objects.filter(kind="account.invited").count() == 1


def test_without_an_address_nobody_can_be_invited_and_nothing_is_decided(team):
    made = add(team, email="")
    with pytest.raises(NotReady, match="e-mail"):
        actions.vet(mentor=made.pk, by=team.coordinator, decision="accept")
    assert Mentor.objects.get(pk=made.pk).status == Status.APPLIED


def test_an_account_of_somebody_else_of_the_clinic_is_not_given_away(team):
    mentor = factories.make_mentor(team)
    made = add(team, email=mentor.person.user.email, first_name="Zoë", birth_year=1990, same_as=actions.NOBODY)
    with pytest.raises(Invalid, match="Somebody else"):
        actions.open_account(mentor=made.pk, by=team.coordinator)


def test_a_colleague_who_applied_gets_the_role_with_the_account_they_have(team):
    made = add(team, email=team.nurse.email)
    actions.open_account(mentor=made.pk, by=team.coordinator)
    made = Mentor.objects.get(pk=made.pk)
    assert made.person.user == team.nurse and team.nurse.memberships.live().count() == 2


def test_nobody_opens_their_own_account_as_a_mentor(team):
    made = add(team)
    with pytest.raises(Denied):
        actions.open_account(mentor=made.pk, by=team.nurse)
    assert not User.objects.filter(email="els@example.org").exists()
