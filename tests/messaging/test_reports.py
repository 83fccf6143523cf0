"""Providers tell what became of messages: signed, once each, and never the other way round."""

import base64
import json

import pytest
import requests

from common import clock
from messaging import backends, delivery, signals
from messaging.kinds import Recipient, Rendered
from messaging.models import Message, ProviderEvent
from messaging.workflow import Status
from tests.fakes.sms import envelope, signed
from tests.messaging.conftest import ALARM, NOTE

pytestmark = pytest.mark.django_db
SMS, MAIL = "/webhooks/sms/", "/webhooks/mail/"


def fresh(message):
    return Message.objects.get(pk=message.pk)


@pytest.fixture
def text(provider, phone, post):
    """A function that sends a message as a text, however the provider behaves."""
    phone.email_verified_at = None
    phone.save()

    def send(name=NOTE, mode="ok"):
        provider.mode = mode
        message = post(name)
        delivery.deliver(message.pk)
        return fresh(message)

    return send


@pytest.fixture
def report(client, provider):
    """A function that reports about the newest text as the provider does; returns the status of the answer."""

    def send(status, event_id="", secret="a-secret", **changes):
        body, signature = signed(envelope(provider.accepted[-1] | changes, status, event_id), secret)
        return client.post(SMS, body, "application/json", headers={"Signature": signature}).status_code

    return send


def test_delivered_settles_what_was_not_known(text, report):
    message = text(mode="drop")
    assert message.status == Status.UNKNOWN
    assert report("DELIVERED") == 200
    row = fresh(message)
    assert (row.status, row.problem) == (Status.SENT, "") and row.sent_at and row.provider_id


def test_delivered_ends_the_attempts_of_an_alarm_that_got_no_answer(text, report):
    message = text(ALARM, mode="drop")
    assert message.status == Status.QUEUED
    report("DELIVERED")
    assert fresh(message).status == Status.SENT


@pytest.mark.parametrize("name", [NOTE, ALARM])
@pytest.mark.parametrize("status", ["UNDELIVERABLE", "EXPIRED", "REJECTED", "DELETED"])
def test_what_did_not_arrive_after_all_is_seen_and_told(text, report, name, status):
    heard = []
    signals.gave_up.connect(lambda sender, message, **kw: heard.append(message.pk), weak=False, dispatch_uid="reports")
    message = text(name)
    assert report(status) == 200
    signals.gave_up.disconnect(dispatch_uid="reports")
    assert fresh(message).status == Status.DEAD and heard == [message.pk]
    assert list(Message.objects.undelivered()) == [message]


def test_a_failure_after_delivery_is_ignored_and_so_is_one_of_an_earlier_attempt(text, report):
    message = text()
    report("UNDELIVERABLE", msg_id="another")
    assert fresh(message).status == Status.SENT
    report("DELIVERED")
    report("UNDELIVERABLE")
    assert fresh(message).status == Status.SENT


@pytest.mark.parametrize("status", ["ENROUTE", "ACCEPTED", "UNKNOWN", "SOMETHING_NEW", "", None])
def test_another_word_of_theirs_changes_nothing(text, report, status):
    message = text(mode="drop")
    assert report(status) == 200
    assert fresh(message).status == Status.UNKNOWN


def test_the_same_report_twice_is_one(text, report):
    message = text()
    for _n in range(3):
        assert report("UNDELIVERABLE", event_id="e1") == 200
    assert ProviderEvent.objects.count() == 1
    Message.objects.filter(pk=message.pk).update(status=Status.SENT)
    report("UNDELIVERABLE", event_id="e1")
    assert fresh(message).status == Status.SENT


def test_what_somebody_settled_by_hand_stays_settled(text, report, team):
    from messaging import actions

    message = text(mode="drop")
    actions.settle(message=message.pk, by=team.coordinator)
    report("DELIVERED")
    assert fresh(message).status == Status.UNKNOWN and ProviderEvent.objects.count() == 1


def test_a_report_about_a_message_that_is_just_being_sent_comes_again(text, report):
    message = text()
    Message.objects.filter(pk=message.pk).update(status=Status.SENDING, lease_until=clock.now())
    assert report("UNDELIVERABLE") == 503
    assert not ProviderEvent.objects.exists()


def test_a_stranger_changes_nothing(text, report, client, provider):
    message = text()
    assert report("UNDELIVERABLE", secret="guessed") == 403
    body, _signature = signed(envelope(provider.accepted[-1], "UNDELIVERABLE"), "a-secret")
    assert client.post(SMS, body, "application/json").status_code == 403
    assert client.post(SMS, body, "application/json", headers={"Signature": "v1=é"}).status_code == 403
    assert fresh(message).status == Status.SENT and not ProviderEvent.objects.exists()


def test_a_message_that_is_not_ours_is_taken_and_forgotten(text, report):
    text()
    assert report("DELIVERED", reference="nobody's") == 200
    assert not ProviderEvent.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("[]", 200), ("{}", 200), ("not json", 400), ('{"event_type": "message.status.sms"}', 400),
        ('{"event_type": "message.status.sms", "event_id": "e", "event": []}', 400), ("\\udcff", 400),
        ('{"event_type": "message.status.sms", "event_id": "e", "event": {"status_at": "no date"}}', 200),
        ('{"event_type": "message.status.sms", "event_id": "e", "event": {"status_at": "2026-99-99T00:00:00Z"}}', 400),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_no_server_error(provider, client, body, status):
    import hashlib
    import hmac

    sign = "v1=" + hmac.new(b"a-secret", body.encode(), hashlib.sha256).hexdigest()
    assert client.post(SMS, body, "application/json", headers={"Signature": sign}).status_code == status


