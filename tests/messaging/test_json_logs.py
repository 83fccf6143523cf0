"""Logs as JSON: each line says what it is about, and none says anything about anybody."""

import copy
import io
import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest
from celery.signals import after_setup_logger
from django.conf import settings as django_settings
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from common import clock, logs
from desk import health
from messaging import sweeper, tasks
from messaging.kinds import Rendered
from tests import factories
from tests.messaging.conftest import NOTE

pytestmark = pytest.mark.django_db
TOKEN = "Zq8-tokentokentokentoken_9x"
SECRETS = {
    "first": "Xenobia", "last": "Quetzalwood", "mail": "xenobia.q@secret.example.org", "phone": "+32470998877",
    "note": "her left shoulder hurts since Tuesday", "token": TOKEN, "password": "a-Very-long-Passw0rd",
    "patient": "Wolfhart", "patient_mail": "wolfhart@secret.example.org",
}  # fmt: skip
NAMES = {
    "time",
    "level",
    "logger",
    "message",
    "request_id",
    "path",
    "status",
    "seconds",
    "task_id",
    "message_ref",
    "error",
}


class Apart(logging.StreamHandler):
    """Gets each record as the careless log left it, not as another filter cleaned it."""

    def handle(self, record):
        return super().handle(copy.copy(record))


class Kept:
    """What was logged: as JSON, as plain lines, and as a careless log would show it."""

    def __init__(self):
        self.careless, self.plain, self.written = io.StringIO(), io.StringIO(), io.StringIO()
        self.handlers = [
            self.handler(self.careless, logging.Formatter("%(message)s"), []),
            self.handler(self.plain, logs.Formatter("%(message)s"), [logs.Redact()]),
            self.handler(self.written, logs.JsonFormatter(), [logs.Redact()]),
        ]

    def handler(self, stream, formatter, filters):
        handler = Apart(stream) if filters else logging.StreamHandler(stream)
        handler.setFormatter(formatter)
        for each in filters:
            handler.addFilter(each)
        return handler

    def lines(self, **facts):
        """Return every line as an object, or those with these facts."""
        found = [json.loads(line) for line in self.written.getvalue().splitlines()]
        return [line for line in found if all(line.get(name) == value for name, value in facts.items())]


@pytest.fixture
def kept():
    kept, root = Kept(), logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    for handler in kept.handlers:
        root.addHandler(handler)
    yield kept
    for handler in kept.handlers:
        root.removeHandler(handler)
    root.setLevel(before)


def refused_row(*args, **kwargs):
    """Fail as a database does: with the whole row in the words."""
    words = f"Failing row contains ({', '.join(SECRETS.values())})"
    try:
        raise ValueError(words)
    except ValueError as error:
        raise IntegrityError(words) from error


@pytest.fixture
def quiet_client(team):
    """A browser of the admin's to which a failure is a page."""
    client = Client(raise_request_exception=False)
    client.force_login(team.admin)
    return client


# What a line says ------------------------------------------------------------------------------


def test_a_line_about_a_request_says_which(kept, client):
    answer = client.get(f"/calendar/{TOKEN}/nowhere?q=Xenobia")
    [line] = kept.lines(logger="django.request")
    assert line["request_id"] == answer["X-Request-Id"] and len(line["request_id"]) == 12
    assert (line["level"], line["status"], line["path"]) == ("WARNING", 404, "/calendar/…/nowhere")
    assert clock.dt.datetime.fromisoformat(line["time"]).utcoffset() == clock.dt.timedelta()
    assert line["message"] == "Not Found: /calendar/…/nowhere"


def test_what_a_page_logs_while_it_works_says_the_request_too(kept, client, provider):
    answer = client.post("/webhooks/sms/", b"{}", content_type="application/json", headers={"Signature": "v1=wrong"})
    [line] = kept.lines(logger="messaging.webhooks")
    assert line["request_id"] == answer["X-Request-Id"] and line["path"] == "/webhooks/sms/"


def test_after_the_request_nothing_is_about_it(kept, client):
    client.get("/live")
    logging.getLogger("later").warning("On its own.")
    [line] = kept.lines(logger="later")
    assert set(line) == {"time", "level", "logger", "message"}


def test_a_line_of_a_task_says_which(kept, post, kind, team):
    kind(NOTE, render=refused_row)
    ran = tasks.deliver.apply(args=[post().pk])
    found = kept.lines(logger="messaging.delivery")
    assert found and all(line["task_id"] == ran.id for line in found)
    logging.getLogger("later").warning("Not in a task.")
    assert "task_id" not in kept.lines(logger="later")[0]


def test_a_task_that_fails_says_where_and_what_kind(kept, monkeypatch):
    monkeypatch.setattr(tasks.delivery, "release_stuck", refused_row)
    ran = tasks.tick.apply()
    [line] = kept.lines(level="ERROR")
    assert ran.failed() and line["task_id"] == ran.id and "in refused_row" in line["error"]
    assert line["error"].endswith("django.db.utils.IntegrityError")


