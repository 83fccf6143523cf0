"""What pairs of the large programme asked the care team, and the worries they raised."""

from __future__ import annotations

import datetime as dt

from desk.demo import texts
from desk.demo.flags import ANSWER_AFTER, OUTCOMES, WAITS_TODAY
from desk.demo.large.bulk import Bulk
from desk.demo.large.crowd import Team
from desk.demo.large.roads import Pair
from desk.demo.stage import DAY, HOUR, MINUTE, Stage
from matching.workflow import Status as M
from mentorship import flag_versions, ladder, staffing
from mentorship.actions.questions import WORKING_DAYS
from mentorship.models import Attempt, Contact, FlagCategory, FlagEvent, Question, QuestionEvent, RedFlag, Rung
from mentorship.workflow import FlagStatus as F
from mentorship.workflow import QuestionStatus as Q
from messaging.models import Delivery

ASKS = 0.05  # the share of talks after which the team is asked something
FLAGGED = 0.04  # the share of pairs with a worry
WORRIES = ("low-mood", "joint", "fever", "flare", "stopping", "headache", "money-trouble", "out-of-depth", "death-wish")


class Worries:
    """Writes the questions and flags of one clinic's pairs."""

    def __init__(self, stage: Stage, bulk: Bulk, team: Team):
        self.bulk, self.team, self.rng, self.now, self.system = bulk, team, stage.rng, stage.now, stage.system
        self.staff = staffing.of(team.clinic)
        self.calendar, self.rules = team.clinic.calendar, flag_versions.current(team.clinic)
        found = FlagCategory.objects.filter(clinic=team.clinic, key__in=WORRIES, route="clinical")
        self.categories = list(found.order_by("key"))
        self.words = "nl" if team.house.languages[0] == "nl" else "fr"

    # -- questions

    def questions(self, pair: Pair, heard: list[Contact]) -> None:
        """Ask something after some talks; what was asked lately still waits."""
        for contact in heard:
            if contact.minutes and self.rng.random() < ASKS:
                self.question(pair, contact)

    def question(self, pair: Pair, contact: Contact) -> None:
        rng, at = self.rng, contact.logged_at
        how = "link" if pair.by_mail and rng.random() < 0.7 else "call"
        row = Question(
            ref=self.bulk.ref(), referral_id=pair.referral, match_id=pair.match, contact=contact, asked_at=at,
            topic=rng.choice(texts.TEAM_TOPICS), text=rng.choice(texts.QUESTIONS[pair.language]),
            asked_by_id=pair.mentor_user, routed_to_id=pair.clinician,
            due_at=ladder.after(at, None, WORKING_DAYS, self.calendar),
        )  # fmt: skip
        steps: list[tuple] = [(Q.ASKED, pair.mentor_user, at)]
        answered = at + rng.uniform(18, 60) * HOUR
        if answered < self.now:
            row.answer, row.how, row.answered_by_id, row.answered_at = (
                texts.ANSWERS[pair.language],
                how,
                pair.clinician,
                answered,
            )
            steps.append((Q.ANSWERED, pair.clinician, answered))
            told = answered + rng.uniform(2, 26) * HOUR
            if told < self.now:
                steps.append((Q.PASSED_ON, self.system if how == "link" else pair.clinician, told))
        for name, value in (("status", steps[-1][0]), ("version", len(steps))):
            setattr(row, name, value)
        self.bulk.add(row)
        self.bulk.history(QuestionEvent, {"question": row}, *steps)
        self.bulk.message("question.asked", row.ref, self.team.clinic, self.address(pair.clinician), at)

    def address(self, user: int) -> str:
        return f"user:{self.staff.users[user].ref}"

    # -- flags

    def flags(self, pair: Pair) -> None:
        """Raise a worry in a few pairs, at any time of their life; one of the last day waits."""
        if not self.categories or self.rng.random() >= FLAGGED:
            return
        age = (self.now - pair.introduced) / DAY
        if pair.status == M.INTRODUCED and self.rng.random() < 0.1:
            at = self.now - self.rng.uniform(0.002, min(0.9, age)) * DAY
        else:  # settled well before a planned ending, which no open flag may meet
            at = pair.introduced + self.rng.uniform(0.05, 0.6) * (pair.upto - pair.introduced)
        self.flag(pair, self.rng.choice(self.categories), at)

    def flag(self, pair: Pair, category: FlagCategory, at: dt.datetime) -> None:
        steps = self.staff.ladder(category.route, responsible=[pair.clinician, self.team.clinic.default_clinician_id])
        timing, owner = flag_versions.timing(self.rules, category.severity), steps[0].users[0]
        times = ladder.deadlines(timing, self.calendar, at)
        row = RedFlag(
            ref=self.bulk.ref(), clinic=self.team.clinic, category=category, route=category.route, rules=self.rules,
            severity=category.severity, referral_id=pair.referral, match_id=pair.match, source="home",
            raised_by_id=pair.mentor_user, raised_at=at, client_key=self.bulk.ref(),
            details=texts.FLAG_DETAILS.get(category.key, ""), owner_id=owner, answer_by=times.answer_by,
            next_climb_at=times.answer_by, half_time_at=times.half_time,
        )  # fmt: skip
        road: list[tuple] = [(F.RAISED, pair.mentor_user, at)]
        answered = min(at + self.rng.uniform(0.3, 1) * ANSWER_AFTER[category.severity][0] * MINUTE, times.answer_by)
        if answered < self.now and self.now - at > 0.5 * WAITS_TODAY * DAY:
            road += self.answered(row, timing, owner, answered)
        for name, value in (("status", road[-1][0]), ("version", len(road))):
            setattr(row, name, value)
        self.bulk.add(row)
        self.bulk.history(FlagEvent, {"flag": row}, *road)
        self.told(row, steps, at)

    def answered(self, row: RedFlag, timing, owner: int, at: dt.datetime) -> list[tuple]:
        """Set that somebody has it, and that it was resolved in time; return the steps."""
        until = ladder.resolve_by(timing, self.calendar, at)
        row.acknowledged_at, row.acknowledged_by_id, row.resolve_by, row.next_climb_at = at, owner, until, until
        row.half_time_at = None
        self.bulk.add(Attempt(flag=row, kind=Attempt.Kind.NOT_REACHED, by_id=owner, at=at + 12 * MINUTE))
        self.bulk.add(Attempt(flag=row, kind=Attempt.Kind.REACHED, by_id=owner, at=at + 31 * MINUTE))
        road: list[tuple] = [(F.ACKNOWLEDGED, owner, at)]
        resolved = at + self.rng.uniform(0.3, 0.9) * (until - at)
        if resolved < self.now - HOUR:
            row.resolved_at, row.resolved_by_id, row.outcome = resolved, owner, OUTCOMES[row.severity]
            row.done, row.next_climb_at = texts.DONE[self.words], None
            road.append((F.RESOLVED, owner, resolved, f"{row.outcome}\n{row.done}"))
        return road

    def told(self, row: RedFlag, steps: list[ladder.Step], at: dt.datetime) -> None:
        """Keep the ladder and the first messages, which belong to the flag."""
        first = set(steps[0].users)
        coordinators = set(self.staff.with_role("coordinator")) if row.severity in ladder.AT_ONCE else set()
        for step in steps:
            for user in step.users:
                told = user in first or user in coordinators
                self.bulk.add(
                    Rung(
                        flag=row, position=step.position, user_id=user, who=step.who, told_at=at if told else None,
                        times_told=int(told),
                    )
                )  # fmt: skip
        for kind, users in (("flag.raised", first), ("flag.told", coordinators - first)):
            for user in sorted(users):
                self.bulk.message(
                    kind, row.ref, self.team.clinic, self.address(user), at, key="0",
                    delivery=Delivery.AT_LEAST_ONCE, data={"by": row.answer_by.isoformat()},
                )  # fmt: skip
