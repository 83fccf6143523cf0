"""The whole waiting list at once: the best set of pairs, proven over all pairs by prices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from matching.engine import candidates, flow
from matching.engine import prices as price
from matching.engine.market import Arcs, Choice, Market, best_with, may_be, no_arcs, points_of
from matching.engine.prices import Prices
from matching.engine.problem import EngineError, Problem, pairs, vector, whole
from matching.engine.scoring import TINY

QUARTER = 4

Variant = Literal["points", "fewest", "wait"]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Assignment:
    """The answer of `assign`. Numbers are points, or for a priority's sake points plus whole steps of `step`.

    mentor_of     int (P,)  row index of each mentee's mentor, -1 for nobody
    total         int       points of all pairs, locked ones too, without bonus and priority
    mentee_price  int (P,)  what the mentee adds to the whole
    mentor_price  int (M,)  what one more place with the mentor would add to the whole (full mentors too)
    mentor_cost   int (M,)  what one place fewer would take from it; -1 where there is no place to lose
    proven        bool      no other set of pairs is worth more: looked at all pairs against their prices
    rounds        int       how often the flow was solved
    variant       str       as asked
    priority      int (P,)  what matching each mentee adds in this variant: 0 for "points"
    locked        bool (P,) who stood from the start
    step          int       one step of priority, more than any change of points outweighs; 0 for "points"

    For every pair that may be and is worth something, mentee_price + mentor_price >= points + priority, except
    where the mentee's pair is locked; all mentee prices and capacity times mentor prices add up to the total
    with priority and bonus.
    """

    mentor_of: Ints
    total: int
    mentee_price: Ints
    mentor_price: Ints
    mentor_cost: Ints
    proven: bool
    rounds: int
    variant: Variant
    priority: Ints
    locked: NDArray[np.bool_]
    step: int

    def require(self, problem: Problem) -> None:
        """Raise EngineError when this is the answer to a problem of another size."""
        if self.mentor_of.shape != problem.profile.shape or self.mentor_price.shape != problem.capacity.shape:
            raise EngineError("The assignment is of another problem.")

    def one_more_place(self) -> tuple[Ints, Ints]:
        """Return for each mentor (M,) how many steps of priority, and how many points, one more place would gain.

        For "fewest" a step is one more mentee matched; for "wait" it is a rank of waiting. Points can be below 0 then.
        """
        return split(self.mentor_price, self.step)


def split(price: Ints, step: int) -> tuple[Ints, Ints]:
    """Return a price as whole steps of priority and what is left in points."""
    if not step:
        return np.zeros_like(price), price
    steps = (price + step // 2) // step
    return steps, price - steps * step


def assign(
    problem: Problem,
    *,
    variant: Variant = "points",
    kept: Any = None,
    locked: Any = None,
    bonus: int = 0,
    waiting: Any = None,
    prices: Any = None,
) -> Assignment:
    """Return the best set of pairs for the whole list, with prices that prove it.

    variant  "points": most points. "fewest": fewest unmatched, then points. "wait": longest wait first, then points
             (nobody is matched in the place of somebody who waits longer; points decide among equal waits)
    kept     int (K, 2)  row indices of yesterday's open proposals, worth `bonus` points more than they are
    locked   int (K, 2)  row indices of pairs that stand, whatever the criteria say now; each takes one of the
                         places in `capacity`
    waiting  int (P,)    days waited, needed by "wait"
    prices   int (M,)    mentor prices of an earlier answer, to be quicker; any numbers give the same total

    A pair is made only above 0 points. Raises EngineError when something of this makes no sense.
    """
    if variant not in get_args(Variant):
        raise EngineError(f"There is no variant {variant!r}.")
    rows, cols = len(problem.mentee_points), len(problem.mentor_points)
    standing = _locked(problem, pairs(locked, "locked", rows, cols))
    start = None if prices is None else vector(prices, "prices", cols)
    more = _bonus(bonus)
    asked = _asked(problem, variant, waiting, more)
    market = _with_kept(_market(problem, standing, asked.priority), pairs(kept, "kept", rows, cols), more)
    return _answer(market, standing, _solve(market, start), asked)


@dataclass(frozen=True, eq=False)
class _Asked:
    """What matching each mentee adds in a variant (P,), and one step of it."""

    variant: Variant
    priority: Ints
    step: int


def _bonus(value: Any) -> int:
    bonus = int(whole(np.array(value), "bonus"))
    if bonus < 0:
        raise EngineError("bonus is negative.")
    return bonus


def _locked(problem: Problem, given: Ints) -> Ints:
    if len(np.unique(given[:, 0])) != len(given):
        raise EngineError("locked holds the same mentee twice.")
    if (np.bincount(given[:, 1], minlength=len(problem.capacity)) > problem.capacity).any():
        raise EngineError("locked holds more pairs of a mentor than capacity has places.")
    return given


def _asked(problem: Problem, variant: Variant, waiting: Any, bonus: int) -> _Asked:
    """Turn a variant into numbers added to points, so that one flow solves any of them exactly.

    The sets of mentees that can be matched together form a matroid, so any numbers that rise with the wait put
    the longest first, and one step need only outweigh what points can change along one chain of moves: a chain
    visits each mentor at most once. Twice that, so that a price can be taken apart again.
    """
    mentees, mentors = len(problem.mentee_points), len(problem.mentor_points)
    if variant == "wait" and waiting is None:
        raise EngineError("The variant 'wait' needs waiting.")
    days = vector(np.zeros(mentees, int) if waiting is None else waiting, "waiting", mentees)
    if variant == "points":
        return _Asked(variant, np.zeros(mentees, np.int64), 0)
    step = 2 * (min(mentees, mentors) + 1) * (_most(problem) + bonus + 1) + 1
    rank = np.ones(mentees, np.int64)
    if variant == "wait":
        rank += np.unique(days, return_inverse=True)[1].reshape(mentees)
    if int(rank.max(initial=0)) * step >= flow.ROOM:
        raise EngineError(flow.TOO_LARGE)
    return _Asked(variant, rank * step, step)


def _most(problem: Problem) -> int:
    """Return a number no pair is worth more than."""
    if not len(problem.mentee_points) or not len(problem.mentor_points):
        return 0
    dear = problem.mentor_points.max(axis=0).clip(0).astype(np.float64)
    return int((problem.mentee_points.clip(0) @ dear).max()) if len(dear) else 0


def _market(problem: Problem, locked: Ints, priority: Ints) -> Market:
    open_ = np.ones(len(problem.mentee_points), bool)
    open_[locked[:, 0]] = False
    places = problem.capacity - np.bincount(locked[:, 1], minlength=len(problem.capacity))
    mentees, mentors = np.flatnonzero(open_), np.flatnonzero(places > 0)
    mentees = mentees[np.argsort(problem.mentee_hash[mentees], kind="stable")]
    mentors = mentors[np.argsort(problem.mentor_hash[mentors], kind="stable")]
    most = len(mentees) + 1  # enough for all and one to spare
    return Market(problem, mentees, mentors, places[mentors].clip(max=most), priority[mentees], no_arcs())


def _with_kept(market: Market, given: Ints, bonus: int) -> Market:
    """Return the market with yesterday's pairs worth more: those that may still be and are worth something."""
    problem = market.problem
    points = points_of(problem, given)
    mentee = _place(market.mentees, len(problem.mentee_points))[given[:, 0]]
    mentor = _place(market.mentors, len(problem.mentor_points))[given[:, 1]]
    good = may_be(problem, given) & (points > 0) & (mentee >= 0) & (mentor >= 0)
    mentee, mentor, points = mentee[good], mentor[good], points[good]
    value = points + bonus + market.priority[mentee]
    arcs = Arcs(mentee.astype(np.int32), mentor.astype(np.int32), value)
    return replace(market, kept=no_arcs().with_more(arcs))


