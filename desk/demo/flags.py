"""Worries: raised, answered in time or late, and settled; those of today wait."""

from __future__ import annotations

from accounts.models import User
from common import clock
from common.models import new_ref
from desk.demo import texts
from desk.demo.cast import Cast
from desk.demo.stage import DAY, MINUTE, Stage
from matching.models import Match
from mentorship.actions import flags as actions
from mentorship.models import Attempt, FlagCategory, RedFlag
from mentorship.workflow import UNANSWERED, FlagStatus

# Minutes until somebody answers; the second value is for a flag that climbed first.
ANSWER_AFTER = {"S1": (11, 38), "S2": (45, 170), "S3": (200, 900), "S4": (900, 2600)}
OUTCOMES = {"S1": "emergency", "S2": "seen", "S3": "spoken", "S4": "referred"}
WAITS_TODAY = 1.3  # a flag younger than this many days is still open


class Worry:
    """One red flag of one pair."""

    def __init__(self, stage: Stage, cast: Cast, match: int, key: str):
        self.stage, self.cast, self.pk, self.key = stage, cast, match, key
        self.flag: RedFlag | None = None
        self.late = stage.rng.random() < 0.25

    def raise_it(self) -> None:
        """Raise it: the mentor, but the nurse for a worry about the mentor."""
        match = Match.objects.select_related("mentor__person__user", "referral").get(pk=self.pk)
        category = FlagCategory.objects.get(clinic=self.cast.clinic, key=self.key)
        conduct = category.route == "conduct"
        by = self.cast.nurse if conduct else match.mentor.person.user
        self.flag = actions.raise_flag(
            category=category, by=by, source="staff" if conduct else "home", match=match, client_key=new_ref(),
            details=texts.FLAG_DETAILS[self.key],
        )  # fmt: skip
        self.follow_clock()
        age = self.stage.now - clock.now()
        if age > WAITS_TODAY * DAY:
            minutes = ANSWER_AFTER[self.flag.severity][self.late]
            self.stage.at(clock.now() + minutes * MINUTE, self.acknowledge)

    def follow_clock(self) -> None:
        """Let the ladder climb at its moments while nobody answers."""
        flag = RedFlag.objects.get(pk=self.flag.pk)
        moments = [m for m in (flag.half_time_at, flag.next_climb_at) if m and flag.status in UNANSWERED]
        if moments:
            moment = max(min(moments), clock.now()) + MINUTE / 6
            self.stage.tick(moment)
            self.stage.at(moment, self.follow_clock)

    def acknowledge(self) -> None:
        """Say "I have this": whoever owns it by now."""
        flag = RedFlag.objects.get(pk=self.flag.pk)
        actions.acknowledge(flag=flag, by=flag.owner)
        self.stage.at(clock.now() + 12 * MINUTE, self.call, Attempt.Kind.NOT_REACHED)
        self.stage.at(clock.now() + 31 * MINUTE, self.call, Attempt.Kind.REACHED)
        age = self.stage.now - flag.raised_at
        if age > 3 * DAY:
            self.stage.at(clock.now() + (95 if flag.severity in ("S1", "S2") else 1500) * MINUTE, self.resolve)

    def call(self, kind: str) -> None:
        flag = RedFlag.objects.get(pk=self.flag.pk)
        if flag.status == FlagStatus.ACKNOWLEDGED:
            actions.attempt(flag=flag, by=flag.acknowledged_by, kind=kind)

    def resolve(self) -> None:
        """Settle it with an outcome and what was done."""
        flag = RedFlag.objects.get(pk=self.flag.pk)
        by: User = flag.acknowledged_by
        outcome = "conduct" if flag.route == "conduct" else OUTCOMES[flag.severity]
        actions.resolve(flag=flag, by=by, outcome=outcome, done=texts.DONE[self.cast.house.languages[0]])
