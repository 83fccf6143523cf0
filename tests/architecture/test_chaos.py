"""The fault suite counts rightly: a suite that cannot fail would prove nothing."""

import argparse
import datetime as dt
import smtplib
from email.message import EmailMessage
from types import SimpleNamespace

import pytest

from tests.chaos import __main__ as suite
from tests.chaos import faults
from tests.chaos.people import Log
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
    send(server, "<k2@here>"), send(server, "<k2@here>")
    assert len(server.of({"abc123"})) == 3
    send(server)  # a second attempt at what it took while it had keys
    assert len(server.of({"abc123"})) == 3 and server.recognised == 2


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


# What the suite breaks, so that the register of hazards can name it --------------------------------


@pytest.fixture
def broken(monkeypatch):
    """A function that goes through the whole suite with nothing behind it; returns the run."""

    class Nothing(SimpleNamespace):
        def __init__(self, *_words, **_more):
            processes = SimpleNamespace(running={}, kill=lambda *_names: None)
            super().__init__(stand=processes, mail=SimpleNamespace(recognised=0), texts={1, 2}, cluster=self)

        has_small_disk = True
        begin = renew = recount = close = lambda self, *_words: []
        inside = lambda self, *_words: {"control": 1, "locked": 0}  # noqa: E731

    def row(name):
        return lambda *_words, **_more: Row(name, injected=1, committed=1, delivered=1)

    for name in ("killed_at_every_statement", "notes_dropped", "disk_full", "database_stopped"):
        monkeypatch.setattr(faults, name, row(name))
    monkeypatch.setattr(faults, "inject", lambda lab, name, *_words, **_more: row(name)())
    monkeypatch.setattr(faults, "clock_jumps", lambda *_words, **_more: [row("clock")()])
    monkeypatch.setattr(faults, "without_outbox", lambda lab: Row("control: no outbox", lost=1))
    monkeypatch.setattr(suite, "Lab", Nothing)
    monkeypatch.setattr(suite, "open_cluster", lambda stack, programs: Nothing())
    monkeypatch.setattr(suite, "binaries", lambda: "here")

    def go(long=False):
        run = suite.Run(argparse.Namespace(long=long, fresh=False, seed=1, minutes=9))
        run.all(None)
        return run

    return go


@pytest.fixture
def done(broken):
    return {row.fault for row in broken().rows}


def test_the_suite_kills_and_hangs_every_part(done):
    assert {f"{part} killed" for part in ("web", "worker", "beat", "sweeper", "broker")} <= done
    assert {"broker hung", "worker hung", "PostgreSQL, broker hung", "PostgreSQL, worker hung"} <= done


def test_the_suite_lets_the_broker_forget_everything(done):
    assert "broker flushed" in done


def test_the_suite_runs_two_of_what_should_be_one(done):
    assert {"two beats", "two sweepers"} <= done


def test_the_suite_kills_who_raises_a_flag_at_every_statement(done):
    assert "killed_at_every_statement" in done


def test_the_suite_lets_the_provider_fail_in_every_way(done):
    drops = "provider drops after accepting"
    assert {"provider down", "provider slow", f"{drops} (keyed)", f"{drops} (keyless)", "notes_dropped"} <= done


def test_the_suite_stops_the_database_at_once_and_fills_its_disk(broken):
    names = [row.fault for row in broken().rows]
    assert "database_stopped" in names
    assert names.count("disk_full") == 2  # of SQLite and of PostgreSQL


def test_the_suite_sets_the_clock(done):
    assert "clock" in done


def test_the_long_form_breaks_two_hundred_things(broken):
    assert len(broken(long=True).rows) >= suite.LONG_FAULTS


def test_a_run_in_which_all_went_well_passes_and_any_loss_fails_it(broken, capsys):
    run = broken()
    assert run.report() == 0 and "No violation." in capsys.readouterr().out
    run.rows[3].lost = 1
    assert run.report() == 1 and "1 lost" in capsys.readouterr().out


@pytest.mark.parametrize("which", [0, 1])
def test_a_control_that_loses_nothing_fails_the_run(broken, capsys, which):
    run = broken()
    assert {row.fault for row in run.controls} == {"control: no outbox", "control: no lock on places"}
    run.controls[which].lost = 0
    assert run.report() == 1 and "nothing was lost" in capsys.readouterr().out


def judged(fault, *posts, **seen):
    return faults.judge(Row(fault), Log(posts=list(posts), **seen), faults.Answers()).violations


def test_an_answer_may_take_two_and_a_half_seconds_without_a_broker():
    assert judged("broker hung", 2.4, gets=[0.1, 0.3]) == []
    assert judged("broker hung", 2.6, gets=[0.1, 0.3]) == ["an answer took 2.6 s, more than 2.5"]
    assert judged("beat killed", 2.6) == []


def test_on_a_machine_where_pages_are_slow_the_broker_may_cost_a_second_and_no_more():
    assert judged("broker hung", 3.9, gets=[0.6, 0.1]) == []
    assert judged("broker hung", 4.1, gets=[0.6, 0.1]) == ["an answer took 4.1 s, more than 4.0"]


def test_an_error_page_fails_the_run_unless_the_database_is_away():
    assert judged("broker hung", errors=[(500, "<h1>")]) == ["answers Counter({500: 1})"]
    assert judged("SQLite disk full", errors=[(500, "<h1>")]) == []
    assert judged("SQLite disk full", errors=[(500, "")]) == ["an error page without words"]


def test_the_next_change_of_the_clocks_is_found():
    spring, autumn = (
        dt.datetime(2027, 3, 28, 0, 59, 50, tzinfo=dt.UTC),
        dt.datetime(2027, 10, 31, 0, 59, 50, tzinfo=dt.UTC),
    )
    assert faults.changeover(dt.datetime(2026, 11, 29, 12, 5, tzinfo=dt.UTC)) == spring
    assert faults.changeover(spring) == autumn
