"""Storing a message once, with what caused it."""

import datetime as dt

import pytest
from django.db import transaction

from common import clock
from messaging import delivery, outbox
from messaging.models import Message
from messaging.workflow import Status
from tests.messaging.conftest import ALARM, NOTE, together

pytestmark = pytest.mark.django_db


def test_the_same_message_is_stored_once(post):
    assert post(key="2026-11-26") == post(key="2026-11-26")
    assert post(key="2026-11-27") != post(key="2026-11-26")
    assert Message.objects.count() == 2


def test_an_unknown_kind_is_refused(post):
    with pytest.raises(KeyError):
        post("nobody.knows")


def test_a_message_goes_down_with_what_caused_it(post):
    def action_that_fails():
        with transaction.atomic():
            post()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        action_that_fails()
    assert not Message.objects.exists()


def test_cancelling_leaves_alarms_and_what_was_sent(post):
    note, alarm, sent = post(), post(ALARM), post(key="sent")
    delivery.deliver(sent.pk)
    assert outbox.cancel(subject="thing", why="It ended.") == 1
    note.refresh_from_db(), alarm.refresh_from_db(), sent.refresh_from_db()
    assert (note.status, alarm.status, sent.status) == (Status.CANCELLED, Status.QUEUED, Status.SENT)


def test_cancelling_one_kind_leaves_the_others(post, kind):
    kind("test.other")
    post(), post("test.other")
    assert outbox.cancel(subject="thing", kind=NOTE) == 1


@pytest.mark.django_db(transaction=True)
def test_eight_threads_storing_one_message_store_one_row(post):
    found = together(post)
    assert len({message.pk for message in found}) == 1
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_threads_claiming_one_message_send_it_once(post, mailoutbox):
    message = post()
    found = together(lambda: delivery.deliver(message.pk))
    assert sorted(found, key=str) == [None] * 7 + [Status.SENT]
    assert len(mailoutbox) == 1


@pytest.mark.django_db(transaction=True)
def test_eight_threads_sending_all_that_is_due_send_each_once(post, mailoutbox):
    for n in range(20):
        post(subject=f"s{n}")
    assert sum(together(delivery.send_due)) == 20
    assert len(mailoutbox) == 20


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("safe", [True, False], ids=["conditional", "control"])
def test_without_the_conditional_claim_a_message_would_go_out_twice(post, mailoutbox, monkeypatch, safe):
    """The control shows that the race is real: a claim that only looks lets several through."""
    if not safe:
        monkeypatch.setattr(delivery, "claim", careless_claim)
    message = post()
    together(lambda: delivery.deliver(message.pk))
    assert (len(mailoutbox) == 1) is safe


def careless_claim(pk, now):
    message = Message.objects.get(pk=pk)
    together.waits.wait()
    return delivery.Claim(message, delivery.kinds.get(message.kind), "")


@pytest.fixture(autouse=True)
def all_look_first():
    import threading

    together.waits = threading.Barrier(8)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_claim_passes_by_a_message_that_somebody_is_changing(post):
    """Skipping a locked row instead of waiting for it."""
    from django.db import connection

    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no row locks")
    message = post()
    with transaction.atomic():
        Message.objects.lock(message.pk)
        [found] = together(lambda: delivery.deliver(message.pk), times=1)
    assert found is None


def test_a_withdrawal_between_posting_and_sending_stops_the_message(post, kind, mailoutbox):
    allowed = {"yes"}
    kind(NOTE, still_true=lambda m: bool(allowed))
    message = post(due_at=clock.now() + dt.timedelta(days=3))
    allowed.clear()
    delivery.send_due(now=clock.now() + dt.timedelta(days=4))
    assert Message.objects.get(pk=message.pk).status == Status.CANCELLED
    assert not mailoutbox
