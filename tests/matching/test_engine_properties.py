"""The engine beside slower ways that cannot be wrong: every possibility on small lists, scipy on middle ones."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.optimize import linear_sum_assignment

from matching.engine import Archetype, Problem, assign, explain, gaps

VARIANTS = ["points", "fewest", "wait"]
quick = settings(max_examples=25, deadline=None)


def parts(rng, mentees, mentors, profiles=4, share=0.5, most=4):
    """Return the parts of a random problem. Points repeat often, so that there are many ties."""
    width = int(rng.integers(1, 6))
    failed = rng.integers(0, 16, (profiles, mentors)) * (rng.random((profiles, mentors)) > share)
    return {
        "mentee_points": rng.integers(0, most, (mentees, width)),
        "mentor_points": rng.integers(0, most, (mentors, width)),
        "profile": rng.integers(0, profiles, mentees), "allowed": failed == 0, "failed": failed,
        "capacity": rng.integers(0, 4, mentors), "relax_order": [2, 0, 1],
        "excluded": np.stack([rng.integers(0, mentees, mentees), rng.integers(0, mentors, mentees)], axis=1),
        "mentee_ids": rng.permutation(10**6)[:mentees], "mentor_ids": rng.permutation(10**6)[:mentors],
    }  # fmt: skip


def table(problem):
    """Return what each pair is worth, 0 for pairs that must not be."""
    worth = (problem.mentee_points @ problem.mentor_points.T).astype(int) * problem.allowed[problem.profile]
    worth[problem.excluded[:, 0], problem.excluded[:, 1]] = 0
    return worth


def by_scipy(worth, capacity):
    """Return the largest sum over pairs above 0, a column for each place."""
    places = np.repeat(np.arange(len(capacity)), capacity)
    spread = worth.clip(0)[:, places]
    return int(spread[linear_sum_assignment(spread, maximize=True)].sum())


def everything(worth, capacity):
    """Walk over every way to match, as a tuple of mentors, None for nobody."""
    choices = [[None, *np.flatnonzero(row > 0).tolist()] for row in worth]
    for way in itertools.product(*choices):
        if all(way.count(mentor) <= places for mentor, places in enumerate(capacity.tolist())):
            yield way


def goodness(way, worth, variant, waiting):
    """Return what a variant compares: how many of each wait are matched, the longest first, and points."""
    points = sum(int(worth[i, j]) for i, j in enumerate(way) if j is not None)
    matched = [waiting[i] for i, j in enumerate(way) if j is not None]
    if variant == "points":
        return (points,)
    if variant == "fewest":
        return (len(matched), points)
    return (*(matched.count(days) for days in sorted(set(waiting), reverse=True)), points)


def as_way(answer):
    return tuple(None if mentor < 0 else mentor for mentor in answer.mentor_of.tolist())


def require_proof(problem, answer, worth):
    """Check what the prices promise: no pair beats them, and they add up."""
    value = worth + answer.priority[:, None]
    covered = answer.mentee_price[:, None] + answer.mentor_price >= value
    assert (covered | (worth <= 0)).all()
    assert (answer.mentee_price >= 0).all() and (answer.mentor_price >= 0).all()
    made = np.flatnonzero(answer.mentor_of >= 0)
    assert answer.total == worth[made, answer.mentor_of[made]].sum()
    total = answer.mentee_price.sum() + (problem.capacity * answer.mentor_price).sum()
    assert total == answer.total + answer.priority[made].sum()
    assert answer.proven


def require_allowed(problem, answer, worth):
    made = np.flatnonzero(answer.mentor_of >= 0)
    assert (worth[made, answer.mentor_of[made]] > 0).all()
    assert (np.bincount(answer.mentor_of[made], minlength=len(problem.capacity)) <= problem.capacity).all()


seeds = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("variant", VARIANTS)
@given(seed=seeds)
@quick
def test_nothing_better_exists_among_all_ways_to_match(variant, seed):
    rng = np.random.default_rng(seed)
    problem = Problem(**parts(rng, int(rng.integers(1, 6)), int(rng.integers(1, 4))))
    worth, waiting = table(problem), rng.integers(0, 3, len(problem.profile)).tolist()
    answer = assign(problem, variant=variant, waiting=waiting)
    best = max(goodness(way, worth, variant, waiting) for way in everything(worth, problem.capacity))
    assert goodness(as_way(answer), worth, variant, waiting) == best
    require_allowed(problem, answer, worth)


@pytest.mark.parametrize("variant", VARIANTS)
@given(seed=seeds)
@settings(max_examples=8, deadline=None)
def test_the_same_total_as_scipy_with_prices_that_prove_it(variant, seed):
    rng = np.random.default_rng(seed)
    problem = Problem(**parts(rng, int(rng.integers(60, 250)), int(rng.integers(20, 120)), profiles=9))
    worth, waiting = table(problem), rng.integers(0, 30, len(problem.profile))
    answer = assign(problem, variant=variant, waiting=waiting)
    value = np.where(worth > 0, worth + answer.priority[:, None], 0)
    assert answer.total + answer.priority[answer.mentor_of >= 0].sum() == by_scipy(value, problem.capacity)
    require_allowed(problem, answer, worth)
    require_proof(problem, answer, worth)


@given(seed=seeds)
@quick
def test_prices_are_what_one_place_more_or_less_changes(seed):
    rng = np.random.default_rng(seed)
    given_ = parts(rng, int(rng.integers(1, 25)), int(rng.integers(1, 10)), most=9)
    problem = Problem(**given_)
    worth, answer = table(problem), assign(problem)
    for mentor in range(len(problem.capacity)):
        more = problem.capacity + (np.arange(len(problem.capacity)) == mentor)
        assert by_scipy(worth, more) - answer.total == answer.mentor_price[mentor]
        less = 2 * problem.capacity - more
        cost = answer.total - by_scipy(worth, less) if less[mentor] >= 0 else -1
        assert cost == answer.mentor_cost[mentor]


@pytest.mark.parametrize("variant", VARIANTS)
@given(seed=seeds)
@settings(max_examples=12, deadline=None)
def test_shuffled_rows_give_the_same_people(variant, seed):
    rng = np.random.default_rng(seed)
    given_ = parts(rng, int(rng.integers(1, 90)), int(rng.integers(1, 40)), profiles=3)
    mentees, mentors = rng.permutation(len(given_["profile"])), rng.permutation(len(given_["capacity"]))
    profiles = rng.permutation(3)
    shuffled = given_ | {
        "mentee_points": given_["mentee_points"][mentees], "mentor_points": given_["mentor_points"][mentors],
        "profile": profiles.argsort()[given_["profile"][mentees]], "capacity": given_["capacity"][mentors],
        "allowed": given_["allowed"][profiles][:, mentors], "failed": given_["failed"][profiles][:, mentors],
        "excluded": np.stack([mentees.argsort()[given_["excluded"][:, 0]], mentors.argsort()[given_["excluded"][:, 1]]], 1),
        "mentee_ids": given_["mentee_ids"][mentees], "mentor_ids": given_["mentor_ids"][mentors],
    }  # fmt: skip
    waiting = rng.integers(0, 9, len(mentees))
    first = assign(Problem(**given_), variant=variant, waiting=waiting)
    second = assign(Problem(**shuffled), variant=variant, waiting=waiting[mentees])
    there = np.append(mentors, -1)[second.mentor_of]
    assert there.tolist() == first.mentor_of[mentees].tolist()
    assert second.mentor_price.tolist() == first.mentor_price[mentors].tolist()


@pytest.mark.parametrize("variant", VARIANTS)
@given(seed=seeds)
@settings(max_examples=8, deadline=None)
def test_any_stored_prices_give_the_same_total(variant, seed):
    rng = np.random.default_rng(seed)
    problem = Problem(**parts(rng, int(rng.integers(1, 250)), int(rng.integers(1, 90))))
    waiting = rng.integers(0, 9, len(problem.profile))
    first = assign(problem, variant=variant, waiting=waiting)
    for prices in (first.mentor_price, rng.integers(0, 50, len(problem.capacity)), 0 * problem.capacity):
        again = assign(problem, variant=variant, waiting=waiting, prices=prices)
        assert (again.total, again.proven) == (first.total, True)
        assert again.mentor_price.tolist() == first.mentor_price.tolist()


@given(seed=seeds)
@quick
def test_kept_pairs_count_their_bonus_and_locked_pairs_stand(seed):
    rng = np.random.default_rng(seed)
    problem = Problem(**parts(rng, int(rng.integers(2, 40)), int(rng.integers(1, 15))))
    worth, bonus = table(problem), int(rng.integers(0, 9))
    rows = rng.permutation(len(problem.profile))
    pairs = np.stack([rows, rng.integers(0, len(problem.capacity), len(rows))], axis=1)
    locked, left = [], problem.capacity.copy()
    for mentee, mentor in pairs[:3].tolist():
        if left[mentor]:
            left[mentor] -= 1
            locked.append((mentee, mentor))
    answer = assign(problem, kept=pairs, locked=locked, bonus=bonus)
    value = worth.copy()
    value[pairs[:, 0], pairs[:, 1]] += bonus * (worth[pairs[:, 0], pairs[:, 1]] > 0)
    made = np.flatnonzero(answer.mentor_of >= 0)
    held = [mentee for mentee, _mentor in locked]
    assert all(answer.mentor_of[mentee] == mentor for mentee, mentor in locked)
    open_ = np.setdiff1d(made, held)
    assert value[open_, answer.mentor_of[open_]].sum() == by_scipy(np.delete(value, held, axis=0), left)
    assert (np.bincount(answer.mentor_of[made], minlength=len(left)) <= problem.capacity).all()
    assert answer.proven


def relaxations_by_hand(problem, mentee, left):
    """Try every set of criteria, in plain Python."""
    order = problem.relax_order
    never = {int(m) for e, m in problem.excluded.tolist() if e == mentee}
    failed = {m: int(bits) for m, bits in enumerate(problem.failed[problem.profile[mentee]]) if m not in never and bits}
    tried = [c for size in range(1, len(order) + 1) for c in itertools.combinations(order, size)]
    counts = {}
    for given_up in tried:
        kept = ~sum(1 << bit for bit in given_up)
        opened = [m for m, bits in failed.items() if not bits & kept]
        counts[given_up] = (sum(bool(left[m]) for m in opened), len(opened))
    smaller = {c: [o for o in tried if set(o) < set(c)] for c in tried}
    return [
        (c, *counts[c])
        for c in tried
        if any(counts[c][n] and not any(counts[o][n] for o in smaller[c]) for n in (0, 1))
    ]


@pytest.mark.parametrize("variant", VARIANTS)
@given(seed=seeds)
@quick
def test_explanations_are_those_found_by_trying_everything(variant, seed):
    rng = np.random.default_rng(seed)
    given_ = parts(rng, int(rng.integers(1, 30)), int(rng.integers(1, 12)))
    problem = Problem(**given_)
    worth, waiting = table(problem), rng.integers(0, 4, len(problem.profile))
    answer = assign(problem, variant=variant, waiting=waiting)
    made = answer.mentor_of[answer.mentor_of >= 0]
    left = problem.capacity - np.bincount(made, minlength=len(problem.capacity))
    told = explain(problem, answer)
    assert list(told) == np.flatnonzero(answer.mentor_of < 0).tolist()
    for mentee, why in told.items():
        found = [(r.criteria, r.free, r.all) for r in why.relaxations]
        assert found == relaxations_by_hand(problem, mentee, left)
        assert why.eligible == (worth[mentee] > 0).sum()
        assert (why.reason == "nobody") == (why.eligible == 0)
        assert (why.points_short is not None) == (why.reason == "points")


@pytest.mark.parametrize("variant", VARIANTS)
@given(seed=seeds)
@settings(max_examples=12, deadline=None)
def test_points_short_are_enough_and_no_fewer_would_be(variant, seed):
    rng = np.random.default_rng(seed)
    problem = Problem(**parts(rng, int(rng.integers(5, 20)), int(rng.integers(1, 6)), share=0.8))
    worth, waiting = table(problem), rng.integers(0, 3, len(problem.profile))
    answer = assign(problem, variant=variant, waiting=waiting)
    value = np.where(worth > 0, worth + answer.priority[:, None], 0)
    without = by_scipy(value, problem.capacity)
    for mentee, why in explain(problem, answer).items():
        if why.points_short is None:
            continue
        for points, better in ((why.points_short, True), (why.points_short - 1, False)):
            raised = value.copy()
            raised[mentee] += points * (worth[mentee] > 0)
            assert (by_scipy(raised, problem.capacity) > without) == better


@given(seed=seeds, capacity=st.integers(0, 4))
@quick
def test_gaps_are_what_a_new_mentor_would_change(seed, capacity):
    rng = np.random.default_rng(seed)
    given_ = parts(rng, int(rng.integers(1, 25)), int(rng.integers(1, 8)))
    width = given_["mentee_points"].shape[1]
    kinds = [Archetype(n, rng.integers(0, 4, width), rng.random(4) < 0.6) for n in range(3)]
    problem = Problem(**given_, archetypes=kinds)
    worth, answer = table(problem), assign(problem)
    found = gaps(problem, answer, capacity=capacity)
    assert sorted(gap.name for gap in found) == [0, 1, 2]
    for gap in found:
        kind = kinds[gap.name]
        column = (problem.mentee_points @ kind.points).astype(int) * kind.allowed[problem.profile]
        wide = np.column_stack([worth, column])
        assert by_scipy(wide, np.append(problem.capacity, 1)) - answer.total == gap.first
        able = sorted(column[(answer.mentor_of < 0) & (column > 0)].tolist(), reverse=True)
        assert (gap.eligible, gap.takes, gap.gain) == (len(able), len(able[:capacity]), sum(able[:capacity]))
        assert by_scipy(wide, np.append(problem.capacity, capacity)) - answer.total >= gap.gain
    assert found == sorted(found, key=lambda gap: (-gap.takes, -gap.gain, -gap.eligible))


@given(arrays.arrays(np.int64, (12, 7), elements=st.integers(0, 3)), st.integers(0, 40))
@quick
def test_a_larger_bonus_keeps_more_of_yesterday(points, bonus):
    problem = Problem(
        points, np.eye(7), np.arange(12), points > 0, np.ones(7, int), [], np.arange(12), np.arange(7),
    )  # fmt: skip
    yesterday = np.stack([np.arange(7) + 2, np.arange(7)], axis=1)

    def stayed(bonus):
        return (assign(problem, kept=yesterday, bonus=bonus).mentor_of[yesterday[:, 0]] == yesterday[:, 1]).sum()

    assert stayed(bonus + 7) >= stayed(bonus)


def test_a_larger_list_goes_through_samples_and_masks_and_is_still_proven():
    rng = np.random.default_rng(5)
    problem = Problem(**parts(rng, 900, 300, profiles=60, share=0.3, most=30))
    worth = table(problem)
    for variant in VARIANTS:
        answer = assign(problem, variant=variant, waiting=rng.integers(0, 200, 900))
        require_proof(problem, answer, worth)
        require_allowed(problem, answer, worth)


def test_one_more_place_is_taken_apart_exactly():
    rng = np.random.default_rng(6)
    problem = Problem(**parts(rng, 40, 12, most=9))
    waiting = rng.integers(0, 5, 40)
    for variant in VARIANTS:
        answer = assign(problem, variant=variant, waiting=waiting)
        steps, points = answer.one_more_place()
        for mentor in range(12):
            more = problem.capacity + (np.arange(12) == mentor)
            now = assign(Problem(**(parts(np.random.default_rng(6), 40, 12, most=9) | {"capacity": more})),
                         variant=variant, waiting=waiting)  # fmt: skip
            assert now.total - answer.total == points[mentor]
            gained = now.priority[now.mentor_of >= 0].sum() - answer.priority[answer.mentor_of >= 0].sum()
            assert gained == steps[mentor] * answer.step
