"""Anybody does anything, in any order, for weeks: after each step everything that must always be true is asked.

Hypothesis draws a number for each step; which step that is, who takes it and about whom follows from the number, evenly
among all steps. Drawn by Hypothesis itself some would hardly ever happen: it likes small values and what it had before.
"""

import datetime as dt
import logging
import random
from collections import Counter
from unittest import mock

from django.db import connection, transaction
from django.test import TestCase
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from accounts.models import User
from common import clock
from common.errors import Refused
from matching import actions as matching
from matching.actions import answering, life, pausing
from matching.models import Match
from mentorship.actions import checks, climbing, closing, contacts, own_page, questions
from mentorship.models import Shift
from messaging import backends
from messaging.models import Message
from referrals.actions import consent, triage
from referrals.data import ConsentData
from referrals.models import Referral, Scope
from tests.always import truths
from tests.always.looks import Looks
from tests.always.post import Post
from tests.always.steps import STEPS, step
from tests.always.world import BEGINS, SECRET, Provider
from tests.always.worries import Worries
from training.actions import certifying_appeals, rests
from training.models import Mentor

DICE = st.integers(0, 2**24 - 1)  # up to here Hypothesis draws every number as often
POSSIBLE = 0.85  # how often a step is taken out of those that may succeed now
ANYBODY = 0.12  # how often somebody else tries it


class Lines(logging.Handler):
    """Keeps every line of a log in which something stands that somebody wrote, or a name."""

    def __init__(self):
        super().__init__()
        self.bad = []

    def emit(self, record):
        if SECRET in f"{record.getMessage()} {record.exc_info or ''}":
            self.bad.append(f"{record.name} logs what people wrote: {record.msg}")


