"""Mentors by the thousand, each with the way they came, and which of their places is free from when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from clinics.models import Membership
from clinics.roles import Role
from common import clock
from desk.demo import profiles
from desk.demo.large.bulk import Bulk
from desk.demo.large.crowd import BEGAN, NUMBERS, Names, Team, account, address, also_speaks
from desk.demo.people import KNOWN, MENTORS, Somebody
from desk.demo.stage import DAY, TZ, Stage
from matching.criteria import Brings
from referrals.models import Person
from training.models import Certificate, Mentor, MentorEvent
from training.workflow import Status

S = Status
# Of a hundred mentors, where they stand today; the rest is active.
STANDING = ((S.RETIRED, 8), (S.RESTING, 4), (S.IN_TRAINING, 3), (S.APPLIED, 2), (S.READY, 1), (S.DECLINED, 1))
CERTIFIED = 2 * 365 * DAY  # evidence C
RENEWED_BEFORE = 30 * DAY
ENDED_LATELY = 0.02  # the share of whom the renewal is late
KNOWN_PLACES = 6
ROAD = {
    S.APPLIED: (), S.DECLINED: (S.DECLINED,), S.IN_TRAINING: (S.INTERVIEWED, S.IN_TRAINING),
    S.READY: (S.INTERVIEWED, S.IN_TRAINING, S.READY),
    S.ACTIVE: (S.INTERVIEWED, S.IN_TRAINING, S.READY, S.ACTIVE),
    S.RESTING: (S.INTERVIEWED, S.IN_TRAINING, S.READY, S.ACTIVE, S.RESTING),
    S.RETIRED: (S.INTERVIEWED, S.IN_TRAINING, S.READY, S.ACTIVE, S.RETIRED),
}  # fmt: skip


@dataclass
class Lanes:
    """One mentor as far as pairing looks: what they bring, when they may be asked, when each place is free."""

    mentor: Mentor
    brings: Brings
    column: int  # their row in the clinic's matrix of points
    since: dt.datetime
    until: dt.datetime  # no introduction later than this
    leaves: dt.datetime | None  # nothing goes on after this
    free_from: list[dt.datetime]

    def slot(self, at: dt.datetime, ends: dt.datetime | None) -> int | None:
        """Return the number of a place that is free from `at` on, or None; a pair without an end goes on today."""
        if not self.since <= at <= self.until or (self.leaves and (ends is None or ends > self.leaves)):
            return None
        return next((n + 1 for n, free in enumerate(self.free_from) if free <= at), None)


class Careers:
    """Makes the mentors of one clinic."""

    def __init__(self, stage: Stage, bulk: Bulk, team: Team):
        self.stage, self.bulk, self.team, self.rng = stage, bulk, team, stage.rng
        self.names = Names(self.rng, team.house)
        self.today = stage.now.astimezone(ZoneInfo(TZ)).date()
        self.lanes: list[Lanes] = []

    def make(self, many: int) -> list[Lanes]:
        """Write so many mentors, the one whose sign-in is printed first; return those who were ready some day."""
        for number in range(many):
            known = number == KNOWN
            somebody = (
                MENTORS.get(self.team.house.mail, MENTORS["leieland"])[0] if known else self.names.draw(1995, 1948)
            )
            self.one(number, somebody, S.ACTIVE if known else self.standing(), known=known)
            self.bulk.flush(all=False)
        self.bulk.flush()
        return self.ready()

    def standing(self) -> str:
        draw = self.rng.uniform(0, 100)
        for status, share in STANDING:
            draw -= share
            if draw < 0:
                return status
        return S.ACTIVE

    def began(self, status: str, known: bool) -> int:
        """Return how many days ago somebody came; many at the start, some ever since."""
        if status in (S.APPLIED, S.IN_TRAINING, S.READY):
            return self.rng.randint(3, 60)
        early = known or self.rng.random() < 0.45
        return self.rng.randint(BEGAN - 60, BEGAN) if early else self.rng.randint(90, BEGAN - 60)

    def one(self, number: int, somebody: Somebody, status: str, *, known: bool) -> None:
        """Keep one mentor with account, history and certificates."""
        began = self.began(status, known)
        at = self.stage.days_ago(began, 10)
        mentor = self.mentor(number, somebody, status, at)
        if known:
            mentor.places, mentor.languages, mentor.channels = KNOWN_PLACES, ["nl", "fr", "en"], ["phone", "video"]
            mentor.role_types = ["patient", "caregiver"]
            self.team.cast.mentors[KNOWN] = mentor
        moments = self.moments(status, at)
        for name in ("vetted_on", "code_signed_on", "secrecy_briefing_on", "met_team_on"):
            trained = {"vetted_on": S.IN_TRAINING}.get(name, S.READY)
            if trained in moments:
                setattr(mentor, name, moments[trained].date())
        if mentor.vetted_on:
            mentor.vetted_by = self.by
        self.tell(mentor, moments)
        if S.READY in moments:
            self.prepare(mentor, status, moments)

    @property
    def by(self):
        return self.team.cast.coordinator

    def moments(self, status: str, at: dt.datetime) -> dict[str, dt.datetime]:
        """Return when each step was taken, in order."""
        found, moment = {S.APPLIED: at}, at
        room = (self.stage.now - at) / DAY
        for step in ROAD[status]:
            if step == S.RESTING:
                moment = self.stage.days_ago(self.rng.randint(1, 20), 9)
            elif step == S.RETIRED:
                moment = at + self.rng.uniform(0.6, 0.95) * (self.stage.now - at)
            else:
                moment += min(self.rng.uniform(1, 6), room / 6) * DAY
            found[step] = moment
        return found

    def tell(self, mentor: Mentor, moments: dict[str, dt.datetime]) -> None:
        steps = [(step, self.by, at) for step, at in moments.items()]
        mentor.version = len(steps)
        self.bulk.history(MentorEvent, {"mentor": mentor}, *steps)

    def mentor(self, number: int, somebody: Somebody, status: str, at: dt.datetime) -> Mentor:
        house, bulk, rng = self.team.house, self.bulk, self.rng
        data = profiles.mentor_data(rng, somebody, house, number, self.today)
        email, phone = address(somebody, house, number), NUMBERS.format(100_000 * (1 + self.team.number) + number)
        if number == KNOWN:
            email = profiles.email(somebody, house)
        user = account(bulk, somebody.first_name, somebody.last_name, email, language="en", at=at, phone=phone)
        bulk.add(Membership(clinic=self.team.clinic, user=user, role=Role.MENTOR, since=at, given_by=self.by))
        person = bulk.add(
            Person(
                ref=bulk.ref(), clinic=self.team.clinic, user=user, created_at=at, created_by=self.by,
                email_verified_at=at, phone_verified_at=at, **(data.person | {"email": email, "phone": phone}),
            )
        )  # fmt: skip
        profile = dict(data.profile)
        profile["languages"] = also_speaks(rng, profile["languages"], 0.12)
        supervisor = rng.choice(self.team.of[Role.CLINICIAN])
        mentor = Mentor(
            ref=bulk.ref(),
            person=person,
            status=status,
            supervisor=supervisor,
            supervise_by=self.today + (5 + number % 55) * DAY,
            created_at=at,
            created_by=self.by,
            **profile,
        )
        if status == S.RESTING:
            mentor.rest_from = self.today - rng.randint(1, 20) * DAY
            mentor.rest_until = self.today + rng.randint(2, 60) * DAY
        return bulk.add(mentor)

    def prepare(self, mentor: Mentor, status: str, moments: dict[str, dt.datetime]) -> None:
        """Certify them, renewed in time or lately not, and keep when they may be asked."""
        began = moments[S.READY]
        ends = self.certify(mentor, began.date(), moments.get(S.RETIRED))
        mentor.checks_valid_until = max(began.date() + 3 * 365 * DAY, self.today + 200 * DAY)
        if S.ACTIVE not in moments:
            return
        until = min(clock.at_local(ends, dt.time(17), TZ), self.stage.now)
        for stop in (S.RESTING, S.RETIRED):
            until = min(until, moments.get(stop, until))
        self.lanes.append(
            Lanes(
                mentor, Brings(pk=0), len(self.lanes), moments[S.ACTIVE], until, moments.get(S.RETIRED),
                [began] * mentor.places,
            )
        )  # fmt: skip

    def certify(self, mentor: Mentor, begins: dt.date, stopped: dt.datetime | None) -> dt.date:
        """Write the certificates up to today, or to the day they stopped; return the last valid day.

        For a few the renewal is late: the last one ended some days ago, or will in some days.
        """
        upto = stopped.date() if stopped else self.today
        late = not stopped and mentor.places < KNOWN_PLACES and self.rng.random() < ENDED_LATELY
        while True:
            ends = begins + CERTIFIED
            last = ends - RENEWED_BEFORE > upto
            if last and late:
                ends = max(begins + DAY, self.today + self.rng.randint(-25, 25) * DAY)
            issued = clock.at_local(begins, dt.time(9), TZ)
            row = Certificate(mentor=mentor, valid_from=begins, valid_until=ends, issued_by=self.by, issued_at=issued)
            row.ref = self.bulk.ref()
            self.bulk.add(row)
            if last:
                return ends
            begins = ends - RENEWED_BEFORE

    def ready(self) -> list[Lanes]:
        """Fill in what each mentor brings, now that they are written."""
        for row in self.lanes:
            row.brings = brings_of(row.mentor)
        return self.lanes


def brings_of(mentor: Mentor) -> Brings:
    """Return what a mentor brings, as the criteria look at it; places are looked at elsewhere."""
    person = mentor.person
    codes = {
        name: frozenset(getattr(mentor, name))
        for name in (
            "role_types", "languages", "channels", "availability", "topics", "wont_discuss", "phases", "diagnoses",
            "treatments", "values", "interests",
        )
    }  # fmt: skip
    return Brings(
        pk=mentor.pk, ref=mentor.ref, person=person.pk, user=person.user_id, first_name=person.first_name,
        full_name=person.full_name, gender=person.gender, birth_year=person.birth_year, places=mentor.places,
        mentee_gender_must=mentor.mentee_gender_must, life_stage=mentor.life_stage, work=mentor.work, area=mentor.area,
        clinic=person.clinic_id, **codes,
    )  # fmt: skip
