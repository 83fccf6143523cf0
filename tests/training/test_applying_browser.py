"""Applying in a real browser: the form keeps itself, is sent, and shows where somebody stands; the leaflet on paper."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from accounts import links
from tests.browser import browser_context_args, browser_type_launch_args, looks_right, sign_in_as  # noqa: F401
from training.models import Application

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_somebody_applies_stops_half_way_goes_on_and_sees_where_they_stand(page, live_server, team):
    page.set_default_timeout(10000)
    here = live_server.url + reverse("training:apply", args=[team.clinic.ref])
    looks_right(page, here)
    page.get_by_label("Given name").fill("Els")
    expect(page.locator("[data-saved]")).to_contain_text("Saved at")
    page.goto(here)
    expect(page.get_by_label("Given name")).to_have_value("Els")
    page.get_by_role("button", name="Send", exact=True).last.click()
    expect(page.get_by_role("alert")).to_be_focused()
    for label, words in (("Family name", "Maes"), ("Year of birth", "1970"), ("E-mail address", "els@example.org")):
        page.get_by_label(label).fill(words)
    page.get_by_label("Why would you like").fill("I had nobody to ask.")
    for answer in ("I have the illness myself", "Rheumatoid arthritis", "Phone"):
        page.get_by_role("checkbox", name=answer, exact=True).check()
    page.get_by_role("group", name="In which languages").get_by_label("Nederlands").check()
    page.get_by_role("checkbox", name="may keep what I write").check()
    page.get_by_role("button", name="Send", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, it has arrived")

    row = Application.objects.get(status="sent")
    page.goto(links.make("application.status", row.ref)[1].replace(settings.SITE_URL, live_server.url))
    page.get_by_role("button", name="Yes, that is me").click()
    looks_right(page, live_server.url + reverse("training:application-status"), phone="dark")


def test_a_coordinator_reads_who_applied_and_prints_only_the_leaflet(page, live_server, team):
    page.set_default_timeout(10000)
    sign_in_as(page, live_server.url, team.coordinator)
    looks_right(page, live_server.url + reverse("training:applicants"))
    looks_right(page, live_server.url + reverse("training:leaflet"), phone="dark")
    page.emulate_media(media="print")
    expect(page.get_by_role("article")).to_be_visible()
    expect(page.locator("#link")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_hidden()
