"""A nudge may be lost, and never costs more than a second."""

import datetime as dt
import time

import pytest

from common import clock
from messaging import nudge, tasks
from messaging.models import Message
from tests.messaging.conftest import ALARM

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(settings, monkeypatch):
    settings.NUDGES = True
    found = []
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda **how: found.append(how))
    return found


def test_after_the_commit_the_worker_gets_the_id_and_nothing_else(post, published, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        message = post()
        assert not published
    assert [how["args"] for how in published] == [[message.pk]]
    assert set(published[0]) == {"args", "retry", "expires"} and published[0]["retry"] is False


def test_a_message_of_tomorrow_is_not_nudged(post, published):
    message = post(due_at=clock.now() + dt.timedelta(days=1))
    assert not nudge.send(message)
    assert not published


def test_where_nudges_are_off_nothing_is_published(post, published, settings):
    settings.NUDGES = False
    assert not nudge.send(post())
    assert not published


def test_a_broker_that_is_down_is_left_alone_for_a_while(post, settings, monkeypatch):
    settings.NUDGES = True
    calls = []

    def down(**how):
        calls.append(how)
        raise ConnectionError("redis://:secret@broker")

    monkeypatch.setattr(tasks.deliver, "apply_async", down)
    message = post()
    assert [nudge.send(message) for _ in range(5)] == [False] * 5
    assert len(calls) == 1
    nudge.breaker.reset()
    nudge.send(message)
    assert len(calls) == 2


def test_a_broker_that_hangs_costs_less_than_a_second_for_many_messages(post, settings, monkeypatch):
    settings.NUDGES = True
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda **how: time.sleep(3))
    messages = [post(ALARM, subject=f"s{n}") for n in range(5)]
    began = time.monotonic()
    answers = [nudge.send(message) for message in messages]
    assert not any(answers)
    assert time.monotonic() - began < 1


def test_a_tick_frees_runs_and_nudges_the_most_urgent_first(post, published, monkeypatch):
    later = post(subject="later", due_at=clock.now() + dt.timedelta(days=1))
    note, alarm = post(), post(ALARM)
    tasks.tick()
    assert [how["args"][0] for how in published] == [alarm.pk, note.pk]
    assert Message.objects.get(pk=later.pk).status == "queued"


def test_the_task_sends(post, mailoutbox):
    tasks.deliver(post().pk)
    assert len(mailoutbox) == 1
    assert Message.objects.get().status == "sent"
