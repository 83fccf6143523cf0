"""From the offer to the introduction: one referral, step by step, as far as its fate says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from common.errors import NotReady
from common.models import new_ref
from desk.demo import profiles, texts
from desk.demo.cast import Cast
from desk.demo.fates import Fate
from desk.demo.looks import look
from desk.demo.people import KNOWN, Somebody
from desk.demo.stage import DAY, MINUTE, Stage
from matching import actions as matching
from matching import facts, ranking
from matching.models import Match
from referrals import actions as referrals
from referrals.models import Referral

# Days between a step and the last one of its fate; the road to an introduction takes about nine days.
BEFORE = {
    "introduced": (("submit", 9), ("accept", 8), ("ask", 5), ("yes", 4), ("ask mentee", 3.4), ("answer", 2), ("introduce", 0)),
    "mentee answered": (("submit", 8), ("accept", 7), ("ask", 4), ("yes", 3), ("ask mentee", 2), ("answer", 0)),
    "mentee asked": (("submit", 7), ("accept", 6), ("ask", 3), ("yes", 2), ("ask mentee", 0)),
    "mentor said yes": (("submit", 6), ("accept", 5), ("ask", 1.2), ("yes", 0)),
    "declined": (("submit", 7), ("accept", 6), ("ask", 1.5), ("decline", 0)),
    "asked": (("submit", 6), ("accept", 5), ("ask", 0)),
    "accept": (("submit", 0), ("accept", -1)),
    "submitted": (("submit", 0),),
    "returned": (("submit", 1.5), ("return", 0)),
    "answered": (("submit", 4), ("return", 2), ("reply", 0)),
    "deferred": (("submit", 3), ("defer", 0)),
    "closed": (("submit", 18), ("accept", 17), ("close", 0)),
}  # fmt: skip
BEFORE["expired"] = (("submit", 4), ("accept", 3), ("ask", 0))
LATER_LIFE = ("introduced", "paused", "ended", "withdrawn")
OFFICE = ("submit", "accept", "ask", "ask mentee", "introduce", "return", "reply", "defer", "close")


# Why another one than the first was asked, now and then, as coordinators say it.
REASONS = (
    Match.OverrideReason.KNOW_BOTH,
    Match.OverrideReason.NEEDS_REST,
    Match.OverrideReason.ASKED_FOR,
    Match.OverrideReason.OTHER,
)
NOTES = {
    Match.OverrideReason.NEEDS_REST: "Had a hard month. Asks again in the spring.",
    Match.OverrideReason.OTHER: "They met at the information evening and got on well.",
}


class Road:
    """One referral on its way. Whatever an action refuses ends the road there, as it would in life."""

    def __init__(self, stage: Stage, cast: Cast, somebody: Somebody, number: int, fate: Fate):
        self.stage, self.cast, self.somebody, self.number, self.fate = stage, cast, somebody, number, fate
        self.referral: Referral | None = None
        self.match: Match | None = None
        self.introduced: Callable[[], None] = lambda: None
        self.nurse = cast.users["two roles"] if "two roles" in cast.users and number % 4 == 3 else cast.nurse
        self.language = somebody.language if somebody.language in texts.ANSWERS else cast.house.languages[0]

    @property
    def leen(self):
        return self.cast.coordinator

    def plan(self) -> None:
        """Put every step of the fate at its moment."""
        last = self.fate.last
        days = self.fate.days + self.fate.more.get("after", 0)
        if last in LATER_LIFE:
            last = "introduced"
        if last.startswith("mentee said"):
            last = "mentee answered"
        end = (
            self.stage.days_ago(days, 9 + self.number % 7, self.number % 60)
            if days >= 1
            else self.stage.now - days * DAY
        )
        after = None
        for step, before in BEFORE[last]:
            moment = end - before * DAY
            if step in OFFICE:
                moment = self.stage.in_office(moment)
            moment = max(moment, after + 35 * MINUTE) if after else moment
            if before == 0:
                moment = min(moment, self.stage.now - (self.number % 40 + 3) * MINUTE)
            after = moment
            self.stage.at(moment, self.take, step)

    def take(self, step: str) -> None:
        """Take one step, if the ones before it were taken."""
        if step != "submit" and self.referral is None:
            return
        if step in ("yes", "decline", "ask mentee", "answer", "introduce") and self.match is None:
            return
        try:
            getattr(self, {"return": "return_"}.get(step, step.replace(" ", "_")))()
        except NotReady:  # their mentor rests or is not in order meanwhile: the coordinator looks at it today
            self.match = None

    # -- steps

    def submit(self) -> None:
        data = profiles.referral_data(
            self.stage.rng, self.somebody, self.cast.house, self.number, self.cast.clinic.today,
            rare=self.fate.more.get("rare", False), mail="no_mail" not in self.fate.more,
        )  # fmt: skip
        self.referral = referrals.submit(by=self.nurse, clinic=self.cast.clinic.pk, data=data, draft=new_ref())
        look(self.nurse, self.cast.clinic, "referral", [self.referral.mentee])

    def accept(self) -> None:
        look(self.leen, self.cast.clinic, "referral", [self.referral.mentee])
        referrals.accept(referral=self.referral.pk, by=self.leen)

    def return_(self) -> None:
        referrals.return_with_question(
            referral=self.referral.pk, by=self.leen, question=texts.RETURNED[self.fate.more["question"]][0]
        )

    def reply(self) -> None:
        referrals.answer_return(
            referral=self.referral.pk, by=self.nurse, text=texts.RETURNED[self.fate.more["question"]][1]
        )

    def defer(self) -> None:
        on = self.stage.now.date() + dt.timedelta(days=21 + self.number)
        referrals.defer(referral=self.referral.pk, by=self.leen, on=on)

    def close(self) -> None:
        referrals.close(referral=self.referral.pk, by=self.leen, reason=self.fate.more["reason"])

    # -- the match

    def ask(self) -> None:
        """Ask the first candidate; now and then another one, for a reason. Nobody fits: they go on waiting."""
        row = facts.with_needs(Referral.objects.filter(pk=self.referral.pk)).get()
        found = ranking.find(row, shown=100, everything=False).candidates
        look(self.leen, self.cast.clinic, "match", [row.mentee])
        if not found:
            return
        chosen, reason = self.choose(found)
        self.match = matching.ask_mentor(
            referral=row.pk, mentor=chosen.mentor.pk, by=self.leen, override_reason=reason if chosen.rank > 1 else "",
            override_note=NOTES.get(reason, "") if chosen.rank > 1 else "",
        )  # fmt: skip

    def choose(self, found: list[ranking.Candidate]) -> tuple[ranking.Candidate, str]:
        """Return who is asked: the mentor of the demo where the fate says so and it is possible."""
        if self.fate.more.get("known"):
            known = self.cast.mentors[KNOWN].pk
            mine = [c for c in found if c.mentor.pk == known]
            return (mine or found)[0], Match.OverrideReason.KNOW_BOTH
        others = [
            c for c in found if self.cast.house.mail != "leieland" or c.mentor.pk != self.cast.mentors[KNOWN].pk
        ] or found
        second = len(others) > 1 and self.number % 7 == 3
        return others[1 if second else 0], REASONS[self.number // 7 % len(REASONS)]

    @property
    def mentor(self):
        return self.match.mentor.person.user

    def yes(self) -> None:
        matching.accept(match=self.match.pk, by=self.mentor, expectations=True, shares=self.number % 9 != 4)

    def decline(self) -> None:
        matching.decline(match=self.match.pk, by=self.mentor)

    def ask_mentee(self) -> None:
        """Send the link; whoever has no address is rung."""
        look(self.leen, self.cast.clinic, "match", [self.referral.mentee])
        try:
            matching.ask_mentee(match=self.match.pk, by=self.leen)
        except NotReady:
            pass

    def answer(self) -> None:
        """Answer by the link, or by phone where there is no address."""
        self.match.refresh_from_db()
        answer = self.fate.last.removeprefix("mentee said ") if self.fate.last.startswith("mentee said") else "yes"
        by_link = self.match.mentee_asked_at is not None
        matching.mentee_answer(
            match=self.match.pk, by=self.stage.system if by_link else self.leen, answer=answer,
            expectations=answer == "yes" and (by_link or self.fate.last not in ("mentee said yes",)),
            shares=self.number % 7 != 5,
        )  # fmt: skip

    def introduce(self) -> None:
        look(self.leen, self.cast.clinic, "match", [self.referral.mentee])
        self.match = matching.introduce(match=self.match.pk, by=self.leen)
        self.introduced()
