"""How many points each soft criterion counts for somebody: whole numbers that always sum to 100."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

WHOLE = 100
MOST = 3, 2  # what matters most counts three halves


def share_out(total: int, parts: Sequence[int]) -> list[int]:
    """Divide a whole number in proportion to whole parts, by largest remainder; the earlier part wins a tie.

    The result sums to `total`, or is all zero when every part is.
    """
    whole = sum(parts)
    if whole == 0:
        return [0] * len(parts)
    shares = [total * part // whole for part in parts]
    rest = [total * part % whole for part in parts]
    for place in sorted(range(len(parts)), key=lambda i: (-rest[i], i))[: total - sum(shares)]:
        shares[place] += 1
    return shares


def for_mentee(
    weights: Mapping[str, int], *, matters_most: str = "", without: frozenset[str] | set[str] = frozenset()
) -> dict[str, int]:
    """Return the weights of one mentee: what matters most counts 1.5 times, what cannot be compared counts nothing.

    The points of a criterion left out go to the others, by largest remainder. When nothing at all can be
    compared, the weights stay as they were.
    """
    names = list(weights)
    up, down = MOST
    parts = [0 if n in without else weights[n] * (up if n == matters_most else down) for n in names]
    if not sum(parts):
        parts = [weights[n] for n in names]
    return dict(zip(names, share_out(WHOLE, parts), strict=True))
