"""What holds for every test: no network, strict templates, a clean cache."""

import contextlib
import gc
import socket

import pytest
from django.core.cache import cache

from tests import migrated
from tests.templates_strict import Undefined

pytest_plugins = ["tests.fixtures", "tests.browser"]

LOOPBACK = ("127.", "::1", "localhost")
COMMITTING = {"transactional_db", "live_server", "django_db_reset_sequences"}


def is_local(address) -> bool:
    """Tell whether an address stays on this machine."""
    return not isinstance(address, tuple) or str(address[0]).startswith(LOOPBACK)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, pytestconfig):
    """Migrate once for all processes and runs; see tests/migrated.py. Needs pytest's cache folder."""
    cache = getattr(pytestconfig, "cache", None)
    with migrated.once(cache.mkdir("migrated")) if cache else contextlib.nullcontext():
        yield


def pytest_ignore_collect(collection_path, config):
    """A run of browser tests alone reads no other file: reading them all takes longer than many a walk."""
    if config.option.markexpr != "browser" or not collection_path.match("test_*.py"):
        return None
    return None if "mark.browser" in collection_path.read_text() else True


def pytest_collection_finish(session):
    """What is loaded by now stays: looking for circles in it again and again takes a tenth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


@pytest.fixture(autouse=True, scope="session")
def no_network():
    """Nothing but this machine is reached from a test."""
    connect = socket.socket.connect

    def guarded(self, address):
        if not is_local(address):
            raise AssertionError(f"A test tried to reach {address}.")
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(autouse=True)
def strict_templates(settings):
    """A variable nobody passed fails the test, in templates written here."""
    from django.template import engines

    engine = engines["django"].engine
    before, engine.string_if_invalid = engine.string_if_invalid, Undefined()
    yield
    engine.string_if_invalid = before


@pytest.fixture(autouse=True)
def clean_cache(request, django_db_blocker):
    """Rate limits of one test that commits must not meet the next one."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if COMMITTING & set(request.fixturenames) or (marker and marker.kwargs.get("transaction")):
        with django_db_blocker.unblock():
            cache.clear()
