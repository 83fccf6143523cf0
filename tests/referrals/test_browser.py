"""The referral form in a real browser: signed out or offline half way, nothing that was typed is lost."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from referrals.models import Referral
from tests.browser import browser_context_args, browser_type_launch_args, sign_in_as  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(page, live_server, team):
    """The empty form of a nurse who has signed in."""
    page.set_default_timeout(10000)
    sign_in_as(page, live_server.url, team.nurse)
    page.goto(f"{live_server.url}/referrals/new/?answer=yes")
    return page


def kept() -> dict:
    return Referral.objects.get().draft["typed"]


def save(page) -> None:
    page.get_by_role("button", name="Save and finish later").click()


def sign_in_again(page, url: str, user) -> None:
    """Sign in by the page for it, in a tab of its own, as the link on the form does."""
    user.set_password("a-good-word-halved")
    user.save()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in on another page").click()
    tab = opened.value
    tab.locator("[name=login]").fill(user.email)
    tab.locator("[name=password]").fill("a-good-word-halved")
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_url(f"{url}/referrals/")
    tab.close()


def test_signed_out_half_way_the_form_stays_and_is_saved_after_a_new_sign_in(form, live_server, team):
    form.locator("[name=first_name]").fill("Zoë")
    expect(form.locator("[data-saved]")).to_contain_text("Draft saved")
    Session.objects.all().delete()
    form.locator("[name=last_name]").fill("Bastin")
    save(form)
    expect(form.locator("[data-saved]")).to_contain_text("You are signed out")
    expect(form.locator("[data-saved] svg")).to_be_hidden()
    assert form.locator("[name=last_name]").input_value() == "Bastin"
    sign_in_again(form, live_server.url, team.nurse)
    save(form)
    form.wait_for_url(f"{live_server.url}/referrals/")
    assert kept()["first_name"] == ["Zoë"] and kept()["last_name"] == ["Bastin"]


def test_offline_a_button_says_so_and_leads_nowhere(form, live_server):
    form.locator("[name=first_name]").fill("Zoë")
    form.context.set_offline(True)
    save(form)
    expect(form.locator("[data-saved]")).to_contain_text("Nothing is lost while this page stays open")
    form.context.set_offline(False)
    form.locator("[name=cautions]").fill("Hears little.")
    form.get_by_role("button", name="Save and finish later").dblclick()
    form.wait_for_url(f"{live_server.url}/referrals/")
    assert kept()["first_name"] == ["Zoë"] and kept()["cautions"] == ["Hears little."]


def test_what_was_typed_last_is_kept_before_a_mistake_is_shown(form):
    form.locator("[name=first_name]").fill("Zoë")
    form.locator("[name=first_name]").press("Enter")
    expect(form.get_by_role("alert")).to_be_visible()
    assert kept()["first_name"] == ["Zoë"]
