"""What could be given up to find somebody, least first, and how many mentors each would open (Joo22)."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass

from matching.criteria import HARD, RELAXABLE, Brings, Hard, Needs, failed_matrix
from matching.ranking import Field

MOST = 5
BITS = {hard.key: 1 << place for place, hard in enumerate(HARD)}
MAY = sum(BITS[hard.key] for hard in RELAXABLE)


@dataclass(frozen=True)
class Option:
    """Hard criteria to give up together: what to say, and how many mentors that opens, with and without full ones."""

    keys: tuple[str, ...]
    says: str
    free: int
    with_full: int


def options(laid: Field) -> list[Option]:
    """Return the smallest sets of criteria that would open a mentor for the first mentee laid out, best first.

    Sets are ordered by how many criteria they hold, then by the order of relaxation. A set that only opens what a
    smaller one in it opens as well is left out. At most MOST are returned.
    """
    needs = dataclasses.replace(laid.needs[0], relaxed=frozenset())
    bits = failed_matrix([needs], laid.brings)[0].tolist()
    apart = set(laid.problem.excluded_mentors(0).tolist())
    kept_by = {column: b for column, b in enumerate(bits) if b and not b & ~MAY and column not in apart}
    found = [_option(laid, needs, kept_by, mask) for mask in sorted(set(kept_by.values()), key=_order)]
    return found[:MOST]


def _order(mask: int) -> tuple[int, list[int]]:
    chosen = _hards(mask)
    return len(chosen), [hard.relax for hard in chosen]


def _hards(mask: int) -> list[Hard]:
    return [hard for hard in RELAXABLE if mask & BITS[hard.key]]


def _option(laid: Field, needs: Needs, kept_by: dict[int, int], mask: int) -> Option:
    opened = [laid.brings[column] for column, b in kept_by.items() if not b & ~mask]
    chosen = _hards(mask)
    counts = Counter(b.free > 0 for b in opened)
    return Option(tuple(h.key for h in chosen), say(chosen, needs, opened[0]), counts[True], counts.total())


def say(chosen: list[Hard], needs: Needs, brings: Brings) -> str:
    """Return what would change, as one phrase."""
    said = [hard.opens(needs, brings) for hard in chosen]
    return "; ".join([said[0], *(f"{text[:1].lower()}{text[1:]}" for text in said[1:])])


def phrase(keys, needs: Needs) -> str:
    """Return what was or would be given up, as one phrase: for these keys, without a mentor at hand."""
    return say([hard for hard in RELAXABLE if hard.key in keys], needs, Brings(pk=0)) if keys else ""


def known(keys) -> tuple[str, ...]:
    """Return those of these words that are criteria which may be given up, in their order."""
    asked = set(keys)
    return tuple(hard.key for hard in RELAXABLE if hard.key in asked)
