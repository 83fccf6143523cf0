"""The best set of pairs out of given ones, as a minimum-cost flow with each mentor's places as a capacity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow  # this module alone: the whole package brings pandas

from matching.engine.market import Arcs, Choice, Market
from matching.engine.problem import EngineError

TIE_BITS = 4
ROOM = 2**62
TOO_LARGE = "Points and priorities are too large to be added up exactly."


def best(market: Market, arcs: Arcs) -> Choice:
    """Return the pairs with the largest sum of values, nobody being worth 0; ties go by a hash of both ids."""
    mentor, value = np.full(len(market.mentees), -1), np.zeros(len(market.mentees), np.int64)
    if len(arcs):
        used = np.flatnonzero(_flows(market, arcs))
        mentor[arcs.mentee[used]], value[arcs.mentee[used]] = arcs.mentor[used], arcs.value[used]
    return Choice(mentor, value)


def _flows(market: Market, arcs: Arcs) -> NDArray[np.int64]:
    """Return how much goes through each arc, 0 or 1, with as many bits for ties as the solver has room for."""
    for bits in range(TIE_BITS, -1, -1):
        costs = _costs(market, arcs, bits)
        if costs is None:
            continue
        solver = _network(market, arcs, costs)
        status = solver.solve()
        if status == solver.OPTIMAL:  # after anything else, asking for flows would end the process
            return solver.flows(np.arange(len(arcs)))
        if status != solver.BAD_COST_RANGE:
            raise EngineError(f"The flow has no answer: {status}.")
    raise EngineError(TOO_LARGE)


def _network(market: Market, arcs: Arcs, costs: NDArray[np.int64]) -> min_cost_flow.SimpleMinCostFlow:
    """Mentees send one each: to a mentor and on to the end, or past all of them for nothing."""
    n, m = len(market.mentees), len(market.mentors)
    end = n + m
    solver = min_cost_flow.SimpleMinCostFlow()
    each = np.ones(n, np.int64)
    one = np.ones(len(arcs), np.int64)
    solver.add_arcs_with_capacity_and_unit_cost(arcs.mentee, arcs.mentor + np.int32(n), one, costs)
    mentees, mentors = np.arange(n, dtype=np.int32), np.arange(n, end, dtype=np.int32)
    solver.add_arcs_with_capacity_and_unit_cost(mentees, np.full_like(mentees, end), each, each * 0)
    solver.add_arcs_with_capacity_and_unit_cost(mentors, np.full_like(mentors, end), market.places, market.places * 0)
    solver.set_nodes_supplies(mentees, each)
    solver.set_node_supply(end, -n)
    return solver


def _costs(market: Market, arcs: Arcs, bits: int) -> NDArray[np.int64] | None:
    """Return whole costs (a fraction would be cut off silently): values, with ties in the low bits; None: too large."""
    scale = max(1, min(len(market.mentees), int(market.places.sum())) << bits)  # all ties together: below one point
    if not bits:
        return -arcs.value
    if int(np.abs(arcs.value).max()) + 1 > ROOM // scale:
        return None
    return (market.tie(arcs) >> np.uint64(64 - bits)).astype(np.int64) - arcs.value * scale
