"""Rounds run about as often as asked, once, whoever asks; the sweeper does them when Celery does not."""

import datetime as dt
import threading

import pytest
from django.core.management import call_command
from django.db import OperationalError

from common import clock
from messaging import delivery, health, rounds, sweeper
from messaging.models import Heartbeat, Message
from messaging.workflow import Status
from tests.messaging.conftest import ALARM, together

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def own_rounds(monkeypatch):
    """No rounds but those of the test; returns a function that registers one and gives the list of its runs."""
    monkeypatch.setattr(rounds, "_rounds", {})

    def register(name="test", every=60, *, always=False, fails=None):
        runs = []

        def run(now):
            runs.append(now)
            if fails:
                raise fails

        rounds.register(name, run, every, always=always)
        return runs

    return register


def test_a_round_runs_once_in_its_time(own_rounds):
    runs, now = own_rounds(), clock.now()
    for after in (0, 1, 30, 59, 61, 119):
        rounds.run_due(now + after * SECOND)
    assert [(at - now).seconds for at in runs] == [0, 59, 119]


def test_a_name_belongs_to_one_function(own_rounds):
    own_rounds()
    with pytest.raises(ValueError, match="twice"):
        own_rounds()


def test_a_round_that_fails_keeps_no_other_and_is_tried_again_soon(own_rounds, caplog):
    bad, good, now = own_rounds("bad", fails=ValueError("Samira")), own_rounds("good"), clock.now()
    assert rounds.run_due(now) == ["bad"]
    assert rounds.run_due(now + SECOND) == ["bad"]
    assert (len(bad), len(good)) == (2, 1)
    assert "Samira" not in caplog.text


def test_a_beat_from_the_future_does_not_stop_a_round(own_rounds):
    runs, now = own_rounds(), clock.now()
    rounds.run_due(now + dt.timedelta(days=30))
    rounds.run_due(now)
    assert len(runs) == 2


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_run_a_round_once(own_rounds):
    runs, now = own_rounds(), clock.now()
    together(lambda: rounds.run_due(now), times=4)
    together(lambda: rounds.run_due(now + 61 * SECOND), times=4)
    assert len(runs) == 2


def test_the_sweeper_climbs_ladders_and_leaves_the_rest_to_celery(own_rounds):
    ladder, rest, now = own_rounds("ladder", 10, always=True), own_rounds("rest"), clock.now()
    rounds.beat("tick", now)
    assert sweeper.sweep(now)
    assert (len(ladder), len(rest)) == (1, 0)
    sweeper.sweep(now + 60 * SECOND)
    assert (len(ladder), len(rest)) == (2, 0)


def test_without_a_tick_for_three_minutes_the_sweeper_does_every_round(own_rounds):
    rest, now = own_rounds("rest"), clock.now()
    rounds.beat("tick", now - 181 * SECOND)
    sweeper.sweep(now)
    assert len(rest) == 1


def test_the_sweeper_sends_alarms_after_15_s_and_the_rest_after_120_s(post, own_rounds):
    note, alarm = post(), post(ALARM)
    now = note.due_at

    def states():
        return [Message.objects.get(pk=m.pk).status for m in (note, alarm)]

    sweeper.sweep(now + 14 * SECOND)
    assert states() == [Status.QUEUED, Status.QUEUED]
    sweeper.sweep(now + 16 * SECOND)
    assert states() == [Status.QUEUED, Status.SENT]
    sweeper.sweep(now + 121 * SECOND)
    assert states() == [Status.SENT, Status.SENT]


def test_the_sweeper_frees_what_is_stuck_and_sends_it(post, own_rounds):
    alarm = post(ALARM)
    delivery.claim(alarm.pk, clock.now())
    sweeper.sweep(clock.now() + 90 * SECOND)
    assert Message.objects.get(pk=alarm.pk).status == Status.SENT


def test_a_sweep_with_a_failing_round_still_sends_but_does_not_say_all_is_well(post, own_rounds):
    own_rounds(always=True, fails=ValueError())
    with clock.at(clock.now() - 20 * SECOND):
        alarm = post(ALARM)
    assert not sweeper.sweep(clock.now())
    assert Message.objects.get(pk=alarm.pk).status == Status.SENT
    assert health.sweeper_late(clock.now())


def test_a_second_attempt_waits_for_no_faster_way(post):
    first, second = post(ALARM, subject="first"), post(ALARM, subject="second")
    Message.objects.filter(pk=second.pk).update(attempts=1, due_at=clock.now())
    sweeper.sweep(clock.now())
    assert list(Message.objects.filter(status=Status.SENT)) == [second]
    sweeper.sweep(first.due_at + sweeper.ESCALATION_WAIT)
    assert Message.objects.filter(status=Status.SENT).count() == 2


def test_a_sweep_once_by_hand(own_rounds):
    call_command("sweep", "--once")
    assert not health.sweeper_late(clock.now())
    own_rounds(always=True, fails=ValueError())
    with pytest.raises(SystemExit):
        call_command("sweep", "--once")


def test_the_sweeper_outlives_a_database_that_goes_away(own_rounds, monkeypatch, caplog):
    stop, turns = threading.Event(), []

    def sweep(now):
        turns.append(now)
        if len(turns) < 3:
            raise OperationalError("host=secret")
        stop.set()

    monkeypatch.setattr(sweeper, "sweep", sweep)
    monkeypatch.setattr(sweeper, "close_old_connections", lambda: None)
    monkeypatch.setattr(sweeper.connections, "close_all", lambda: None)
    sweeper.run(stop, 0.01)
    assert len(turns) == 3
    assert caplog.text.count("does not answer") == 1 and "goes on" in caplog.text
    assert "secret" not in caplog.text


def test_heartbeats_are_one_row_each():
    rounds.beat("tick", clock.now())
    rounds.beat("tick", clock.now())
    assert Heartbeat.objects.filter(name="tick").count() == 1
