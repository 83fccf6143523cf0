"""No token and no name reaches a log."""

import logging

import pytest

from common.logs import Redact
from messaging import delivery
from messaging.kinds import Rendered
from tests.messaging.conftest import NOTE

pytestmark = pytest.mark.django_db
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


@pytest.mark.parametrize("line", ["GET /l/{t}/ 200", "POST /x?token={t}", "/password/reset/key={t}"])
def test_a_token_in_an_address_is_dotted_out(log_lines, line):
    logging.getLogger("gunicorn.access").warning(line.format(t=TOKEN))
    logging.getLogger("gunicorn.access").warning("%s", line.format(t=TOKEN))
    assert len(log_lines) == 2 and all(TOKEN not in kept for kept in log_lines)
