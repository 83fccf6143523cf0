"""The fault suite counts rightly: a suite that cannot fail would prove nothing."""

import smtplib
from email.message import EmailMessage

import pytest

from tests.chaos.provider import DEADLINE, MailServer
from tests.chaos.tally import Mail, Row, count, percentile, table, violations

TEXTS = [("a@example.org", "first"), ("b@example.org", "colleague")]


def mail(ref, which=0, at=1.0):
    return Mail((ref, *TEXTS[which]), at)


def test_what_all_arrived_once_is_neither_lost_nor_doubled():
    row = count(Row("x"), {"f1": 0.0}, [mail("f1"), mail("f1", 1, at=5.0)], TEXTS, back=3.0)
    assert (row.committed, row.delivered, row.lost, row.duplicated) == (1, 1, 0, 0)
    assert sorted(row.waits) == [0.0, 2.0] and row.slowest == 2.0  # what came before the part was back did not wait
    assert violations([row]) == []


def test_a_flag_of_which_one_reader_never_heard_is_lost():
    row = count(Row("x"), {"f1": 0.0, "f2": 0.0}, [mail("f1"), mail("f1", 1), mail("f2")], TEXTS, back=0.0)
    assert (row.delivered, row.lost) == (1, 1)
    assert violations([row]) == ["x: 1 lost"]


def test_a_second_copy_is_a_duplicate_unless_the_provider_has_no_keys():
    twice = [mail("f1"), mail("f1", at=2.0), mail("f1", 1)]
    row = count(Row("x"), {"f1": 0.0}, twice, TEXTS, back=0.0)
    assert row.duplicated == 1 and violations([row]) == ["x: 1 duplicated"]
    row.duplicates_allowed = True
    assert violations([row]) == []


def test_a_mail_about_a_flag_nobody_was_told_is_stored_counts_for_nothing():
    row = count(Row("x"), {}, [mail("f9"), mail("f9")], TEXTS, back=0.0)
    assert (row.committed, row.delivered, row.duplicated) == (0, 0, 0)


def test_the_wait_begins_when_the_part_is_back_and_the_flag_is_answered():
    row = count(Row("x"), {"f1": 8.0}, [mail("f1", at=9.0), mail("f1", 1, at=9.5)], TEXTS, back=3.0)
    assert sorted(row.waits) == [1.0, 1.5]


@pytest.mark.parametrize("share, is_", [(0.0, 1), (0.5, 50), (0.99, 99), (1.0, 100)])
def test_the_percentile_is_a_value_that_was_measured(share, is_):
    assert percentile(range(1, 101), share) == is_
    assert percentile([7.0], share) == 7.0 and percentile([], share) == 0.0


def test_the_table_has_a_line_for_each_fault():
    assert len(table([Row("one"), Row("another", note="x")]).splitlines()) == 3


@pytest.fixture
def server():
    server = MailServer()
    yield server
    server.shutdown()
    server.server_close()


def send(server, key="<k1@here>"):
    message = EmailMessage()
    message["To"], message["From"], message["Message-ID"] = "a@example.org", "h@example.org", key
    message["X-Halfword-Ref"] = "r1"
    message.set_content("Look: http://here/flags/abc123/ and answer.\n.\n..\n")
    with smtplib.SMTP("127.0.0.1", server.port, timeout=10) as line:
        line.send_message(message)


def test_a_provider_with_keys_keeps_one_mail_of_two_and_one_without_keeps_both(server):
    send(server), send(server)
    assert len(server.of({"abc123"})) == 1
    server.keyed = False
    send(server)
    assert len(server.of({"abc123"})) == 2


def test_the_deadline_in_a_text_which_every_flag_has_another_of_is_left_out():
    assert DEADLINE.sub("", "Urgent: answer before 07:29. Somebody waits.") == "Somebody waits."
    assert DEADLINE.sub("", "Urgent: answer now. Somebody waits.") == "Somebody waits."


def test_a_provider_that_drops_has_the_mail_all_the_same_and_one_that_is_down_has_not(server):
    server.mode = "drops"
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(server)
    server.mode = "down"
    with pytest.raises(smtplib.SMTPException):
        send(server, "<k2@here>")
    assert len(server.of({"abc123"})) == 1
