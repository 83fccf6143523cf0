"""Somebody outside is called while messages go out, and no round ever waits for them."""

import datetime as dt
import logging
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import OperationalError

from common import clock
from messaging import dead_man, rounds, sweeper
from messaging.dead_man import DeadMan
from messaging.models import Message
from messaging.workflow import Status
from tests.messaging.conftest import ALARM

pytestmark = pytest.mark.django_db
SECRET = "ping/5b0c-our-secret-address"


class Outside(ThreadingHTTPServer):
    """The watch outside: answers with `status`, or, while `hangs`, takes calls and says nothing."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.hangs, self.calls = 204, False, []
        self.called, self.let_go = threading.Semaphore(0), threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/{SECRET}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.calls.append(self.path)
        self.server.called.release()
        if self.server.hangs:
            self.server.let_go.wait(20)
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def outside(settings, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Outside()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    settings.DEAD_MAN_URL = server.url
    yield server
    server.let_go.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def switch(monkeypatch):
    """A switch that calls after every good round, not only once a minute."""
    monkeypatch.setattr(dead_man, "EVERY", 0.0)
    made = DeadMan()
    yield made
    finish(made)


def finish(switch):
    """Wait until the call under way has ended."""
    if switch._thread:
        switch._thread.join(20)
        assert not switch.is_calling


def test_a_good_round_is_told_and_the_answer_noted(outside, switch):
    switch.after_round(True)
    finish(switch)
    assert outside.calls == [f"/{SECRET}"] and rounds.last("dead-man") is None
    switch.after_round(False)
    assert rounds.last("dead-man") is not None


def test_a_bad_round_is_not_told(outside, switch):
    switch.after_round(False)
    assert not switch.is_calling and outside.calls == []


def test_while_what_cannot_wait_is_late_nobody_is_told_that_all_is_well(outside, switch, post):
    with clock.at(clock.now() - dt.timedelta(minutes=3)):
        alarm = post(ALARM)
    Message.objects.filter(pk=alarm.pk).update(due_at=clock.now() + dt.timedelta(minutes=1), attempts=5)
    switch.after_round(True)
    assert not switch.is_calling and outside.calls == []
    Message.objects.filter(pk=alarm.pk).update(status=Status.SENT)
    switch.after_round(True)
    finish(switch)
    assert len(outside.calls) == 1


def test_where_nobody_is_to_be_called_nothing_happens(outside, switch, settings, django_assert_num_queries):
    settings.DEAD_MAN_URL = ""
    with django_assert_num_queries(0):
        switch.after_round(True)
    assert not switch.is_calling and outside.calls == []


def test_they_are_called_once_in_a_minute_however_many_rounds_there_are(outside):
    switch = DeadMan()
    for _round in range(6):
        switch.after_round(True)
        finish(switch)
    assert len(outside.calls) == 1
    switch._next -= dead_man.EVERY
    switch.after_round(True)
    finish(switch)
    assert len(outside.calls) == 2


def test_a_watch_that_hangs_holds_no_round_up_and_is_asked_once_at_a_time(outside, switch):
    outside.hangs = True
    for _round in range(3):
        switch.after_round(True)  # each of them is back while the call still waits
    assert outside.called.acquire(timeout=20) and switch.is_calling
    switch.after_round(True)
    assert len(outside.calls) == 1 and rounds.last("dead-man") is None
    outside.let_go.set()
    finish(switch)
    switch.after_round(False)
    assert rounds.last("dead-man") is not None


def test_a_watch_that_hangs_is_given_up(outside, switch, monkeypatch, caplog):
    monkeypatch.setattr(dead_man, "TIMEOUT", 0.2)
    outside.hangs = True
    switch.after_round(True)
    finish(switch)
    assert "did not answer: ReadTimeout" in caplog.text and not outside.let_go.is_set()
    assert len(outside.calls) == 1  # and not called again for it


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_other_answer_is_no_answer_and_leads_nowhere_else(outside, switch, status, caplog):
    outside.status = status
    switch.after_round(True)
    finish(switch)
    switch.after_round(False)
    assert rounds.last("dead-man") is None and f"answered {status}" in caplog.text and len(outside.calls) == 1


@pytest.mark.parametrize("trouble", ["refused", "nonsense", "404", "well"])
def test_the_address_is_in_no_log(outside, switch, trouble, settings, caplog):
    caplog.set_level(logging.DEBUG)
    if trouble == "refused":
        settings.DEAD_MAN_URL = f"http://127.0.0.1:1/{SECRET}"
    if trouble == "nonsense":
        settings.DEAD_MAN_URL = f"http://[{SECRET}"
    outside.status = 404 if trouble == "404" else 204
    switch.after_round(True)
    finish(switch)
    assert SECRET not in caplog.text and "5b0c" not in caplog.text
    assert ("dead-man" in caplog.text) is (trouble != "well")


@pytest.mark.parametrize("well", [True, False])
def test_the_sweeper_tells_how_its_rounds_went(monkeypatch, well):
    told, stop = [], threading.Event()

    def after_round(self, well):
        told.append(well)
        stop.set()
        raise ValueError("whatever it is, the sweeper goes on")

    monkeypatch.setattr(sweeper, "sweep", lambda now: well)
    monkeypatch.setattr(sweeper, "close_old_connections", lambda: None)
    monkeypatch.setattr(DeadMan, "after_round", after_round)
    sweeper.run(stop, 0.01)
    assert told == [well]


def test_while_the_database_is_away_nobody_is_called(outside, monkeypatch):
    stop, started = threading.Event(), time.monotonic()

    def away(now):
        if time.monotonic() - started > 0.5:
            stop.set()
        raise OperationalError

    monkeypatch.setattr(sweeper, "sweep", away)
    monkeypatch.setattr(sweeper, "close_old_connections", lambda: None)
    monkeypatch.setattr(sweeper.connections, "close_all", lambda: None)
    sweeper.run(stop, 0.01)
    assert outside.calls == []
