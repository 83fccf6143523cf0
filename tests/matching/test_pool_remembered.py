"""Everybody of a clinic is worked out once, and again for whoever changed: nothing remembered is out of date."""

import datetime as dt

import numpy as np
import pytest
from django.utils import translation

from clinics.models import Clinic
from common import clock
from matching import facts, pool, ranking
from matching.criteria import Everybody, mentor_matrix, worked_out
from referrals.models import Person, Referral
from tests import factories
from training.models import Certificate, Mentor


def read(team) -> Everybody:
    clinic = Clinic.objects.get(pk=team.clinic.pk)
    return pool.of_clinic(clinic, clinic.today)


@pytest.fixture
def two(team):
    return factories.make_mentor(team), factories.make_mentor(team)


def test_while_nobody_changes_it_is_the_same_object_with_what_was_worked_out(team, two):
    first = read(team)
    assert [b.pk for b in first] == sorted(m.pk for m in two)
    matrix = mentor_matrix(first)
    assert read(team) is first
    assert mentor_matrix(read(team)) is matrix
    with pytest.raises(ValueError, match="read-only"):
        matrix[0, 0] = 5


def changes(team, mentor) -> dict:
    person, user = mentor.person, mentor.person.user
    return {
        "places": lambda: Mentor.objects.filter(pk=mentor.pk).update(places=5),
        "topics": lambda: Mentor.objects.filter(pk=mentor.pk).update(topics=["pain"]),
        "rest": lambda: Mentor.objects.filter(pk=mentor.pk).update(rest_from=team.clinic.today),
        "left": lambda: Mentor.objects.filter(pk=mentor.pk).update(status="retired"),
        "name": lambda: Person.objects.filter(pk=person.pk).update(first_name="Anders"),
        "account": lambda: type(user).objects.filter(pk=user.pk).update(is_active=False),
        "certificate": lambda: Certificate.objects.filter(mentor=mentor).update(
            valid_until=team.clinic.today - dt.timedelta(days=1)
        ),
        "revoked": lambda: Certificate.objects.filter(mentor=mentor).update(revoked_at=clock.now()),
        "waits": lambda: factories.make_referral(team, mentee=person),
        "taken": lambda: factories.make_match(team, mentor=mentor),
    }


@pytest.mark.parametrize(
    "what", ["places", "topics", "rest", "left", "name", "account", "certificate", "revoked", "waits", "taken"]
)
def test_whoever_changed_is_read_again_and_the_others_are_not(team, two, what):
    before = {b.pk: b for b in read(team)}
    changes(team, two[0])[what]()
    after = {b.pk: b for b in read(team)}
    assert after.get(two[0].pk) != before[two[0].pk]
    assert after[two[1].pk] is before[two[1].pk]


def test_somebody_new_is_seen(team, two):
    before = read(team)
    new = factories.make_mentor(team)
    assert [b.pk for b in read(team)] == [*(b.pk for b in before), new.pk]


def test_words_come_in_the_language_of_the_reader(team, two):
    Certificate.objects.filter(mentor=two[0]).update(revoked_at=clock.now())
    english = read(team)
    with translation.override("nl"):
        assert read(team) is not english
    assert read(team) is english


def test_few_clinics_are_remembered(team, two):
    for days in range(pool.CLINICS + 5):
        pool.of_clinic(team.clinic, team.clinic.today + dt.timedelta(days=days))
    assert len(pool._remembered) <= pool.CLINICS


def test_what_is_no_reading_of_a_clinic_is_worked_out_each_time():
    assert worked_out([], "key", lambda: 1) == 1
    assert worked_out([], "key", lambda: 2) == 2
    everybody = Everybody()
    assert worked_out(everybody, "key", lambda: np.zeros(1)) is worked_out(everybody, "key", lambda: np.ones(1))


def test_asking_again_keeps_nothing_more(team, two):
    referral = factories.make_referral(team)
    row = facts.with_needs(Referral.objects.filter(pk=referral.pk)).get()
    ranking.find(row)
    kept = len(read(team).worked_out)
    ranking.find(row)
    assert len(read(team).worked_out) == kept
