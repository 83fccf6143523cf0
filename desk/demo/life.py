"""A pair, lived: talks, questions for the team, a worry, a pause or an ending."""

from __future__ import annotations

import datetime as dt

from common import clock
from common.models import new_ref
from common.vocabulary import TEAM_TOPICS, Topic
from desk.demo import flags, texts
from desk.demo.road import Road
from desk.demo.stage import DAY, HOUR, MINUTE
from matching import actions as matching
from matching.models import Match
from matching.workflow import Status
from mentorship.actions import closing, contacts, pairs, questions
from mentorship.models import Contact
from mentorship.rules.pairs import PRESENT
from mentorship.workflow import ContactStatus as C
from referrals import actions as referrals
from referrals.models import Scope

LENGTHS = (15, 30, 30, 45, 60)
MOST_TALK = ((C.TALKED, 0.84), (C.NO_ANSWER, 0.94), (C.DID_NOT_COME, 1.0))


class Life:
    """What happens to one pair from its introduction on."""

    def __init__(self, road: Road):
        self.road, self.stage, self.cast = road, road.stage, road.cast
        self.rng, self.more = road.stage.rng, road.fate.more
        self.pk = road.match.pk
        self.mentor = road.match.mentor.person.user
        self.style = self.more.get("talks", "")
        self.heard = 0

    def begin(self) -> None:
        """Plan everything the fate says."""
        now = clock.now()
        if self.style not in ("none", "missed"):
            self.stage.at(now + self.rng.uniform(20, 60) * HOUR, self.first)
        self.stage.at(now + HOUR, self.follow_plan)
        if "flag" in self.more:
            key, days = self.more["flag"]
            moment = self.stage.now - days * DAY
            moment = moment if days < 4 else self.stage.days_ago(days, 11, 20)
            self.stage.at(moment, flags.Worry(self.stage, self.cast, self.pk, key).raise_it)
        if "question_open" in self.more:
            self.stage.at(self.stage.now - self.more["question_open"] * DAY, self.ask_team)
        if "answer_waits" in self.more:
            self.stage.at(self.stage.now - self.more["answer_waits"] * DAY, self.ask_team, answered=True)
        self.special()

    def special(self) -> None:
        """Plan the pause, the ending, the withdrawal, the misses."""
        last, end = self.road.fate.last, self.stage.days_ago(self.road.fate.days, 14, 10)
        if self.style == "missed":
            for days in (3.2, 1.1):
                self.stage.at(self.stage.now - days * DAY, self.log, C.NO_ANSWER)
        if self.style == "two misses":
            for days, outcome in ((9, C.NO_ANSWER), (2.2, C.DID_NOT_COME)):
                self.stage.at(self.stage.now - days * DAY, self.log, outcome)
        if last == "paused":
            self.stage.at(end, self.pause)
        if last == "withdrawn":
            self.stage.at(end, self.withdraw)
        if last == "ended" and self.more["reason"] == "planned":
            self.stage.at(end - 12 * DAY, self.plan_closing)
        if last == "ended":
            self.stage.at(end, self.end)

    # -- talks

    def match(self) -> Match:
        return Match.objects.select_related("referral__clinic").get(pk=self.pk)

    def goes_on(self) -> bool:
        match = self.match()
        return match.status == Status.INTRODUCED and match.sight_ended_at is None

    def first(self) -> None:
        """Have the first talk, two or three days after the introduction."""
        if self.goes_on():
            self.log(C.TALKED)

    def follow_plan(self) -> None:
        """Log each planned talk some hours after it was to be."""
        if self.style in ("none", "missed"):
            return
        for row in Contact.objects.planned().filter(match=self.pk):
            self.stage.at(row.planned_at + self.rng.uniform(0.6, 20) * HOUR, self.planned, row.pk)

    def planned(self, contact: int) -> None:
        """Log a planned talk, unless it was moved, noted or dropped meanwhile."""
        row = Contact.objects.planned().filter(pk=contact).first()
        if row is None or not self.goes_on():
            return
        if self.style == "two misses" and clock.now() > self.stage.now - 12 * DAY:
            return
        draw = self.rng.random()
        outcome = C.TALKED if self.style == "well" else next(code for code, upto in MOST_TALK if draw <= upto)
        self.log(outcome, row)

    def log(self, outcome: str, row: Contact | None = None) -> None:
        """Log a talk as the mentor would, now and then with a question for the team."""
        if not self.goes_on():
            return
        match = self.match()
        talked = outcome == C.TALKED
        own = [t for t in match.referral.topics if t not in TEAM_TOPICS] or [Topic.FATIGUE.value]
        question, team = "", []
        if talked and self.heard in (1, 3) and self.rng.random() < 0.6:
            question = self.rng.choice(texts.QUESTIONS[self.road.language])
            team = [self.rng.choice(texts.TEAM_TOPICS)]
        contact = contacts.log_contact(
            match=self.pk, by=self.mentor, client_key=new_ref(), outcome=outcome,
            when=min(row.planned_at if row else clock.now() - 30 * MINUTE, clock.now()),
            channel=match.referral.channels[0], minutes=self.rng.choice(LENGTHS) if talked else None,
            topics=[*self.rng.sample(own, min(2, len(own))), *team] if talked else [],
            note="" if question or not talked else self.rng.choice(texts.TALKS[self.road.language]),
            contact=row.pk if row else None, question=question,
        )  # fmt: skip
        self.heard += talked
        for asked in contact.questions.all():
            self.stage.at(self.stage.later(clock.now(), 18, 44), self.answer, asked.pk)

    # -- questions

    def ask_team(self, *, answered: bool = False) -> None:
        """Ask something that waits today: for an answer, or for somebody who tells the answer by phone."""
        if self.goes_on():
            asked = questions.ask_question(
                referral=self.match().referral, by=self.mentor, match=self.match(),
                topic=self.rng.choice(texts.TEAM_TOPICS), text=self.rng.choice(texts.QUESTIONS[self.road.language]),
            )  # fmt: skip
            if answered:
                self.stage.at(
                    self.stage.now - 0.9 * DAY, questions.answer, question=asked, by=asked.routed_to, how="call",
                    answer=texts.ANSWERS[self.road.language],
                )  # fmt: skip

    def answer(self, question: int) -> None:
        """Answer as the clinician does: most by a link, some by phone."""
        from mentorship.models import Question

        row = Question.objects.get(pk=question)
        link = questions.can_be_written_to(row.referral) and self.rng.random() < 0.7
        questions.answer(
            question=row, by=row.routed_to, answer=texts.ANSWERS[self.road.language], how="link" if link else "call"
        )
        by = self.stage.system if link else row.routed_to
        self.stage.at(clock.now() + self.rng.uniform(2, 26) * HOUR, questions.pass_on, question=question, by=by)

    # -- pause and ending

    def pause(self) -> None:
        matching.pause(match=self.pk, by=self.cast.coordinator)

    def withdraw(self) -> None:
        """Take back consent, told by phone."""
        referrals.withdraw_consent(
            referral=self.match().referral_id, scope=Scope.PROFILE, by=self.road.nurse, how="phone"
        )
        self.close("wish", hours=30)

    def plan_closing(self) -> None:
        """Look for other support first, then set the day of the last talk (Emb13 #82)."""
        words = self.road.cast.house.languages[0]
        pairs.plan_closing(
            match=self.pk, by=self.cast.coordinator, bridge=self.rng.choice(texts.BRIDGES[words]),
            last_contact_on=(clock.now() + 10 * DAY).date(),
        )  # fmt: skip
        self.stage.at(clock.now() + 10 * DAY + 3 * HOUR, self.log, C.TALKED)
        self.stage.at(clock.now() + 10 * DAY + 5 * HOUR, self.say_deleted)

    def say_deleted(self) -> None:
        """The mentor deletes the numbers, where they still talk."""
        match = self.match()
        if match.status in PRESENT:
            closing.say_deleted(match=self.pk, by=self.mentor)

    def debrief(self) -> None:
        """Somebody talks with the mentor about the ending."""
        closing.note_debrief(match=self.pk, by=self.cast.coordinator)

    def end(self) -> None:
        """End it for its reason; what the referral becomes follows."""
        reason = self.more["reason"]
        if reason == "died":
            referrals.close(referral=self.match().referral_id, by=self.cast.coordinator, reason="died")
            return
        matching.end(match=self.pk, by=self.cast.coordinator, reason=reason)
        self.stage.at(clock.now() + 5 * DAY, self.debrief)
        if reason == "planned":
            self.close("finished", hours=2)
        elif reason in ("mentee", "out-of-touch"):
            self.close("wish", hours=50)
        elif self.more.get("rematch"):
            self.road.fate = type(self.road.fate)("introduced", 0)
            self.road.match = None
            for step, hours in (("ask", 30), ("yes", 55), ("ask mentee", 80), ("answer", 110), ("introduce", 140)):
                self.stage.at(self.stage.in_office(clock.now() + hours * HOUR), self.road.take, step)

    def close(self, reason: str, *, hours: float) -> None:
        self.stage.at(
            clock.now() + dt.timedelta(hours=hours), referrals.close, referral=self.match().referral_id,
            by=self.cast.coordinator, reason=reason,
        )  # fmt: skip
