"""What cannot wait goes on as a text message when the mail is dead, and what a provider answers is understood."""

import json
import smtplib
import subprocess
import sys

import pytest
import requests
from django.core import mail

from common import clock
from messaging import delivery, outbox, signals
from messaging.kinds import Rendered
from messaging.models import Message
from messaging.workflow import Status
from tests.messaging.conftest import ALARM, NOTE
from tests.messaging.test_delivery import MINUTE, failing

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_mail(phone):
    """The clinician, whose e-mail address is not verified: only the telephone is."""
    phone.email_verified_at = None
    phone.save()
    return phone


@pytest.fixture
def given_up():
    """The messages that somebody heard of."""
    heard = []
    signals.gave_up.connect(
        lambda sender, message, **kw: heard.append(message.key), weak=False, dispatch_uid="sms-test"
    )
    yield heard
    signals.gave_up.disconnect(dispatch_uid="sms-test")


def fresh(message):
    return Message.objects.get(pk=message.pk)


def run_out(message):
    """Deliver a message at every moment it is due until nothing more happens."""
    while (row := fresh(message)).status == Status.QUEUED:
        delivery.deliver(row.pk, max(row.due_at, clock.now()))
    return row


def test_a_text_message_goes_to_the_number_without_plus_and_spaces_and_its_id_is_kept(provider, no_mail, post, team):
    team.clinic.flag_phone = "+3292000000"
    team.clinic.save()
    message = post(ALARM)
    assert delivery.deliver(message.pk) == Status.SENT
    [sent] = provider.accepted
    assert (sent["recipient"], sent["reference"]) == (32470123456, message.ref)
    assert sent["message"] == "You have a message in Halfword\n+32 9 200 00 00"
    row = fresh(message)
    assert (row.channel, row.provider_id) == ("sms", sent["msg_id"])
    assert not mail.outbox


def test_it_says_the_subject_and_the_first_link_unless_its_kind_writes_its_own(provider, no_mail, post, kind, team):
    team.clinic.phone = team.clinic.flag_phone = ""
    team.clinic.save()
    kind(ALARM, render=lambda m, r: Rendered("Look", "Dear Piet,\n\nhttps://h.example/x and https://h.example/y"))
    delivery.deliver(post(ALARM).pk)
    kind(ALARM, render_short=lambda m, r: "My own words")
    delivery.deliver(post(ALARM, key="2").pk)
    assert [row["message"] for row in provider.accepted] == ["Look\nhttps://h.example/x", "My own words"]


def test_a_provider_that_refuses_is_not_asked_again_and_somebody_hears(provider, no_mail, post, given_up):
    provider.mode = "refuse"
    message = post(ALARM)
    assert delivery.deliver(message.pk) == Status.DEAD
    assert provider.asked == 1 and given_up == [message.key]


@pytest.mark.parametrize("name", [NOTE, ALARM])
def test_a_provider_that_fails_is_asked_again_later(provider, no_mail, post, name):
    provider.mode = "fail"
    message = post(name)
    assert delivery.deliver(message.pk) == Status.QUEUED
    provider.mode = "ok"
    assert run_out(message).status == Status.SENT
    assert len(provider.accepted) == 1


def test_no_connection_is_a_failed_attempt_and_nothing_unknown(provider, no_mail, post, settings):
    settings.SMS_URL = "http://127.0.0.1:9"
    message = post()
    assert delivery.deliver(message.pk) == Status.QUEUED


@pytest.mark.parametrize("mode", ["hang", "drop"])
def test_silence_after_handing_over_is_unknown_for_a_note_and_tried_again_for_an_alarm(provider, no_mail, post, mode):
    provider.mode = mode
    note, alarm = post(), post(ALARM)
    now = clock.now()
    assert delivery.deliver(note.pk) == Status.UNKNOWN
    assert delivery.deliver(alarm.pk, now) == Status.QUEUED
    assert fresh(alarm).due_at >= now + MINUTE  # its report may come first
    assert len(provider.accepted) == 2


# The other channel ----------------------------------------------------------------------------


@pytest.fixture
def refused(monkeypatch):
    """A mail server that knows no such address."""
    error = smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")})
    monkeypatch.setattr("messaging.backends.get_connection", failing(error))


def test_an_alarm_whose_address_is_refused_goes_on_as_a_text_in_the_same_row(provider, phone, post, refused, given_up):
    message = post(ALARM)
    assert delivery.deliver(message.pk) == Status.QUEUED
    row = fresh(message)
    assert (row.channel, row.attempts) == ("sms", 0) and row.problem
    assert delivery.deliver(message.pk) == Status.SENT
    assert len(provider.accepted) == 1 and not given_up
    assert fresh(message).problem == ""


