"""Soft criteria: what makes one mentor fit better than another, in whole points that sum to 100.

Every criterion is a set of columns that a mentor has or has not, and points per column for a mentee, so that
all scores are one product of two matrices. Distance counts only for pairs who can meet in person: every
column stands there twice, once for mentors who meet people and once for those who do not, with the
mentee's points as they are in either case. One column is there for every pair: the base, so that each
eligible pair is worth something.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from numpy.typing import NDArray

from common import words
from common.vocabulary import Area, Channel, Interest, LifeStage, Phase, Topic, Treatment, Value, Work
from matching import weights as weighing
from matching.criteria import tables
from matching.criteria.people import Brings, Needs, worked_out

BASE = 1


@dataclass(frozen=True)
class Soft:
    """One soft criterion.

    `has(mentor)` names the columns a mentor has, `points(mentee, most)` what each column is worth, out of
    `most`. `stated` and `mentor_stated`: did they say anything to compare? `good` and `less` are what to say
    of a mentor, as the rest of a sentence about them.
    """

    key: str
    label: Any
    matters: Any  # "If … mattered most"
    columns: tuple[str, ...]
    has: Callable[[Brings], set[str]]
    points: Callable[[Needs, int], Mapping[str, int]]
    stated: Callable[[Needs], bool]
    mentor_stated: Callable[[Brings], bool]
    good: Callable[[Needs, Brings], str]
    less: Callable[[Needs, Brings], str]

    def say(self, needs: Needs, brings: Brings, points: int) -> str:
        """Return the rest of a sentence about the mentor, as the points justify; nothing when the mentee did not say."""
        if not self.stated(needs):
            return ""
        if not self.mentor_stated(brings):
            return _("has not said anything about this")
        return self.good(needs, brings) if points > 0 else self.less(needs, brings)


def _labels(choices, codes) -> str:
    known = dict(choices.choices)
    return words.listed(f"{str(known[c])[:1].lower()}{str(known[c])[1:]}" for c in choices.values if c in codes)


def _label(choices, code: str) -> str:
    return _labels(choices, {code})


# Topics


def _topic_points(needs: Needs, most: int) -> dict[str, int]:
    parts = [*tables.TOPIC_PARTS, *[tables.LATER_TOPIC] * len(needs.topics)][: len(needs.topics)]
    return dict(zip(needs.topics, weighing.share_out(most, parts), strict=True))


# Lived


def _phase_columns(brings: Brings) -> set[str]:
    found = {f"phase={phase}" for phase in brings.phases}
    for phase in set(Phase.values) - brings.phases:
        if any(tables.near(tables.NEAR_PHASES, phase, lived) for lived in brings.phases):
            found.add(f"near={phase}")
    return found


def _asked_treatments(needs: Needs) -> tuple[str, ...]:
    return tuple(t for t in needs.treatments if t != Treatment.NONE)


def _lived_points(needs: Needs, most: int) -> dict[str, int]:
    treatments = _asked_treatments(needs)
    phase, rest = weighing.share_out(most, [bool(needs.phase), bool(treatments)])
    found = dict(zip(treatments, weighing.share_out(rest, [1] * len(treatments)), strict=True))
    if needs.phase:
        found |= {f"phase={needs.phase}": phase, f"near={needs.phase}": tables.tenths(phase, 5)}
    return found


def _lived_good(needs: Needs, brings: Brings) -> str:
    shared = set(_asked_treatments(needs)) & brings.treatments
    said = []
    if needs.phase in brings.phases:
        said.append(_("has lived “%(phase)s” too") % {"phase": _label(Phase, needs.phase)})
    elif f"near={needs.phase}" in _phase_columns(brings):
        said.append(_("has lived something close to “%(phase)s”") % {"phase": _label(Phase, needs.phase)})
    if shared:
        said.append(_("knows the same treatment"))
    return words.listed(said)


def _lived_less(needs: Needs, brings: Brings) -> str:
    if needs.phase:
        return _("has not lived “%(phase)s” and had another treatment") % {"phase": _label(Phase, needs.phase)}
    return _("had another treatment")


# One-hot tables


def _stage_points(needs: Needs, most: int) -> dict[str, int]:
    return {
        stage: tables.tenths(most, tables.near(tables.NEAR_STAGES, needs.life_stage, stage))
        for stage in LifeStage.values
    }


def _work_points(needs: Needs, most: int) -> dict[str, int]:
    return {work: tables.tenths(most, tables.near(tables.NEAR_WORK, needs.work, work)) for work in Work.values}


def _age_points(needs: Needs, most: int) -> dict[str, int]:
    years = range(tables.FIRST_YEAR, tables.LAST_YEAR + 1)
    return {str(y): tables.tenths(most, tables.step(tables.AGE_TENTHS, abs(y - needs.birth_year))) for y in years}


def _age_words(needs: Needs, brings: Brings) -> str:
    years = brings.birth_year - needs.birth_year
    if years == 0:
        return _("is of the same year")
    form = (
        ngettext("is %(n)d year younger", "is %(n)d years younger", years)
        if years > 0
        else ngettext("is %(n)d year older", "is %(n)d years older", -years)
    )
    return form % {"n": abs(years)}


def _stage_good(needs: Needs, brings: Brings) -> str:
    if brings.life_stage == needs.life_stage:
        return _("is in the same stage of life (%(stage)s)") % {"stage": _label(LifeStage, brings.life_stage)}
    return _("is in a stage of life close to it (%(stage)s)") % {"stage": _label(LifeStage, brings.life_stage)}


def _work_good(needs: Needs, brings: Brings) -> str:
    if brings.work == needs.work:
        return _("has the same kind of work (%(work)s)") % {"work": _label(Work, brings.work)}
    return _("has work that is not so different (%(work)s)") % {"work": _label(Work, brings.work)}


# Several at once


def _even(codes: tuple[str, ...], most: int) -> dict[str, int]:
    return dict(zip(codes, weighing.share_out(most, [1] * len(codes)), strict=True))


def _distance_points(needs: Needs, most: int) -> dict[str, int]:
    return {
        area: tables.tenths(most, tables.step(tables.DISTANCE_TENTHS, tables.kilometres(needs.area, area)))
        for area in Area.values
    }


def _distance_words(needs: Needs, brings: Brings) -> str:
    away = round(tables.kilometres(needs.area, brings.area))
    if away == 0:
        return _("lives in the same area")
    return _("lives about %(km)d km away") % {"km": away}


SOFT: tuple[Soft, ...] = (
    Soft(
        "topics", gettext_lazy("Topics"), gettext_lazy("the topics"), tuple(Topic.values),
        lambda b: set(b.topics), _topic_points, lambda n: bool(n.topics), lambda b: bool(b.topics),
        lambda n, b: _("talks about %(topics)s") % {"topics": _labels(Topic, set(n.topics) & b.topics)},
        lambda n, b: _("names other topics"),
    ),
    Soft(
        "lived", gettext_lazy("Phase, treatment"), gettext_lazy("the same treatment or phase"),
        (*(f"phase={p}" for p in Phase.values), *(f"near={p}" for p in Phase.values), *Treatment.values),
        lambda b: _phase_columns(b) | b.treatments, _lived_points, lambda n: bool(n.phase or _asked_treatments(n)),
        lambda b: bool(b.phases or b.treatments), _lived_good, _lived_less,
    ),
    Soft(
        "life_stage", gettext_lazy("Stage of life"), gettext_lazy("the stage of life"), tuple(LifeStage.values),
        lambda b: {b.life_stage}, _stage_points, lambda n: bool(n.life_stage), lambda b: bool(b.life_stage), _stage_good,
        lambda n, b: _("is in another stage of life (%(stage)s)") % {"stage": _label(LifeStage, b.life_stage)},
    ),
    Soft(
        "age", gettext_lazy("Age"), gettext_lazy("age"),
        tuple(str(y) for y in range(tables.FIRST_YEAR, tables.LAST_YEAR + 1)),
        lambda b: {str(b.birth_year)}, _age_points, lambda n: bool(n.birth_year), lambda b: bool(b.birth_year),
        _age_words, _age_words,
    ),
    Soft(
        "work", gettext_lazy("Kind of work"), gettext_lazy("the kind of work"), tuple(Work.values),
        lambda b: {b.work}, _work_points, lambda n: bool(n.work), lambda b: bool(b.work), _work_good,
        lambda n, b: _("has other work (%(work)s)") % {"work": _label(Work, b.work)},
    ),
    Soft(
        "culture", gettext_lazy("Culture and values"), gettext_lazy("culture and values"), tuple(Value.values),
        lambda b: set(b.values), lambda n, most: _even(n.values, most), lambda n: bool(n.values), lambda b: bool(b.values),
        lambda n, b: _("finds the same things important (%(values)s)") % {"values": _labels(Value, set(n.values) & b.values)},
        lambda n, b: _("finds other things important"),
    ),
    Soft(
        "interests", gettext_lazy("Interests"), gettext_lazy("interests"), tuple(Interest.values),
        lambda b: set(b.interests), lambda n, most: _even(n.interests, most), lambda n: bool(n.interests),
        lambda b: bool(b.interests),
        lambda n, b: _("likes the same things (%(things)s)") % {"things": _labels(Interest, set(n.interests) & b.interests)},
        lambda n, b: _("likes other things"),
    ),
    Soft(
        "distance", gettext_lazy("Distance"), gettext_lazy("distance"), tuple(Area.values),
        lambda b: {b.area}, _distance_points, lambda n: bool(n.area) and Channel.IN_PERSON in n.how,
        lambda b: bool(b.area), _distance_words, _distance_words,
    ),
)  # fmt: skip

_PLACES = [(place, column) for place, soft in enumerate(SOFT) for column in soft.columns]
_WHERE = {(SOFT[place].key, column): i for i, (place, column) in enumerate(_PLACES)}
_BY_KEY = {soft.key: soft for soft in SOFT}
HALF = len(_PLACES)

# What `has` of each criterion looks at; a test holds the two together.
READS = {
    "topics": ("topics",), "lived": ("phases", "treatments"), "life_stage": ("life_stage",), "age": ("birth_year",),
    "work": ("work",), "culture": ("values",), "interests": ("interests",), "distance": ("area",),
}  # fmt: skip
_SAID = {key: attrgetter(*names) for key, names in READS.items()}
WIDTH = 2 * HALF + 1


def label_of(key: str) -> str:
    """Return how a soft criterion is called on screen."""
    return next((str(soft.label) for soft in SOFT if soft.key == key), key)


def column_criteria() -> NDArray[np.int64]:
    """Return which criterion of SOFT each column belongs to; the base belongs to one more."""
    places = [place for place, _column in _PLACES]
    return np.array([*places, *places, len(SOFT)], np.int64)


# What `points` of each criterion looks at; a test holds the two together.
ASKS = {
    "topics": ("topics",), "lived": ("phase", "treatments"), "life_stage": ("life_stage",), "age": ("birth_year",),
    "work": ("work",), "culture": ("values",), "interests": ("interests",), "distance": ("area",),
}  # fmt: skip
_ASKED = {key: attrgetter(*names) for key, names in ASKS.items()}


def weights_of(needs: Needs, weights: Mapping[str, int], *, in_person: bool) -> dict[str, int]:
    """Return what each criterion counts for this mentee with a mentor who does, or does not, meet people."""
    without = frozenset(soft.key for soft in SOFT if not soft.stated(needs))
    if not in_person:
        without |= {"distance"}
    matters = "" if needs.matters_most in without else needs.matters_most
    known = tuple(int(weights.get(soft.key, 0)) for soft in SOFT)
    return dict(zip((soft.key for soft in SOFT), _shared_out(known, matters, without), strict=True))


@lru_cache(maxsize=10_000)
def _shared_out(weights: tuple[int, ...], matters: str, without: frozenset[str]) -> tuple[int, ...]:
    known = {soft.key: weight for soft, weight in zip(SOFT, weights, strict=True)}
    return tuple(weighing.for_mentee(known, matters_most=matters, without=without).values())


def mentee_matrix(mentees: Sequence[Needs], weights: Mapping[str, int]) -> NDArray[np.float32]:
    """Return whole points, float32 (P, WIDTH): columns for mentors who meet people, for others, and the base."""
    rows = np.zeros((len(mentees), WIDTH), np.float32)
    for row, needs in zip(rows, mentees, strict=True):
        for start, in_person in ((0, True), (HALF, False)):
            for key, most in weights_of(needs, weights, in_person=in_person).items():
                if most and _BY_KEY[key].stated(needs):
                    places, points = _worth(key, _ASKED[key](needs), most)
                    row[start + places] = points
        row[-1] = BASE
    return rows


@lru_cache(maxsize=20_000)
def _worth(key: str, asked: Any, most: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the columns that are worth something to whoever asks this, and their points. Many ask the same."""
    names = ASKS[key]
    needs = Needs(pk=0, **dict(zip(names, asked if len(names) > 1 else (asked,), strict=True)))
    given = _BY_KEY[key].points(needs, most)
    known = {_WHERE[key, column]: points for column, points in given.items() if (key, column) in _WHERE}
    return np.array(list(known), np.int64), np.array(list(known.values()), np.float32)


