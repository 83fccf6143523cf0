"""What is done about questions and worries in a play, and what mentors do apart from their pairs."""

from __future__ import annotations

import datetime as dt

from accounts.models import User
from common import clock
from common.errors import Denied, Invalid, NotReady, WrongState
from common.models import new_ref
from desk.demo.stage import DAY, HOUR, MINUTE, TZ
from desk.simulate.diary import FlagLine
from desk.simulate.play import Play
from matching.models import Match
from mentorship import checks
from mentorship.actions import checks as answering
from mentorship.actions import flags
from mentorship.models import Attempt, FlagCategory, FollowUpCheck, RedFlag
from training import actions as training
from training import supervisors
from training.actions import supervising, supervising_held
from training.models import Mentor, SupervisionTalk

REFUSED = (Denied, Invalid, NotReady, WrongState)
WORRIES = ("flare", "joint", "fever", "low-mood", "death-wish", "suicide-plan", "money-trouble", "stopping")
OUTCOMES = {"S1": "emergency", "S2": "seen", "S3": "spoken", "S4": "referred"}
# Minutes until somebody answers: in time, and after the ladder climbed for a while.
ANSWERED = {
    "S1": (4, 26, 40, 140),
    "S2": (10, 100, 300, 2000),
    "S3": (60, 1200, 3000, 9000),
    "S4": (600, 5000, 9000, 20000),
}
RESOLVED = {
    "S1": (30, 200, 400, 900),
    "S2": (60, 1200, 1600, 5000),
    "S3": (300, 3500, 6000, 12000),
    "S4": (600, 9000, 16000, 30000),
}
LATE = 0.3
TOGETHER, EVERY = 8, 5  # mentors in one supervision talk, weeks between two


class Answers:
    """Answers most questions within a day and a half, some never; the coordinator deals with what worries."""

    def __init__(self, play: Play):
        self.play, self.seen = play, 0

    def look(self) -> None:
        """Plan an answer to each question asked since the last look."""
        rows = FollowUpCheck.objects.filter(pk__gt=self.seen).order_by("pk").values_list("pk", "day", "to")
        for pk, day, to in list(rows):
            self.seen = pk
            if to == checks.TEAM:  # what a format asks of the coordinator
                self.play.at(self.play.in_office(clock.now() + self.play.hours(3, 90)), self.handle, pk)
            elif self.play.chance(0.75):
                options = checks.question(day, to).answers
                chosen = self.play.rng.choice(options if self.play.chance(0.25) else options[:1])
                self.play.at(clock.now() + self.play.hours(1, 36), self.answer, pk, chosen.code, chosen.calls)

    def answer(self, pk: int, code: str, calls: bool) -> None:
        row = FollowUpCheck.objects.select_related("match__mentor__person__user").get(pk=pk)
        by = self.play.system if row.to == "mentee" else row.match.mentor.person.user
        try:
            answering.answer_check(check=pk, by=by, answer=code)
        except REFUSED:
            return self.play.diary.count("answers that came too late")
        self.play.diary.count("questions answered")
        if calls:
            self.play.at(self.play.in_office(clock.now() + self.play.hours(3, 50)), self.handle, pk)

    def handle(self, pk: int) -> None:
        answering.handle_check(check=pk, by=self.play.cast.coordinator, note="")


