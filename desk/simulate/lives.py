"""What mentees and their mentors do in a play: answer, talk, forget, move, refuse, worry, fall ill, stop."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from common import clock
from common.errors import Denied, Invalid, NotReady, WrongState
from common.models import new_ref
from common.vocabulary import TEAM_TOPICS, Topic
from desk.demo import profiles
from desk.demo.people import LEIELAND
from desk.demo.stage import DAY, HOUR, TZ
from desk.simulate import gatherings
from desk.simulate.diary import PairLine, RequestLine, TalkLine
from desk.simulate.others import Worry
from desk.simulate.play import Play, has_pairs, somebody
from matching import actions as matching
from matching import facts, ranking
from matching.models import Match
from mentorship import formats
from mentorship.actions import contacts, pairs, saying
from mentorship.actions.closing import end_early, say_deleted
from mentorship.models import Contact
from mentorship.workflow import ContactStatus as C
from referrals import actions as referrals
from referrals import duplicates
from referrals.models import Referral, Scope

REFUSED = (Denied, Invalid, NotReady, WrongState)
MOST_ASKED = 6  # how often a coordinator asks somebody for one mentee
# What becomes of a pair, with the share of each.
FATES = (
    ("plan_closing", 0.55), ("mentee_stops", 0.1), ("mentor_stops", 0.08), ("withdraw", 0.05), ("move_away", 0.03),
    ("die", 0.02), ("", 0.17),
)  # fmt: skip


class Road:
    """One mentee, from the form to the introduction, as often as it takes."""

    def __init__(self, play: Play, number: int):
        self.play, self.number, self.rng, self.diary = play, number, play.rng, play.diary
        self.cast, self.asked = play.cast, 0
        self.referral: int = 0
        self.match: Match | None = None

    def soon(self, low: float, high: float, do, *args) -> None:
        """Plan something between so many hours from now, when people work."""
        self.play.at(self.play.in_office(clock.now() + self.play.hours(low, high)), do, *args)

    def submit(self) -> None:
        """A nurse refers them; the coordinator accepts."""
        person = somebody(self.number)
        data = profiles.referral_data(self.rng, person, LEIELAND, self.number, self.cast.clinic.today)
        who = replace(data.who, email=f"mentee{self.number}@leieland.example.org", email_read_back=True)
        data = replace(data, who=who, needs=data.needs | {"musts": [], "gender_wish": "any", "age_wish": "any"})
        data = replace(data, not_same=self._somebody_else(who))
        row = referrals.submit(by=self.cast.nurse, clinic=self.cast.clinic.pk, data=data, draft=new_ref())
        self.referral = row.pk
        self.diary.count("referred")
        self.soon(3, 40, self.accept)

    def _somebody_else(self, who) -> tuple[str, ...]:
        """Answer for everybody the form takes for the same person: in a play nobody comes twice."""
        said: list[str] = []
        while alike := duplicates.possible(
            clinic=self.cast.clinic.pk, first_name=who.first_name, last_name=who.last_name, birth_year=who.birth_year,
            phone=str(who.phone), email=who.email, but=said,
        ):  # fmt: skip
            said += [person.ref for person in alike]
        if said:
            self.diary.count("taken for somebody else")
        return tuple(said)

    def accept(self) -> None:
        referrals.accept(referral=self.referral, by=self.cast.coordinator)
        if has_pairs(self.play.format_of(self.number)):
            self.soon(2, 60, self.ask)
        else:
            gatherings.only_group(self.play, self.referral)

    def ask(self) -> None:
        """Ask the first who fits; nobody fits: look again in a week."""
        row = facts.with_needs(Referral.objects.filter(pk=self.referral)).get()
        if row.status != "open" or self.asked >= MOST_ASKED:
            return
        found = ranking.find(row, shown=1, everything=False).candidates
        if not found:
            self.diary.count("nobody fits")
            return self.soon(150, 180, self.ask)
        self.asked += 1
        try:
            self.match = matching.ask_mentor(referral=row.pk, mentor=found[0].mentor.pk, by=self.cast.coordinator)
        except REFUSED:
            return self.soon(20, 30, self.ask)
        line = RequestLine(self.match.pk, self.match.answer_by)
        self.diary.requests.append(line)
        draw = self.rng.random()
        if draw < 0.86:
            self.play.at(clock.now() + self.play.hours(1, 40), self.say_yes, line)
        elif draw < 0.93:
            self.play.at(clock.now() + self.play.hours(1, 40), self.say_no, line)
        else:
            self.soon(100, 120, self.ask)  # silence: the request expires, and somebody else is asked

    @property
    def mentor(self):
        return self.match.mentor.person.user

    def say_yes(self, line: RequestLine) -> None:
        try:
            matching.accept(match=self.match.pk, by=self.mentor, expectations=True, **SHARES)
        except REFUSED:
            return self.soon(20, 30, self.ask)
        line.settled_at = clock.now()
        self.soon(2, 30, self.ask_mentee)

    def say_no(self, line: RequestLine) -> None:
        matching.decline(match=self.match.pk, by=self.mentor)
        line.settled_at = clock.now()
        self.diary.count("mentors who declined")
        self.soon(2, 30, self.ask)

    def ask_mentee(self) -> None:
        try:
            matching.ask_mentee(match=self.match.pk, by=self.cast.coordinator)
        except REFUSED:
            pass  # then they are rung: the answer comes all the same
        self.play.at(clock.now() + self.play.hours(2, 50), self.answer)

    def answer(self) -> None:
        answer = "yes" if self.play.chance(0.93) else "no"
        try:
            matching.mentee_answer(
                match=self.match.pk, by=self.cast.coordinator, answer=answer, expectations=answer == "yes", **SHARES
            )
        except REFUSED:
            return
        if answer == "yes":
            return self.soon(2, 40, self.introduce)
        self.diary.count("mentees who refused")
        self.soon(5, 40, self.ask)

    def introduce(self) -> None:
        self.play.follow(self.play.format_of(self.number))
        try:
            self.match = matching.introduce(match=self.match.pk, by=self.cast.coordinator)
        except REFUSED:
            self.diary.count("introductions put off")
            return self.soon(20, 60, self.introduce) if self.still_asked() else self.soon(20, 60, self.ask)
        self.diary.count("introduced")
        Pair(self).begin()

    def still_asked(self) -> bool:
        self.match.refresh_from_db()
        self.asked += 1
        return self.match.status == "accepted" and self.asked < 4 * MOST_ASKED


SHARES: dict = {}


class Pair:
    """One pair from its introduction on."""

    def __init__(self, road: Road):
        self.road, self.play, self.rng, self.diary = road, road.play, road.rng, road.diary
        self.match, self.leen = road.match, road.cast.coordinator
        self.mentor = road.match.mentor.person.user
        self.line: PairLine

    def begin(self) -> None:
        """Write down the plan as it was drawn, and draw what becomes of the two."""
        referral, now = self.match.referral, clock.now()
        self.line = PairLine(
            self.match.pk, self.match.introduced_at, self.match.enrolment.format.body,
            formats.likely_hour(referral.availability, self.match.mentor.availability), [(now, "introduced")],
        )  # fmt: skip
        self.diary.pairs[self.match.pk] = self.line
        for row in Contact.objects.planned().filter(match=self.match).order_by("planned_at"):
            self._follow(row)
        fate = self._draw()
        low, high = {"plan_closing": (70, 88), "die": (5, 200), "": (0, 0)}.get(fate, (4, 80))
        if fate:
            self.play.at(self.play.in_office(now + self.play.hours(24 * low, 24 * high)), getattr(self, fate))
        if self.play.chance(0.1):
            self.play.at(self.play.in_office(now + self.play.hours(24 * 8, 24 * 50)), self.pause)
        if self.play.chance(0.15):
            worry = Worry(self.play, self.match.pk)
            self.play.at(now + self.play.hours(24 * 3, 24 * 60), worry.raise_it)
        if self.play.chance(0.3):
            self.play.at(self.play.in_office(now + self.play.hours(24 * 6, 24 * 60)), self.extra)

    def _draw(self) -> str:
        draw, upto = self.rng.random(), 0.0
        for fate, share in FATES:
            upto += share
            if draw < upto:
                return fate
        return ""

    @property
    def goes_on(self) -> bool:
        return self.line.state_at(clock.now()) == "introduced"

    # -- talks

    def _follow(self, row: Contact) -> None:
        """Write a talk down, and draw what comes of it."""
        line = self.line.talks.setdefault(row.pk, TalkLine(row.ref))
        line.planned.append((clock.now(), row.planned_at, row.version))
        draw = self.rng.random()
        if draw < 0.08 and row.planned_at - 2 * DAY > clock.now():
            self.play.at(row.planned_at - self.play.hours(20, 40), self.move, row.pk)
        elif draw < 0.88:
            outcome = C.TALKED if self.play.chance(0.86) else self.rng.choice([C.NO_ANSWER, C.DID_NOT_COME])
            self.play.at(row.planned_at + self.play.hours(0.5, 60), self.log, row.pk, outcome)
        else:
            self.diary.count("talks nobody noted")
            if self.play.chance(0.5):
                self.play.at(row.planned_at + self.play.hours(72, 80), self.say, row.pk)

    def _planned(self, pk: int) -> Contact | None:
        return Contact.objects.planned().filter(pk=pk).first() if self.goes_on else None

    def move(self, pk: int) -> None:
        row = self._planned(pk)
        if row is None or row.planned_at <= clock.now():
            return
        moved = contacts.move_contact(contact=pk, by=self.mentor, at=row.planned_at + self.rng.randint(1, 5) * DAY)
        self.diary.count("talks moved")
        self._follow(moved)

    def log(self, pk: int, outcome: str) -> None:
        row = self._planned(pk)
        if row is None or row.planned_at > clock.now():
            return
        self._note(outcome, row.planned_at, contact=pk)
        self.line.talks[pk].gone_at = clock.now()

    def say(self, pk: int) -> None:
        """The mentee tells by one tap what the mentor forgot to note."""
        row = self._planned(pk)
        if row is not None and row.planned_at <= clock.now():
            saying.say_what_came(contact=pk, by=self.play.system, says=C.TALKED)
            self.line.talks[pk].said_at = clock.now()
            self.diary.count("talks the mentee told of")

    def extra(self) -> None:
        """A talk nobody planned: only where no planned one is near, which it would else complete."""
        now = clock.now()
        near = Contact.objects.planned().filter(match=self.match, planned_at__range=(now - 8 * DAY, now + 8 * DAY))
        if self.goes_on and not near.exists():
            self._note(C.TALKED, now - 2 * HOUR)
            self.diary.count("talks nobody planned")

    def _note(self, outcome: str, when: dt.datetime, **more) -> None:
        talked = outcome == C.TALKED
        own = [t for t in self.match.referral.topics if t not in TEAM_TOPICS] or [Topic.FATIGUE.value]
        contacts.log_contact(
            match=self.match.pk, by=self.mentor, client_key=new_ref(), outcome=outcome, when=when,
            channel="phone", minutes=30 if talked else None, topics=own[:1] if talked else [], **more,
        )  # fmt: skip
        self.line.noted.append((clock.now(), when))
        self.diary.count("talks" if talked else "talks that did not happen")

    # -- pause, ending

    def pause(self) -> None:
        if not self.goes_on:
            return
        matching.pause(match=self.match.pk, by=self.leen)
        self.line.states.append((clock.now(), "paused"))
        self.diary.count("pauses")
        self.play.at(self.play.in_office(clock.now() + self.play.hours(24 * 5, 24 * 30)), self.resume)

    def resume(self) -> None:
        now = clock.now()
        if self.line.state_at(now) != "paused":
            return
        since = self.line.stood_still_since(now)
        matching.resume(match=self.match.pk, by=self.leen)
        self.line.drop_talks(now, lambda planned: since <= planned <= now)
        self.line.states.append((now, "introduced"))
        self._note_at_last(now)

    def _note_at_last(self, now: dt.datetime) -> None:
        """Let the mentor note, after a pause, what was before it; not always."""
        for pk, talk in self.line.talks.items():
            plan = talk.plan_at(now)
            if plan and plan[0] < now and self.play.chance(0.5):
                self.diary.count("talks from before a pause")
                self.play.at(now + self.play.hours(1, 30), self.log, pk, C.TALKED)

    def _over(self, reason: str, *, consent: bool = False) -> None:
        now = clock.now()
        since = self.line.stood_still_since(now)
        self.line.drop_talks(now, lambda planned: planned >= since)
        self.line.states.append((now, "ended"))
        self.line.end_reason = reason
        if consent:
            self.line.consent_gone_at = now
        if consent or reason in ("other", "died"):
            self.diary.closed[self.match.referral_id] = now
        self.diary.count(f"ended: {reason}")

    @property
    def is_over(self) -> bool:
        return self.line.ended_at() is not None

    def plan_closing(self) -> None:
        """Other support first, then the day of the last talk; the ending follows."""
        if not self.goes_on:
            return
        last = (clock.now() + 10 * DAY).astimezone(ZoneInfo(TZ)).date()
        pairs.plan_closing(match=self.match.pk, by=self.leen, bridge="The patients' association", last_contact_on=last)
        day_after = clock.at_local(last + DAY, dt.time(0), TZ)
        self.line.drop_talks(clock.now(), lambda planned: planned >= day_after)
        self.play.at(self.play.in_office(day_after + self.play.hours(5, 60)), self.end_planned)

    def end_planned(self) -> None:
        if not self.goes_on:
            return
        say_deleted(match=self.match.pk, by=self.mentor)
        try:
            matching.end(match=self.match.pk, by=self.leen, reason="planned")
        except NotReady:
            return self.play.at(self.play.in_office(clock.now() + 3 * DAY), self.end_planned)
        self._over("planned")

    def mentee_stops(self) -> None:
        if self.is_over:
            return
        wish = self.rng.choice(["another", "another", "nothing", ""])
        end_early(match=self.match.pk, by=self.play.system, side="mentee", reason="fit", wish=wish)
        self._over("fit")
        if wish == "nothing":
            self.diary.closed[self.match.referral_id] = clock.now()
        if wish == "another":
            self.road.soon(20, 100, self.road.ask)

    def mentor_stops(self) -> None:
        if self.is_over:
            return
        end_early(match=self.match.pk, by=self.mentor, side="mentor")
        self._over("mentor")
        self.road.soon(20, 100, self.road.ask)

    def withdraw(self) -> None:
        if self.is_over:
            return
        referrals.withdraw_consent(
            referral=self.match.referral_id, scope=Scope.PROFILE, by=self.road.cast.nurse, how="phone"
        )
        self._over("consent", consent=True)

    def move_away(self) -> None:
        self._close("moved", "other")

    def die(self) -> None:
        self._close("died", "died")

    def _close(self, reason: str, ended: str) -> None:
        if self.is_over:
            return
        referrals.close(referral=self.match.referral_id, by=self.leen, reason=reason)
        self._over(ended)