def test_an_error_of_a_page_says_where_what_kind_and_which_request(kept, quiet_client, monkeypatch):
    monkeypatch.setattr(health, "parts", refused_row)
    answer = quiet_client.get(reverse("desk:health"), {"q": "Xenobia"})
    [line] = kept.lines(level="ERROR")
    assert answer.status_code == line["status"] == 500 and line["request_id"] == answer["X-Request-Id"]
    assert line["path"] == "/health/" and line["message"] == "Internal Server Error: /health/"
    assert "in refused_row" in line["error"] and "builtins.ValueError" in line["error"]


def test_the_ref_of_a_message_is_said_where_it_is_given(kept):
    logging.getLogger("a").warning("Not sent.", extra={"message_ref": "abcd2345"})
    assert kept.lines(logger="a")[0]["message_ref"] == "abcd2345"


def test_nothing_else_that_hangs_on_a_record_is_said(kept):
    extra = {"patient": "Xenobia", "data": {"id": "t1", "args": "Xenobia"}, "request": object()}
    logging.getLogger("a").warning("Seen.", extra=extra)
    logging.getLogger("a").warning({"exc_info": "Seen."})
    assert "Xenobia" not in kept.written.getvalue()
    first, second = kept.lines(logger="a")
    assert first["task_id"] == "t1" and set(first) | set(second) <= NAMES


def test_a_text_of_an_error_that_another_log_wrote_is_not_said(kept):
    record = logging.LogRecord("a", logging.ERROR, "", 1, "It failed.", (), None)
    record.exc_text = "ValueError: Xenobia"
    logging.getLogger().handle(record)
    assert "Xenobia" not in kept.written.getvalue() + kept.plain.getvalue() and len(kept.lines(logger="a")) == 1


def test_every_record_is_one_line(kept):
    logging.getLogger("a").warning("one\ntwo\r\nthree \u2028 four")
    assert len(kept.written.getvalue().strip().split("\n")) == 1
    assert kept.lines(logger="a")[0]["message"].startswith("one\ntwo")


@pytest.mark.parametrize("address", ["/search/?q=Xenobia", "/search/?page=2&q=Xenobia+Q", "https://x.org/a?b=Xenobia"])
def test_what_somebody_searched_for_is_in_no_line(kept, address):
    logging.getLogger("gunicorn.error.like").error("Error handling request %s", address)
    assert "Xenobia" not in kept.written.getvalue() + kept.plain.getvalue()
    assert "?…" in kept.lines(logger="gunicorn.error.like")[0]["message"]


# Nothing about anybody -------------------------------------------------------------------------


def people(team):
    """Give the coordinator and a patient names, mails and numbers that can be found again."""
    person = {"first_name": SECRETS["first"], "last_name": SECRETS["last"], "phone": SECRETS["phone"]}
    factories.make_user(team.clinic, "coordinator", "admin", "nurse", email=SECRETS["mail"], **person)
    mentee = factories.make_person(team.clinic, first_name=SECRETS["patient"], email=SECRETS["patient_mail"])
    return factories.make_referral(team, mentee=mentee)


def use_everything(team, referral, post, monkeypatch):
    """Ask for pages, send forms, run tasks, and let each of them fail with everybody's words in the error."""
    browser = Client(raise_request_exception=False)
    form = dict.fromkeys(("words", "note", "about", "reach", "name", "q", "what", "label"), SECRETS["note"])
    form |= {"first_name": SECRETS["patient"], "email": SECRETS["patient_mail"], "phone": SECRETS["phone"]}
    for password in (SECRETS["password"], factories.PASSWORD):
        browser.post(reverse("account_login"), {"login": SECRETS["mail"], "password": password})
    assert "_auth_user_id" in browser.session
    pages = [
        reverse(name) for name in ("desk:today", "desk:search", "referrals:new", "training:tell-concern", "desk:health")
    ]
    pages += [
        reverse("referrals:detail", args=[referral.ref]),
        f"/l/{TOKEN}/",
        f"/calendar/{TOKEN}.ics",
    ]
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for page in pages:
        browser.get(page, {"q": SECRETS["patient"], "token": TOKEN})
        browser.post(page, form)
        strict.post(page, form)
    browser.post(reverse("account_reset_password"), {"email": SECRETS["mail"]})
    browser.get("/live", headers={"Host": "nobody.example.org"})
    message = post(to=team.nurse)
    tasks.deliver.apply(args=[message.pk])
    sweeper.sweep(clock.now())
    with monkeypatch.context() as broken:
        broken.setattr("clinics.middleware.memberships_of", refused_row)
        for page in pages:
            browser.get(page, {"q": SECRETS["patient"]})
            browser.post(page, form)
    with monkeypatch.context() as broken:
        broken.setattr(tasks.delivery, "release_stuck", refused_row)
        tasks.tick.apply()
        sweeper.sweep(clock.now())


