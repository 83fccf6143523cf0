"""Costs in a real browser: a mentor claims on a phone with a receipt, the coordinator approves, both look right."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories
from tests.browser import browser_context_args, browser_type_launch_args, looks_right, sign_in_as  # noqa: F401
from tests.training.costs_world import make_amounts, photo
from training.models import Claim

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_mentor_claims_by_thumb_and_the_coordinator_approves(page, live_server, team):
    page.set_default_timeout(10000)
    make_amounts(team.clinic, team.clinic.today.year)
    mentor = factories.make_mentor(team)
    mine = live_server.url + reverse("training:my-costs")
    sign_in_as(page, live_server.url, mentor.person.user)
    looks_right(page, mine)
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="Bus, train or parking").click()
    page.get_by_label("How much, in euro?").fill("12,5x")
    page.get_by_label("For which trip or talk?").fill("Train to the open day")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").get_by_text("Write the amount in euro, for example 12.50")).to_be_visible()
    expect(page.get_by_label("For which trip or talk?")).to_have_value("Train to the open day")
    page.get_by_label("How much, in euro?").fill("12,50")
    receipt = photo()
    page.get_by_label("Receipt").set_input_files(
        {"name": receipt.name, "mimeType": "image/png", "buffer": receipt.read()}
    )
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Sent: Bus, train or parking, €12.50.")).to_be_visible()

    page.context.clear_cookies()
    sign_in_as(page, live_server.url, team.coordinator)
    costs = live_server.url + reverse("training:costs")
    looks_right(page, costs, phone="dark")
    page.goto(costs)
    page.get_by_label(mentor.person.full_name).check()
    page.get_by_role("button", name="Approve those ticked").click()
    expect(page.get_by_text("1 claim is approved.")).to_be_visible()
    assert Claim.objects.get().status == "approved"
    looks_right(page, live_server.url + reverse("desk:pipeline"))
