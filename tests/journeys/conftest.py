"""Journeys: a web server, the real processes beside it, and people with a browser each."""

import os

import pytest
from django.conf import settings as conf

from tests.browser import sign_in_as
from tests.faults.conftest import calm_down
from tests.faults.stand import Stand, database_url
from tests.journeys.people import Visitor

PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items):
    """Begin with the tour, which takes longest, in one process, and with the other walks in the other.

    Each of two processes is given an eighth of all tests at first; whoever starts a long one last keeps the other waiting.
    """
    walks = [item for item in items if item.nodeid.startswith("tests/journeys/")]
    tour = [item for item in walks if "/test_tour.py" in item.nodeid]
    short = [item for item in items if item not in walks]
    beside = max(len(items) // 8 - len(tour), 0)
    items[:] = [*tour, *short[:beside], *(item for item in walks if item not in tour), *short[beside:]]


@pytest.fixture
def stand(transactional_db, live_server, settings, request):
    """Broker, worker, beat and sweeper run; a Redis server of REDIS_URL takes the broker's place where there is one."""
    settings.NUDGES, settings.LOCAL_MAIL, settings.SITE_URL = True, True, live_server.url
    calm_down()
    stand = Stand(conf.DATA_DIR, database_url())
    redis = os.environ.get("REDIS_URL", "")
    stand.env |= {
        "DJANGO_SETTINGS_MODULE": "tests.journeys.settings", "SITE_URL": live_server.url, "LOCAL_MAIL": "1",
        "REDIS_URL": redis, "HTTPS": "0", "DEBUG": "0",
    }  # fmt: skip
    # Where Python is told to keep nothing it compiled, three processes would compile thousands of files for each walk.
    stand.env.pop("PYTHONDONTWRITEBYTECODE", None)
    stand.env.setdefault("PYTHONPYCACHEPREFIX", str(request.config.cache.mkdir("compiled")))
    stand.start(*([] if redis else ["broker"]), "worker", "beat", "sweeper")
    stand.ready("worker", "ready.")
    yield stand
    stand.close()
    calm_down()


@pytest.fixture
def arrive(browser, live_server):
    """A function that lets somebody come with a browser of their own; every error on a page fails the test.

    They are signed in; `by_page` lets them do that themselves.
    """
    contexts, trouble = [], []

    def do(user=None, *, phone=False, javascript=True, by_page=False):
        more = {"viewport": PHONE, "has_touch": True} if phone else {"viewport": {"width": 1280, "height": 900}}
        context = browser.new_context(java_script_enabled=javascript, locale="en-GB", **more)
        contexts.append(context)
        visitor = Visitor(context.new_page(), live_server.url, trouble)
        if user is not None and by_page:
            visitor.sign_in(user)
        elif user is not None:
            sign_in_as(visitor.page, live_server.url, user)
            visitor.open("home")
        return visitor

    yield do
    for context in contexts:
        context.close()
    assert not trouble, "\n".join(trouble)
