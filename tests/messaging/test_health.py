"""What watches the servers learns the truth."""

import datetime as dt

import pytest
from django.db import OperationalError, connection

from common import clock
from messaging import health, rounds
from messaging.models import Message
from tests import factories
from tests.messaging.conftest import ALARM

pytestmark = pytest.mark.django_db


@pytest.fixture
def alive(settings, monkeypatch):
    settings.NUDGES = True
    monkeypatch.setattr(health, "_ping", lambda: True)
    rounds.beat("sweeper", clock.now())
    rounds.beat("tick", clock.now())


@pytest.mark.parametrize(("seconds", "late"), [(0, False), (59, False), (61, True)])
def test_the_sweeper_is_late_after_a_minute(seconds, late, django_assert_num_queries):
    now = clock.now()
    rounds.beat("sweeper", now)
    with django_assert_num_queries(1):
        assert health.sweeper_late(now + dt.timedelta(seconds=seconds)) is late


def test_a_sweeper_that_never_ran_is_late():
    assert health.sweeper_late(clock.now())


@pytest.mark.parametrize(("ahead", "late"), [(299, False), (301, True)])
def test_a_beat_from_the_future_is_a_clock_set_back_and_tells_nothing(ahead, late):
    now = clock.now()
    rounds.beat("tick", now + dt.timedelta(seconds=ahead))
    assert health.tick_late(now) is late  # so that the sweeper does the rounds which beat has already seen


def test_live_touches_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/live")
    assert answer.status_code == 200 and not answer.cookies


def test_live_touches_nothing_for_somebody_signed_in_either(client, django_assert_num_queries):
    client.force_login(factories.make_user())
    with django_assert_num_queries(0):
        assert client.get("/live").status_code == 200


def test_ready_when_all_is_well(client, alive):
    answer = client.get("/ready")
    assert answer.status_code == 200 and not answer.cookies
    assert answer.json() == {
        "status": "ok",
        "parts": {
            "database": "ok",
            "sweeper": "ok",
            "tick": "ok",
            "broker": "ok",
            "escalations": "ok",
            "oldest_due_seconds": 0,
        },
    }


@pytest.mark.parametrize("part", ["sweeper", "tick", "broker"])
def test_a_late_part_is_degraded_but_ready(client, alive, monkeypatch, part):
    if part == "broker":
        monkeypatch.setattr(health, "_ping", lambda: False)
    else:
        rounds.beat(part, clock.now() - dt.timedelta(minutes=10))
    answer = client.get("/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded" and answer.json()["parts"][part] != "ok"


def test_the_longest_overdue_message_is_told(client, alive, post):
    post(due_at=clock.now() - dt.timedelta(seconds=100))
    assert 100 <= client.get("/ready").json()["parts"]["oldest_due_seconds"] < 110


def test_what_cannot_wait_and_is_tried_again_and_again_is_told_as_late(client, alive, post):
    with clock.at(clock.now() - dt.timedelta(minutes=3)):
        alarm = post(ALARM)
    Message.objects.filter(pk=alarm.pk).update(due_at=clock.now() + dt.timedelta(minutes=1), attempts=5)
    answer = client.get("/ready")
    assert answer.status_code == 200 and answer.json()["status"] == "degraded"
    assert answer.json()["parts"]["escalations"] == "late" and answer.json()["parts"]["oldest_due_seconds"] >= 180


def test_a_part_that_ran_in_the_future_is_not_known_to_run(client, alive):
    rounds.beat("sweeper", clock.now() + dt.timedelta(hours=3))  # the clock was set back since
    assert client.get("/ready").json()["parts"]["sweeper"] == "late"


def test_without_the_database_nothing_is_ready(client, monkeypatch):
    def away(*args):
        raise OperationalError("host=secret")

    monkeypatch.setattr(connection, "cursor", away)
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "parts": {"database": "unreachable"}}


def test_with_a_migration_missing_nothing_is_ready(client, monkeypatch):
    monkeypatch.setattr("messaging.health.MigrationExecutor.migration_plan", lambda self, targets: ["one"])
    assert client.get("/ready").status_code == 503
    monkeypatch.undo()
    assert client.get("/ready").status_code == 200


@pytest.mark.parametrize("path", ["/live", "/ready"])
def test_health_pages_are_not_sent_to_https(client, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path).status_code == 200


def test_a_broker_that_is_not_there_is_unreachable(settings, tmp_path):
    settings.CELERY_BROKER_URL = f"redis+socket://{tmp_path}/nobody.sock"
    assert not health.broker_answers()
