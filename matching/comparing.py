"""Other weights against the present waiting list: who would get whom, before anything is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from clinics.models import Clinic
from matching import engine, facts, ranking, solving
from matching.criteria import SOFT, Brings
from matching.engine.ranking import eligible
from matching.ranking import Field
from referrals.models import Referral

MOST = 2000  # people looked at; each costs a row of points on either side


@dataclass(frozen=True)
class Swap:
    """One person for whom the new weights mean somebody else: `before` or `after` is None for nobody."""

    referral: Referral
    before: Brings | None
    after: Brings | None
    why: str


@dataclass(frozen=True)
class Comparison:
    """The waiting list under two sets of weights."""

    waiting: int  # everybody who waits
    people: int  # those looked at, who wait longest
    swaps: list[Swap]
    same: list[Referral]
    none: list[Referral]  # nobody, under either
    hopeless: int  # of these, how many no mentor may have, whatever the weights

    @property
    def found(self) -> int:
        """Return how many find a mentor only under the new weights."""
        return sum(swap.before is None for swap in self.swaps)

    @property
    def lost(self) -> int:
        """Return how many find a mentor only under the weights in force."""
        return sum(swap.after is None for swap in self.swaps)


def compare(clinic: Clinic, weights: Mapping[str, int]) -> Comparison:
    """Solve the present waiting list under the weights in force and under these, and tell the difference.

    Both as the plan most people are helped by, with pairs on hold left as they are. Looks at the MOST who wait
    longest. Seven queries.
    """
    rows = facts.with_needs(facts.waiting(Referral.objects.filter(clinic=clinic)))
    referrals = list(rows[: MOST + 1])
    waiting = len(referrals) if len(referrals) <= MOST else rows.count()
    laid = ranking.lay_out(clinic, referrals[:MOST])
    tried = ranking.with_weights(laid, dict(weights))
    held, _misfits = solving.fitting(laid, solving.holds_of(clinic))
    one, other = (
        engine.assign(field.problem, variant=solving.USUAL, locked=held).mentor_of.tolist() for field in (laid, tried)
    )
    rows_of = range(len(laid.needs))
    none = [i for i in rows_of if one[i] < 0 and other[i] < 0]
    return Comparison(
        waiting, len(laid.needs), [_swap(laid, tried, i, one[i], other[i]) for i in rows_of if one[i] != other[i]],
        [laid.referrals[i] for i in rows_of if one[i] == other[i] >= 0], [laid.referrals[i] for i in none],
        sum(not len(eligible(laid.problem, i)) for i in none),
    )  # fmt: skip


def _swap(laid: Field, tried: Field, row: int, before: int, after: int) -> Swap:
    brings = [laid.brings[column] if column >= 0 else None for column in (before, after)]
    return Swap(laid.referrals[row], *brings, _why(laid, tried, row, before, after))


def _why(laid: Field, tried: Field, row: int, before: int, after: int) -> str:
    if after < 0:
        return _("%(mentor)s would go to somebody else.") % {"mentor": laid.brings[before].first_name}
    if before < 0:
        return _("%(mentor)s would have a place left.") % {"mentor": laid.brings[after].first_name}
    old, new = (_parts(field, row, [before, after]) for field in (laid, tried))
    if new[1].sum() <= new[0].sum():
        form = _("%(mentor)s counts for more with somebody else: over the whole list this is better.")
        return form % {"mentor": laid.brings[before].first_name}
    moved = _moved(laid, row, after, old, new)
    free = _("%(mentor)s is not needed for somebody else then.") % {"mentor": laid.brings[after].first_name}
    return f"{_points(laid, new, before, after)} {moved or free}"


def _parts(laid: Field, row: int, columns: list[int]) -> NDArray[np.int64]:
    """Return the points of one person with each of these mentors, by criterion of SOFT: int (k, criteria)."""
    problem = laid.problem
    points = (problem.mentor_points[columns] * problem.mentee_points[row]).astype(np.int64)
    return np.array([np.bincount(problem.criterion, p, len(SOFT) + 1)[: len(SOFT)] for p in points], np.int64)


def _points(laid: Field, new: NDArray[np.int64], before: int, after: int) -> str:
    form = _("%(mentor)s would have %(n)d points, %(other)s %(m)d.")
    names = {"mentor": laid.brings[after].first_name, "other": laid.brings[before].first_name}
    return form % {**names, "n": new[1].sum(), "m": new[0].sum()}


def _moved(laid: Field, row: int, after: int, old: NDArray[np.int64], new: NDArray[np.int64]) -> str:
    """Say what speaks more for the new mentor, in words about them, and what speaks less for the other one."""
    towards = (new[1] - new[0]) - (old[1] - old[0])
    more, less = (np.where(towards > 0, moved, 0) for moved in (new[1] - old[1], old[0] - new[0]))
    said, mentor = [], laid.brings[after]
    if more.max() > 0:
        place = int(more.argmax())
        says = SOFT[place].say(laid.needs[row], mentor, int(new[1][place]))
        said.append(_("%(mentor)s %(says)s, which counts for more.") % {"mentor": mentor.first_name, "says": says})
    if less.max() > 0:
        said.append(_("“%(what)s” counts for less.") % {"what": SOFT[int(less.argmax())].label})
    return " ".join(said)
