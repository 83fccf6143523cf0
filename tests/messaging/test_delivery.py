"""A message goes out once, to the right address, or somebody hears that it did not."""

import datetime as dt
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import translation

from accounts.models import User
from common import clock, languages
from messaging import delivery, signals
from messaging.kinds import Recipient, Rendered
from messaging.models import Message
from messaging.workflow import Status
from tests.messaging.conftest import ALARM, NOTE

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def failing(error, *, opening=False, after=None):
    """Make a mail backend that fails with this error, when connecting or when sending."""

    class Backend(BaseEmailBackend):
        calls = 0

        def open(self):
            type(self).calls += 1
            if opening:
                raise error

        def send_messages(self, mails):
            if not opening:
                raise error

    return Backend


@pytest.fixture
def mail_fails(monkeypatch):
    def use(error, **how):
        backend = failing(error, **how)
        monkeypatch.setattr("messaging.backends.get_connection", backend)
        return backend

    return use


def test_a_due_message_is_sent_to_the_verified_address_with_a_stable_id(post, team, settings):
    settings.SITE_URL = "https://halfword.example"
    message = post()
    assert delivery.deliver(message.pk) == Status.SENT
    [sent] = mail.outbox
    assert sent.recipients() == [f"Piet <{team.clinician.email}>"]
    assert sent.extra_headers["Message-ID"] == f"<{message.ref}@halfword.example>"
    message.refresh_from_db()
    assert (message.status, message.attempts, message.channel, message.lease_token) == ("sent", 1, "email", "")
    assert message.sent_at


def test_delivering_again_sends_nothing(post):
    message = post()
    delivery.deliver(message.pk)
    assert delivery.deliver(message.pk) is None
    assert len(mail.outbox) == 1


def test_a_message_of_tomorrow_waits(post):
    message = post(due_at=clock.now() + 60 * MINUTE)
    assert delivery.send_due() == 0
    assert delivery.send_due(now=clock.now() + 61 * MINUTE) == 1
    assert Message.objects.get(pk=message.pk).status == Status.SENT


def test_an_unknown_message_number_is_nothing(db):
    assert delivery.deliver(10**9) is None


def test_what_is_no_longer_true_is_cancelled(post, kind):
    kind(NOTE, still_true=lambda m: False)
    message = post()
    assert delivery.deliver(message.pk) == Status.CANCELLED
    message.refresh_from_db()
    assert message.problem and not mail.outbox


def test_the_address_is_that_of_the_moment_of_sending(post, team):
    message = post()
    team.clinician.email = "moved@example.org"
    team.clinician.save()
    delivery.deliver(message.pk)
    assert mail.outbox[0].recipients() == ["Piet <moved@example.org>"]


@pytest.mark.parametrize("name", [NOTE, ALARM])
def test_without_a_verified_address_somebody_hears_of_it(post, team, name):
    team.clinician.email_verified_at = None
    team.clinician.save()
    message = post(name)
    assert delivery.deliver(message.pk) == Status.DEAD
    assert list(Message.objects.undelivered()) == [message]
    assert not mail.outbox


def test_text_messages_say_that_they_are_not_set_up(post, kind):
    kind(ALARM, recipient=lambda m: Recipient("Piet", phone="+32470000000"))
    message = post(ALARM)
    assert delivery.deliver(message.pk) == Status.DEAD
    assert "not set up" in Message.objects.get(pk=message.pk).problem


@pytest.mark.parametrize(("ours", "written"), [(["en", "fr"], "fr"), (["en"], "en")])
def test_a_message_is_written_in_the_language_of_its_reader(post, kind, team, monkeypatch, ours, written):
    monkeypatch.setattr(languages, "written", lambda: ours)
    team.clinician.language = "fr"
    team.clinician.save()
    kind(NOTE, render=lambda m, r: Rendered(translation.get_language(), "."))
    delivery.deliver(post().pk)
    assert mail.outbox[0].subject == written
    assert translation.get_language() == "en"


@pytest.mark.parametrize(("name", "attempts"), [(NOTE, 6), (ALARM, 16)])
def test_a_provider_that_fails_is_tried_again_later_and_at_last_given_up(post, mail_fails, name, attempts):
    backend = mail_fails(ConnectionRefusedError(), opening=True)
    message, now, told = post(name), clock.now(), []
    signals.gave_up.connect(lambda sender, message, **kw: told.append(message.pk), weak=False, dispatch_uid="test")
    waits = []
    while Message.objects.get(pk=message.pk).status == Status.QUEUED:
        delivery.deliver(message.pk, now)
        message.refresh_from_db()
        waits.append(message.due_at - now)
        now = message.due_at
    signals.gave_up.disconnect(dispatch_uid="test")
    assert message.status == Status.DEAD
    assert backend.calls == attempts
    assert told == [message.pk]
    assert all(wait > dt.timedelta() for wait in waits[:-1])
    assert sum(waits[:-1], dt.timedelta()) > 10 * MINUTE  # a provider that is away for ten minutes loses nothing


