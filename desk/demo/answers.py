"""How people answer the follow-up questions, and what the coordinator does about it."""

from __future__ import annotations

from common import clock
from desk.demo import texts
from desk.demo.cast import Cast
from desk.demo.stage import DAY, HOUR, Stage
from mentorship import checks
from mentorship.actions import checks as actions
from mentorship.models import FollowUpCheck

FRESH = 4 * DAY  # younger answers that worry still wait for the coordinator


class Answers:
    """Looks each day at what was asked, and has it answered, or not."""

    def __init__(self, stage: Stage, casts: list[Cast], fates: dict[int, dict]):
        self.stage, self.fates, self.seen = stage, fates, 0
        self.casts = {cast.clinic.pk: cast for cast in casts}

    def look(self) -> None:
        """Plan an answer to each question asked since the last look."""
        rows = FollowUpCheck.objects.filter(pk__gt=self.seen).select_related(
            "match__referral", "match__mentor__person__user"
        )
        for check in rows.order_by("pk"):
            self.seen = check.pk
            self.plan(check)

    def plan(self, check: FollowUpCheck) -> None:
        """Draw an answer: most are well, some worry, some never come."""
        rng, more = self.stage.rng, self.fates.get(check.match.referral_id, {})
        draw = rng.random()
        question = checks.question(check.day, check.to)
        well = [a.code for a in question.answers if not a.calls]
        worrying = [a.code for a in question.answers if a.calls]
        if check.to == "mentee" and more.get("check") and check.day == 10:
            code = more["check"]
        elif (check.to == "mentee" and more.get("silent")) or draw > 0.93:
            self.stage.at(self.stage.later(clock.now(), 140, 170), self.handle, check.pk)
            return
        else:
            code = rng.choice(worrying) if draw > 0.86 else well[0] if draw < 0.6 else rng.choice(well)
        self.stage.at(clock.now() + rng.uniform(1, 30) * HOUR, self.answer, check.pk, code)

    def answer(self, pk: int, code: str) -> None:
        """Give the answer, if the question still stands."""
        check = FollowUpCheck.objects.select_related("match__mentor__person__user").get(pk=pk)
        match = check.match
        if check.cancelled_at or (check.to == "mentor" and (match.status != "introduced" or match.sight_ended_at)):
            return
        by = self.stage.system if check.to == "mentee" else match.mentor.person.user
        actions.answer_check(check=pk, by=by, answer=code)
        if code in checks.CALL_FOR_SOMEBODY:
            self.stage.at(self.stage.later(clock.now(), 5, 40), self.handle, pk)

    def handle(self, pk: int) -> None:
        """Have the coordinator ring, except about what is fresh today."""
        check = FollowUpCheck.objects.select_related("match__referral").get(pk=pk)
        if check.cancelled_at or check.handled_at or clock.now() > self.stage.now - FRESH:
            return
        cast = self.casts[check.match.referral.clinic_id]
        actions.handle_check(check=pk, by=cast.coordinator, note=texts.HANDLED[cast.house.languages[0]])
