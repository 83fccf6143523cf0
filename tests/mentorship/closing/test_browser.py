"""A pair rounds off on two phones: the mentee by link, the mentor on their page; then the coordinator ends it."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts import links
from common import clock
from matching.models import Match
from mentorship.actions import closing, goals
from mentorship.models import ClosingAnswer
from tests.browser import looks_right, sign_in_as
from tests.mentorship.closing.conftest import plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def now():
    """The browser has its own clock, so this test lives in the present."""
    return clock.now()


def test_both_sides_round_off_on_a_phone(page, live_server, pair, team, mentor, system):
    goals.write(match=pair.pk, by=system, text="Sleep through the night")
    plan(pair, team.coordinator, last_contact_on=clock.today("Europe/Brussels"))
    page.set_viewport_size({"width": 390, "height": 844})
    _link, address = links.make(closing.ASK, pair.ref)
    page.goto(live_server.url + "/l/" + address.rstrip("/").rsplit("/", 1)[-1] + "/")
    looks_right(page, live_server.url + reverse("mentorship:closing-link"))
    page.get_by_role("radio", name="Somewhat", exact=True).check()
    page.get_by_role("radio", name="Nearly", exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved, thank you.")).to_be_visible()

    sign_in_as(page, live_server.url, mentor)
    looks_right(page, live_server.url + reverse("mentorship:closing-stop", args=[pair.ref]))
    looks_right(page, live_server.url + reverse("mentorship:closing-own", args=[pair.ref]))
    page.get_by_role("radio", name="A bit further", exact=True).check()
    page.get_by_role("checkbox").check()
    page.get_by_role("radio", name="Yes, soon", exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved, thank you.")).to_be_visible()

    assert {row.question for row in ClosingAnswer.objects.filter(match=pair)} == {"helped", "ahead", "again"}
    sign_in_as(page, live_server.url, team.coordinator)
    looks_right(page, live_server.url + reverse("mentorship:pair", args=[pair.ref]))
    expect(page.get_by_text("The mentor says so.")).to_be_visible()
    looks_right(page, live_server.url + reverse("mentorship:end", args=[pair.ref]))
    assert Match.objects.get(pk=pair.pk).status == "introduced"
