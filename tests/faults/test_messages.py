"""Kill and hang who sends while messages are posted: nothing is lost, notes are never doubled; more is broken by tests/chaos."""

import time

import pytest
from django.db import connection

from messaging import health, nudge
from messaging.models import Message
from messaging.workflow import Status
from tests.faults.apps import ALARM, NOTE
from tests.faults.conftest import age_heartbeat, all_settled, calm_down, counts, end_leases, make_due
from tests.faults.stand import until

EVERYTHING = ("broker", "worker", "beat", "sweeper")
IN_HAND = 5  # four threads of the worker and the sweeper hold one message each


def all_up(stand, *names):
    stand.start(*names)
    if "worker" in names:
        stand.ready("worker", "ready.")
    if "sweeper" in names:
        until(lambda: not health.sweeper_late())


def post_many(post, times=15, pause=0.02, first=0):
    """Post a note and an alarm so many times."""
    for n in range(first, first + times):
        post(NOTE, subject=f"s{n}")
        post(ALARM, subject=f"s{n}")
        time.sleep(pause)


def test_nothing_is_lost_and_no_note_doubled_when_the_senders_fail_in_turn(stand, post):
    all_up(stand, *EVERYTHING)
    for fault in ("worker killed", "worker hung", "sweeper killed"):
        name, how = fault.split()
        Message.objects.all().delete()
        post_many(post)
        {"killed": stand.kill, "hung": stand.hang}[how](name)
        post_many(post, first=15)
        let_time_pass()
        became = all_settled()
        restore(stand, name, how)
        print(f"{fault}: {became}")
        assert sum(became.values()) == 60, fault
        assert set(became) <= {Status.SENT, Status.UNKNOWN}, fault
        assert_once(stand, unknown_at_most=IN_HAND)


def let_time_pass():
    """Two minutes go by: whatever was being sent by the dead is free again, and everything is overdue."""
    time.sleep(1)
    end_leases()
    make_due(seconds=121)


def restore(stand, name, how):
    """Bring a part back. One that hung goes on with what it was doing, long after somebody else did it."""
    if how == "hung":
        stand.wake(name)
        time.sleep(1)
    elif how == "killed":
        stand.start(name)
        if name == "worker":
            stand.ready("worker", "ready.")
    calm_down()


def assert_once(stand, unknown_at_most=0):
    """Each alarm was accepted, each note at most once; what is unknown is a note a dying worker held."""
    accepted = stand.accepted()
    unknown = Message.objects.filter(status=Status.UNKNOWN)
    assert not unknown.filter(kind=ALARM).exists() and unknown.count() <= unknown_at_most
    for message in Message.objects.all():
        if message.status == Status.SENT:
            assert accepted[message.ref] >= 1, message.kind
        if message.kind == NOTE:
            assert accepted[message.ref] <= 1


def test_a_worker_killed_after_the_provider_accepted(stand, post, team):
    """An alarm may come twice; a note is not known to have arrived, and people are told."""
    stand.start("broker")
    stand.start("worker", PROVIDER_SECONDS="30")
    stand.ready("worker", "ready.")
    note, alarm = post(NOTE), post(ALARM)
    until(lambda: len(stand.accepted()) == 2)
    stand.kill("worker")
    end_leases()
    stand.start("sweeper")
    make_due(seconds=20)
    until(lambda: counts() == {Status.UNKNOWN: 1, Status.SENT: 1} or make_due(seconds=20))
    assert stand.accepted() == {note.ref: 1, alarm.ref: 2}
    assert list(Message.objects.undelivered()) == [note]


def test_with_everything_down_the_longest_overdue_goes_first_after_the_restart(stand, post):
    posted = [post(ALARM, subject=f"s{n}").ref for n in range(3)]
    make_due(seconds=60)
    Message.objects.filter(ref=posted[2]).update(due_at="2026-01-01T00:00Z")
    stand.start("sweeper")
    all_settled()
    assert stand.accepted_log.read_text().split() == [posted[2], posted[0], posted[1]]


