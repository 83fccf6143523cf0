"""The small tables behind the soft criteria. Proposals of our own [D]; no study gives validated ones."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from common.vocabulary import AREA_CENTRES, LifeStage, Phase, Work

# Parts of a criterion's points by place in the list of topics: the main one counts most.
TOPIC_PARTS = (5, 3, 2)
LATER_TOPIC = 1

# Phases near each other: somebody who lived one understands much of the other (VdE21).
NEAR_PHASES = {
    frozenset({Phase.WAITING, Phase.JUST_TOLD}), frozenset({Phase.JUST_TOLD, Phase.STARTING}),
    frozenset({Phase.STARTING, Phase.ADJUSTING}), frozenset({Phase.STARTING, Phase.CHANGING}),
    frozenset({Phase.ADJUSTING, Phase.CHANGING}), frozenset({Phase.FLARE, Phase.CHANGING}),
    frozenset({Phase.STABLE, Phase.LIFE_EVENT}),
}  # fmt: skip

# Stages and kinds of work near each other count half.
NEAR_STAGES = {
    frozenset({LifeStage.STUDYING, LifeStage.STARTING_WORK}), frozenset({LifeStage.STARTING_WORK, LifeStage.WORKING}),
    frozenset({LifeStage.WORKING, LifeStage.RAISING_CHILDREN}), frozenset({LifeStage.RAISING_CHILDREN, LifeStage.CARING}),
    frozenset({LifeStage.CARING, LifeStage.RETIRED}),
}  # fmt: skip
NEAR_WORK = {
    frozenset({Work.OFFICE, Work.TEACHING}), frozenset({Work.CARE, Work.TEACHING}), frozenset({Work.CARE, Work.SHOP}),
    frozenset({Work.SHOP, Work.HANDS}), frozenset({Work.HANDS, Work.OUTDOORS}), frozenset({Work.OWN_BUSINESS, Work.SHOP}),
    frozenset({Work.OWN_BUSINESS, Work.OFFICE}), frozenset({Work.HOME, Work.NOT_WORKING}),
    frozenset({Work.STUDY, Work.TEACHING}),
}  # fmt: skip

# Tenths of the points: up to so many years apart, up to so many kilometres away. Age stays soft (evidence D).
AGE_TENTHS = ((3, 10), (7, 8), (12, 5), (18, 2))
DISTANCE_TENTHS = ((10, 10), (25, 8), (50, 4))
FIRST_YEAR, LAST_YEAR = 1910, 2020


def tenths(points: int, tenth: int) -> int:
    """Return so many tenths of whole points, rounded half up."""
    return (points * tenth + 5) // 10


def step(table: tuple[tuple[int, int], ...], distance: float) -> int:
    """Return the tenths for the first row whose limit is not passed, else 0."""
    return next((tenth for limit, tenth in table if distance <= limit), 0)


def near(pairs: set[frozenset], one: str, other: str) -> int:
    """Return 10 tenths for the same, 5 for neighbours, else 0."""
    if one == other:
        return 10
    return 5 if frozenset({one, other}) in pairs else 0


def kilometres(area: str, other: str) -> float:
    """Return how far the centres of two areas are apart, as the crow flies."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(radians, AREA_CENTRES[a])) for a in (area, other))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * asin(sqrt(h))