def _place(rows: Ints, count: int) -> Ints:
    """Return where each of `count` rows stands in a list of rows, -1 for not in it."""
    place = np.full(count, -1)
    place[rows] = np.arange(len(rows))
    return place


@dataclass(frozen=True, eq=False)
class _Solved:
    """The market decided over enough arcs, with the smallest prices of mentors that prove it."""

    arcs: Arcs
    choice: Choice
    low: Prices
    rounds: int


def _solve(market: Market, start: Ints | None) -> _Solved:
    """Solve over few pairs, ask all pairs whether one is worth more than its prices, add those, and again."""
    arcs = candidates.first(market, _guess(market) if start is None else start[market.mentors])
    promising, rounds = arcs, 0
    while True:
        rounds += 1
        choice = flow.best(market, promising)
        low = price.smallest(market, arcs, choice)
        more = candidates.worth_more(market, *low, turn=rounds)
        if not len(more):
            return _Solved(arcs, choice, low, rounds)
        arcs = arcs.with_more(more)
        promising = price.promising(arcs, low)


def _guess(market: Market) -> Ints | None:
    """Return about what mentors cost (m,), from solving a quarter of the market; None when it is small.

    The market stands in an order made of hashes, so its beginning is a fair sample.
    """
    if len(market.mentees) * len(market.mentors) <= TINY:
        return None
    part = market.part(QUARTER)
    low = _solve(part, None).low
    return best_with(market.problem, part.mentees, low[0] - part.priority, market.mentors)


