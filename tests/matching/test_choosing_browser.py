"""Choosing in a real browser: from the ticks of the coordinator to the tap of the mentee, and how both look."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from accounts import links
from matching.models import Choice
from tests import factories
from tests.browser import browser_context_args, browser_type_launch_args, looks_right, sign_in_as  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_coordinator_ticks_two_and_the_mentee_chooses_by_link(page, live_server, team):
    page.set_default_timeout(10000)
    referral = factories.make_referral(team)
    for topics in (["fatigue"], ["work"]):
        factories.make_mentor(team, topics=topics, work="shop")
    find = live_server.url + reverse("matching:find", args=[referral.ref])
    sign_in_as(page, live_server.url, team.coordinator)
    looks_right(page, find)
    for box in page.get_by_label("Show this profile to").all():
        box.check()
    page.get_by_role("button", name=f"Let {referral.mentee.first_name} choose").click()
    expect(page.get_by_text("can choose now")).to_be_visible()
    looks_right(page, find, phone="dark")

    page.context.clear_cookies()
    choice = Choice.objects.get()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(links.make("mentee.choose", choice.ref)[1].replace(settings.SITE_URL, live_server.url))
    looks_right(page, live_server.url + reverse("matching:choose"))
    page.get_by_role("radio", name="A woman, about 50").first.check()
    page.get_by_role("button", name="Send my choice").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, your answer is in")
    choice.refresh_from_db()
    assert choice.answer == "mentor" and choice.match.mentor == choice.chosen
