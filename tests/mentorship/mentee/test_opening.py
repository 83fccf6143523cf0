"""The link to one's own page: harmless to look at, used up by one button, and asked for anew without telling who is known."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import limits, links
from accounts.models import OneTimeLink
from common import clock
from mentorship.actions import own_page as actions
from mentorship.mentee_session import KIND
from messaging.models import Message
from referrals import actions as referrals
from tests import factories
from tests.mentorship.mentee.conftest import NOW, follow, text

HOME = reverse("mentorship:own-page")
AGAIN = reverse("accounts:link-again")
MINUTE = dt.timedelta(minutes=1)


def token_of(address: str) -> str:
    return address.rstrip("/").rsplit("/", 1)[-1]


def messages():
    return Message.objects.filter(kind=KIND)


def test_following_the_link_shows_one_button_and_no_name_and_uses_nothing_up(referral):
    client = follow(Client(), referral)
    for _ in range(3):
        answer = client.get(HOME)

    assert answer.status_code == 200 and "Open my page" in text(answer)
    assert referral.mentee.first_name not in text(answer)
    assert OneTimeLink.objects.get(kind=KIND).used_at is None


def test_until_the_button_is_pressed_no_other_page_opens(referral):
    client = follow(Client(), referral)

    for name in ("own-stop", "own-data", "own-reminders", "own-another"):
        assert client.get(reverse(f"mentorship:{name}")).url == HOME
    assert client.post(reverse("mentorship:own-stop")).url == HOME
    referral.refresh_from_db()
    assert referral.status == "open"


def test_the_button_opens_the_page_in_this_browser_and_again_changes_nothing(mine, referral):
    assert mine.post(HOME).status_code == 302  # a second click
    answer = mine.get(HOME)

    assert answer.status_code == 200 and f"Hello {referral.mentee.first_name}" in text(answer)
    assert "no-store" in answer["Cache-Control"]  # Back after closing shows nothing


def test_a_used_link_opens_nothing_in_another_browser(referral):
    _link, address = links.make(KIND, referral.ref)
    first, second = Client(), Client()
    for browser in (first, second):
        browser.get(f"/l/{token_of(address)}/")
    first.post(HOME)

    assert second.post(HOME).status_code == 410
    assert second.get(HOME).status_code == 410
    assert second.post(reverse("mentorship:own-stop")).status_code == 410
    assert Client().get(f"/l/{token_of(address)}/").status_code == 404


def test_after_half_an_hour_it_is_closed_and_keeps_nothing(mine, referral):
    with clock.at(NOW + 31 * MINUTE):
        answers = [mine.get(HOME), mine.post(reverse("mentorship:own-stop"))]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert "Send me a new link" in text(answers[1])
    referral.refresh_from_db()
    assert referral.status == "open"


def test_the_half_hour_begins_when_the_page_is_opened(referral):
    client = follow(Client(), referral)
    with clock.at(NOW + 20 * MINUTE):
        client.post(HOME)
    with clock.at(NOW + 45 * MINUTE):
        assert client.get(HOME).status_code == 200


def test_a_revoked_link_opens_nothing(referral):
    client = follow(Client(), referral)
    links.revoke(KIND, referral.ref)

    assert client.get(HOME).status_code == 410 and client.post(HOME).status_code == 410


def test_closing_the_page_closes_it_in_every_tab_and_lets_the_browser_forget(mine):
    answer = mine.post(reverse("mentorship:own-close"))

    assert answer["Clear-Site-Data"] == '"cache"'
    assert mine.get(HOME).status_code == 410
    assert OneTimeLink.objects.get(kind=KIND).revoked_at == NOW


def test_a_page_left_open_in_a_second_tab_does_nothing_after_closing(mine, referral):
    mine.post(reverse("mentorship:own-close"))

    assert mine.post(reverse("mentorship:own-stop")).status_code == 410
    referral.refresh_from_db()
    assert referral.status == "open"


def test_after_a_death_nobody_opens_it_whoever_holds_the_link(mine, referral, team):
    other = follow(Client(), referral)
    referrals.close(referral=referral.pk, by=team.coordinator, reason="died")

    assert mine.get(HOME).status_code == 410
    assert other.post(HOME).status_code == 410
    mine.post(AGAIN)
    assert not messages().exists()


@pytest.mark.django_db(transaction=True)
def test_of_twenty_browsers_that_press_the_button_together_one_opens_it():
    referral = factories.make_referral(factories.Team())
    _link, address = links.make(KIND, referral.ref)
    browsers = [Client() for _ in range(20)]
    for browser in browsers:
        browser.get(f"/l/{token_of(address)}/")
    codes, gate = [], threading.Barrier(20)

    def press(browser):
        gate.wait()
        try:
            codes.append(browser.post(HOME).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [302] + [410] * 19


# A new link -------------------------------------------------------------------------------


def test_whoever_holds_an_old_link_gets_a_new_one_at_the_address_on_file(referral, client):
    link, address = links.make(KIND, referral.ref)
    OneTimeLink.objects.filter(pk=link.pk).update(used_at=NOW)
    gone = client.get(f"/l/{token_of(address)}/")
    assert gone.status_code == 404 and "Send me a new link" in text(gone)

    answer = client.post(AGAIN, {"token": token_of(address)})
    assert answer.status_code == 200
    assert messages().get().recipient == f"person:{referral.mentee.ref}"


def test_the_answer_is_the_same_for_somebody_unknown(referral, client):
    _link, address = links.make(KIND, referral.ref)
    known = client.post(AGAIN, {"token": token_of(address)})
    for token in ("nobody-ever-made-this-token", "", "x" * 5000, "a\x00b"):
        unknown = client.post(AGAIN, {"token": token})
        assert (unknown.status_code, words(unknown)) == (known.status_code, words(known))
    gone = [client.get(f"/l/{token}/") for token in ("nobody-ever-made-this", "nor-this-one-either")]
    assert [answer.status_code for answer in gone] == [404, 404]
    assert all("Send me a new link" in text(answer) for answer in gone)


def words(response) -> list[str]:
    return [line for line in text(response).splitlines() if "csrf" not in line.lower()]


@pytest.mark.parametrize("reason", ["consent", "address", "died"])
def test_no_link_goes_where_none_may_go_and_nobody_learns_it(referral, team, client, system, reason):
    _link, address = links.make(KIND, referral.ref)
    if reason == "consent":
        referrals.withdraw_consent(referral=referral.pk, scope="contact", by=system, how="link")
    elif reason == "address":
        type(referral.mentee).objects.update(email_verified_at=None)
    else:
        referrals.close(referral=referral.pk, by=team.coordinator, reason="died")

    assert client.post(AGAIN, {"token": token_of(address)}).status_code == 200
    assert not messages().exists()


def test_a_link_of_another_kind_brings_nothing(referral, client):
    _link, address = links.make("mentee.ask", referral.ref)
    client.post(AGAIN, {"token": token_of(address)})

    assert not Message.objects.exists()


def test_asking_again_and_again_sends_at_most_five_a_day(referral):
    for minute in range(60):
        with clock.at(NOW + minute * MINUTE):
            actions.send_again(referral.ref)
            messages().update(status="sent")

    assert messages().count() == actions.MOST_A_DAY
    first, second = messages().order_by("pk")[:2]
    assert second.created_at - first.created_at > actions.PAUSE_BETWEEN - MINUTE


def test_a_second_press_while_one_is_on_its_way_sends_nothing_more(mine):
    for _ in range(3):
        mine.post(AGAIN)

    assert messages().count() == 1


def test_one_address_may_ask_only_so_often(client, db):
    codes = [client.post(AGAIN, {"token": f"token-{n}"}).status_code for n in range(limits.NEW_LINKS + 1)]

    assert codes == [200] * limits.NEW_LINKS + [429]


def test_a_new_link_closes_those_nobody_opened_but_not_a_page_that_is_open(mine, referral):
    waiting = follow(Client(), referral)
    actions.send_again(referral.ref)

    assert waiting.post(HOME).status_code == 410
    assert mine.get(HOME).status_code == 200


def test_every_page_says_it_is_closed_without_a_link(client, db):
    for name in ("own-page", "own-stop", "own-data", "own-data-file", "own-reminders", "own-another", "own-pause"):
        assert client.get(reverse(f"mentorship:{name}")).status_code == 410