def test_an_alarm_whose_mail_failed_too_often_goes_on_as_a_text(provider, phone, post, monkeypatch, given_up):
    monkeypatch.setattr("messaging.backends.get_connection", failing(ConnectionRefusedError(), opening=True))
    row = run_out(post(ALARM))
    assert (row.status, row.channel, row.attempts) == (Status.SENT, "sms", 1)
    assert not given_up


def test_only_when_both_ways_failed_is_it_dead_and_told_once(provider, phone, post, refused, given_up):
    provider.mode = "refuse"
    message = post(ALARM)
    assert run_out(message).status == Status.DEAD
    assert given_up == [message.key]


def test_a_note_does_not_go_on_as_a_text(provider, phone, post, refused):
    assert delivery.deliver(post(NOTE).pk) == Status.DEAD
    assert not provider.accepted


@pytest.mark.parametrize("what", ["no number", "not verified", "no provider"])
def test_without_a_verified_number_or_a_provider_it_is_dead_at_once(provider, phone, post, refused, settings, what):
    if what == "no provider":
        settings.SMS_PROVIDER = ""
    else:
        phone.phone_verified_at = None
        phone.phone = "" if what == "no number" else phone.phone
        phone.save()
    assert delivery.deliver(post(ALARM).pk) == Status.DEAD


def test_sent_again_by_hand_it_begins_with_a_mail(provider, phone, post, refused, team, monkeypatch):
    from messaging import actions

    provider.mode = "refuse"
    message = post(ALARM)
    run_out(message)
    monkeypatch.undo()
    actions.retry(message=message.pk, by=team.coordinator)
    delivery.deliver(message.pk)
    assert fresh(message).channel == "email" and len(mail.outbox) == 1


# Both ways at once ----------------------------------------------------------------------------


def test_both_ways_are_two_rows_of_one_posting(provider, phone, post):
    message = post(ALARM, by_sms_too=True)
    assert post(ALARM, by_sms_too=True) == message
    first, second = Message.objects.order_by("pk")
    assert second.key == f"{first.key}:sms" and first.posting == second.posting
    assert delivery.send_due() == 2
    assert len(mail.outbox) == len(provider.accepted) == 1


@pytest.mark.parametrize("what", ["not verified", "no provider", "no address"])
def test_there_is_one_row_where_the_second_way_is_not_there(provider, phone, post, settings, what):
    if what == "no provider":
        settings.SMS_PROVIDER = ""
    else:
        setattr(phone, {"not verified": "phone_verified_at", "no address": "email_verified_at"}[what], None)
        phone.save()
    post(ALARM, by_sms_too=True)
    assert Message.objects.count() == 1


def test_a_mail_that_dies_beside_a_text_sends_no_second_text_and_hurries_nobody(
    provider, phone, post, refused, given_up
):
    message = post(ALARM, by_sms_too=True)
    assert delivery.deliver(Message.objects.get(key=message.twin_key).pk) == Status.SENT
    assert delivery.deliver(message.pk) == Status.DEAD
    assert len(provider.accepted) == 1 and not given_up


def test_a_text_that_is_only_on_its_way_comforts_nobody(provider, phone, post, refused, given_up):
    message = post(ALARM, by_sms_too=True)
    assert delivery.deliver(message.pk) == Status.DEAD
    assert given_up == [message.key]


def test_the_text_alone_does_not_become_a_mail(provider, phone, post):
    message = post(ALARM, by_sms_too=True)
    phone.phone_verified_at = None
    phone.save()
    assert delivery.deliver(Message.objects.get(key=message.twin_key).pk) == Status.DEAD
    assert not mail.outbox


# The stand-in itself --------------------------------------------------------------------------


def test_the_stand_in_runs_by_itself_and_writes_one_line_for_each_message(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    record, port = tmp_path / "sent", "18731"
    process = subprocess.Popen([sys.executable, "-m", "tests.fakes.sms", "--port", port, "--record", str(record)])
    try:
        session = requests.Session()
        session.mount(
            "http://", requests.adapters.HTTPAdapter(max_retries=requests.adapters.Retry(8, backoff_factor=0.2))
        )
        for _n in range(2):
            session.post(
                f"http://127.0.0.1:{port}/mobile/single", json={"recipient": 324, "message": "m", "reference": "r"},
                headers={"Authorization": "Token x"}, timeout=20,
            )  # fmt: skip
    finally:
        process.terminate()
        process.wait(10)
    assert [json.loads(line)["reference"] for line in record.read_text().splitlines()] == ["r", "r"]


def test_outbox_takes_the_word_of_the_kind_for_where_somebody_is(provider, phone, team, kind):
    kind(ALARM, recipient=lambda m: None)
    outbox.post(ALARM, "x", clinic=team.clinic, to=phone, by_sms_too=True)
    assert Message.objects.count() == 1
