"""A mentee's plan on a phone: one tap moves the next talk, and the pages are clean for everybody."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts import links
from common import clock
from mentorship.actions import planning
from tests import factories
from tests.browser import (  # noqa: F401
    axe_clean,
    browser_context_args,
    browser_type_launch_args,
    no_sideways_scroll,
    sign_in_as,
    targets_44,
)
from tests.mentorship.plan.conftest import preset

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def now():
    """These tests live in the real present: the browser has its own clock."""
    return clock.now()


def clean(page) -> None:
    axe_clean(page)
    targets_44(page)
    no_sideways_scroll(page)
    page.set_viewport_size({"width": 390, "height": 844})


def test_one_tap_moves_a_talk_on_a_phone_and_every_page_of_the_plan_is_clean(page, live_server, team):
    match = factories.make_match(team)
    planning.begin_plan(match=match, by=team.coordinator)
    planning.change_format(match=match.pk, by=team.coordinator, format=preset("emb_sutton").pk)
    page.set_viewport_size({"width": 390, "height": 844})
    page.set_default_timeout(15000)
    url = live_server.url
    page.goto(links.make("mentee.page", match.referral.ref)[1].replace("http://127.0.0.1:8000", url))
    page.locator("main form button[type=submit]").first.click()  # opens their page
    page.goto(url + reverse("mentorship:mentee-talks"))
    clean(page)
    before = match.contacts.planned().filter(planned_at__gt=clock.now()).first()
    page.locator("button[name=at]").first.click()
    expect(page.get_by_text("The other one is told").first).to_be_visible()
    before.refresh_from_db()
    assert before.version == 2
    page.get_by_text("Note a talk", exact=True).click()
    page.get_by_role("radio", name="We talked", exact=True).check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    assert match.contacts.get(logged_side="mentee").status == "talked"
    page.context.clear_cookies()
    sign_in_as(page, url, match.mentor.person.user)
    for name, args in (("home", []), ("talks", [match.ref]), ("my-calendar", [])):
        page.goto(url + reverse(f"mentorship:{name}", args=args))
        clean(page)
    page.context.clear_cookies()
    sign_in_as(page, url, team.coordinator)
    page.goto(url + reverse("mentorship:change-format", args=[match.ref]) + f"?format={preset('emb_brown').ref}")
    clean(page)
    page.goto(url + reverse("mentorship:pair", args=[match.ref]))
    page.emulate_media(color_scheme="dark")
    clean(page)
    assert match.contacts.planned().filter(planned_at__lt=clock.now() + dt.timedelta(days=60)).exists()
