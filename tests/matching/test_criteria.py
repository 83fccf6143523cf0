"""Criteria: the sentence and the numbers say the same, for every pair."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.vocabulary import (
    Area,
    Channel,
    Diagnosis,
    Interest,
    Language,
    LifeStage,
    Phase,
    Relation,
    Slot,
    Topic,
    Treatment,
    Value,
    Work,
)
from matching import engine, ranking
from matching.criteria import FREE, HARD, SOFT, Brings, Needs, failed_matrix, weights_of
from matching.criteria.soft import _WHERE, ASKS, BASE, HALF, WIDTH, column_criteria, mentee_matrix, mentor_matrix
from matching.starter import WEIGHTS
from matching.weights import for_mentee, share_out

some = {"max_size": 3, "unique": True}


def codes(choices, **bounds):
    return st.lists(st.sampled_from(choices.values), **(some | bounds))


def code(choices):
    return st.sampled_from(["", *choices.values])


@st.composite
def needs(draw, pk=1):
    return Needs(
        pk=pk, person=pk, first_name="Nathalie", gender=draw(st.sampled_from(["woman", "man", "other", ""])),
        birth_year=draw(st.integers(1935, 2005)), relation=draw(st.sampled_from(Relation.values)),
        languages=frozenset(draw(codes(Language, min_size=1))), channels=frozenset(draw(codes(Channel))),
        availability=frozenset(draw(codes(Slot))),
        musts=frozenset(draw(st.lists(st.sampled_from(["language", "gender", "channel", "availability"]), **some))),
        gender_wish=draw(st.sampled_from(["any", "woman", "man"])), topics=tuple(draw(codes(Topic, max_size=6))),
        phase=draw(code(Phase)), treatments=tuple(draw(codes(Treatment))), life_stage=draw(code(LifeStage)),
        work=draw(code(Work)), values=tuple(draw(codes(Value))), interests=tuple(draw(codes(Interest, max_size=9))),
        area=draw(code(Area)), matters_most=draw(st.sampled_from(["", *WEIGHTS])), consent=draw(st.booleans()),
        mentors_too=draw(st.booleans()),
    )  # fmt: skip


@st.composite
def brings(draw, pk=100):
    places = draw(st.integers(0, 2))
    return Brings(
        pk=pk, person=pk, first_name="Rita", gender=draw(st.sampled_from(["woman", "man", "other", ""])),
        birth_year=draw(st.integers(1935, 2005)), role_types=frozenset(draw(codes(Relation))),
        languages=frozenset(draw(codes(Language))), channels=frozenset(draw(codes(Channel))),
        availability=frozenset(draw(codes(Slot))), topics=frozenset(draw(codes(Topic, max_size=9))),
        wont_discuss=frozenset(draw(codes(Topic))), mentee_gender_must=draw(st.sampled_from(["any", "woman", "man"])),
        phases=frozenset(draw(codes(Phase))), treatments=frozenset(draw(codes(Treatment))),
        diagnoses=frozenset(draw(codes(Diagnosis))), life_stage=draw(code(LifeStage)), work=draw(code(Work)),
        values=frozenset(draw(codes(Value))), interests=frozenset(draw(codes(Interest))), area=draw(code(Area)),
        missing=draw(st.sampled_from([(), ("no certificate",)])), places=places, taken=draw(st.integers(0, places)),
    )  # fmt: skip


crowds = st.tuples(
    st.lists(needs(), min_size=1, max_size=5), st.lists(brings(), min_size=0, max_size=7)
).map(lambda both: (
    [dataclasses.replace(n, pk=i + 1, person=i + 1) for i, n in enumerate(both[0])],
    [dataclasses.replace(b, pk=i + 100, person=i + 100) for i, b in enumerate(both[1])],
))  # fmt: skip


@given(crowds)
@settings(max_examples=30, deadline=None)
def test_the_sentence_and_the_matrix_agree_for_every_pair(crowd):
    mentees, mentors = crowd
    failed = failed_matrix(mentees, mentors)
    for (i, n), (j, b) in itertools.product(enumerate(mentees), enumerate(mentors)):
        for place, hard in enumerate(HARD):
            assert bool(int(failed[i, j]) >> place & 1) == hard.fails(n, b), hard.key
            said = [hard.why_not(n, b, 1), hard.why_not(n, b, 2), hard.opens(n, b)]
            assert all(said if hard.fails(n, b) else [hard.why(n, b)]), hard.key


@given(crowds)
@settings(max_examples=25, deadline=None)
def test_the_engine_offers_exactly_those_no_criterion_rules_out(crowd):
    mentees, mentors = crowd
    before = {(mentees[0].pk, m.pk): {"ended"} for m in mentors[:1]}
    problem = ranking.build(mentees, mentors, WEIGHTS, before)
    for i, n in enumerate(mentees):
        offered = set(engine.rank(problem, i, 99).mentors.tolist())
        free_of_faults = {
            j for j, b in enumerate(mentors) if ranking.first_failure(n, b, before.get((n.pk, b.pk), set())) is None
        }
        assert offered == free_of_faults


@given(crowds)
@settings(max_examples=25, deadline=None)
def test_points_stay_within_what_they_are_out_of_and_sum_to_the_score(crowd):
    mentees, mentors = crowd
    scores = mentee_matrix(mentees, WEIGHTS) @ mentor_matrix(mentors).T
    criterion = column_criteria()
    for (i, n), (j, b) in itertools.product(enumerate(mentees), enumerate(mentors)):
        most = weights_of(n, WEIGHTS, in_person="in-person" in b.channels)
        assert sum(most.values()) == 100
        parts = mentee_matrix([n], WEIGHTS)[0] * mentor_matrix([b])[0]
        by = [int(parts[criterion == c].sum()) for c in range(len(SOFT) + 1)]
        assert sum(by) == int(scores[i, j]) >= BASE
        for soft, points in zip(SOFT, by, strict=False):
            assert 0 <= points <= most[soft.key], soft.key
            assert bool(soft.say(n, b, points)) == soft.stated(n), soft.key


def test_somebody_just_like_them_gets_every_point():
    n = Needs(
        pk=1, languages=frozenset({"nl"}), channels=frozenset({"phone", "in-person"}), birth_year=1971, gender="woman",
        topics=("fatigue", "work", "pain", "mood"), phase="starting", treatments=("methotrexate", "cortisone"),
        life_stage="working", work="shop", values=("family", "humour"), interests=("garden",), area="gent",
    )  # fmt: skip
    b = Brings(
        pk=2, birth_year=1971, channels=n.channels, topics=frozenset(n.topics), phases=frozenset({"starting"}),
        treatments=frozenset(n.treatments), life_stage="working", work="shop", values=frozenset(n.values),
        interests=frozenset(n.interests), area="gent",
    )  # fmt: skip
    assert int((mentee_matrix([n], WEIGHTS) @ mentor_matrix([b]).T)[0, 0]) == 100 + BASE


def test_the_default_weights_are_those_of_the_evidence():
    assert sum(WEIGHTS.values()) == 100
    assert for_mentee(WEIGHTS) == WEIGHTS


def test_what_matters_most_counts_half_as_much_again_and_all_still_sum_to_100():
    found = for_mentee(WEIGHTS, matters_most="work")
    assert sum(found.values()) == 100
    assert found["work"] == 14 and found["topics"] == 24  # 15 and 25 of 105


def test_distance_counts_only_when_both_would_meet():
    n = Needs(pk=1, area="gent", channels=frozenset({"phone", "in-person"}), topics=("work",), phase="flare", life_stage="working",
              birth_year=1970, work="office", values=("family",), interests=("music",))  # fmt: skip
    assert weights_of(n, WEIGHTS, in_person=True)["distance"] == 5
    apart = weights_of(n, WEIGHTS, in_person=False)
    assert apart["distance"] == 0 and sum(apart.values()) == 100
    phone = dataclasses.replace(n, channels=frozenset({"phone"}))
    assert weights_of(phone, WEIGHTS, in_person=True)["distance"] == 0


def test_what_the_mentee_did_not_say_counts_for_nobody():
    found = weights_of(Needs(pk=1, birth_year=1970, topics=("work",)), WEIGHTS, in_person=False)
    assert {key for key, points in found.items() if points} == {"topics", "age"}
    assert sum(found.values()) == 100


def test_the_weights_of_somebody_who_said_nothing_stay_as_they_were():
    assert weights_of(Needs(pk=1), WEIGHTS, in_person=False) == WEIGHTS


@given(st.integers(0, 200), st.lists(st.integers(0, 50), max_size=8))
def test_sharing_out_keeps_the_whole(total, parts):
    shares = share_out(total, parts)
    assert sum(shares) == (total if sum(parts) else 0)
    assert all(0 <= s <= total for s in shares)
    for share, part in zip(shares, parts, strict=True):
        assert abs(share - total * part / max(sum(parts), 1)) < 1


@pytest.mark.parametrize(("places", "taken", "full"), [(0, 0, True), (1, 1, True), (2, 1, False), (1, 2, True)])
def test_a_full_mentor_is_ruled_out(places, taken, full):
    assert FREE.fails(Needs(pk=1), Brings(pk=2, places=places, taken=taken)) is full


def test_nobody_is_their_own_mentor_and_a_caregiver_does_not_get_the_one_cared_for():
    mentor = Brings(pk=9, person=5, user=7)
    for n in (Needs(pk=1, person=5), Needs(pk=1, person=6, user=7), Needs(pk=1, person=6, about_person=5)):
        assert ranking.first_failure(n, mentor, set()).key == "conflict"


def test_an_empty_side_gives_an_empty_answer():
    problem = ranking.build([Needs(pk=1)], [], WEIGHTS, {})
    assert len(engine.rank(problem, 0, 10)) == 0
    assert ranking.build([], [], WEIGHTS, {}).mentee_points.shape[0] == 0


def test_every_soft_criterion_has_its_name_and_a_weight():
    assert [soft.key for soft in SOFT] == list(WEIGHTS)
    assert np.unique(column_criteria()).tolist() == list(range(len(SOFT) + 1))


@given(needs())
def test_the_points_of_a_mentee_are_those_each_criterion_gives(mentee):
    assert set(ASKS) == {soft.key for soft in SOFT}
    row = np.zeros(WIDTH, np.float32)
    row[-1] = BASE
    for start, in_person in ((0, True), (HALF, False)):
        most = weights_of(mentee, WEIGHTS, in_person=in_person)
        assert sum(most.values()) == 100
        for soft in SOFT:
            if most[soft.key] and soft.stated(mentee):
                for column, points in soft.points(mentee, most[soft.key]).items():
                    if (soft.key, column) in _WHERE:
                        row[start + _WHERE[soft.key, column]] = points
    assert (mentee_matrix([mentee], WEIGHTS)[0] == row).all()