def _highest(market: Market, arcs: Arcs, choice: Choice) -> Ints:
    """Return the largest prices of mentors that hold for all pairs. Only mentors that fell meanwhile are asked again."""
    high = price.largest(market, arcs, choice)
    fallen = None
    while True:
        more = candidates.worth_more(market, *high, only=fallen)
        if not len(more):
            return high[1]
        before, arcs = high[1], arcs.with_more(more)
        high = price.largest(market, arcs, choice)
        fallen = np.flatnonzero(high[1] < before)


def _answer(market: Market, locked: Ints, solved: _Solved, asked: _Asked) -> Assignment:
    """Put what was decided in the market back in the order of the problem, beside what was locked."""
    problem, choice = market.problem, solved.choice
    mentor_of = np.full(len(problem.mentee_points), -1)
    made = choice.mentor >= 0
    mentor_of[market.mentees[made]] = market.mentors[choice.mentor[made]]
    mentor_of[locked[:, 0]] = locked[:, 1]
    mentor_price, mentor_cost = np.zeros(len(problem.capacity), np.int64), np.full(len(problem.capacity), -1)
    mentor_price[market.mentors] = solved.low[1]
    mentor_cost[market.mentors] = _highest(market, solved.arcs, choice)
    full = np.setdiff1d(np.arange(len(mentor_price)), market.mentors)
    mentor_price[full] = best_with(problem, market.mentees, solved.low[0] - market.priority, full)
    mentee_price = np.zeros(len(mentor_of), np.int64)
    mentee_price[market.mentees] = solved.low[0]
    mentee_price[locked[:, 0]] = points_of(problem, locked) + asked.priority[locked[:, 0]] - mentor_price[locked[:, 1]]
    worth = int(choice.value[made].sum())
    proven = int(solved.low[0].sum() + (market.places * solved.low[1]).sum()) == worth
    matched, standing = np.flatnonzero(mentor_of >= 0), np.zeros(len(mentor_of), bool)
    standing[locked[:, 0]] = True
    total = int(points_of(problem, np.stack([matched, mentor_of[matched]], axis=1)).sum())
    return Assignment(
        mentor_of, total, mentee_price, mentor_price, mentor_cost, proven, solved.rounds, asked.variant,
        asked.priority, standing, asked.step,
    )  # fmt: skip