@pytest.mark.parametrize(
    "error", [smtplib.SMTPDataError(451, b"busy"), smtplib.SMTPRecipientsRefused({"x": (450, b"")})]
)
def test_a_mail_server_that_says_not_now_is_asked_again(post, mail_fails, error):
    mail_fails(error)
    message = post()
    assert delivery.deliver(message.pk) == Status.QUEUED


def test_an_address_that_does_not_exist_is_given_up_at_once(post, mail_fails):
    mail_fails(smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")}))
    assert delivery.deliver(post().pk) == Status.DEAD


@pytest.mark.parametrize("error", [smtplib.SMTPServerDisconnected(), TimeoutError(), ConnectionResetError()])
def test_silence_after_handing_over_is_unknown_for_a_note_and_tried_again_for_an_alarm(post, mail_fails, error):
    mail_fails(error)
    note, alarm = post(), post(ALARM)
    assert delivery.deliver(note.pk) == Status.UNKNOWN
    assert delivery.deliver(alarm.pk) == Status.QUEUED
    assert list(Message.objects.undelivered()) == [note]


def test_a_goodbye_that_fails_undoes_nothing(post, monkeypatch):
    from django.core.mail.backends.locmem import EmailBackend

    def close(self):
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(EmailBackend, "close", close)
    assert delivery.deliver(post().pk) == Status.SENT


def boom(*args):
    raise ValueError("Samira's secret")


@pytest.mark.parametrize(
    ("fault", "others"),
    [
        ({"render": boom}, 100), ({"still_true": boom}, 2), ({"recipient": boom}, 2),
        ({"render": lambda m, r: Rendered("two\nlines", "")}, 2),
    ],
    ids=["render", "still_true", "recipient", "header"],
)  # fmt: skip
def test_one_poisonous_message_among_a_hundred_hurts_no_other(post, kind, caplog, fault, others):
    kind("test.poison", **fault)
    poison = post("test.poison")
    for n in range(others):
        post(subject=f"good{n}")
    assert delivery.send_due(limit=200) == others
    poison.refresh_from_db()
    now = clock.now()
    while poison.status == Status.QUEUED:
        assert poison.due_at > now
        now = poison.due_at
        delivery.deliver(poison.pk, now)
        poison.refresh_from_db()
    assert poison.status == Status.DEAD
    assert "secret" not in caplog.text


def test_a_kind_nobody_knows_any_more_is_given_up(post):
    message = post()
    Message.objects.filter(pk=message.pk).update(kind="gone")
    assert delivery.deliver(message.pk) == Status.DEAD


def test_escalations_go_first_then_the_longest_overdue(post, kind):
    kind(NOTE, render=lambda m, r: Rendered(m.subject, "."))
    kind(ALARM, render=lambda m, r: Rendered(m.subject, "."))
    now = clock.now()
    post(subject="new")
    post(subject="old", due_at=now - 60 * MINUTE)
    post(ALARM, subject="alarm")
    delivery.send_due()
    assert [m.subject for m in mail.outbox] == ["alarm", "old", "new"]


def test_sending_stops_when_its_time_is_up(post):
    post(), post(subject="b")
    assert delivery.send_due(budget=-1) == 0


def test_a_lost_sender_of_a_note_leaves_it_unknown_and_of_an_alarm_queued(post):
    note, alarm = post(), post(ALARM)
    now = clock.now()
    for message in (note, alarm):
        assert isinstance(delivery.claim(message.pk, now), delivery.Claim)
    assert delivery.release_stuck(now) == 0
    assert delivery.release_stuck(now + 4 * MINUTE) == 2
    note.refresh_from_db()
    alarm.refresh_from_db()
    assert (note.status, alarm.status) == (Status.UNKNOWN, Status.QUEUED)
    assert delivery.release_stuck(now + 4 * MINUTE) == 0


def test_after_the_clock_was_set_back_no_alarm_waits_for_its_hour_to_come_again(post):
    hour = dt.timedelta(hours=1)
    with clock.at(clock.now() + hour):
        fresh, note = post(ALARM, subject="fresh"), post()
    tried, between = post(ALARM, subject="tried"), post(ALARM, subject="between")
    Message.objects.filter(pk=tried.pk).update(attempts=1, due_at=clock.now() + hour)
    Message.objects.filter(pk=between.pk).update(due_at=clock.now() + hour)  # set back while it was being stored
    delivery.release_stuck(clock.now())
    assert set(Message.objects.due(clock.now())) == {fresh, tried, between}
    assert note.due_at > clock.now()  # this may wait


def test_an_escalation_is_never_stored_for_later(post):
    with pytest.raises(ValueError, match="goes at once"):
        post(ALARM, due_at=clock.now() + dt.timedelta(hours=1))
    assert not Message.objects.exists()


def test_what_was_given_up_goes_out_when_its_way_works_again(post):
    now = clock.now()
    alarm, other, refused, settled = (post(ALARM, subject=name) for name in ("a", "b", "refused", "settled"))
    dead = {"status": Status.DEAD, "problem": delivery.FAILED, "attempts": 16}
    Message.objects.update(due_at=now - 30 * MINUTE, **dead)
    Message.objects.filter(pk=refused.pk).update(problem=delivery.NO_ADDRESS)
    Message.objects.filter(pk=settled.pk).update(settled_at=now)
    Message.objects.filter(pk=other.pk).update(due_at=now - 25 * 60 * MINUTE)  # of the day before
    delivery.release_stuck(now)
    assert not Message.objects.waiting().exists()  # nothing tells that anything goes out
    note = post()
    assert delivery.deliver(note.pk) == Status.SENT
    delivery.release_stuck(clock.now())
    assert list(Message.objects.waiting()) == [alarm]
    alarm.refresh_from_db()
    assert (delivery.deliver(alarm.pk), alarm.wanted_at < alarm.due_at) == (Status.SENT, True)


def test_what_was_given_up_and_fails_again_is_given_up_at_once_and_rests(post, kind):
    now = clock.now()
    alarm = post(ALARM)
    Message.objects.update(status=Status.DEAD, problem=delivery.FAILED, attempts=16, due_at=now - 30 * MINUTE)
    assert delivery.deliver(post().pk) == Status.SENT
    delivery.release_stuck(clock.now())
    kind(ALARM, render=boom)
    assert delivery.deliver(alarm.pk) == Status.DEAD
    Message.objects.filter(pk=alarm.pk).update(problem=delivery.FAILED)
    delivery.release_stuck(clock.now())
    assert Message.objects.undelivered().get() == alarm  # not before ten minutes have passed


def test_a_lease_from_before_the_clock_was_set_back_ends_at_once(post):
    alarm = post(ALARM)
    assert delivery.claim(alarm.pk, clock.now())
    Message.objects.filter(pk=alarm.pk).update(lease_until=clock.now() + dt.timedelta(hours=1))
    delivery.release_stuck(clock.now())
    assert delivery.release_stuck(clock.now()) == 1


def test_an_alarm_that_kills_every_sender_is_given_up_at_last(post):
    message, now = post(ALARM), clock.now()
    for _turn in range(50):
        if not isinstance(delivery.claim(message.pk, now), delivery.Claim):
            break
        now += 2 * MINUTE
        delivery.release_stuck(now)
    message.refresh_from_db()
    assert message.status == Status.DEAD


def test_a_sender_that_comes_back_too_late_changes_nothing(post, monkeypatch):
    message = post(ALARM)
    mine = delivery.claim(message.pk, clock.now())
    delivery.release_stuck(clock.now() + 4 * MINUTE)
    assert delivery._send(mine, clock.now()) is None
    message.refresh_from_db()
    assert message.status == Status.QUEUED


def test_a_receiver_that_fails_does_not_keep_the_message_alive(post, kind):
    kind(NOTE, recipient=lambda m: None)
    signals.gave_up.connect(boom, weak=False, dispatch_uid="test")
    message = post()
    try:
        assert delivery.deliver(message.pk) == Status.DEAD
    finally:
        signals.gave_up.disconnect(dispatch_uid="test")
    assert Message.objects.get(pk=message.pk).status == Status.DEAD


def test_local_mail_keeps_the_mail_and_where_it_belongs(post, team, settings):
    settings.EMAIL_BACKEND = "messaging.backends.LocalMailBackend"
    from messaging.models import LocalMail

    message = post()
    delivery.deliver(message.pk)
    [kept] = LocalMail.objects.all()
    assert (kept.message_ref, kept.to) == (message.ref, team.clinician.email)
    assert "Piet" in kept.body


def test_a_name_with_a_line_break_keeps_no_mail_from_going_out(post, team, mailoutbox):
    User.objects.filter(pk=team.clinician.pk).update(first_name="Piet\nBcc: everybody@example.org")
    assert delivery.deliver(post().pk) == Status.SENT
    assert mailoutbox[0].recipients() == [f'"Piet Bcc: everybody@example.org" <{team.clinician.email}>']
    assert "Bcc" not in mailoutbox[0].message()
