"""How the mentors of the demo are looked after: supervision talks, how they are, what they spent."""

from __future__ import annotations

from random import Random

from common import clock
from common.errors import Refused
from desk.demo.stage import DAY, MINUTE, Stage
from training import supervisors
from training.actions import caring, caring_wellbeing, costs, supervising, supervising_held
from training.models import CareTask, Mentor, SupervisionTalk, WellbeingCheck
from training.models.supervision import SupervisionPart

EVERY = 48  # days between two talks, under the clinic's limit
NOTES = (
    "We agreed: she rings on Tuesdays only, and keeps the weekend free.",
    "Goes well. Wants to practise how to end a talk kindly.",
    "One talk was hard; we went through it. He sleeps well again.",
    "Says what she does not know, and passes it on. Nothing new to agree.",
)
FEELS = [WellbeingCheck.Drain.NO] * 9 + [WellbeingCheck.Drain.BIT]
TRIP = "To the clinic, a talk in person"
LATE = 8  # days the supervision of one mentor is late today


class Care:
    """What happens to one mentor from their start on, besides the people they talk with."""

    def __init__(self, stage: Stage, mentor: Mentor, number: int, *, late: bool = False):
        self.stage, self.mentor, self.number, self.late = stage, mentor, number, late
        self.rng = Random(1000 * mentor.person.clinic_id + number)

    def begin(self) -> None:
        """Plan the first supervision talk, and begin to answer how they are."""
        self.stage.at(clock.now() + (20 + self.number % 20) * DAY, self.plan)
        self.stage.at(clock.now() + 31 * DAY, self.say_how)
        if self.number % 3 == 0:
            self.stage.at(clock.now() + 40 * DAY, self.claim)

    # -- supervision

    def plan(self) -> None:
        """Plan a talk for the days to come; for somebody whose talk is late today nothing after that."""
        limit = self.stage.now - (60 + LATE) * DAY
        if not self.is_here() or (self.late and clock.now() > limit):
            return
        moment = self.stage.in_office(clock.now() + 5 * DAY).replace(minute=0, second=0, microsecond=0)
        moment += (self.number % 6) * 60 * MINUTE
        while SupervisionTalk.objects.filter(
            supervisor=self.mentor.supervisor, planned_at=moment, cancelled_at=None
        ).exists():
            moment += 30 * MINUTE
        if moment <= clock.now():
            return
        talk = supervising.plan_talk(
            mentors=[self.mentor.pk],
            by=self.mentor.supervisor,
            planned_at=moment,
            where=self.rng.choice(["Room 2.14", ""]),
        )
        if self.number % 5 == 0:
            part = SupervisionPart.objects.get(talk=talk)
            supervising.add_topic(part=part.pk, by=self.mentor.person.user, topic="How do I say that I do not know?")
        self.stage.at(moment + 50 * MINUTE, self.hold, talk)

    def hold(self, talk: SupervisionTalk) -> None:
        """Save what was agreed, and go on with the next one."""
        if not self.is_here() or not supervisors.fits(self.mentor.supervisor, self.mentor.person.clinic_id):
            return
        talk.refresh_from_db()
        said = supervising_held.Agreed(notes=self.rng.choice(NOTES), new=supervising_held.New.YES)
        agreed = {part.ref: said for part in talk.parts.all()}
        supervising_held.save_talk(talk=talk.pk, by=self.mentor.supervisor, version=talk.version, agreed=agreed)
        self.stage.at(clock.now() + EVERY * DAY, self.plan)

    def is_here(self) -> bool:
        self.mentor.refresh_from_db()
        return self.mentor.status in supervisors.AT_WORK

    # -- how they are

    def say_how(self) -> None:
        """Answer the monthly question, mostly; supervisors deal with what comes of it after some days."""
        if not self.is_here():
            return
        if self.mentor.wellbeing.filter(answered_at=None).exists() and self.rng.random() < 0.8:
            by = self.mentor.person.user
            caring_wellbeing.answer(mentor=self.mentor.pk, by=by, drain=self.rng.choice(FEELS))
            if self.rng.random() < 0.5:
                answers = {"sleep": "usual", "memories": "no", "illness": "steady", "worth": "yes"}
                caring_wellbeing.say_more(mentor=self.mentor.pk, by=by, answers=answers)
        self.stage.at(self.stage.later(clock.now(), 24 * 9, 24 * 12), self.say_how)
        self.stage.at(clock.now() + 4 * DAY, self.look_after)

    def look_after(self) -> None:
        """The supervisor rang about what came up, unless that is only of the last days."""
        old = CareTask.objects.filter(mentor=self.mentor, done_at=None, due_at__lt=clock.now())
        if clock.now() < self.stage.now - 3 * DAY:
            for task in old:
                caring.finish_task(task=task.pk, by=self.mentor.supervisor, note="Rang. We talked it through.")

    # -- what they spent

    def claim(self) -> None:
        """Claim a trip, and have it approved by the coordinator after some days, unless it is new."""
        if not self.is_here():
            return
        today = self.mentor.person.clinic.today
        kind = self.rng.choice([costs.Kind.KILOMETRES, costs.Kind.FLAT, costs.Kind.KILOMETRES])
        km = self.rng.randint(8, 60) if kind == costs.Kind.KILOMETRES else None
        cost = costs.Cost(kind, today - DAY, km=km, what=TRIP)
        try:
            made = costs.send_claim(mentor=self.mentor.pk, by=self.mentor.person.user, cost=cost)
        except Refused:
            return
        if clock.now() < self.stage.now - 12 * DAY:
            keeper = self.mentor.created_by
            self.stage.at(self.stage.later(clock.now(), 48, 90), costs.approve_claim, claim=made.pk, by=keeper)
        self.stage.at(clock.now() + 33 * DAY, self.claim)
