"""Kinds of message that only tests know."""

import datetime as dt
import threading
from dataclasses import replace

import pytest
from django.db import connection

from accounts.models import User
from common import clock
from messaging import health, kinds, nudge, outbox
from messaging.kinds import Kind, Rendered
from messaging.people import reader_of
from tests.fakes.sms import Server

NOTE, ALARM = "test.note", "test.alarm"


def to_user(message):
    reader = reader_of(User.objects.get(ref=message.recipient.removeprefix("user:")))
    return replace(reader, quiet_from=dt.time(0), quiet_until=dt.time(0))


def write(message, recipient):
    return Rendered("You have a message in Halfword", f"Dear {recipient.first_name}, look.")


@pytest.fixture(autouse=True)
def fresh():
    """Nothing remembered from an earlier test."""
    health.forget()
    nudge.breaker.reset()
    yield
    health.forget()
    nudge.breaker.reset()


@pytest.fixture
def kind():
    """A function that registers (or changes) a test kind; note and alarm are there from the start."""
    before = dict(kinds._kinds)

    def change(name=NOTE, **values):
        kinds._kinds[name] = replace(kinds._kinds[name], **values) if name in kinds._kinds else Kind(
            **({"name": name, "recipient": to_user, "still_true": lambda m: True, "render": write} | values)
        )  # fmt: skip
        return kinds._kinds[name]

    change(NOTE, label="A note")
    change(ALARM, label="An alarm", at_least_once=True)
    yield change
    kinds._kinds.clear()
    kinds._kinds.update(before)


@pytest.fixture
def post(team, kind):
    """A function that posts a message to the clinician."""

    def do(name=NOTE, subject="thing", to=None, **values):
        return outbox.post(name, subject, clinic=values.pop("clinic", team.clinic), to=to or team.clinician, **values)

    return do


def together(function, times=8):
    """Run the function in so many threads that start at the same moment; return what each gave back."""
    gate, found = threading.Barrier(times), []

    def run():
        try:
            gate.wait()
            found.append(function())
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.fixture
def provider(settings, monkeypatch):
    """A provider of text messages on this machine, set up as a clinic would; its `mode` may be changed."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("messaging.sms.gatewayapi.TIMEOUT", (3, 0.5))
    server = Server(delay=3)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    settings.SMS_PROVIDER, settings.SMS_URL, settings.SMS_TOKEN = "gatewayapi", server.url, "a-token"
    settings.SMS_WEBHOOK_SECRET = "a-secret"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def phone(team):
    """The clinician's telephone, verified."""
    team.clinician.phone, team.clinician.phone_verified_at = "+32470123456", clock.now()
    team.clinician.save()
    return team.clinician
