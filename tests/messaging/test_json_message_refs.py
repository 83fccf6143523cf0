"""Each JSON line about a message says which one, by its reference, and nothing about anybody."""

import pytest

from common import clock
from messaging import delivery, reports, signals
from messaging.models import Message
from tests.fakes.sms import envelope, signed
from tests.messaging.conftest import ALARM, NOTE
from tests.messaging.test_json_logs import NAMES, kept, refused_row

pytestmark = pytest.mark.django_db
__all__ = ["kept"]


def about(kept, message, logger="messaging.delivery"):
    """Return the lines of a logger; all of them are about this message."""
    lines = kept.lines(logger=logger)
    assert lines and {line.get("message_ref") for line in lines} == {message.ref}
    assert all(set(line) <= NAMES for line in lines)
    return [line["message"] for line in lines]


def failing(problem):
    def send(*args):
        raise problem

    return send


@pytest.mark.parametrize("part", ["still_true", "recipient", "render"])
def test_a_kind_that_fails(kept, post, kind, part):
    kind(NOTE, **{part: refused_row})
    message = post()
    delivery.deliver(message.pk)
    assert any(NOTE in line for line in about(kept, message))


@pytest.mark.parametrize("problem", [ConnectionError("away"), delivery.backends.Unsure("no answer came")])
def test_a_provider_that_fails(kept, post, monkeypatch, problem):
    monkeypatch.setattr(delivery.backends, "send", failing(problem))
    message = post()
    delivery.deliver(message.pk)
    assert about(kept, message)


def test_one_given_up_and_a_listener_that_fails(kept, post, monkeypatch):
    monkeypatch.setattr(delivery.backends, "send", failing(delivery.backends.Refused("There is no such address.")))
    monkeypatch.setattr(signals.gave_up, "send", refused_row)
    message = post()
    delivery.deliver(message.pk)
    assert len(about(kept, message)) == 2


def test_one_that_another_took_over(kept, post):
    message = post()
    mine = delivery.claim(message.pk, clock.now())
    Message.objects.update(lease_token="somebody-else")
    assert delivery.settle(mine.message, "sent", "", was="sending", token=mine.token) is None
    assert about(kept, message)


def test_an_alarm_whose_reader_is_not_found(kept, post, kind, provider):
    message = post(ALARM)
    kind(ALARM, recipient=refused_row)
    delivery.give_up(message, clock.now(), "It could not be sent.", was="queued")
    assert len(about(kept, message)) == 2


def test_what_a_provider_reports(kept, post, provider, phone, client):
    message = post(ALARM, to=phone)
    Message.objects.update(channel="sms")
    delivery.deliver(message.pk)
    body, signature = signed(envelope(provider.accepted[0], "DELIVERED"), "a-secret")
    answer = client.post("/webhooks/sms/", body, "application/json", headers={"Signature": signature})
    assert answer.status_code == 200
    assert about(kept, message, reports.__name__) == ["A provider reports: delivered"]