def mentor_matrix(mentors: Sequence[Brings]) -> NDArray[np.float32]:
    """Return which columns each mentor has, float32 (M, WIDTH). Read-only for everybody of a clinic."""
    return worked_out(mentors, mentor_matrix, lambda: _mentor_matrix(mentors))


def _mentor_matrix(mentors: Sequence[Brings]) -> NDArray[np.float32]:
    rows = np.zeros((len(mentors), WIDTH), np.float32)
    starts = [0 if Channel.IN_PERSON in brings.channels else HALF for brings in mentors]
    for soft in SOFT:
        said = map(_SAID[soft.key], mentors)
        found = [_places(soft.key, what) for what in said]
        row = np.repeat(np.arange(len(mentors)), [len(places) for places in found])
        rows[row, [start + place for start, places in zip(starts, found, strict=True) for place in places]] = 1
    rows[:, -1:] = 1
    return rows


@lru_cache(maxsize=100_000)
def _places(key: str, said: Any) -> tuple[int, ...]:
    """Return where the columns stand that a mentor has who said this. Many say the same, so it is remembered."""
    names = READS[key]
    brings = Brings(pk=0, **dict(zip(names, said if len(names) > 1 else (said,), strict=True)))
    return tuple(_WHERE[key, column] for column in _BY_KEY[key].has(brings) if (key, column) in _WHERE)
