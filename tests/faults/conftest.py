"""A stand for each test, and the messages it sends."""

import datetime as dt

import pytest
from django.conf import settings as conf
from django.db.models import F
from kombu import pools

from common import clock
from config.celery import app
from messaging import kinds, nudge, outbox
from messaging.models import Heartbeat, Message
from messaging.workflow import Status
from tests import factories
from tests.faults.apps import ALARM, FaultsConfig
from tests.faults.mother import Mother, adopt_orphans
from tests.faults.stand import Stand, database_url, until


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/faults/" in str(item.path):
            item.add_marker(pytest.mark.faults)


@pytest.fixture(scope="session")
def mother(tmp_path_factory):
    """A function that returns the process the product's own are forked from; None where the system cannot do that."""
    kept = []

    def of(stand):
        if not kept and adopt_orphans():
            kept.append(Mother(stand.env, tmp_path_factory.mktemp("mother") / "log"))
        return kept[0] if kept else None

    yield of
    for process in kept:
        process.close()


@pytest.fixture
def stand(transactional_db, settings, mother):
    """Nothing runs yet; nudges of this process go to the stand's broker."""
    settings.NUDGES = True
    before = dict(kinds._kinds)
    FaultsConfig.ready(None)
    calm_down()
    stand = Stand(conf.DATA_DIR, database_url())
    stand.mother = mother(stand)
    yield stand
    stand.close()
    calm_down()
    kinds._kinds.clear()
    kinds._kinds.update(before)


def calm_down() -> None:
    """Forget the broker of an earlier test."""
    nudge.breaker.reset()
    pools.reset()
    app._after_fork()


@pytest.fixture
def team(transactional_db):
    return factories.Team()


@pytest.fixture
def post(team):
    """A function that posts a message of the given kind and returns it."""

    def do(kind=ALARM, subject="thing", **values):
        return outbox.post(kind, subject, clinic=team.clinic, to=team.clinician, **values)

    return do


def make_due(**seconds) -> None:
    """Let time pass for what waits: it has been due for so long."""
    Message.objects.filter(status=Status.QUEUED).update(due_at=clock.now() - dt.timedelta(**seconds))


def end_leases() -> None:
    """Let time pass for what was being sent when its sender died."""
    past = clock.now() - dt.timedelta(seconds=1)
    Message.objects.filter(status=Status.SENDING, lease_until__gt=past).update(lease_until=past)


def age_heartbeat(name: str, **ago) -> None:
    """Let a heartbeat be older."""
    Heartbeat.objects.filter(name=name).update(at=F("at") - dt.timedelta(**ago))


def counts(*about: str) -> dict[str, int]:
    """Return how many messages are in each state; of these subjects only the escalations, where some are given."""
    found: dict[str, int] = {}
    rows = Message.objects.escalations().filter(subject__in=about) if about else Message.objects.all()
    for status in rows.order_by().values_list("status", flat=True):
        found[status] = found.get(status, 0) + 1
    return found


def all_settled(*about: str, seconds: float = 60) -> dict[str, int]:
    """Wait until nothing is queued or being sent, and return what became of it; of these subjects the escalations only.

    What harms nobody by waiting, such as a word to a supervisor, waits for a worker; an escalation does not.
    """

    def nothing_left():
        found = counts(*about)
        return None if {Status.QUEUED, Status.SENDING} & set(found) else found

    try:
        return until(nothing_left, seconds)
    except AssertionError as error:
        waiting = Message.objects.filter(status__in=[Status.QUEUED, Status.SENDING])
        raise AssertionError(
            f"Left: {list(waiting.values('kind', 'status', 'attempts', 'problem', 'due_at')[:5])}"
        ) from error
