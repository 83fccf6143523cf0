"""Journeys: a web server, the real processes beside it, and people with a browser each."""

import os

import pytest
from django.conf import settings as conf

from tests.faults.conftest import calm_down
from tests.faults.stand import Stand, database_url
from tests.journeys.people import Visitor

PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items):
    """Begin with the tour: it takes longest, and whoever starts it last keeps the other process waiting."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/journeys/test_tour.py"))


@pytest.fixture
def stand(transactional_db, live_server, settings):
    """Broker, worker, beat and sweeper run; a Redis server of REDIS_URL takes the broker's place where there is one."""
    settings.NUDGES, settings.LOCAL_MAIL, settings.SITE_URL = True, True, live_server.url
    calm_down()
    stand = Stand(conf.DATA_DIR, database_url())
    redis = os.environ.get("REDIS_URL", "")
    stand.env |= {
        "DJANGO_SETTINGS_MODULE": "tests.journeys.settings", "SITE_URL": live_server.url, "LOCAL_MAIL": "1",
        "REDIS_URL": redis, "HTTPS": "0", "DEBUG": "0",
    }  # fmt: skip
    stand.start(*([] if redis else ["broker"]), "worker", "beat", "sweeper")
    stand.ready("worker", "ready.")
    yield stand
    stand.close()
    calm_down()


@pytest.fixture
def arrive(browser, live_server):
    """A function that lets somebody come with a browser of their own; every error on a page fails the test."""
    contexts, trouble = [], []

    def do(user=None, *, phone=False, javascript=True):
        more = {"viewport": PHONE, "has_touch": True} if phone else {"viewport": {"width": 1280, "height": 900}}
        context = browser.new_context(java_script_enabled=javascript, locale="en-GB", **more)
        contexts.append(context)
        visitor = Visitor(context.new_page(), live_server.url, trouble)
        if user is not None:
            visitor.sign_in(user)
        return visitor

    yield do
    for context in contexts:
        context.close()
    assert not trouble, "\n".join(trouble)