def test_a_report_too_large_is_not_read(provider, client):
    assert client.post(SMS, "x" * (256 * 1024 + 1), "application/json").status_code == 413


def test_there_is_no_such_page_without_a_secret(provider, client, settings):
    settings.SMS_WEBHOOK_SECRET = ""
    assert client.post(SMS, "{}", "application/json").status_code == 404
    assert client.post(MAIL, "{}", "application/json").status_code == 404


def test_the_stand_in_sends_its_reports_signed(provider, text, live_server):
    message = text(mode="drop")
    asked = {"url": live_server.url + SMS, "secret": "a-secret", "status": "DELIVERED"}
    answer = requests.post(f"{provider.url}/reports", json=asked, timeout=20)
    assert answer.json() == {"status": 200}
    assert fresh(message).status == Status.SENT


def test_the_page_of_a_message_shows_what_the_provider_said(text, report, client, team):
    message = text()
    report("UNDELIVERABLE")
    client.force_login(team.coordinator)
    page = client.get(f"/outbox/message/{message.ref}/").content.decode()
    assert "The provider says that it did not arrive" in page and "By text message" in page


# Mail -----------------------------------------------------------------------------------------


@pytest.fixture
def mailed(settings, post):
    """A function that makes a message that a mail provider took."""
    settings.ANYMAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "us:secret"}

    def make(name=ALARM, provider_id="m-1"):
        message = post(name)
        Message.objects.filter(pk=message.pk).update(status=Status.SENT, provider_id=provider_id, sent_at=clock.now())
        return message

    return make


def tell(client, body, login="us:secret"):
    """Report as Postmark does."""
    word = "Basic " + base64.b64encode(login.encode()).decode()
    return client.post(MAIL, json.dumps(body), "application/json", headers={"Authorization": word}).status_code


BOUNCE = {
    "RecordType": "Bounce", "ID": 42, "Type": "HardBounce", "TypeCode": 1, "MessageID": "m-1", "Tag": "",
    "Description": "no such user", "Details": "x", "Email": "piet@example.org", "BouncedAt": "2026-11-28T10:00:00Z",
}  # fmt: skip
DELIVERY = {
    "RecordType": "Delivery", "MessageID": "m-1", "Recipient": "piet@example.org", "Tag": "", "Metadata": {},
    "DeliveredAt": "2026-11-28T10:00:00Z", "Details": "ok",
}  # fmt: skip


def test_a_bounce_has_an_alarm_go_on_as_a_text(mailed, client, provider, phone):
    message = mailed()
    assert tell(client, BOUNCE) == 200
    row = fresh(message)
    assert (row.status, row.channel) == (Status.QUEUED, "sms")
    assert delivery.deliver(message.pk) == Status.SENT
    assert tell(client, BOUNCE) == 200  # again, about the mail that is past
    assert fresh(message).status == Status.SENT and len(provider.accepted) == 1


def test_a_bounce_is_seen_where_there_is_no_other_way(mailed, client):
    message = mailed(NOTE)
    tell(client, BOUNCE)
    assert list(Message.objects.undelivered()) == [message]


def test_a_mail_carries_our_reference_and_its_reports_find_it_before_the_providers_id_is_known(mailed, client):
    message = mailed(provider_id="")
    assert backends.compose(message, Recipient("Piet", "piet@example.org"), Rendered("Look", "x")).metadata == {
        "halfword_ref": message.ref
    }
    mine = {"Metadata": {"halfword_ref": message.ref}}
    Message.objects.filter(pk=message.pk).update(status=Status.SENDING, lease_until=clock.now())
    assert tell(client, BOUNCE | mine) == 503  # it is just being sent: come once more
    Message.objects.filter(pk=message.pk).update(status=Status.UNKNOWN, lease_until=None)
    assert tell(client, DELIVERY | mine) == 200
    assert fresh(message).status == Status.SENT  # a mail that got no answer has no id either


@pytest.mark.parametrize("metadata", [{}, {"halfword_ref": None}, {"halfword_ref": ["x"]}, {"halfword_ref": "x" * 999}])
def test_a_reference_that_is_none_of_ours_changes_nothing(mailed, client, metadata):
    message = mailed()
    assert tell(client, BOUNCE | {"Metadata": metadata, "MessageID": "other"}) == 200
    assert fresh(message).status == Status.SENT


def test_a_delivery_without_a_number_of_its_own_is_stored_once(mailed, client):
    message = mailed(NOTE)
    Message.objects.filter(pk=message.pk).update(status=Status.UNKNOWN)
    assert tell(client, DELIVERY) == tell(client, DELIVERY) == 200
    assert fresh(message).status == Status.SENT and ProviderEvent.objects.count() == 1


def test_a_mail_report_by_a_stranger_or_about_an_opened_mail_changes_nothing(mailed, client):
    mailed()
    assert tell(client, BOUNCE, "us:guess") == 403
    assert tell(client, {"RecordType": "Open", "MessageID": "m-1", "Recipient": "piet@example.org"}) == 200
    assert not ProviderEvent.objects.exists()


def test_nothing_about_anybody_is_kept_or_logged_of_a_report(mailed, client, caplog):
    mailed(NOTE)
    tell(client, BOUNCE)
    tell(client, BOUNCE, "us:guess")
    [event] = ProviderEvent.objects.values()
    assert "piet" not in str(event) + caplog.text and "no such user" not in str(event) + caplog.text