class Worry:
    """One worry a mentor raises: answered in time, late or never, resolved in time or late."""

    def __init__(self, play: Play, match: int):
        self.play, self.match = play, match
        self.line: FlagLine

    def raise_it(self) -> None:
        match = Match.objects.select_related("mentor__person__user", "referral__clinic").get(pk=self.match)
        if match.status not in ("introduced", "paused") or match.sight_ended_at is not None:
            return
        key = self.play.rng.choice(WORRIES)
        category = FlagCategory.objects.get(clinic=self.play.cast.clinic, key=key)
        flag = flags.raise_flag(
            category=category, by=match.mentor.person.user, source="home", match=match, client_key=new_ref()
        )
        self.line = FlagLine(flag.pk, flag.severity, clock.now())
        self.play.diary.flags.append(self.line)
        self.play.diary.count(f"worries {flag.severity}")
        self.play.follow_clock(flag.pk)
        if self.play.chance(0.94):
            self._later(ANSWERED, self.acknowledge)

    def _later(self, spans: dict, do) -> None:
        span = spans[self.line.severity]
        low, high = span[2:] if self.play.chance(LATE) else span[:2]
        self.play.at(clock.now() + dt.timedelta(minutes=self.play.rng.randint(low, high), seconds=30), do)

    def acknowledge(self) -> None:
        flag = RedFlag.objects.get(pk=self.line.flag)
        flags.acknowledge(flag=flag, by=flag.owner)
        self.line.acknowledged_at = clock.now()
        self.play.follow_clock(flag.pk)
        self._later(RESOLVED, self.resolve)

    def resolve(self) -> None:
        flag = RedFlag.objects.get(pk=self.line.flag)
        flags.attempt(flag=flag, by=flag.acknowledged_by, kind=Attempt.Kind.REACHED)
        flags.resolve(
            flag=flag, by=flag.acknowledged_by, outcome=OUTCOMES[flag.severity], done="Spoken, all is in hand."
        )
        self.line.resolved_at = clock.now()


def plan_rests(play: Play) -> None:
    """Let one mentor in six rest for some weeks, keeping the people they talk with."""
    for mentor in play.cast.mentors.values():
        if play.chance(1 / 6):
            day = play.rng.randint(20, max(21, (play.now - play.diary.begins).days - 30))
            play.at(play.diary.begins + day * DAY + dt.timedelta(hours=12), rest, play, mentor.pk)


def rest(play: Play, mentor: int) -> None:
    """Begin a rest today, unless a request waits: then they answer first."""
    row = Mentor.objects.select_related("person__user").get(pk=mentor)
    if Match.objects.filter(mentor=row, status__in=["approved", "accepted"]).exists():
        return
    today = clock.today(TZ)
    try:
        training.rest(mentor=mentor, by=row.person.user, from_=today, until=today + play.rng.randint(7, 40) * DAY)
        play.diary.count("rests")
    except REFUSED:
        play.diary.count("rests refused")


def plan_supervision(play: Play) -> None:
    """Let the mentors meet their supervisor in groups every five weeks: without it they get nobody new."""
    everybody = list(play.cast.mentors.values())
    for number in range(0, len(everybody), TOGETHER):
        for weeks in range(1, 5 * (play.script.months + 1), EVERY):
            day = play.diary.begins + dt.timedelta(weeks=weeks, hours=2, minutes=20 * (number // TOGETHER) % 300)
            play.at(play.in_office(day), supervise, play, [m.pk for m in everybody[number : number + TOGETHER]])


def supervise(play: Play, mentors: list[int]) -> None:
    """Hold one talk now with those at work."""
    here = list(Mentor.objects.filter(pk__in=mentors, status__in=supervisors.AT_WORK).order_by("pk"))
    if not here:
        return
    by = here[0].supervisor
    soon = clock.now() + 10 * MINUTE
    try:
        kind = SupervisionTalk.Kind.GROUP if len(here) > 1 else SupervisionTalk.Kind.ONE_TO_ONE
        talk = supervising.plan_talk(mentors=[m.pk for m in here], by=by, planned_at=soon, kind=kind)
    except REFUSED:
        return play.diary.count("supervision talks refused")
    play.at(soon + HOUR, hold, play, talk, by)


def hold(play: Play, talk: SupervisionTalk, by: User) -> None:
    """Save what was agreed with each."""
    talk.refresh_from_db()
    said = supervising_held.Agreed(notes="All goes well.", new=supervising_held.New.YES)
    agreed = {part.ref: said for part in talk.parts.all()}
    supervising_held.save_talk(talk=talk.pk, by=by, version=talk.version, agreed=agreed)
    play.diary.count("supervision talks")
