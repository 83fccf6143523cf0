"""Nobody is mentee and mentor at once, whichever comes first; and a patient who comes to mentor stays one person."""

import pytest
from django.urls import reverse

from clinics.models import AccessLog
from common.errors import Invalid, NotReady
from referrals import actions as referrals
from referrals.data import ConsentData
from referrals.models import NotTheSame, Person
from referrals.workflow import Status as ReferralStatus
from tests import factories
from tests.referrals.builders import YES, asked
from tests.training.test_pages import answers
from training import actions
from training.models import Mentor
from training.workflow import Status

pytestmark = pytest.mark.django_db


def refer(team, person):
    return referrals.submit(by=team.nurse, clinic=team.clinic.pk, data=asked(person=person.ref))


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.RESTING])
def test_a_mentor_is_not_referred(team, status):
    mentor = factories.make_mentor(team)
    Mentor.objects.filter(pk=mentor.pk).update(status=status)
    with pytest.raises(Invalid) as refusal:
        refer(team, mentor.person)
    assert refusal.value.field == "person" and "nobody is both at once" in str(refusal.value)
    assert not mentor.person.referrals.exists()


def test_somebody_who_stopped_as_a_mentor_is_referred(team):
    mentor = factories.make_mentor(team)
    actions.retire(mentor=mentor.pk, by=team.coordinator)
    assert refer(team, mentor.person).mentee == mentor.person


def test_the_closed_referral_of_a_mentor_is_not_opened_again(team):
    mentor = factories.make_mentor(team)
    closed = factories.make_referral(team, mentee=mentor.person, status=ReferralStatus.CLOSED)
    with pytest.raises(NotReady, match="nobody is both at once"):
        referrals.reopen(referral=closed.pk, by=team.coordinator, consent=ConsentData(YES, "phone"))
    closed.refresh_from_db()
    assert closed.status == ReferralStatus.CLOSED


def test_somebody_who_looks_for_a_mentor_does_not_start_as_one(team):
    mentor = factories.make_mentor(team)
    Mentor.objects.filter(pk=mentor.pk).update(status=Status.READY)
    factories.make_referral(team, mentee=mentor.person)
    with pytest.raises(NotReady, match="looking for a mentor too"):
        actions.activate(mentor=mentor.pk, by=team.coordinator)


def patient(team):
    return factories.make_person(team.clinic, first_name="Jean-Luc", last_name="Petit", birth_year=1965)


@pytest.fixture
def coordinator(team, sign_in):
    return sign_in(team.coordinator)


def test_a_patient_who_comes_to_mentor_is_asked_about_and_stays_one_person(coordinator, team):
    known = patient(team)
    factories.make_referral(team, mentee=known)
    page = coordinator.post(reverse("training:new"), answers())
    assert (
        "We may know this person already" in page.content.decode()
        and "Jean-Luc Petit, born in 1965" in page.content.decode()
    )
    assert not Mentor.objects.exists()
    assert known.ref in str(AccessLog.objects.latest("pk").people)
    coordinator.post(reverse("training:new"), answers(same_as=known.ref))
    mentor = Mentor.objects.get()
    assert mentor.person == known and mentor.person.user.email == "jean-luc@example.org"
    shown = coordinator.get(reverse("training:mentor", args=[mentor.ref])).content.decode()
    assert "Is looking for a mentor too" in shown


def test_it_is_somebody_else_is_remembered(coordinator, team):
    known = patient(team)
    coordinator.post(reverse("training:new"), answers(same_as="new"))
    mentor = Mentor.objects.get()
    assert mentor.person != known and Person.objects.get(pk=known.pk).user is None
    assert {mentor.person, known} == {NotTheSame.objects.get().low, NotTheSame.objects.get().high}


@pytest.mark.parametrize("nonsense", ["", "zzz", "\x00", "7pms28mu28s5cx8r"])
def test_a_forged_answer_about_who_it_is_stores_nothing(coordinator, team, nonsense):
    patient(team)
    page = coordinator.post(reverse("training:new"), answers(same_as=nonsense))
    assert page.status_code == 200 and not Mentor.objects.exists()
    assert 'value="Jean-Luc"' in page.content.decode()


def test_people_of_another_clinic_are_not_named(coordinator, other_team):
    patient(other_team)
    assert coordinator.post(reverse("training:new"), answers()).status_code == 302
