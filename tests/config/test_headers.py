"""What every answer tells the browser: own host only, kept nowhere, framed by nobody."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
PAGES = ["account_login", "account_reset_password", "messaging:live"]


def directives(header: str) -> dict[str, str]:
    """Return a content security policy as a table."""
    return dict(part.strip().partition(" ")[::2] for part in header.split(";"))


@pytest.fixture(params=PAGES)
def answer(request, client):
    """The answer of a page anybody may ask for."""
    return client.get(reverse(request.param))


def test_scripts_styles_and_pictures_come_from_here_only(answer):
    policy = directives(answer["Content-Security-Policy"])
    assert policy["default-src"] == "'none'"
    for name in ("script-src", "style-src", "img-src", "font-src", "connect-src", "form-action", "worker-src"):
        assert policy[name] == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_no_address_is_told_to_another_host(answer):
    assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_nothing_is_guessed_or_framed(answer):
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"


def test_a_page_is_kept_by_no_browser_and_no_proxy(answer):
    assert "no-store" in answer["Cache-Control"]


def test_every_answer_carries_an_id_that_may_stand_in_a_report(answer):
    assert len(answer["X-Request-Id"]) == 12


def test_cookies_are_out_of_reach_for_scripts(client):
    cookies = client.get(reverse("account_login")).cookies
    assert cookies
    assert all(cookie["httponly"] and cookie["samesite"] for cookie in cookies.values())


def test_plain_http_is_sent_to_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get(reverse("account_login"))
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver" + reverse("account_login"))


@pytest.mark.parametrize("name", ["messaging:live", "messaging:ready"])
def test_whoever_watches_the_servers_needs_no_https(client, settings, name):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(reverse(name)).status_code == 200


def test_an_unknown_host_gets_nothing(client):
    assert client.get(reverse("account_login"), headers={"host": "evil.example"}).status_code == 400
