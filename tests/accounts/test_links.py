"""One-time links: nothing is used up by looking, everything only once."""

import datetime as dt
import threading

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import RequestFactory

from accounts import actions, links
from accounts.models import OneTimeLink
from common import clock
from tests.factories import make_user

HOUR = dt.timedelta(hours=1)


def token_of(address: str) -> str:
    return address.rstrip("/").split("/")[-1]


def browser():
    request = RequestFactory().post("/")
    request.session, request.user = SessionStore(), AnonymousUser()
    request.session.create()
    return request


@pytest.fixture
def invitation(db):
    """A new account's link, and its address on this site."""
    user = make_user(first_name="Sarah")
    link, address = links.make(actions.INVITE, user.ref, days=7)
    link.address = f"/l/{token_of(address)}/"
    return link


def test_the_token_itself_is_stored_nowhere(invitation):
    token = token_of(invitation.address)
    assert token not in "".join(str(value) for value in OneTimeLink.objects.values_list().first())


def test_a_link_leads_to_its_page_without_the_token(client, invitation):
    page = client.get(invitation.address)
    assert page.status_code == 302
    assert page.url == "/account/password/"
    assert page["Referrer-Policy"] == "no-referrer"
    assert client.get(page.url).status_code == 200


def test_a_mail_scanner_that_follows_the_link_uses_nothing_up(client, invitation):
    for _ in range(5):
        client.get(invitation.address)
        client.head(invitation.address)
    invitation.refresh_from_db()
    assert invitation.used_at is None


@pytest.mark.parametrize("state", ["unknown", "used", "expired", "revoked", "of no page"])
def test_a_link_that_no_longer_works_says_the_same_whatever_the_reason(client, invitation, state):
    now = clock.now()
    address = "/l/nobody-ever-made-this-token/" if state == "unknown" else invitation.address
    changes = {
        "used": {"used_at": now},
        "expired": {"expires_at": now - HOUR},
        "revoked": {"revoked_at": now},
        "of no page": {"kind": "gone.kind"},
    }
    if state in changes:
        OneTimeLink.objects.update(**changes[state])
    page = client.get(address)
    assert page.status_code == 404
    assert "This link no longer works" in page.content.decode()


def test_the_page_about_a_dead_link_does_not_pass_its_token_on(client, db):
    assert client.get("/l/an-old-token/")["Referrer-Policy"] == "no-referrer"


def test_many_wrong_links_from_one_address_have_to_wait(client, db):
    answers = [client.get(f"/l/wrong-token-number-{n}/").status_code for n in range(25)]
    assert answers[:20] == [404] * 20
    assert answers[-1] == 429


def test_good_links_do_not_count_as_tries(client, invitation):
    assert {client.get(invitation.address).status_code for _ in range(30)} == {302}


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_sent_to_a_link_itself(client, invitation, method):
    assert getattr(client, method)(invitation.address).status_code == 405


def test_the_session_of_a_link_is_short(client, invitation):
    client.get(invitation.address)
    with clock.at(clock.now() + dt.timedelta(minutes=31)):
        assert client.get("/account/password/").status_code == 404


def test_the_page_behind_a_link_is_not_there_without_it(client, db):
    assert client.get("/account/password/").status_code == 404


def test_the_browser_that_used_a_link_may_say_so_again_and_no_other(invitation):
    mine, other = browser(), browser()
    assert links.consume(mine, invitation)
    assert links.consume(mine, invitation)
    assert not links.consume(other, invitation)


def test_a_link_revoked_meanwhile_is_not_consumed(invitation):
    assert links.revoke(actions.INVITE, invitation.subject) == 1
    assert not links.consume(browser(), invitation)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one at a time")
def test_twenty_at_once_use_a_link_up_once():
    link, _address = links.make("check.answer", "somebody")
    start, won = threading.Barrier(20), []

    def use():
        request = browser()
        start.wait()
        won.append(links.consume(request, link))
        connection.close()

    threads = [threading.Thread(target=use) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won.count(True) == 1
