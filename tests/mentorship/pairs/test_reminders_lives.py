"""Whatever a pair lives through, mornings ask each thing once, and nothing at all of who stopped."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from common import clock
from matching.workflow import Status as MatchStatus
from mentorship import reminders
from mentorship.actions import checks as actions
from mentorship.actions import pairs, planning
from mentorship.models import Contact, FollowUpCheck, Format
from mentorship.starter_checks import start_clinic
from messaging import delivery, kinds
from messaging.models import Message
from referrals.models import Consent
from tests import factories

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
BEGINS = dt.datetime(2026, 3, 20, 10, tzinfo=dt.UTC)  # the clocks change in the second week
REMINDS = ("contact.soon", "contact.unlogged", "mentee.soon", "mentee.unlogged", "format.reminder", "check.ask")


class Life(RuleBasedStateMachine):
    """One pair with its plan, from the introduction on; the clock goes forward, people change their minds."""

    @initialize()
    def introduce(self):
        self.now, self.withdrawn = BEGINS, False
        with clock.at(self.now):
            self.team = factories.Team()
            start_clinic(self.team.clinic)
            self.match = factories.make_match(self.team)
            body = Format.objects.presets().filter(key="joo_d").get().body
            own = Format.objects.create(
                key="own", name="Own", body=body, clinic=self.team.clinic, created_by=self.team.admin
            )
            planning.begin_plan(match=self.match, by=self.team.coordinator)
            planning.enrolment_of(self.match, by=self.team.coordinator)
            self.match.enrolment.format = own
            self.match.enrolment.save()

    def morning(self) -> int:
        with clock.at(self.now):
            return actions.send_due(self.now)

    @property
    def goes_on(self) -> bool:
        return self.match.status == MatchStatus.INTRODUCED and not self.withdrawn

    def posted(self) -> int:
        return Message.objects.count() + FollowUpCheck.objects.count()

    @rule(days=st.sampled_from([1, 1, 2, 3, 7, 20]), hours=st.integers(0, 23))
    def time_goes_by(self, days, hours):
        """The morning comes; a second look at the same moment stores nothing more."""
        self.now += days * DAY
        self.now = self.now.replace(hour=hours)
        before, checks = self.posted(), set(FollowUpCheck.objects.values_list("pk", flat=True))
        self.morning()
        after = self.posted()
        assert self.morning() == 0
        assert self.posted() == after
        there = self.now.astimezone(ZoneInfo("Europe/Brussels"))
        if there.hour >= 9:
            assert reminders.due(there.date(), self.team.clinic) == reminders.Due()
        new = FollowUpCheck.objects.exclude(pk__in=checks)
        if not self.goes_on:
            outcome = self.match.status == MatchStatus.ENDED and self.match.end_reason == "planned"
            assert all(check.day == 180 and outcome and not self.withdrawn for check in new)
            assert after - before == 2 * new.count()  # each with its message

    @rule()
    def messages_go_out(self):
        """Nothing reaches a pair that stopped, nor anybody at night."""
        sent = set(Message.objects.filter(status="sent").values_list("pk", flat=True))
        with clock.at(self.now):
            delivery.send_due(now=self.now)
        for message in Message.objects.filter(status="sent", kind__in=REMINDS).exclude(pk__in=sent):
            assert 8 <= self.now.astimezone(ZoneInfo("Europe/Brussels")).hour < 21
            of_outcome = FollowUpCheck.objects.filter(ref=message.subject, day=180).exists()
            assert self.goes_on or (of_outcome and not self.withdrawn)

    @precondition(lambda self: self.match.status == MatchStatus.INTRODUCED)
    @rule()
    def pause(self):
        self._become(MatchStatus.PAUSED, pairs.hold)

    @precondition(lambda self: self.match.status == MatchStatus.PAUSED)
    @rule()
    def resume(self):
        self._become(MatchStatus.INTRODUCED, pairs.go_on)

    @precondition(lambda self: self.match.status != MatchStatus.ENDED)
    @rule(reason=st.sampled_from(["planned", "planned", "fit", "died"]))
    def end(self, reason):
        self.match.end_reason, self.match.slot = reason, None
        self.match.ended_at, self.match.ended_by = self.now, self.team.coordinator
        self._become(MatchStatus.ENDED, pairs.stop)

    @rule(days=st.integers(1, 9))
    def plan_a_talk(self, days):
        Contact.objects.create(match=self.match, planned_at=self.now + days * DAY)

    @rule(wish=st.sampled_from(["email", "none"]))
    def wish(self, wish):
        """The mentor wants reminders, or none."""
        User.objects.filter(pk=self.match.mentor.person.user_id).update(reminders=wish)

    @rule(again=st.booleans())
    def consent(self, again):
        """The mentee takes their consent back, or gives it again."""
        moment, by = (None, None) if again else (self.now, self.team.nurse)
        Consent.objects.filter(scope="contact").update(withdrawn_at=moment, withdrawn_by=by)
        self.withdrawn = not again

    def _become(self, status, follow):
        before, self.match.status = self.match.status, status
        if status != MatchStatus.ENDED:
            self.match.paused_at = self.now if status == MatchStatus.PAUSED else None
        self.match.save()
        with clock.at(self.now):
            self.match.history.create(from_status=before, to_status=status, by=self.team.coordinator)
            follow(match=self.match, by=self.team.coordinator)
        self.match.refresh_from_db()

    @invariant()
    def each_thing_is_asked_once(self):
        checks = list(FollowUpCheck.objects.values_list("match", "day", "to"))
        assert len(checks) == len(set(checks))
        talks = [tuple(k.split(":")[:2] + k.split(":")[4:]) for k in self._keys("contact.soon", "mentee.soon")]
        assert len(talks) == len(set(talks))  # the day before or the day itself, never both

    def _keys(self, *names) -> list[str]:
        return list(Message.objects.filter(kind__in=names).values_list("key", flat=True))

    @invariant()
    def what_waits_about_a_stopped_pair_is_no_longer_true(self):
        if self.goes_on:
            return
        for message in Message.objects.filter(status="queued", kind__in=REMINDS):
            outcome = FollowUpCheck.objects.filter(ref=message.subject, day=180).exists()
            if outcome and not self.withdrawn and self.match.end_reason == "planned":
                continue
            with clock.at(self.now):
                assert not kinds.get(message.kind).still_true(message)


@pytest.fixture
def rolled_back(db):
    """Each life begins with an empty clinic."""
    from django.db import transaction

    class Fresh(Life):
        def __init__(self):
            super().__init__()
            self.whole = transaction.atomic()
            self.whole.__enter__()

        def teardown(self):
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

    return Fresh


def test_any_life_of_a_pair_is_asked_each_thing_once_and_nothing_once_it_stopped(rolled_back):
    run_state_machine_as_test(
        rolled_back,
        settings=settings(
            max_examples=8, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
