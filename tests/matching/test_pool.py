"""A pool of thousands is read without building a Mentor for each, and says the same as the rows do."""

import datetime as dt
import json

import numpy as np
import pytest
from hypothesis import given, settings

from common.vocabulary import Channel
from matching import facts, pool, ranking
from matching.criteria.soft import _WHERE, HALF, READS, SOFT, WIDTH, mentor_matrix
from referrals.models import Referral
from tests.factories import Team, make_match, make_mentor, make_referral
from tests.matching.test_criteria import brings
from training import readiness
from training.models import Mentor

pytestmark = pytest.mark.django_db


def test_the_pool_says_what_the_records_say():
    team = Team()
    today = team.clinic.today
    make_mentor(team, topics=["fatigue", "work"], languages=["nl", "fr"], availability=["weekday-evening"])
    resting = make_mentor(team)
    Mentor.objects.filter(pk=resting.pk).update(rest_from=today, rest_until=today + dt.timedelta(days=9))
    make_match(team, mentor=make_mentor(team, places=3))
    unsigned = make_mentor(team)
    Mentor.objects.filter(pk=unsigned.pk).update(code_signed_on=None)
    late = make_mentor(team)
    late.certificates.update(valid_until=today + dt.timedelta(days=5))
    gone = make_mentor(team)
    gone.person.user.is_active = False
    gone.person.user.save()
    seeking = make_mentor(team)
    make_referral(team, mentee=seeking.person)
    make_mentor(Team("Another clinic"))
    found = pool.of_clinic(team.clinic, today)
    rows = list(readiness.with_facts(Mentor.objects.of_clinic(team.clinic)).order_by("pk"))
    assert [b.pk for b in found] == [m.pk for m in rows]
    for b, m in zip(found, rows, strict=True):
        assert list(b.missing) == readiness.missing(m, today)
        assert list(b.ends_soon) == readiness.ends_soon(m, today)
        assert (b.ref, b.person, b.user, b.full_name) == (m.ref, m.person_id, m.person.user_id, m.person.full_name)
        assert (b.birth_year, b.gender, b.places) == (m.person.birth_year, m.person.gender, m.places)
        assert b.taken == m.matches.live().count()
        for name in pool.CODES:
            assert getattr(b, name) == frozenset(getattr(m, name)), name
        assert pool.one_of_clinic(team.clinic, m.pk, today) == b
    assert sum(b.missing != () for b in found) == 4


def test_what_a_mentor_changes_counts_at_once():
    team = Team()
    mentor = make_mentor(team, languages=["nl"])
    assert pool.of_clinic(team.clinic, team.clinic.today)[0].languages == {"nl"}
    Mentor.objects.filter(pk=mentor.pk).update(languages=["fr", "tr"])
    assert pool.of_clinic(team.clinic, team.clinic.today)[0].languages == {"fr", "tr"}


def test_a_ranking_takes_as_many_queries_for_many_mentors_as_for_few(django_assert_num_queries):
    team = Team()
    referral = make_referral(team)
    make_mentor(team)
    row = facts.with_needs(Referral.objects.filter(pk=referral.pk)).get()
    ranking.find(row)  # the very first time Django asks what the database can do
    with django_assert_num_queries(4):
        assert ranking.find(row).total == 1
    for _n in range(12):
        make_mentor(team)
    with django_assert_num_queries(4):
        found = ranking.find(row)
    assert (found.total, len(found.candidates)) == (13, 10)


@settings(max_examples=60, deadline=None)
@given(brings())
def test_the_columns_of_a_mentor_are_those_each_criterion_names(mentor):
    row = np.zeros(WIDTH, np.float32)
    start = 0 if Channel.IN_PERSON in mentor.channels else HALF
    row[[start + _WHERE[s.key, c] for s in SOFT for c in s.has(mentor) if (s.key, c) in _WHERE]] = 1
    row[-1] = 1
    assert set(READS) == {s.key for s in SOFT}
    assert (mentor_matrix([mentor])[0] == row).all()


def test_codes_are_read_from_the_text_of_either_database():
    assert pool.codes_in(json.dumps(["nl", "fr"])) == pool.codes_in('["nl",\n"fr"]') == {"nl", "fr"}


def test_the_list_of_mentors_counts_who_is_ready_in_one_plain_question():
    team = Team()
    make_mentor(team)
    make_mentor(team, ready=False)
    today = team.clinic.today
    ready = readiness.only_ready(Mentor.objects.of_clinic(team.clinic), today)
    assert ready.count() == 1
    assert "IN (SELECT" not in str(ready.query)
