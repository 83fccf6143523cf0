"""A coordinator makes a format their own, in a real browser."""

import re

import pytest
from django.urls import reverse

from mentorship.models import Format
from tests import factories
from tests.browser import looks_right, sign_in_as

pytestmark = pytest.mark.browser


@pytest.fixture
def team(transactional_db):
    return factories.Team()


def test_a_coordinator_copies_a_format_and_sees_its_calendar_change(page, live_server, team):
    brown = Format.objects.presets().get(key="emb_brown")
    sign_in_as(page, live_server.url, team.coordinator)
    page.goto(live_server.url + reverse("mentorship:formats"))
    page.get_by_role("link", name=brown.name).click()
    page.get_by_role("button", name="Make a copy of our own").click()
    second = page.locator("#rule-0-1")
    second.get_by_label("On day").fill("28")
    second.get_by_label("On day").blur()
    page.locator("#calendar").get_by_text("On day 28, 30 minutes").wait_for(state="attached")
    assert not second.get_by_label("How often in all").is_visible()  # belongs to another answer
    second.get_by_role("radio", name="Again and again").check()
    assert second.get_by_label("How often in all").is_visible()
    second.get_by_role("radio", name="On one day").check()
    page.get_by_role("button", name="Add a part").click()
    page.locator("#part-1").get_by_label(re.compile("by phone")).wait_for(state="attached")
    page.get_by_role("button", name="Leave out part 2").click()
    page.get_by_role("button", name="Save as a new version").click()
    page.get_by_text("Saved as version 2.").wait_for()
    own = Format.objects.get(clinic=team.clinic, number=2)
    assert own.body["components"][0]["rules"][1]["day"] == 28
    looks_right(page, live_server.url + reverse("mentorship:format", args=[own.ref]))
    looks_right(page, live_server.url + reverse("mentorship:format-edit", args=[own.ref]), phone="dark")
