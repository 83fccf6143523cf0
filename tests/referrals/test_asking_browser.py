"""Asking for a mentor oneself, in a real browser on a phone and a large screen."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from referrals.models import SelfReferral, SelfReferralPage
from tests.browser import browser_context_args, browser_type_launch_args, looks_right  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_somebody_asks_on_a_phone_and_hears_what_happens_next(page, live_server, team):
    page.set_default_timeout(10000)
    SelfReferralPage.objects.create(clinic=team.clinic, is_open=True)
    here = live_server.url + reverse("referrals:ask", args=[team.clinic.ref])
    looks_right(page, here)
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    for label, words in (("Given name", "Els"), ("Family name", "Maes"), ("Year of birth", "1970")):
        page.get_by_label(label).fill(words)
    page.get_by_label("Phone", exact=False).first.fill("0470 12 34 56")
    page.get_by_label("I care for somebody who has it").check()
    page.get_by_label("Nederlands").last.check()
    page.get_by_role("checkbox", name="may keep what I write").check()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, it has arrived")
    assert SelfReferral.objects.get().full_name == "Els Maes"
