"""The best set of pairs out of given ones, as a minimum-cost flow with each mentor's places as a capacity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow  # this module alone: the whole package brings pandas

from matching.engine.market import Arcs, Choice, Market
from matching.engine.problem import EngineError

TIE_BITS = 4
ROOM = 2**62  # the solver multiplies costs by the number of nodes in 64 bits


def best(market: Market, arcs: Arcs) -> Choice:
    """Return the pairs with the largest sum of values, nobody being worth 0; ties go by a hash of both ids."""
    mentor, value = np.full(len(market.mentees), -1), np.zeros(len(market.mentees), np.int64)
    if len(arcs):
        solver = _network(market, arcs)
        status = solver.solve()
        if status != solver.OPTIMAL:  # asking for flows now would end the process
            raise EngineError(f"The flow has no answer: {status}.")
        used = np.flatnonzero(solver.flows(np.arange(len(arcs))))
        mentor[arcs.mentee[used]], value[arcs.mentee[used]] = arcs.mentor[used], arcs.value[used]
    return Choice(mentor, value)


def _network(market: Market, arcs: Arcs) -> min_cost_flow.SimpleMinCostFlow:
    """Mentees send one each: to a mentor and on to the end, or past all of them for nothing."""
    n, m = len(market.mentees), len(market.mentors)
    end = n + m
    solver = min_cost_flow.SimpleMinCostFlow()
    each = np.ones(n, np.int64)
    one = np.ones(len(arcs), np.int64)
    solver.add_arcs_with_capacity_and_unit_cost(arcs.mentee, arcs.mentor + np.int32(n), one, _costs(market, arcs))
    mentees, mentors = np.arange(n, dtype=np.int32), np.arange(n, end, dtype=np.int32)
    solver.add_arcs_with_capacity_and_unit_cost(mentees, np.full_like(mentees, end), each, each * 0)
    solver.add_arcs_with_capacity_and_unit_cost(mentors, np.full_like(mentors, end), market.places, market.places * 0)
    solver.set_nodes_supplies(mentees, each)
    solver.set_node_supply(end, -n)
    return solver


def _costs(market: Market, arcs: Arcs) -> NDArray[np.int64]:
    """Return whole costs (a fraction would be cut off silently): values, with ties in the low bits."""
    n, m = len(market.mentees), len(market.mentors)
    room = ROOM // (n + m + 2) // (int(np.abs(arcs.value).max()) + 1)
    pairs = min(n, int(market.places.sum()))
    for bits in range(TIE_BITS, -1, -1):
        scale = pairs << bits if bits else 1  # all ties together stay below one point
        if scale <= room:
            low = (market.tie(arcs) >> np.uint64(64 - bits)).astype(np.int64) if bits else 0
            return low - arcs.value * scale
    raise EngineError("Points and priorities are too large to be added up exactly.")
