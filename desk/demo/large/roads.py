"""Referrals by the thousand, and for those who found a mentor the match: asked, accepted, introduced, ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from clinics.roles import Role
from common.vocabulary import Channel
from desk.demo import profiles, texts
from desk.demo.large import plans
from desk.demo.large.bulk import Bulk
from desk.demo.large.crowd import NUMBERS, Names, Team, address, also_speaks
from desk.demo.large.mentors import Lanes
from desk.demo.large.plans import Plan
from desk.demo.stage import DAY, HOUR, TZ, Stage
from matching import facts, ranking
from matching.criteria import SOFT, column_criteria, mentee_matrix, mentor_matrix, weights_of
from matching.models import Match, MatchEvent, Policy
from matching.workflow import LIVE
from matching.workflow import Status as M
from referrals.models import (
    Consent,
    ConsentText,
    Offer,
    Patient,
    PatientDiagnosis,
    Person,
    PhaseChange,
    Referral,
    ReferralEvent,
    TriageNote,
)
from referrals.workflow import Status as R

TRIES, LOOKED_AT = 80, 4  # mentors drawn for one mentee, and how many of those who fit are compared
CHUNK = 400  # referrals of which the points are worked out together
CLOSED_FOR = {
    "planned": "finished", "mentee": "wish", "out-of-touch": "wish", "consent": "wish", "died": "died", "fit": "other-help",
    "mentor": "other-help",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """An introduced match as far as its life is told later; everything by primary key or code."""

    match: int
    ref: str
    referral: int
    mentee: int
    mentee_ref: str
    mentor_user: int
    mentor_ref: str  # of the account
    clinician: int
    coordinator: int
    status: str
    introduced: dt.datetime
    upto: dt.datetime  # the end, the pause or the present
    reason: str
    channel: str
    topics: tuple[str, ...]
    evening: bool
    language: str
    by_mail: bool
    paused: dt.datetime | None = None


class Roads:
    """Writes the referrals of one clinic."""

    def __init__(self, stage: Stage, bulk: Bulk, team: Team, lanes: list[Lanes]):
        self.stage, self.bulk, self.team, self.lanes, self.rng = stage, bulk, team, lanes, stage.rng
        self.names, self.number = Names(self.rng, team.house), 0
        self.policy = Policy.objects.get(clinic=team.clinic, version=1)
        rows = ConsentText.objects.filter(clinic=team.clinic).order_by("pk")
        self.texts = {(t.scope, t.language): t for t in rows}
        self.columns = column_criteria()
        self.matrix = mentor_matrix([row.brings for row in lanes])
        self.pairs: list[Pair] = []
        self._waiting_for_points: list[tuple[Match, ranking.Needs, Lanes]] = []
        self._introduced: list[Match] = []

    def make(self, many: int) -> list[Pair]:
        """Write so many referrals; return the pairs that were introduced."""
        for plan in plans.draw(self.rng, self.stage.now, many):
            self.one(plan)
            self.number += 1
            if self.number % CHUNK == 0:
                self.write()
        self.write()
        return self.pairs

    def write(self) -> None:
        """Work out the points of the last matches and write what is held."""
        self.give_points()
        self.bulk.flush()
        self.pairs += [self.pair(match) for match in self._introduced]
        self._introduced = []

    def one(self, plan: Plan) -> None:
        """Keep one referral with everything that hangs on it."""
        rng = self.rng
        nurse, coordinator = rng.choice(self.team.of[Role.NURSE]), rng.choice(self.team.of[Role.COORDINATOR])
        if plan.standing == "draft":
            return self.draft(plan, nurse)
        referral = self.referral(plan, nurse)
        lane, slot = self.find(referral, plan) if plan.asked else (None, None)
        if plan.asked and lane is None:  # nobody was free who fits: so they wait, or waited in vain
            plan = Plan("closed", plan.sent, reason="no-mentor") if plan.ends else Plan("waiting", plan.sent)
        self.tell(referral, plan, nurse, coordinator)
        if lane is not None:
            self.match(referral, plan, lane, slot, coordinator)

    def draft(self, plan: Plan, nurse) -> None:
        """Keep a form that was begun: nobody is stored yet, only what was typed."""
        who = self.names.draw(2004, 1945)
        typed = {
            "offer": ["yes"],
            "relation": ["patient"],
            "first_name": [who.first_name],
            "last_name": [who.last_name],
        }
        at = plan.sent
        self.bulk.add(
            Referral(
                ref=self.bulk.ref(), clinic=self.team.clinic, status=R.DRAFT, created_by=nurse, created_at=at,
                changed_at=at, draft={"typed": typed},
            )
        )  # fmt: skip

    # -- the referral

    def referral(self, plan: Plan, nurse) -> Referral:
        rng, bulk, clinic, sent = self.rng, self.bulk, self.team.clinic, plan.sent
        house, day = self.team.house, plan.sent.astimezone(ZoneInfo(TZ)).date()
        who = self.names.draw(day.year - 21, day.year - 86)
        data = profiles.referral_data(rng, who, house, self.number, day, rare=rng.random() < 0.02)
        email = address(who, house, 500_000 + self.number) if data.who.email else ""
        person = bulk.add(
            Person(
                ref=bulk.ref(), clinic=clinic, first_name=who.first_name, last_name=who.last_name,
                birth_year=who.birth_year, gender=who.gender, language=who.language, email=email,
                email_verified_at=sent if email else None, phone=NUMBERS.format(400_000 + 100_000 * self.team.number + self.number),
                phone_verified_at=sent, created_at=sent, created_by=nurse,
            )
        )  # fmt: skip
        needs = dict(data.needs)
        needs["languages"] = also_speaks(rng, needs["languages"], 0.03)
        row = Referral(
            ref=bulk.ref(), clinic=clinic, created_by=nurse, created_at=sent - 4 * dt.timedelta(minutes=1),
            changed_at=sent, submitted_at=sent, mentee=person, relation=data.relation, diagnosis=data.diagnosis,
            diagnosed_year=data.diagnosed_year, phase=data.phase, clinician=rng.choice(self.team.of[Role.CLINICIAN]), **needs,
        )  # fmt: skip
        if data.relation == "patient":
            row.about = self.patient(person, data, sent, nurse)
        bulk.add(row)
        self.consent(row, data.consent, nurse)
        bulk.add(Offer(ref=row.ref, clinic=clinic, person=person, referral=row, answer="yes", by=nurse, at=sent))
        bulk.look(nurse, clinic, "referral", person, sent)
        return row

    def patient(self, person: Person, data, sent: dt.datetime, nurse) -> Patient:
        """Keep the patient with diagnosis and phases: the ones before, then the one they are in."""
        patient = self.bulk.add(Patient(person=person, created_at=sent))
        self.bulk.add(PatientDiagnosis(patient=patient, diagnosis=data.diagnosis, year=data.diagnosed_year))
        if self.rng.random() < 0.3:
            before = sent - self.rng.uniform(20, 200) * DAY
            self.bulk.add(PhaseChange(patient=patient, phase="waiting", at=before, by=nurse))
        self.bulk.add(PhaseChange(patient=patient, phase=data.phase, at=sent, by=nurse))
        return patient

    def consent(self, referral: Referral, asked, nurse) -> None:
        language = referral.mentee.language
        for scope, given in asked.answers.items():
            self.bulk.add(
                Consent(
                    referral=referral, scope=scope, given=given, text=self.texts[scope, language], how=asked.how, by=nurse,
                    at=referral.submitted_at,
                )
            )  # fmt: skip

    def tell(self, referral: Referral, plan: Plan, nurse, coordinator) -> None:
        """Set where the referral stands, with its history and what the coordinator looked at."""
        sent, soon = (
            plan.sent,
            min(plan.sent + self.rng.uniform(2, 46) * HOUR, plan.sent + (self.stage.now - plan.sent) / 2),
        )
        road: list[tuple] = [(R.SUBMITTED, nurse, sent)]
        standing = {"submitted": R.SUBMITTED, "returned": R.RETURNED, "deferred": R.DEFERRED}.get(plan.standing, R.OPEN)
        if standing != R.SUBMITTED:
            road.append((standing, coordinator, soon))
            self.bulk.look(coordinator, self.team.clinic, "referral", referral.mentee, soon)
        if standing == R.OPEN:
            referral.opened_at = soon
        elif standing == R.RETURNED:
            self.question(referral, coordinator, nurse, soon)
        elif standing == R.DEFERRED:
            referral.ask_again_on = self.stage.now.date() + self.rng.randint(2, 90) * DAY
        referral.changed_at = soon
        if plan.standing in ("closed", "ended"):
            ends = plan.ends + 2 * HOUR if plan.ends else soon + self.rng.uniform(3, 38) * DAY
            reason = CLOSED_FOR[plan.reason] if plan.ends else plan.reason
            road.append((R.CLOSED, coordinator, min(ends, self.stage.now), reason))
            referral.close_reason, referral.changed_at, standing = reason, min(ends, self.stage.now), R.CLOSED
        for name, value in (("status", standing), ("version", len(road) + 1)):
            setattr(referral, name, value)
        self.history(referral, road)

    def history(self, referral: Referral, road: list[tuple]) -> None:
        """A referral begins as a draft, of which no history is kept."""
        before = R.DRAFT
        for status, by, at, *note in road:
            row = ReferralEvent(referral=referral, from_status=before, to_status=status, by=by, at=at)
            row.note = note[0] if note else ""
            self.bulk.add(row)
            before = status

    def question(self, referral: Referral, coordinator, nurse, at: dt.datetime) -> None:
        language = self.team.house.languages[0]
        words = texts.RETURNED.get(language, texts.RETURNED["nl"])[0]
        self.bulk.add(TriageNote(referral=referral, by=coordinator, at=at, text=words))
        self.bulk.message("referral.returned", referral.ref, self.team.clinic, nurse, at)

    # -- the match

    def find(self, referral: Referral, plan: Plan) -> tuple[Lanes | None, int | None]:
        """Return a mentor who fits and has a place for the whole time, the best of a few."""
        needs = self.needs(referral)
        found: list[tuple[int, int, Lanes, int]] = []
        for turn in range(TRIES):
            lane = self.rng.choice(self.lanes) if self.lanes else None
            slot = lane.slot(plan.asked, plan.ends) if lane else None
            if slot and ranking.first_failure(needs, lane.brings, set()) is None:
                found.append((-len(lane.brings.topics & set(needs.topics)), turn, lane, slot))
                if len(found) == LOOKED_AT:
                    break
        if not found:
            return None, None
        _topics, _turn, lane, slot = min(found, key=lambda row: row[:2])
        return lane, slot

    def needs(self, referral: Referral) -> ranking.Needs:
        """Return what the criteria look at. Nobody here mentors, and everybody gave consent."""
        referral.has_consent, referral.mentors_too = True, False
        return facts.needs_of(referral)

    def match(self, referral: Referral, plan: Plan, lane: Lanes, slot: int, coordinator) -> None:
        """Keep the match and its history, as far as it came."""
        asked, user = plan.asked, lane.mentor.person.user
        row = Match(
            ref=self.bulk.ref(), referral=referral, mentor=lane.mentor, policy=self.policy, proposed_by=coordinator,
            proposed_at=asked, approved_at=asked, answer_by=asked + 48 * HOUR, rank=1,
        )  # fmt: skip
        road = [(M.PROPOSED, coordinator, asked), (M.APPROVED, coordinator, asked)]
        if plan.standing != "asked":
            road += self.answers(row, plan, user, coordinator)
        status = road[-1][0]
        live = status in LIVE
        for name, value in (("status", status), ("slot", slot if live else None), ("version", len(road))):
            setattr(row, name, value)
        lane.free_from[slot - 1] = plan.ends or self.stage.now + 400 * DAY
        self.bulk.add(row)
        self.bulk.history(MatchEvent, {"match": row}, *road)
        self._waiting_for_points.append((row, self.needs(referral), lane))
        self.bulk.message("mentor.asked", row.ref, self.team.clinic, user, asked)
        self.bulk.look(coordinator, self.team.clinic, "find a mentor", referral.mentee, asked)

    def answers(self, row: Match, plan: Plan, mentor, coordinator) -> list[tuple]:
        """Set what both said, and what came after the introduction; return the steps."""
        at = plans.steps(self.rng, plan.asked, self.stage.now)
        row.accepted_at = row.mentor_expectations_at = at.accepted
        road = [(M.ACCEPTED, mentor, at.accepted)]
        mentee, by = row.referral.mentee, self.stage.system
        how_far = 3 if plan.standing != "accepted" else self.rng.randint(0, 2)
        if mentee.email and how_far:
            row.mentee_asked_at = at.mentee_asked
            self.bulk.message("mentee.ask", row.ref, self.team.clinic, mentee, at.mentee_asked)
        else:
            by = coordinator
        if how_far >= 2:
            row.mentee_answer, row.mentee_answered_at, row.mentee_answer_by = "yes", at.answered, by
            row.mentee_expectations_at = at.answered
        if plan.standing != "accepted":
            road += self.introduced(row, plan, at.introduced, coordinator)
        return road

    def introduced(self, row: Match, plan: Plan, at: dt.datetime, coordinator) -> list[tuple]:
        row.introduced_at, row.introduced_by = at, coordinator
        road: list[tuple] = [(M.INTRODUCED, coordinator, at)]
        if plan.standing == "paused":
            row.paused_at = at + (self.stage.now - at) * self.rng.uniform(0.6, 0.95)
            road.append((M.PAUSED, coordinator, row.paused_at))
        if plan.ends:
            row.ended_at, row.ended_by, row.end_reason = plan.ends, coordinator, plan.reason
            row.sight_ended_at = plan.ends
            road.append((M.ENDED, coordinator, plan.ends))
        for to in (row.mentor.person.user, row.referral.mentee):
            self.bulk.message("match.introduced", row.ref, self.team.clinic, to, at)
        self.bulk.look(coordinator, self.team.clinic, "match", row.referral.mentee, at)
        if plan.reason == "consent":
            self.withdraw(row.referral, plan.ends)
        self._introduced.append(row)
        return road

    def withdraw(self, referral: Referral, at: dt.datetime) -> None:
        """Take back the consent to share a profile; the pair ended in the same moment."""
        for row in self.bulk.held(Consent):
            if row.referral is referral and row.scope == "profile":
                row.withdrawn_at, row.withdrawn_by, row.withdrawn_how = at, referral.created_by, "phone"

    def give_points(self) -> None:
        """Set the points of the matches that are held, as the weights in force give them."""
        if not self._waiting_for_points:
            return
        points = mentee_matrix([needs for _m, needs, _l in self._waiting_for_points], self.policy.weights)
        for mine, (match, needs, lane) in zip(points, self._waiting_for_points, strict=True):
            sums = np.bincount(self.columns, mine * self.matrix[lane.column], len(SOFT) + 1).astype(int)
            most = weights_of(needs, self.policy.weights, in_person=Channel.IN_PERSON in lane.brings.channels)
            match.points = int(sums[: len(SOFT)].sum())
            match.contributions = {
                soft.key: [int(sums[i]), most[soft.key]] for i, soft in enumerate(SOFT) if most[soft.key]
            }
        self._waiting_for_points = []

    def pair(self, match: Match) -> Pair:
        referral, mentor = match.referral, match.mentor
        channels = [c for c in referral.channels if c in mentor.channels] or [Channel.PHONE.value]
        return Pair(
            match=match.pk, ref=match.ref, referral=referral.pk, mentee=referral.mentee_id, mentee_ref=referral.mentee.ref,
            mentor_user=mentor.person.user_id, mentor_ref=mentor.person.user.ref, clinician=referral.clinician_id,
            coordinator=match.introduced_by_id, status=match.status, introduced=match.introduced_at,
            upto=match.ended_at or match.paused_at or self.stage.now, reason=match.end_reason, channel=channels[0],
            topics=tuple(referral.topics), evening=self.rng.random() < 0.5, language=referral.mentee.language,
            by_mail=bool(referral.mentee.email), paused=match.paused_at,
        )  # fmt: skip
