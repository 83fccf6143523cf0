"""What becomes of each referral of the large programme: drawn beforehand, light enough to keep them all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from desk.demo.large.crowd import BEGAN
from desk.demo.stage import DAY

# Of a thousand referrals, where they stand today.
STANDING = {
    "ended": 460, "closed": 170, "introduced": 150, "waiting": 150, "deferred": 15, "submitted": 10, "accepted": 8,
    "paused": 7, "asked": 5, "returned": 4, "draft": 2, "back": 19,
}  # fmt: skip
WITH_MENTOR = ("ended", "introduced", "accepted", "paused", "asked", "back")
# Why pairs ended, of a hundred.
ENDINGS = (("planned", 70), ("mentee", 12), ("out-of-touch", 8), ("mentor", 4), ("fit", 3), ("consent", 2), ("died", 1))
CLOSINGS = ("wish", "wish", "other-help", "no-mentor", "moved", "twice", "other")
# Days since the last step, for those who are on their way now.
AGES = {
    "introduced": (0.1, 200), "paused": (30, 160), "accepted": (0.1, 6), "asked": (0.02, 1.8), "waiting": (0.3, 150),
    "deferred": (2, 60), "submitted": (0.02, 4), "returned": (0.2, 5), "draft": (0.05, 12),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """One referral: where it stands today, when it was sent, when a mentor is asked, when the pair ends and why.

    `asked` is empty without a mentor, `ends` while the pair goes on. `back` is an ended pair whose mentee
    waits again.
    """

    standing: str
    sent: dt.datetime
    asked: dt.datetime | None = None
    ends: dt.datetime | None = None
    reason: str = ""

    @property
    def key(self) -> dt.datetime:
        return self.asked or self.sent


def draw(rng: Random, now: dt.datetime, many: int) -> list[Plan]:
    """Return the plans of a clinic, in the order in which mentors are asked."""
    whole, plans = sum(STANDING.values()), []
    for standing, share in STANDING.items():
        plans += [one(rng, now, standing) for _n in range(round(many * share / whole))]
    plans += [one(rng, now, "waiting") for _n in range(many - len(plans))]
    return sorted(plans[:many], key=lambda plan: (plan.key, plan.sent))


def one(rng: Random, now: dt.datetime, standing: str) -> Plan:
    """Draw one plan. The road from the request to the introduction takes at most five days."""
    if standing == "ended":
        return ended(rng, now, rng.uniform(1, BEGAN - 200))
    if standing == "back":
        return ended(rng, now, rng.uniform(1, 45), back=True)
    if standing == "closed":
        return Plan(standing, now - rng.uniform(40, BEGAN - 60) * DAY, reason=rng.choice(CLOSINGS))
    moment = now - rng.uniform(*AGES[standing]) * DAY
    if standing not in WITH_MENTOR:
        return Plan(standing, moment)
    asked = moment if standing == "asked" else moment - rng.uniform(2.6, 5) * DAY
    return Plan(standing, asked - rng.uniform(2, 45) * DAY, asked)


def ended(rng: Random, now: dt.datetime, days: float, *, back: bool = False) -> Plan:
    """Draw a pair that ended so many days ago."""
    reason = rng.choice(("fit", "mentor")) if back else rng.choices(*zip(*ENDINGS, strict=True))[0]
    ends = now - days * DAY
    length = rng.uniform(75, 140) if reason == "planned" else rng.uniform(10, 90)
    asked = ends - (length + 5) * DAY
    return Plan("back" if back else "ended", asked - rng.uniform(2, 45) * DAY, asked, ends, reason)


@dataclass(frozen=True, slots=True)
class Steps:
    """When each step between the request and the introduction was taken."""

    accepted: dt.datetime
    mentee_asked: dt.datetime
    answered: dt.datetime
    introduced: dt.datetime


def steps(rng: Random, asked: dt.datetime, upto: dt.datetime) -> Steps:
    """Draw them: each before `upto`, in their order, within five days."""
    room = min(4.9 * DAY, (upto - asked) * 0.9)
    cuts = sorted(rng.uniform(0.05, 0.95) for _n in range(4))
    return Steps(*(asked + room * cut for cut in cuts))


def share_out(total: int, weights: list[float]) -> list[int]:
    """Divide a whole number in proportion, so that the parts sum to it; nothing to divide among gives nothing."""
    whole, parts, given, seen = sum(weights) or 1, [], 0, 0.0
    for weight in weights:
        seen += weight
        upto = round(total * seen / whole)
        parts.append(upto - given)
        given = upto
    return parts
