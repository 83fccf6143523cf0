"""Which of all pairs are worth looking at: the best of each row and column, and those that beat the prices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matching.engine.market import Arcs, Market, no_arcs
from matching.engine.scoring import Block, blocks, exact_type

BY_MENTEE, BY_MENTOR = 8, 8  # best mentors of each mentee and the other way round to begin with
ADDED = 8  # pairs added for one mentee in one round, doubled when rounds grow many
PATIENCE = 3  # rounds before doubling
NAMES = ("mentee", "mentor", "value")
SPREAD = 0.5  # below 1, so that it orders only equals

Float = NDArray[np.floating]
Int = NDArray[np.int64]


def first(market: Market, prices: Int | None) -> Arcs:
    """Return the pairs to begin with: the best of each mentee and each mentor at these prices (m,), or all."""
    if prices is None:
        found = [_arcs(market, block, *np.nonzero(block.points > 0)) for block in _blocks(market)]
        return market.kept.with_more(_together(found))
    return market.kept.with_more(near(market, prices, BY_MENTEE, BY_MENTOR))


def near(market: Market, prices: Int, by_mentee: int, by_mentor: int) -> Arcs:
    """Return the best mentors of every mentee at these prices (m,), and the best mentees of every mentor."""
    kind = exact_type(prices)
    price = prices.astype(kind)
    found, columns = [], []
    for block in _blocks(market):
        worth = block.points - price[block.cols]
        worth[block.points <= 0] = -np.inf
        if by_mentor:
            columns.append(_best_of_columns(market, block, worth))
        found.append(_pick(market, block, np.arange(len(block.rows)), worth, by_mentee))
    return _together([*found, *_few(columns, by_mentor)])


def _best_of_columns(market: Market, block: Block, worth: Float) -> tuple[Arcs, NDArray[np.float64]]:
    """Return the best mentee of each mentor in a block, and how far this is below the mentee's best mentor."""
    best = worth.max(axis=1, keepdims=True)
    best[np.isneginf(best)] = 0
    below = worth - best
    row = below.argmax(axis=0)
    col = np.arange(len(row))
    real = np.flatnonzero(block.points[row, col] > 0)
    row, col = row[real], real
    return _arcs(market, block, row, col), below[row, col].astype(np.float64)


def _few(columns: list[tuple[Arcs, NDArray[np.float64]]], k: int) -> list[Arcs]:
    """Return the best `k` of each mentor out of what the blocks found."""
    if not columns:
        return []
    arcs = Arcs(*(np.concatenate([getattr(a, name) for a, _below in columns]) for name in NAMES))
    below = np.concatenate([below for _arcs, below in columns])
    order = np.lexsort((-below, arcs.mentor))
    mentor = arcs.mentor[order]
    starts = np.flatnonzero(np.diff(mentor, prepend=-1))
    nth = np.arange(len(mentor)) - np.repeat(starts, np.diff(starts, append=len(mentor)))
    kept = order[nth < k]
    return [Arcs(arcs.mentee[kept], arcs.mentor[kept], arcs.value[kept])]


def worth_more(market: Market, mentee_price: Int, mentor_price: Int, *, turn: int = 1, only: Int | None = None) -> Arcs:
    """Look at every pair and return those worth more than its two prices, the best few for each mentee
    (more in later turns). No such pair: the prices prove that no other set of pairs is worth more. `only` some mentors (places in the
    market) are asked when the others have been.
    """
    floor = mentee_price - market.priority  # what points must beat, beside the mentor's price
    kind = exact_type(floor, mentor_price)
    price, limit = mentor_price.astype(kind), floor.astype(kind)
    found = []
    for block in _blocks(market, only):
        worth = block.points - price[block.cols]
        least = limit[block.rows]
        if least.min() < 0:
            worth[block.points <= 0] = -np.inf
        rows = np.flatnonzero(worth.max(axis=1) > least)
        if len(rows):
            over = worth[rows]
            over[over <= least[rows, None]] = -np.inf
            found.append(_pick(market, block, rows, over, ADDED << max(0, turn - PATIENCE)))
    return _together(found)


def _blocks(market: Market, only: Int | None = None) -> Iterator[Block]:
    """Walk over all pairs of the market, columns named by their place in it."""
    mentors = market.mentors if only is None else market.mentors[only]
    for block in blocks(market.problem, market.mentees, mentors):
        yield block if only is None else replace(block, cols=only[block.cols])


def _pick(market: Market, block: Block, rows: NDArray[np.int64], worth: Float, k: int) -> Arcs:
    """Return the `k` best of some rows of a block, leaving out -inf. Overwrites `worth` (rows, cols)."""
    best = _top(worth, k)
    row, col = np.repeat(rows, best.shape[1]), best.ravel()
    real = col >= 0
    return _arcs(market, block, row[real], col[real])


def _arcs(market: Market, block: Block, row: Int, col: Int) -> Arcs:
    mentee = block.rows[row]
    value = block.points[row, col].astype(np.int64) + market.priority[mentee]
    return Arcs(mentee.astype(np.int32), block.cols[col].astype(np.int32), value)


def _top(worth: Float, k: int) -> NDArray[np.int64]:
    """Return int (rows, k): where the `k` largest of each row stand, -1 for none. Equals are spread by chance.

    A few runs over the row beat sorting it: finding one maximum takes all lanes of the processor at once.
    """
    k = min(k, worth.shape[1])
    worth += _spread(worth.shape).astype(worth.dtype, copy=False)
    best = np.empty((len(worth), k), np.int64)
    line = np.arange(len(worth))
    for turn in range(k):
        where = worth.argmax(axis=1)
        best[:, turn] = np.where(worth[line, where] > -np.inf, where, -1)
        worth[line, where] = -np.inf
    return best


def _spread(shape: tuple[int, ...]) -> NDArray[np.float32]:
    # The same in every run: rows stand in an order made of ids, so the answer is too.
    return np.random.default_rng(1).random(shape, np.float32) * np.float32(SPREAD)


def _together(found: list[Arcs]) -> Arcs:
    if not found:
        return no_arcs()
    return no_arcs().with_more(Arcs(*(np.concatenate([getattr(arcs, name) for arcs in found]) for name in NAMES)))
