"""Pairs by the thousand, lived: their plan and talks, and the follow-up questions they were asked."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from common import clock
from desk.demo import texts
from desk.demo.large.bulk import Bulk
from desk.demo.large.crowd import Team
from desk.demo.large.plans import share_out
from desk.demo.large.roads import Pair
from desk.demo.large.worries import Worries
from desk.demo.life import LENGTHS, MOST_TALK
from desk.demo.stage import DAY, HOUR, TZ, Stage
from matching.workflow import Status as M
from mentorship import checks, formats
from mentorship.formats import calendar
from mentorship.models import Aftercare, CheckDay, Contact, ContactEvent, Enrolment, FollowUpCheck, Format
from mentorship.workflow import ContactStatus as C

FRESH = 4 * DAY  # younger answers that worry still wait for the coordinator
SILENT = 6 * DAY  # younger silence too
NEVER = 0.01  # the share of pairs that never talked
AFTERCARE_OPEN = 5 * DAY


class Lives:
    """Writes what happened to the pairs of one clinic after their introduction."""

    def __init__(self, stage: Stage, bulk: Bulk, team: Team):
        self.stage, self.bulk, self.team, self.rng, self.now = stage, bulk, team, stage.rng, stage.now
        self.days = list(CheckDay.objects.filter(clinic=team.clinic).values_list("day", "to"))
        self.worries = Worries(stage, bulk, team)
        self.format = Format.objects.presets().get(key=formats.START, number=1)

    def make(self, pairs: list[Pair], talks: int) -> None:
        """Write so many talks, shared out over the pairs by how long each lasts, and everything around them."""
        weights = [0.0 if self.rng.random() < NEVER else max((p.upto - p.introduced) / DAY, 1) for p in pairs]
        for pair, many in zip(pairs, share_out(talks, weights), strict=True):
            self.one(pair, many)
            self.bulk.flush(all=False)
        self.bulk.flush()

    def one(self, pair: Pair, talks: int) -> None:
        """Keep one pair's plan, talks, questions and worries."""
        begun = pair.introduced.astimezone(ZoneInfo(TZ)).date()
        enrolment = Enrolment(
            referral_id=pair.referral, match_id=pair.match, format=self.format, starts_on=begun,
            created_at=pair.introduced, created_by_id=pair.coordinator,
        )  # fmt: skip
        if pair.reason == "planned":
            last = pair.upto - self.rng.uniform(0.1, 3) * DAY
            enrolment.bridge = self.rng.choice(texts.BRIDGES["nl" if self.team.house.languages[0] == "nl" else "fr"])
            enrolment.last_contact_on = last.astimezone(ZoneInfo(TZ)).date()
            enrolment.closing_set_by_id, enrolment.closing_set_at = pair.coordinator, pair.upto - 10 * DAY
        self.bulk.add(enrolment)
        heard = self.talks(pair, enrolment, talks)
        self.checks(pair)
        self.worries.questions(pair, heard)
        self.worries.flags(pair)
        if pair.reason == "died":
            self.aftercare(pair)

    # -- talks

    def talks(self, pair: Pair, enrolment: Enrolment, many: int) -> list[Contact]:
        """Keep the talks of the format first, then others; return those they talked."""
        hour = dt.time(19) if pair.evening else dt.time(14)
        plan = calendar.expand(self.format.body, {calendar.INTRODUCTION: enrolment.starts_on})
        moments = [clock.at_local(talk.date, hour, TZ) for talk in plan]
        planned = [at for at in moments if at > pair.introduced][:many]
        heard = [row for at in planned if (row := self.planned(pair, enrolment, at))]
        more = many - len(planned)
        if pair.status == M.INTRODUCED and more and planned[-1] < self.now and self.rng.random() < 0.6:
            self.planned(pair, enrolment, self.now + self.rng.uniform(0.2, 20) * DAY)
            more -= 1
        for _n in range(more):
            at = pair.introduced + self.rng.random() ** 1.2 * (pair.upto - pair.introduced)
            heard.append(self.tried(pair, enrolment, at))
        return [row for row in heard if row.happened_at]

    def planned(self, pair: Pair, enrolment: Enrolment, at: dt.datetime) -> Contact | None:
        """Keep a talk of the plan: noted when its hour has come, dropped by the end, or to come."""
        begin = (C.PLANNED, pair.coordinator, pair.introduced)
        noted = at + self.rng.uniform(0.6, 20) * HOUR
        if noted < pair.upto:
            return self.tried(pair, enrolment, at, begin=begin, noted=noted)
        row = Contact(status=C.PLANNED, planned_at=at, **self.same(pair, enrolment, pair.introduced))
        steps = [begin]
        if pair.reason:
            steps.append((C.CANCELLED, pair.coordinator, pair.upto, "end"))
            row = Contact(status=C.CANCELLED, planned_at=at, version=2, **self.same(pair, enrolment, pair.introduced))
        self.bulk.add(row)
        self.bulk.history(ContactEvent, {"contact": row}, *steps)
        return None

    def same(self, pair: Pair, enrolment: Enrolment, at: dt.datetime) -> dict:
        return {
            "ref": self.bulk.ref(), "match_id": pair.match, "enrolment": enrolment, "channel": pair.channel, "created_at": at,
        }  # fmt: skip

    def tried(self, pair: Pair, enrolment: Enrolment, at: dt.datetime, *, begin=None, noted=None) -> Contact:
        """Keep what came of one try: most talk, some do not."""
        rng = self.rng
        draw = rng.random()
        outcome = next(code for code, upto in MOST_TALK if draw <= upto)
        noted = noted or min(at + rng.uniform(0.4, 5) * HOUR, pair.upto)
        talked = outcome == C.TALKED
        row = Contact(
            status=outcome, planned_at=at if begin else None, happened_at=at, client_key=self.bulk.ref(),
            minutes=rng.choice(LENGTHS) if talked else None, topics=list(pair.topics[:2]) if talked else [],
            note=rng.choice(texts.TALKS[pair.language]) if talked else "", logged_by_id=pair.mentor_user, logged_at=noted,
            version=2 if begin else 1, **self.same(pair, enrolment, pair.introduced if begin else noted),
        )  # fmt: skip
        self.bulk.add(row)
        steps = [begin] if begin else []
        self.bulk.history(ContactEvent, {"contact": row}, *steps, (outcome, pair.mentor_user, noted))
        return row

    # -- follow-up questions

    def checks(self, pair: Pair) -> None:
        """Keep each question the pair was asked while it went on, and the one half a year later."""
        begun = pair.introduced.astimezone(ZoneInfo(TZ)).date()
        for day, to in self.days:
            due = begun + day * DAY
            asked = clock.at_local(due, dt.time(9, 1), TZ)
            after = pair.reason == "planned" and day == checks.OUTCOME_DAY
            if asked < (self.now if after else pair.upto):
                self.check(pair, day, to, due, asked, self.now if after else pair.upto)

    def check(self, pair: Pair, day: int, to: str, due: dt.date, asked: dt.datetime, upto: dt.datetime) -> None:
        rng = self.rng
        row = FollowUpCheck(ref=self.bulk.ref(), match_id=pair.match, day=day, to=to, due_on=due, asked_at=asked)
        answered = asked + rng.uniform(1, 30) * HOUR
        if rng.random() < 0.93 and answered < upto:
            row.answer, row.answered_at = self.answer(day, to), answered
            if row.answer in checks.CALL_FOR_SOMEBODY and answered < self.now - FRESH:
                self.handled(row, pair, answered + rng.uniform(4, 60) * HOUR)
        elif pair.reason or pair.paused:
            row.cancelled_at = max(upto, asked)
        elif asked < self.now - SILENT:
            self.handled(row, pair, asked + rng.uniform(5.1, 5.9) * DAY)
        self.bulk.add(row)
        to_whom = f"person:{pair.mentee_ref}" if to == checks.MENTEE else f"user:{pair.mentor_ref}"
        if to != checks.MENTEE or pair.by_mail:
            self.bulk.message("check.ask", row.ref, self.team.clinic, to_whom, asked)

    def answer(self, day: int, to: str) -> str:
        """Return the code of an answer: most are well."""
        answers = checks.question(day, to).answers
        calls = self.rng.random() < 0.05
        return self.rng.choice([a.code for a in answers if a.calls == calls])

    def handled(self, row: FollowUpCheck, pair: Pair, at: dt.datetime) -> None:
        row.handled_at, row.handled_by_id = at, pair.coordinator
        row.handled_note = texts.HANDLED["nl" if self.team.house.languages[0] == "nl" else "fr"]

    def aftercare(self, pair: Pair) -> None:
        """Keep what a death asked of people; done, but for the last days."""
        done = pair.upto + 20 * HOUR if pair.upto < self.now - AFTERCARE_OPEN else None
        for kind in Aftercare.Kind.values:
            self.bulk.add(
                Aftercare(
                    ref=self.bulk.ref(), match_id=pair.match, kind=kind, created_at=pair.upto, done_at=done,
                    done_by_id=pair.coordinator if done else None,
                    user_id=pair.clinician if kind == Aftercare.Kind.LOOK_AFTER else None,
                )
            )  # fmt: skip
