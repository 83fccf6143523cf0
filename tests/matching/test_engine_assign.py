"""The whole list at once: the total, what must hold, refusals, and small lists done by hand."""

import numpy as np
import pytest

from matching.engine import EngineError, Problem, assign


def problem(points, **changes) -> Problem:
    """Return a problem in which mentee i and mentor j are worth points[i][j]; 0 means that they must not be."""
    points = np.array(points)
    mentees, mentors = points.shape
    parts = {
        "mentee_points": points, "mentor_points": np.eye(mentors), "profile": np.arange(mentees), "allowed": points > 0,
        "capacity": [1] * mentors, "excluded": [], "mentee_ids": np.arange(mentees), "mentor_ids": np.arange(mentors),
    }  # fmt: skip
    return Problem(**(parts | changes))


def test_the_whole_counts_more_than_each_best():
    answer = assign(problem([[10, 9], [8, 1]]))
    assert answer.mentor_of.tolist() == [1, 0]
    assert (answer.total, answer.proven) == (17, True)


def test_places_are_kept_and_the_price_is_what_one_more_would_gain():
    answer = assign(problem([[10], [8], [5]], capacity=[2]))
    assert answer.mentor_of.tolist() == [0, 0, -1]
    assert answer.mentor_price.tolist() == [5]
    assert answer.mentor_cost.tolist() == [8]
    assert answer.mentee_price.tolist() == [5, 3, 0]


def test_a_full_mentor_has_a_price_too():
    answer = assign(problem([[10, 3]], capacity=[0, 1]))
    assert answer.mentor_of.tolist() == [1]
    assert answer.mentor_price.tolist() == [7, 0]


def test_the_variants_differ():
    points = [[10, 9], [90, 0], [0, 2]]
    most, fewest = assign(problem(points)), assign(problem(points), variant="fewest")
    assert most.mentor_of.tolist() == fewest.mentor_of.tolist() == [1, 0, -1]
    wait = assign(problem(points), variant="wait", waiting=[1, 2, 3])
    assert wait.mentor_of.tolist() == [-1, 0, 1]
    assert (most.total, wait.total) == (99, 92)


def test_fewest_unmatched_gives_up_points():
    points = [[100, 1], [1, 0]]
    assert assign(problem(points)).mentor_of.tolist() == [0, -1]
    answer = assign(problem(points), variant="fewest")
    assert answer.mentor_of.tolist() == [1, 0]
    assert answer.total == 2
    assert answer.proven


def test_one_more_place_is_told_in_people_and_points():
    answer = assign(problem([[100, 1], [99, 0]], capacity=[1, 0]), variant="fewest")
    people, points = answer.one_more_place()
    assert people.tolist() == [1, 1]
    assert points.tolist() == [99, 0]


def test_kept_pairs_stay_for_a_small_loss_only():
    points = [[10, 9], [9, 10]]
    kept = [[0, 1], [1, 0]]
    assert assign(problem(points), kept=kept).mentor_of.tolist() == [0, 1]
    answer = assign(problem(points), kept=kept, bonus=2)
    assert (answer.mentor_of.tolist(), answer.total, answer.proven) == ([1, 0], 18, True)


def test_kept_pairs_that_may_not_be_any_more_are_let_go():
    answer = assign(problem([[10, 0], [9, 10]], excluded=[[1, 1]]), kept=[[0, 1], [1, 1]], bonus=500)
    assert answer.mentor_of.tolist() == [0, -1]


def test_locked_pairs_stand_and_take_their_place():
    answer = assign(problem([[10, 9], [0, 8]], capacity=[1, 1]), locked=[[1, 0]])
    assert answer.mentor_of.tolist() == [1, 0]
    assert answer.total == 9  # the locked pair is worth nothing today, and stands
    assert answer.proven


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
@pytest.mark.parametrize("variant", ["points", "fewest", "wait"])
def test_nobody_on_one_side_is_an_empty_answer(shape, variant):
    answer = assign(problem(np.zeros(shape)), variant=variant, waiting=[0] * shape[0])
    assert answer.mentor_of.tolist() == [-1] * shape[0]
    assert (answer.total, answer.proven, len(answer.mentor_price)) == (0, True, shape[1])


def test_nobody_may_have_anybody():
    answer = assign(problem([[0, 0], [0, 0]]))
    assert (answer.mentor_of.tolist(), answer.total) == ([-1, -1], 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"variant": "best"}, {"variant": "wait"}, {"variant": "wait", "waiting": [1]},
        {"variant": "wait", "waiting": [1, -1]}, {"kept": [[0, 2]]}, {"kept": [0, 1]}, {"kept": [[0.5, 1]]},
        {"bonus": -1}, {"bonus": 0.5}, {"locked": [[0, 0], [0, 1]]}, {"locked": [[0, 0], [1, 0]]},
        {"locked": [[2, 0]]}, {"prices": [1]}, {"prices": [1, -1]}, {"prices": [1, float("nan")]},
    ],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused_with_a_sentence(wrong):
    with pytest.raises(EngineError, match=r"\.$"):
        assign(problem([[1, 2], [3, 4]]), **wrong)


def test_the_largest_points_still_give_an_exact_answer():
    points = np.full((2, 2), 2**24 - 1)
    assert assign(problem(points), variant="wait", waiting=[10**9, 5]).total == 2 * (2**24 - 1)


@pytest.mark.parametrize("variant", ["points", "fewest"])
def test_numbers_too_large_to_be_added_up_are_refused(variant):
    with pytest.raises(EngineError, match="too large"):
        assign(problem([[1, 2], [3, 4]]), variant=variant, kept=[[0, 0]], bonus=2**61)
