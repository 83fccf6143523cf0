"""Every address, every method, every role, on own, somebody else's and another clinic's objects."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.access.matrix import Ask, address, addresses, asks
from tests.access.table import TABLE
from tests.access.world import World

FOUND = dict(addresses())
# What a look may write: the session, the access log, the counters that slow down guessing.
HARMLESS = ("django_session", "clinics_accesslog", "cache_table")
REFUSED = ("login", "403", "404", "405", "410")
WRITE_AND_LEAVE = ("account_logout",)  # leads to the sign-in page after doing what was asked

pytestmark = [
    pytest.mark.django_db,  # has the database made; each test lives inside the world's transaction
    pytest.mark.skipif(connection.vendor != "sqlite", reason="One database is enough for this many questions."),
]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Everybody and everything, built once for all addresses and thrown away at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def nothing_in_the_way(settings):
    """Ask as often as the matrix needs; the page with mails that stayed here is there."""
    settings.ACCOUNT_RATE_LIMITS = False
    settings.LOCAL_MAIL = True


def test_every_address_is_in_the_table():
    assert sorted(set(FOUND) - set(TABLE)) == []


def test_the_table_has_no_address_that_is_gone():
    assert sorted(set(TABLE) - set(FOUND)) == []


@pytest.mark.parametrize("name", sorted(set(FOUND) & set(TABLE)))
def test_everybody_gets_what_the_table_says(name, world):
    wrong = []
    for ask in asks(name):
        url = address(name, FOUND[name], world, ask.of or "own", TABLE[name])
        outcome, writes = put(world, ask, url, TABLE[name].by)
        if outcome not in ask.outcome.split(" or "):
            wrong.append(f"{ask.method} {ask.of} as {ask.actor}: {outcome}, not {ask.outcome}")
        elif writes and name not in WRITE_AND_LEAVE and (outcome in REFUSED or ask.method == "GET"):
            wrong.append(f"{ask.method} {ask.of} as {ask.actor}: {outcome}, but wrote {writes[0]}")
    assert not wrong, "\n" + "\n".join(wrong)


def put(world, ask: Ask, url: str, by: str) -> tuple[str, list[str]]:
    """Make one request, undo what it did, and return its outcome and what it wrote."""
    client = Client(raise_request_exception=False)
    client.cookies.load(world.cookies(ask.actor, by))
    writes: list[str] = []
    with transaction.atomic(), connection.execute_wrapper(watching(writes)):
        response = client.generic(ask.method, url)
        transaction.set_rollback(True)
    return outcome_of(response), writes


def watching(writes: list[str]):
    """Return a wrapper that remembers every statement that changes something that matters."""

    def wrapper(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and not any(name in sql for name in HARMLESS):
            writes.append(sql[:90])
        return execute(sql, params, many, context)

    return wrapper


def outcome_of(response) -> str:
    """Say in one word what a response is."""
    if response.status_code in (301, 302) and response["Location"].startswith(reverse("account_login")):
        return "login"
    if response.status_code < 400 or response.status_code in (400, 409, 422, 429):
        return "ok"
    return str(response.status_code)