def test_names_mails_phones_notes_and_tokens_are_in_no_line(kept, team, kind, post, monkeypatch):
    referral = people(team)
    kind(NOTE, render=lambda message, reader: Rendered(SECRETS["note"], f"http://127.0.0.1/l/{TOKEN}/"))
    use_everything(team, referral, post, monkeypatch)
    kind(NOTE, render=refused_row)
    tasks.deliver.apply(args=[post(subject="other").pk])
    for line in kept.lines():
        assert set(line) <= NAMES
    everything = {"json": kept.written.getvalue(), "plain": kept.plain.getvalue()}
    found = [(log, name) for log, text in everything.items() for name, secret in SECRETS.items() if secret in text]
    assert not found
    assert len(kept.lines(level="ERROR")) > 10 and len(kept.lines(level="WARNING")) > 5
    # the same lines, written without care, tell them all: what is searched for was there
    assert all(secret in kept.careless.getvalue() for secret in SECRETS.values())


# Where it is switched on -----------------------------------------------------------------------


def environment(folder, **more):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return (
        kept
        | {"ENV_FILE": os.devnull, "DATA_DIR": str(folder), "STATIC_ROOT": str(folder), "HTTPS": "0", "NUDGES": "0"}
        | more
    )


@pytest.mark.parametrize(("value", "expected"), [(None, "plain"), ("plain", "plain"), ("json", "json"), ("xml", None)])
def test_plain_is_what_one_gets_unless_json_is_asked_for(tmp_path, value, expected):
    code = "from config.settings import LOGGING; print(LOGGING['handlers']['console']['formatter'])"
    env = environment(tmp_path, **({"LOG_FORMAT": value} if value else {}))
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=django_settings.BASE_DIR, env=env, capture_output=True, text=True, check=False
    )
    assert ran.stdout.strip() == (expected or "")
    assert (ran.returncode == 0) is bool(expected) and (expected or "LOG_FORMAT is plain or json" in ran.stderr)


@pytest.mark.parametrize(("value", "formatter"), [("json", logs.JsonFormatter), ("plain", logs.Formatter)])
def test_the_workers_follow_the_setting(settings, value, formatter):
    settings.LOG_FORMAT = value
    logger = logging.Logger("celery")
    logger.addHandler(logging.StreamHandler())
    after_setup_logger.send(sender=None, logger=logger, loglevel=30, logfile=None, format="%(message)s", colorize=False)
    assert type(logger.handlers[0].formatter) is formatter
    assert any(isinstance(each, logs.Redact) for each in logger.handlers[0].filters)


class Served:
    """gunicorn as in production, without a database, and every line it writes."""

    def __init__(self, folder, log_format):
        env = environment(folder, BIND="127.0.0.1:0", WEB_CONCURRENCY="1", LOG_FORMAT=log_format)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "config.wsgi", "--config", "python:config.gunicorn"],
            cwd=django_settings.BASE_DIR, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.lines, self.written = [], threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            with self.written:
                self.lines.append(line.rstrip("\n"))
                self.written.notify_all()

    def wait_for(self, pattern):
        """Wait until a line has this in it, and return what was found."""

        def found():
            return next((hit for hit in (re.search(pattern, line) for line in self.lines) if hit), None)

        with self.written:
            assert self.written.wait_for(found, timeout=60), "\n".join(self.lines)
            return found()

    def get(self, path):
        port = self.wait_for(r"Listening at: http://127\.0\.0\.1:(\d+)")[1]
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
                return answer.status, answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.headers

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(30)


@pytest.fixture
def serve(tmp_path):
    started = []

    def start(log_format):
        started.append(Served(tmp_path, log_format))
        return started[0]

    yield start
    for served in started:
        served.close()
        served.process.stdout.close()


def test_gunicorn_writes_a_json_line_for_each_request(serve):
    served = serve("json")
    assert served.get(f"/live?token={TOKEN}&q=Xenobia")[0] == 200
    status, headers = served.get(f"/l/{TOKEN}/")  # there are no tables: it fails, and says so
    assert status == 500
    served.wait_for(r'"logger": "gunicorn.access".*"status": 500')
    lines = [json.loads(line) for line in served.lines]
    first, second = [line for line in lines if line["logger"] == "gunicorn.access"]
    assert (first["message"], first["status"], first["path"]) == ("GET /live 200", 200, "/live") and first[
        "seconds"
    ] >= 0
    assert (second["path"], second["request_id"]) == ("/l/…/", headers["X-Request-Id"])
    [error] = [line for line in lines if line["logger"] == "django.request"]
    assert error["request_id"] == second["request_id"] and "OperationalError" in error["error"]
    assert any(line["logger"] == "gunicorn.error" for line in lines)
    assert TOKEN not in str(served.lines) and "Xenobia" not in str(served.lines)


def test_in_plain_gunicorn_writes_no_line_for_a_request(serve):
    served = serve("plain")
    assert served.get(f"/live?token={TOKEN}")[0] == 200
    assert served.get(f"/l/{TOKEN}/")[0] == 500
    served.wait_for("Internal Server Error")
    served.close()
    assert not [line for line in served.lines if "GET" in line] and TOKEN not in str(served.lines)
