"""What a place with each mentor is worth, worked out from the best set of pairs over given arcs.

Prices u (mentees) and v (mentors) with u + v >= value for every pair, equality for every pair made, v = 0 where a
place is left and u = 0 for the unmatched prove that no other set of pairs is worth more. There is a smallest v
(then v is what one more place would gain) and a largest (what one place fewer would cost).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.engine.market import Arcs, Choice, Market

Prices = tuple[NDArray[np.int64], NDArray[np.int64]]


def smallest(market: Market, arcs: Arcs, choice: Choice) -> Prices:
    """Return u (n,) and the smallest v (m,) for the best choice over these arcs.

    Rises from nothing: a mentor costs what the keenest mentee without them would gain.
    """
    order = np.argsort(arcs.mentor, kind="stable")
    mentee, value = arcs.mentee[order], arcs.value[order]
    mentors, starts = _runs(arcs.mentor[order])
    made = np.flatnonzero(choice.mentor >= 0)
    mentor, worth = choice.mentor[made], choice.value[made]
    u = np.zeros(len(market.mentees), np.int64)
    v = np.zeros(len(market.mentors), np.int64)
    while True:
        u[made] = worth - v[mentor]
        risen = v.copy()
        if len(starts):
            risen[mentors] = np.maximum(v[mentors], np.maximum.reduceat(value - u[mentee], starts))
        if np.array_equal(risen, v):
            return u, v
        v = risen


def largest(market: Market, arcs: Arcs, choice: Choice) -> Prices:
    """Return u (n,) and the largest v (m,) for the best choice over these arcs.

    Falls until nobody matched would rather go elsewhere.
    """
    mentees, starts = _runs(arcs.mentee)
    made = np.flatnonzero(choice.mentor >= 0)
    mentor, worth = choice.mentor[made], choice.value[made]
    full = np.bincount(mentor, minlength=len(market.mentors)) >= market.places
    u = np.zeros(len(market.mentees), np.int64)
    while True:
        v = np.where(full, np.iinfo(np.int64).max, 0)
        np.minimum.at(v, mentor, worth - u[made])
        risen = u.copy()
        if len(starts):
            risen[mentees] = np.maximum(u[mentees], np.maximum.reduceat(arcs.value - v[arcs.mentor], starts))
        if np.array_equal(risen, u):
            return u, v
        u = risen


def promising(arcs: Arcs, prices: Prices) -> Arcs:
    """Return the arcs that can be in a best set of pairs, given prices that some arcs (all pairs' worst) still beat.

    Raising each mentee's price by the worst of them makes the prices hold, and the best can be no more than the sum
    of these rises above what is reached already; a pair further below its prices than that is in no best set.
    """
    below = prices[0][arcs.mentee] + prices[1][arcs.mentor] - arcs.value
    rise = np.zeros(len(prices[0]), np.int64)
    np.maximum.at(rise, arcs.mentee, -below)
    near = below + rise[arcs.mentee] <= rise.sum()
    return Arcs(arcs.mentee[near], arcs.mentor[near], arcs.value[near])


def _runs(ordered: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return each number of an ordered array once, and where it begins."""
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    return ordered[starts], starts