def test_the_worker_outlives_a_broker_that_goes_away_while_it_works(stand, post):
    stand.start("broker")
    stand.start("worker")
    stand.ready("worker", "ready.")
    stand.kill("broker")  # with the first tick in the worker's hands
    until(lambda: "lost. Trying" in stand.log("worker").read_text(errors="replace"))
    time.sleep(1)
    stand.start("broker")
    time.sleep(3)
    assert stand.ended() == []
    calm_down()
    last = post(ALARM, subject="after")  # no sweeper runs: the worker hears of it
    until(lambda: Message.objects.get(pk=last.pk).status == Status.SENT)


def test_an_alarm_goes_out_with_nothing_but_the_sweeper(stand, post):
    """Without a worker, a beat and a broker: fifteen seconds after it was due, of which five are lived through here."""
    all_up(stand, "sweeper")
    post(ALARM)
    make_due(seconds=10)
    began = time.monotonic()
    all_settled()
    took = time.monotonic() - began
    print(f"alarm by the sweeper alone: {took:.1f} s")
    assert 4 < took < 15


def test_without_a_tick_the_sweeper_does_every_round(stand, post):
    from messaging import rounds

    all_up(stand, *EVERYTHING)
    until(lambda: rounds.last("tick"))
    stand.kill("beat", "worker", "broker")
    age_heartbeat("tick", minutes=4)
    before = rounds.last("round:access-log")
    age_heartbeat("round:access-log", minutes=4)
    until(lambda: rounds.last("round:access-log") >= before)


@pytest.mark.parametrize("state", ["idle", "sending to a provider that hangs"])
def test_the_sweeper_stops_within_seconds_when_asked(stand, post, state):
    if state == "idle":
        all_up(stand, "sweeper")
    else:
        post(ALARM)
        make_due(seconds=60)
        stand.start("sweeper", PROVIDER_SECONDS="60")
        until(stand.accepted)
    began = time.monotonic()
    stand.running["sweeper"].terminate()
    until(lambda: stand.stopped("sweeper"), 10, 0.02)
    took = time.monotonic() - began
    print(f"sweeper stopped in {took:.2f} s, {state}")
    assert took < 2.5
    assert stand.running["sweeper"].returncode == 0


def test_the_sweeper_outlives_a_restart_of_the_database(stand, post):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server")
    all_up(stand, "sweeper")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchall()
    post(ALARM)
    make_due(seconds=20)
    assert all_settled() == {Status.SENT: 1}
    assert not stand.stopped("sweeper")


HOLD = """
import django, time; django.setup()
from django.db import transaction
from messaging.models import Message
with transaction.atomic():
    list(Message.objects.select_for_update())
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_process_that_hangs_while_it_holds_a_message_is_cut_off(stand, post):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one lock for all, and it is not cut off")
    post(ALARM)
    make_due(seconds=20)
    stand.run("holder", HOLD)
    stand.ready("holder", "held")
    stand.hang("holder")
    stand.start("sweeper")
    assert all_settled() == {Status.SENT: 1}


@pytest.mark.parametrize("how", ["hung", "killed"])
def test_posting_with_a_broker_that_fails_costs_at_most_a_second(stand, post, how):
    stand.start("broker")
    post(ALARM, subject="warm")
    until(
        lambda: not nudge.breaker.is_open
    )  # on a busy machine the first one may be slow, which others would not wait for
    stand.hang("broker") if how == "hung" else stand.kill("broker")
    began = time.monotonic()
    for n in range(5):
        post(ALARM, subject=f"s{n}")
    took = time.monotonic() - began
    print(f"five messages, broker {how}: {took:.2f} s")
    assert took < 1.5
    assert how == "killed" or took > 0.5  # it did hang
    assert counts() == {Status.QUEUED: 6}
