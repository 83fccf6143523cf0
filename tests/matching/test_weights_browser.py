"""What counts in matching, in a real browser: look, save, go back, try."""

import re

import pytest
from django.urls import reverse

from matching.models import Policy
from matching.workflow import Status
from tests import factories
from tests.browser import looks_right, sign_in_as

pytestmark = pytest.mark.browser


@pytest.fixture
def team(transactional_db):
    return factories.Team()


def person(team, name, year):
    return factories.make_person(team.clinic, first_name=name, last_name="Peeters", birth_year=year)


@pytest.fixture
def two(team):
    for name, year, work in (("Tom", 1980, "outdoors"), ("Luc", 1950, "office")):
        factories.make_mentor(team, places=1, work=work, person=person(team, name, year))
    return factories.make_referral(team, mentee=person(team, "Karel", 1980), work="office")


def test_a_coordinator_looks_saves_and_goes_back(page, live_server, team, two):
    sign_in_as(page, live_server.url, team.coordinator)
    url = live_server.url + reverse("matching:weights")
    page.goto(url)
    page.get_by_label("Kind of work").fill("90")
    page.get_by_role("button", name="Show what would change").click()
    assert page.get_by_text("Luc Peeters instead of Tom Peeters.").is_visible()
    assert Policy.objects.count() == 1
    page.get_by_label(re.compile("Why, in a few words")).fill("Work matters")
    page.get_by_role("button", name="Use these from now on").click()
    page.get_by_text("Saved as version 2.").wait_for()
    page.get_by_role("button", name="Back to these").click()
    page.get_by_role("button", name="Use these from now on").click()
    page.get_by_text("Saved as version 3.").wait_for()
    assert Policy.objects.get(version=3).back_to == 1


def test_the_pages_look_right(page, live_server, team, two):
    factories.make_match(team, status=Status.DECLINED, rank=2, override_reason="other", override_note="They met before")
    sign_in_as(page, live_server.url, team.coordinator)
    looks_right(page, live_server.url + reverse("matching:overrides"))
    looks_right(page, live_server.url + reverse("matching:find", args=[two.ref]) + "?w_work=90", phone="dark")
    sign_in_as(page, live_server.url, team.admin)
    looks_right(page, live_server.url + reverse("matching:weights"))
