"""No token and no name reaches a log."""

import io
import logging

import pytest
from celery.signals import after_setup_logger
from django.db import IntegrityError

from common.logs import Formatter, Redact
from messaging import delivery
from messaging.kinds import Rendered
from tests.messaging.conftest import NOTE

pytestmark = pytest.mark.django_db
ROW = "Failing row contains (7, her shoulder hurts)"
TOKEN = "Zq8-tokentokentokentoken_9x"


@pytest.fixture
def log_lines():
    """Everything logged, as the console shows it."""
    lines = []

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    handler = Keep(level=logging.DEBUG)
    handler.addFilter(Redact())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.parametrize("fails", [True, False])
def test_a_one_time_link_in_a_message_is_in_no_log(post, kind, team, log_lines, monkeypatch, fails, mailoutbox):
    def render(message, recipient):
        text = f"http://127.0.0.1:8000/l/{TOKEN}/"
        if fails:
            raise ValueError(text)
        return Rendered("You have a message", text)

    kind(NOTE, render=render)
    for _attempt in range(2):
        delivery.deliver(post().pk)
    everything = "\n".join(log_lines)
    assert TOKEN not in everything and team.clinician.email not in everything and "Piet" not in everything
    assert fails or TOKEN in mailoutbox[0].body


@pytest.mark.parametrize(
    "line", ["GET /l/{t}/ 200", "POST /x?token={t}", "/password/reset/key={t}", "Not Found: /calendar/{t}.ics"]
)
def test_a_token_in_an_address_is_dotted_out(log_lines, line):
    logging.getLogger("gunicorn.access").warning(line.format(t=TOKEN))
    logging.getLogger("gunicorn.access").warning("%s", line.format(t=TOKEN))
    assert len(log_lines) == 2 and all(TOKEN not in kept for kept in log_lines)


def refused_by_the_database():
    """Fail as PostgreSQL does when a row breaks a rule: with the whole row."""
    try:
        raise ValueError(ROW)
    except ValueError as error:
        raise IntegrityError(ROW) from error


@pytest.mark.parametrize("line", ["Internal Server Error: /log/x/", "Task tick raised unexpected: {repr}", "{text}"])
def test_a_failure_says_where_and_what_kind_but_not_what_the_row_held(line):
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.addFilter(Redact())
    handler.setFormatter(Formatter("%(message)s"))
    logger = logging.Logger("failing")
    logger.addHandler(handler)
    try:
        refused_by_the_database()
    except IntegrityError as error:
        logger.exception(line.format(repr=repr(error), text=error))
    assert "shoulder" not in kept.getvalue()
    assert "in refused_by_the_database" in kept.getvalue()
    assert "django.db.utils.IntegrityError" in kept.getvalue() and "builtins.ValueError" in kept.getvalue()


def test_the_workers_logs_are_as_quiet():
    logger = logging.Logger("celery")
    logger.addHandler(logging.StreamHandler())
    after_setup_logger.send(sender=None, logger=logger, loglevel=30, logfile=None, format="%(message)s", colorize=False)
    assert isinstance(logger.handlers[0].formatter, Formatter)
    assert any(isinstance(quiet, Redact) for quiet in logger.handlers[0].filters)


def test_our_own_logs_use_the_quiet_formatter(settings):
    assert settings.LOGGING["formatters"]["plain"]["()"] == "common.logs.Formatter"
