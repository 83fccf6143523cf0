"""Numbers for whoever watches the servers, with a token only."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from common import clock
from messaging import metrics, rounds
from messaging.models import Message
from messaging.workflow import Status

pytestmark = pytest.mark.django_db
TOKEN = "a-long-token-for-the-watch"


@pytest.fixture
def ask(client, settings):
    """Ask for the numbers as Prometheus does; returns {(name, label values): number}."""
    settings.METRICS_TOKEN = TOKEN

    def ask():
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200 and answer["Content-Type"].startswith("text/plain")
        families = text_string_to_metric_families(answer.content.decode())
        return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}

    return ask


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", "Basic " + TOKEN, TOKEN, "Bearer é"])
def test_without_the_token_there_is_no_such_page(client, settings, header):
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer "])
def test_where_no_token_is_set_there_is_no_such_page(client, settings, header):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


def test_messages_are_counted_by_status_and_by_what_silence_costs(ask, post):
    first = post(due_at=clock.now() - dt.timedelta(seconds=100))
    dead, settled = post(subject="one"), post(subject="two")
    Message.objects.filter(pk__in=[dead.pk, settled.pk]).update(status=Status.DEAD)
    Message.objects.filter(pk=settled.pk).update(settled_at=clock.now())
    numbers = ask()
    assert numbers["halfword_messages", first.delivery, "queued"] == 1
    assert numbers["halfword_messages", first.delivery, "dead"] == 2
    assert numbers["halfword_messages_unsettled", first.delivery, "dead"] == 1
    assert 100 <= numbers["halfword_oldest_due_seconds", first.delivery] < 1000


def test_a_round_that_failed_says_so_until_it_went_well(ask, monkeypatch):
    monkeypatch.setattr(rounds, "_rounds", {})
    wrong = [True]

    def work(now):
        if wrong[0]:
            raise ValueError("Piet")

    rounds.register("work", work, 60)
    now = clock.now()
    rounds.run_due(now)
    assert ask()["halfword_round_failing", "work"] == 1
    wrong[0] = False
    rounds.run_due(now + dt.timedelta(seconds=60))
    assert ask()["halfword_round_failing", "work"] == 0


def test_every_part_tells_how_long_ago_it_ran(ask):
    rounds.beat("sweeper", clock.now() - dt.timedelta(seconds=50))
    assert 50 <= ask()["halfword_heartbeat_age_seconds", "sweeper"] < 1000


def test_more_messages_cost_no_more_queries(ask, post):
    with CaptureQueriesContext(
        connection,
    ) as few:
        ask()
    for number in range(5):
        post(subject=f"thing{number}")
    with CaptureQueriesContext(connection) as many:
        ask()
    assert len(few) == len(many) <= 6


def test_no_label_names_a_person_or_a_clinic(ask, post):
    post()
    labels = {key[1:] for key in ask()}
    words = {word for key in labels for word in key}
    known = {"queued", "sending", "sent", "unknown", "dead", "cancelled", "at-most-once", "at-least-once"}
    assert words <= known | {"S1", "S2", "S3", "S4", "0.1.0"}


def test_two_measures_cannot_share_a_name():
    with pytest.raises(ValueError, match="twice"):
        metrics.register("flags", lambda now: [])
