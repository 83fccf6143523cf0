"""Why somebody has nobody, and whom to look for: small cases by hand."""

import numpy as np
import pytest

from matching.engine import Archetype, EngineError, Relaxation, assign, explain, gaps
from tests.matching.test_engine_assign import problem

LANGUAGE, CHANNEL, DISTANCE = 0, 1, 2


def failing(bits, **changes):
    """Return a problem where mentee i fails the criteria bits[i][j] with mentor j; every pair is worth 10."""
    bits = np.array(bits, np.uint64)
    parts = {
        "mentee_points": np.full((len(bits), 1), 10), "mentor_points": np.ones((bits.shape[1], 1)),
        "allowed": bits == 0, "failed": bits, "relax_order": [DISTANCE, CHANNEL, LANGUAGE],
    }  # fmt: skip
    return problem(np.ones(bits.shape, int), **(parts | changes))


def why(made, mentee=0):
    return explain(made, assign(made))[mentee]


def test_the_smallest_sets_come_first_and_then_what_is_easier_to_give_up():
    answer = why(failing([[0b001, 0b100, 0b110, 0b011, 0b100]]))
    assert answer.reason == "nobody"
    assert answer.relaxations == (Relaxation((DISTANCE,), 2, 2), Relaxation((LANGUAGE,), 1, 1))
    assert (answer.eligible, answer.points_short) == (0, None)


def test_full_mentors_are_counted_apart_and_a_larger_set_that_opens_a_free_place_is_told():
    answer = why(failing([[0b100, 0b110, 0b110]], capacity=[0, 1, 0]))
    assert answer.relaxations == (Relaxation((DISTANCE,), 0, 1), Relaxation((DISTANCE, CHANNEL), 1, 3))


def test_a_place_taken_in_the_assignment_is_not_free():
    made = failing([[0], [0b001]])
    assert why(made, 1).relaxations == (Relaxation((LANGUAGE,), 0, 1),)


def test_what_may_not_be_given_up_and_excluded_pairs_are_never_opened():
    assert why(failing([[0b1100, 0b1000]])).relaxations == ()
    assert why(failing([[0b100, 0b001]], excluded=[[0, 0], [0, 0]])).relaxations == (Relaxation((LANGUAGE,), 1, 1),)


def test_without_failed_there_is_still_a_reason():
    made = problem([[0], [5], [3]])
    answers = explain(made, assign(made))
    assert {mentee: (a.reason, a.relaxations) for mentee, a in answers.items()} == {
        0: ("nobody", ()), 2: ("points", ()),
    }  # fmt: skip


def test_points_short_is_what_would_just_win_the_place():
    points = [[10, 4], [8, 0], [5, 0]]
    made = problem(points, capacity=[1, 1])
    answer = why(made, 2)
    assert (answer.reason, answer.points_short, answer.eligible) == ("points", 4, 1)
    for more, matched in ((3, False), (4, True)):
        now = assign(problem([*points[:2], [5 + more, 0]], capacity=[1, 1]))
        assert (now.mentor_of[2] >= 0) == matched or more == 3


def test_only_full_mentors_is_a_reason_of_its_own():
    answer = why(problem([[10, 9]], capacity=[0, 0]))
    assert (answer.reason, answer.eligible, answer.points_short) == ("full", 2, None)
    made = problem([[10], [9]])
    assert explain(made, assign(made, locked=[[1, 0]]))[0].reason == "full"


def test_who_waits_longer_comes_first_whatever_the_points():
    made = problem([[10], [99]])
    answer = explain(made, assign(made, variant="wait", waiting=[9, 3]))[1]
    assert (answer.reason, answer.points_short) == ("order", None)
    answer = explain(made, assign(made, variant="wait", waiting=[3, 3]))[0]
    assert (answer.reason, answer.points_short) == ("points", 90)


def test_everybody_matched_needs_no_explanation():
    made = problem([[1]])
    assert explain(made, assign(made)) == {}


def test_an_assignment_of_another_problem_is_refused():
    with pytest.raises(EngineError, match="another"):
        explain(problem([[1, 2]]), assign(problem([[1]])))
    with pytest.raises(EngineError, match="another"):
        gaps(problem([[1, 2]]), assign(problem([[1]])))


def kind(name, points, allowed=(True, True, True)):
    return Archetype(name, np.array(points, np.float32), np.array(allowed))


def test_gaps_tell_whom_to_look_for_best_first():
    found = gaps(
        made := problem(
            [[9], [8], [7]], archetypes=[kind("a", [1]), kind("b", [1], [True, False, True]), kind("c", [0])]
        ),
        assign(made),
        capacity=1,
    )
    assert [(g.name, g.eligible, g.takes, g.gain, g.first) for g in found] == [
        ("a", 2, 1, 8, 8), ("b", 1, 1, 7, 8), ("c", 0, 0, 0, 0),
    ]  # fmt: skip


def test_gaps_without_archetypes_or_unmatched_are_empty():
    made = problem([[9]])
    assert gaps(made, assign(made)) == []
    made = problem([[9]], archetypes=[kind("a", [1], [True])])
    assert gaps(made, assign(made))[0].takes == 0


@pytest.mark.parametrize("wrong", [kind("a", [1, 2]), kind("a", [1], [True]), kind("a", [0.5]), kind("a", [2**24])])
def test_an_archetype_that_does_not_fit_is_refused(wrong):
    made = problem([[9], [8], [7]], archetypes=[wrong])
    with pytest.raises(EngineError, match=r"\.$"):
        gaps(made, assign(made))


def test_a_negative_capacity_is_refused():
    made = problem([[9]])
    with pytest.raises(EngineError, match="negative"):
        gaps(made, assign(made), capacity=-1)