class Anything(Worries, Post, Looks, RuleBasedStateMachine):
    """One example; the world stands before it and is rolled back after it. `tally`: (action, done or refused)."""

    world = None
    tally = Counter()
    opening = ()  # the names of the steps each life begins with, taken by the right people

    def __init__(self):
        super().__init__()
        self.now, self.keys, self.provider = BEGINS, 0, Provider()
        self.draw, self.steps = random.Random(0), 0
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.instead = mock.patch.object(backends, "send", self.provider.send)
        self.instead.start()
        self.lines = Lines()
        logging.getLogger().addHandler(self.lines)
        self.known = {pk for pk, status in truths.look(Match, "id", "status") if status in truths.PAIR}
        self.sight, self.flags_seen, self.written, self.last_key = {}, {}, None, ""
        self.tally["runs", "done"] += 1

    def teardown(self):
        logging.getLogger().removeHandler(self.lines)
        self.instead.stop()
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    @rule(dice=DICE)
    def anything(self, dice):
        """Take the step that follows from the number, and from how many were taken: the same number is another step."""
        self.steps += 1
        self.draw = random.Random(f"{dice} {self.steps}")
        if self.steps <= len(self.opening):
            getattr(self, self.opening[self.steps - 1])()
            return
        there = self.statuses()
        able = [taken for taken in STEPS.values() if self.may(there[taken[2]], taken[1], taken[3])]
        able = able if self.draw.random() < POSSIBLE else list(STEPS.values())
        method, *_rest = self.draw.choices(able, [taken[-1] for taken in able])[0]
        method(self)

    # How a step is taken ----------------------------------------------------------------

    def statuses(self):
        """Return the statuses of everything that steps are about."""
        return {
            "match": [status for (status,) in truths.look(Match, "status")],
            "flag": truths.flags_stand(),
            "referral": [status for (status,) in truths.look(Referral, "status")],
            "mentor": [status for (status,) in truths.look(Mentor, "status")],
            "shift": [status for (status,) in truths.look(Shift, "status")],
            "message": [status for (status,) in truths.look(Message, "status", where="settled_at IS NULL")],
            "urgent": [status for (status,) in truths.look(Message, "status", where=truths.URGENT_ONE)],
            "provider": ["handed-over"] if self.provider.attempts else [],
        }

    @staticmethod
    def may(there, wanted, least):
        return not wanted or sum(status in wanted for status in there) > least

    def do(self, name, call, *args, **values):
        """Let an action happen or be refused, with what follows its commit; anything else is a defect."""
        self.now += dt.timedelta(seconds=7)
        self.tally["steps", "done"] += 1
        try:
            with clock.at(self.now), TestCase.captureOnCommitCallbacks(execute=True):
                answer = call(*args, **values)
        except Refused as refusal:
            self.tally[name, "refused"] += 1
            note(f"{self.now:%a %d %H:%M:%S} {name} refused: {type(refusal).__name__} {values}")
            return None
        self.tally[name, "done"] += 1
        note(f"{self.now:%a %d %H:%M:%S} {name} done {values}")
        return answer

    def one_of(self, *things):
        return self.draw.choice(things)

    def who(self, right):
        """Return a fresh copy of the right person, or now and then of anybody."""
        user = self.draw.choice(self.world.people) if self.astray(ANYBODY) else right
        return User.objects.get(pk=user.pk)

    def astray(self, chance):
        """Tell whether something is done otherwise than it should be: so often, and never in the opening."""
        return self.draw.random() < chance and self.steps > len(self.opening)

    @staticmethod
    def staff(team):
        """Return those who may answer flags, and a nurse, who may only raise them."""
        return [team.coordinator, team.admin, team.clinician, team.backup, team.nurse]

    def a_clinic(self):
        return self.draw.choice(self.world.clinics)

    def found(self, model, *statuses):
        """Return one of them, of these statuses where there is one."""
        there = truths.look(model, "id", "status")
        wanted = [pk for pk, status in there if status in statuses] or [pk for pk, _status in there]
        return truths.rows(model, pk=self.draw.choice(wanted)).get() if wanted else None

    def team(self, thing):
        """Return the team of the clinic a referral, a match or a flag belongs to."""
        pk = getattr(thing, "clinic_id", None) or thing.referral.clinic_id
        return next(c.team for c in self.world.clinics if c.team.clinic.pk == pk)

    def key(self, begins="key-of-this-step"):
        self.keys += 1
        return f"{begins}-{self.keys}"

    # From the proposal to the introduction ----------------------------------------------

    def _two(self):
        """Return a coordinator with a mentor and somebody, mostly one who waits and one with a place."""
        clinic, taken = self.a_clinic(), truths.look(Match, "referral", "mentor", "status")
        live = Counter(pk for *both, status in taken if status in truths.LIVE for pk in (f"r{both[0]}", f"m{both[1]}"))
        waiting = [pk for pk in clinic.referrals if not live[f"r{pk}"]]
        free = [pk for places, pk in enumerate(clinic.mentors, 1) if live[f"m{pk}"] < places]
        if self.astray(0.2):
            waiting, free = clinic.referrals, self.a_clinic().mentors
        two = {
            "referral": self.draw.choice(waiting or clinic.referrals),
            "mentor": self.draw.choice(free or clinic.mentors),
        }
        return two | {"by": self.who(clinic.team.coordinator), "override_reason": "know-both"}

    @step(weight=2)
    def propose(self):
        self.do("propose", matching.propose, **self._two())

    @step("proposed", weight=6)
    def approve(self):
        m = self.found(Match, "proposed")
        self.do("approve", matching.approve, match=m.pk, by=self.who(self.team(m).coordinator))

    @step()
    def ask_mentor(self):
        self.do("ask_mentor", matching.ask_mentor, **self._two())

    @step("approved", weight=6)
    def accept(self):
        m = self.found(Match, "approved")
        shares = {"expectations": self.one_of(True, True, True, False), "shares": self.one_of(True, False)}
        self.do("accept", answering.accept, match=m.pk, by=self.who(m.mentor.person.user), **shares)

    @step("approved", weight=1)
    def decline(self):
        m = self.found(Match, "approved")
        self.do("decline", answering.decline, match=m.pk, by=self.who(m.mentor.person.user))

    @step("accepted", weight=6)
    def ask_mentee(self):
        m = self.found(Match, "accepted")
        self.do("ask_mentee", answering.ask_mentee, match=m.pk, by=self.who(self.team(m).coordinator))

    @step("accepted", weight=6)
    def mentee_answers(self):
        m = self.found(Match, "accepted")
        values = {"answer": self.one_of("yes", "yes", "yes", "no", "call")}
        values |= {"expectations": self.one_of(True, True, True, False), "shares": self.one_of(True, False)}
        self.do("mentee_answer", answering.mentee_answer, match=m.pk, by=self.who(self.world.system), **values)

    @step("accepted", weight=6)
    def introduce(self):
        m = self.found(Match, "accepted")
        self.do("introduce", life.introduce, match=m.pk, by=self.who(self.team(m).coordinator))

    # A pair's life ----------------------------------------------------------------------

    @step("introduced", weight=2)
    def pause(self):
        m = self.found(Match, "introduced")
        self.do("pause", life.pause, match=m.pk, by=self.who(self.team(m).coordinator))

    @step("paused")
    def resume(self):
        m = self.found(Match, "paused")
        self.do("resume", life.resume, match=m.pk, by=self.who(self.team(m).coordinator))

    @step("approved", "accepted", "proposed", weight=1)
    def cancel(self):
        m = self.found(Match, "approved", "accepted", "proposed")
        self.do("cancel", life.cancel, match=m.pk, by=self.who(self.team(m).coordinator))

    @step(*truths.PAIR, least=1, weight=1)
    def end(self):
        m, side = self.found(Match, *truths.PAIR), self.one_of("mentor", "mentee")
        by = self.who(m.mentor.person.user if side == "mentor" else self.world.system)
        wish = self.one_of("", "another", "nothing") if side == "mentee" else ""
        self.do("end", closing.end_early, match=m.pk, by=by, side=side, wish=wish)

    @step(*truths.PAIR)
    def log_contact(self):
        m, outcome = self.found(Match, *truths.PAIR), self.one_of("talked", "no-answer")
        topic = self.one_of("fatigue", "work", "dose") if outcome == "talked" else ""
        values = {"by": self.who(m.mentor.person.user), "outcome": outcome, "topics": [topic] if topic else []}
        values |= {"question": SECRET if self.draw.random() < 0.1 else ""}
        values |= {"client_key": self.key(*[truths.DOSE] * (topic == "dose"))}
        self.do("log_contact", contacts.log_contact, match=m.pk, when=self.now, **values)

    @step(*truths.PAIR, weight=2)
    def ask_question(self):
        m = self.found(Match, *truths.PAIR)
        values = {"by": self.who(m.mentor.person.user), "topic": "dose", "text": SECRET}
        self.do("ask_question", questions.ask_question, referral=m.referral, match=m, **values)

    @step("open", of="referral", least=3, weight=1)
    def mentee_stops(self):
        referral = self.found(Referral, "open").pk
        self.do("mentee_stops", own_page.stop, referral=referral, by=self.who(self.world.system))

    # Consent and the referral -----------------------------------------------------------

    @step(weight=1)
    def withdraw(self):
        clinic = self.a_clinic()
        values = {
            "referral": self.draw.choice(clinic.referrals),
            "scope": self.one_of("profile", "contact", "research"),
        }
        self.do("withdraw", consent.withdraw_consent, by=self.who(clinic.team.nurse), how="phone", **values)

    @step(weight=2)
    def give_consent(self):
        clinic = self.a_clinic()
        agreed, by = truths.agreeing(), self.who(clinic.team.nurse)
        lack = [referral for referral in clinic.referrals if referral not in agreed] or clinic.referrals
        referral = self.draw.choice(lack)
        for scope in ("profile", "contact"):
            self.do("give_consent", consent.give_consent, referral=referral, scope=scope, by=by, how="phone")

    @step("open", of="referral", least=3, weight=1)
    def close(self):
        referral, reason = self.found(Referral, "open"), self.one_of("wish", "died", "moved", "finished")
        by = self.who(self.team(referral).coordinator)
        self.do("close", triage.close, referral=referral.pk, by=by, reason=reason)

    @step("closed", of="referral")
    def reopen(self):
        referral = self.found(Referral, "closed")
        said = ConsentData({scope.value: True for scope in Scope}, "phone")
        by = self.who(self.team(referral).coordinator)
        self.do("reopen", triage.reopen, referral=referral.pk, by=by, consent=said)

    # Mentors ----------------------------------------------------------------------------

    @step("active", of="mentor", least=2, weight=1)
    def rest(self):
        mentor, days = self.found(Mentor, "active"), self.draw.randrange(21)
        on = self.now.date()
        until = on + dt.timedelta(days=days) if days else None
        self.do("rest", rests.rest, mentor=mentor.pk, by=self.who(mentor.person.user), from_=on, until=until)

    @step("resting", of="mentor")
    def back(self):
        mentor = self.found(Mentor, "resting")
        self.do("back", rests.back_from_rest, mentor=mentor.pk, by=self.who(mentor.person.user))

    @step("active", "resting", of="mentor", least=3, weight=1)
    def decertify(self):
        mentor = self.found(Mentor, "active", "resting")
        by = self.who(self.team(mentor.person).coordinator)
        self.do("decertify", certifying_appeals.decertify, mentor=mentor.pk, by=by, note=SECRET)

    # Time -------------------------------------------------------------------------------

    @step(weight=2)
    def time_goes_by(self):
        """The clock moves on, and the sweeper does its round: ladders, requests, pauses, follow-up, then messages."""
        self.now += dt.timedelta(minutes=self.one_of(1, 16, 31, 130, 60 * 12, 60 * 25, 60 * 49, 60 * 24 * 8))
        self.do("round", climbing.climb_due, self.now)
        truths.nothing_is_left_to_climb(self.now)
        for one in (answering.expire_unanswered, pausing.resume_due, checks.send_due, rests.follow_rests):
            self.do("round", one, self.now)

    # Always true ------------------------------------------------------------------------

    @invariant()
    def all_of_it_is_true(self):
        """Ask after each step that wrote something: rows that nobody changed are as right as they were."""
        assert not self.lines.bad, self.lines.bad[0]  # 7. Nothing clinical in a log line.
        wrote = getattr(connection.connection, "total_changes", None)  # of SQLite
        if wrote is None or wrote != self.written:
            self._introductions_are_right()
            self._everything_else_is_true()
            self.written = wrote

    def _introductions_are_right(self):
        pairs = {pk for pk, status in truths.look(Match, "id", "status") if status in truths.PAIR}
        for pk in sorted(pairs - self.known):
            self.known.add(pk)
            truths.introduced_rightly(truths.rows(Match, pk=pk).get(), self.now.date())

    def _everything_else_is_true(self):
        truths.one_live_match_and_enough_places()
        truths.sight_as_agreed(self.sight)
        truths.flags_have_owner_deadline_messages()
        truths.whoever_is_asked_is_told()
        truths.coordinators_hear_at_once()
        truths.flags_seen_by_their_handlers(self.flags_seen)
        truths.conduct_is_kept_from_whom_it_is_about()
        truths.withdrawn_means_over()
        truths.escalations_never_cancel()
        truths.medication_is_the_teams()
        truths.every_change_has_who_and_when(self.now)
        assert not connection.needs_rollback
