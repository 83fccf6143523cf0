"""Anybody does anything, in any order, for weeks: after each step everything that must always be true is asked."""

import datetime as dt
from collections import Counter
from unittest import mock

from django.db import connection, transaction
from django.test import TestCase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from accounts.models import User
from common import clock
from common.errors import Refused
from matching import actions as matching
from matching.actions import answering, life, pausing
from matching.models import Match
from mentorship.actions import checks, climbing, closing, contacts, flags, own_page, questions
from mentorship.models import FlagCategory, RedFlag
from messaging import backends, delivery
from referrals.actions import consent, triage
from referrals.data import ConsentData
from referrals.models import Referral, Scope
from tests.always import truths
from tests.always.world import BEGINS, SECRET, Provider
from training.actions import certifying_appeals, rests
from training.models import Mentor

ANY = st.integers(0, 11)
ACTOR = st.integers(0, 23)  # below 18: who should do it; else anybody


class Anything(RuleBasedStateMachine):
    """One example; the world stands before it and is rolled back after it. `tally`: (action, done or refused)."""

    world = None
    tally = Counter()

    def __init__(self):
        super().__init__()
        self.now, self.keys, self.provider = BEGINS, 0, Provider()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.instead = mock.patch.object(backends, "send", self.provider.send)
        self.instead.start()
        self.known = set(truths.rows(Match, status__in=truths.PAIR).values_list("pk", flat=True))
        self.tally["runs", "done"] += 1

    def teardown(self):
        self.instead.stop()
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    # How a step is taken ----------------------------------------------------------------

    def do(self, name, call, *args, **values):
        """Let an action happen or be refused, with what follows its commit; anything else is a defect."""
        self.now += dt.timedelta(seconds=7)
        self.tally["steps", "done"] += 1
        try:
            with clock.at(self.now), TestCase.captureOnCommitCallbacks(execute=True):
                answer = call(*args, **values)
        except Refused:
            self.tally[name, "refused"] += 1
            return None
        self.tally[name, "done"] += 1
        return answer

    def who(self, right, draw):
        """Return a fresh copy of the right person, or now and then of anybody."""
        anybody = self.world.people
        user = right if draw < 18 else anybody[(draw * 5 + self.keys) % len(anybody)]
        return User.objects.get(pk=user.pk)

    def clinic(self, n):
        return self.world.clinics[n % 2]

    def referral(self, n):
        return self.clinic(n).referrals[n // 2 % 3]

    def mentor(self, n):
        return self.clinic(n).mentors[n // 2 % 2]

    def match(self, n, *statuses):
        """Return one of the matches, of these statuses where there is one."""
        found = list(truths.rows(Match).order_by("-pk"))
        found = [m for m in found if m.status in statuses] or found
        return found[n % len(found)]

    def flag(self, n, *statuses):
        found = list(truths.rows(RedFlag).order_by("-pk"))
        found = [f for f in found if f.status in statuses] or found
        return found[n % len(found)] if found else None

    def team(self, thing):
        clinic = thing.clinic if isinstance(thing, RedFlag) else thing.referral.clinic
        return next(c.team for c in self.world.clinics if c.team.clinic.pk == clinic.pk)

    def key(self):
        self.keys += 1
        return f"key-of-this-step-{self.keys}"

    # From the proposal to the introduction ----------------------------------------------

    @rule(n=ANY, k=ANY, who=ACTOR)
    def propose(self, n, k, who):
        by = self.who(self.clinic(n).team.coordinator, who)
        mentor = self.mentor(n if who < 22 else k)
        mentor = self.clinic(n).mentors[k % 2] if who < 22 else mentor
        self.do(
            "propose", matching.propose, referral=self.referral(n), mentor=mentor, by=by, override_reason="know-both"
        )

    @rule(n=ANY, who=ACTOR)
    def approve(self, n, who):
        m = self.match(n, "proposed")
        self.do("approve", matching.approve, match=m.pk, by=self.who(self.team(m).coordinator, who))

    @rule(n=ANY, k=ANY, who=ACTOR)
    def ask_mentor(self, n, k, who):
        by, mentor = self.who(self.clinic(n).team.coordinator, who), self.clinic(n).mentors[k % 2]
        values = {"referral": self.referral(n), "mentor": mentor, "by": by, "override_reason": "know-both"}
        self.do("ask_mentor", matching.ask_mentor, **values)

    @rule(n=ANY, who=ACTOR, yes=st.sampled_from([True, True, True, False]))
    def mentor_answers(self, n, who, yes):
        m = self.match(n, "approved")
        by = self.who(m.mentor.person.user, who)
        if yes:
            self.do("accept", answering.accept, match=m.pk, by=by, expectations=True, shares=n % 2 == 0)
        else:
            self.do("decline", answering.decline, match=m.pk, by=by)

    @rule(n=ANY, who=ACTOR)
    def ask_mentee(self, n, who):
        m = self.match(n, "accepted")
        self.do("ask_mentee", answering.ask_mentee, match=m.pk, by=self.who(self.team(m).coordinator, who))

    @rule(n=ANY, who=ACTOR, answer=st.sampled_from(["yes", "yes", "yes", "no", "call"]))
    def mentee_answers(self, n, who, answer):
        m = self.match(n, "accepted")
        by = self.who(self.world.system, who)
        values = {"answer": answer, "expectations": n % 4 != 0, "shares": n % 3 != 0}
        self.do("mentee_answer", answering.mentee_answer, match=m.pk, by=by, **values)

    @rule(n=ANY, who=ACTOR)
    def introduce(self, n, who):
        m = self.match(n, "accepted")
        self.do("introduce", life.introduce, match=m.pk, by=self.who(self.team(m).coordinator, who))

    # A pair's life ----------------------------------------------------------------------

    @rule(n=ANY, who=ACTOR, what=st.sampled_from(["pause", "resume", "cancel"]))
    def stop_and_go(self, n, who, what):
        m = self.match(n, {"pause": "introduced", "resume": "paused", "cancel": "approved"}[what])
        self.do(what, getattr(life, what), match=m.pk, by=self.who(self.team(m).coordinator, who))

    @rule(
        n=ANY, who=ACTOR, side=st.sampled_from(["mentor", "mentee"]), wish=st.sampled_from(["", "another", "nothing"])
    )
    def end(self, n, who, side, wish):
        m = self.match(n, *truths.PAIR)
        by = self.who(m.mentor.person.user if side == "mentor" else self.world.system, who)
        self.do("end", closing.end_early, match=m.pk, by=by, side=side, wish=wish if side == "mentee" else "")

    @rule(
        n=ANY, who=ACTOR, outcome=st.sampled_from(["talked", "no-answer"]), topic=st.sampled_from(["fatigue", "work"])
    )
    def log_contact(self, n, who, outcome, topic):
        m = self.match(n, *truths.PAIR)
        values = {"by": self.who(m.mentor.person.user, who), "client_key": self.key(), "outcome": outcome}
        values |= {"topics": [topic] if outcome == "talked" else [], "question": SECRET if n == 0 else ""}
        self.do("log_contact", contacts.log_contact, match=m.pk, when=self.now, **values)

    @rule(n=ANY, who=ACTOR)
    def ask_question(self, n, who):
        m = self.match(n, *truths.PAIR)
        values = {"by": self.who(m.mentor.person.user, who), "topic": "dose", "text": SECRET}
        self.do("ask_question", questions.ask_question, referral=m.referral, match=m, **values)

    @rule(n=ANY, who=ACTOR)
    def mentee_stops(self, n, who):
        if n < 3:
            self.do("mentee_stops", own_page.stop, referral=self.referral(n), by=self.who(self.world.system, who))

    # Consent and the referral -----------------------------------------------------------

    @rule(n=ANY, who=ACTOR, scope=st.sampled_from(["profile", "contact", "research"]))
    def withdraw_consent(self, n, who, scope):
        by = self.who(self.clinic(n).team.nurse, who)
        self.do("withdraw", consent.withdraw_consent, referral=self.referral(n), scope=scope, by=by, how="phone")

    @rule(n=ANY, who=ACTOR)
    def give_consent(self, n, who):
        by = self.who(self.clinic(n).team.nurse, who)
        for scope in ("profile", "contact"):
            self.do("give_consent", consent.give_consent, referral=self.referral(n), scope=scope, by=by, how="phone")

    @rule(n=ANY, who=ACTOR, reason=st.sampled_from(["wish", "died", "moved", "finished"]))
    def close_referral(self, n, who, reason):
        if n < 4:
            by = self.who(self.clinic(n).team.coordinator, who)
            self.do("close", triage.close, referral=self.referral(n), by=by, reason=reason)

    @rule(n=ANY, who=ACTOR)
    def reopen_referral(self, n, who):
        closed = list(truths.rows(Referral, status="closed").values_list("pk", flat=True))
        pk = closed[n % len(closed)] if closed else self.referral(n)
        team = next(c.team for c in self.world.clinics if pk in c.referrals)
        said = ConsentData({scope.value: True for scope in Scope}, "phone")
        self.do("reopen", triage.reopen, referral=pk, by=self.who(team.coordinator, who), consent=said)

    # Mentors ----------------------------------------------------------------------------

    @rule(n=ANY, who=ACTOR, days=st.integers(0, 20))
    def rest(self, n, who, days):
        mentor = Mentor.objects.get(pk=self.mentor(n))
        on = self.now.date()
        until = on + dt.timedelta(days=days) if days else None
        self.do("rest", rests.rest, mentor=mentor.pk, by=self.who(mentor.person.user, who), from_=on, until=until)

    @rule(n=ANY, who=ACTOR)
    def back_from_rest(self, n, who):
        resting = list(truths.rows(Mentor, status="resting")) or [Mentor.objects.get(pk=self.mentor(n))]
        mentor = resting[n % len(resting)]
        self.do("back", rests.back_from_rest, mentor=mentor.pk, by=self.who(mentor.person.user, who))

    @rule(n=ANY, who=ACTOR)
    def decertify(self, n, who):
        if n < 2:
            by = self.who(self.clinic(n).team.coordinator, who)
            self.do("decertify", certifying_appeals.decertify, mentor=self.mentor(n), by=by, note=SECRET)

    # Red flags --------------------------------------------------------------------------

    @rule(n=ANY, k=ANY, who=ACTOR, breaks=st.sampled_from([False, False, False, True]))
    def raise_flag(self, n, k, who, breaks):
        m = self.match(n, *truths.PAIR)
        worries = list(FlagCategory.objects.filter(clinic=m.referral.clinic).order_by("pk"))
        values = {"category": worries[k % len(worries)], "by": self.who(m.mentor.person.user, who), "match": m}
        values |= {"source": "home", "client_key": self.key(), "details": SECRET}
        if not breaks:
            self.do("raise_flag", flags.raise_flag, **values)
            return
        before = truths.rows(RedFlag).count()
        with mock.patch("messaging.outbox.post", side_effect=Broken):
            try:
                self.do("raise_broken", flags.raise_flag, **values)
            except Broken:
                assert truths.rows(RedFlag).count() == before, "a flag without its messages was stored"

    @rule(n=ANY, who=ACTOR, what=st.sampled_from(["acknowledge", "resolve", "reopen", "attempt"]))
    def answer_flag(self, n, who, what):
        wanted = {"resolve": ["acknowledged"], "reopen": ["resolved"]}.get(what, ["raised", "reopened"])
        flag = self.flag(n, *wanted)
        if flag is None:
            return
        right = self.team(flag).coordinator if flag.route == "conduct" else flag.owner
        more = {"resolve": {"outcome": "no-action" if n % 3 else ""}, "attempt": {"kind": "not-reached"}}.get(what, {})
        self.do(f"flag_{what}", getattr(flags, what), flag=flag.pk, by=self.who(right, who), **more)

    # Time -------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from([1, 16, 31, 130, 60 * 12, 60 * 25, 60 * 49, 60 * 24 * 8]))
    def time_goes_by(self, minutes):
        """The clock moves on, and the sweeper does its round: ladders, requests, pauses, follow-up, then messages."""
        self.now += dt.timedelta(minutes=minutes)
        for one in (
            climbing.climb_due,
            answering.expire_unanswered,
            pausing.resume_due,
            checks.send_due,
            rests.follow_rests,
        ):
            self.do("round", one, self.now)
        late = (
            truths.rows(RedFlag)
            .exclude(status="resolved")
            .filter(next_climb_at__lte=self.now - dt.timedelta(minutes=1))
        )
        assert not late.exists(), "a flag whose deadline passed did not climb"

    @rule(mood=st.sampled_from(["accepts", "accepts", "fails", "refuses", "unsure"]))
    def messages_go_out(self, mood):
        self.provider.mood = mood
        with self._heard() as heard:
            self.do("deliver", delivery.send_due, limit=12, now=self.now)
            self.do("deliver", delivery.release_stuck, self.now)
        assert not heard, heard[0]

    def _heard(self):
        return Overheard(self.provider)

    # Always true ------------------------------------------------------------------------

    @invariant()
    def introductions_are_right(self):
        for m in truths.rows(Match, status__in=truths.PAIR).exclude(pk__in=self.known):
            self.known.add(m.pk)
            truths.introduced_rightly(m, self.now.date())

    @invariant()
    def everything_else_is_true(self):
        truths.one_live_match_and_enough_places()
        truths.sight_as_agreed()
        truths.flags_have_owner_deadline_messages(self.now)
        truths.withdrawn_means_over()
        truths.escalations_never_cancel()
        truths.every_change_has_who_and_when(self.now)
        assert not connection.needs_rollback


class Broken(Exception):
    """The database refused a message."""


class Overheard:
    """What the provider complained of: delivery itself treats every exception of a provider as a failure."""

    def __init__(self, provider):
        self.provider, self.complaints = provider, []

    def __enter__(self):
        send = self.provider.send

        def listening(*args):
            try:
                return send(*args)
            except AssertionError as error:
                self.complaints.append(str(error))
                raise

        self.instead = mock.patch.object(backends, "send", listening)
        self.instead.start()
        return self.complaints

    def __exit__(self, *_error):
        self.instead.stop()
