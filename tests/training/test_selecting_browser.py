"""Choosing a mentor in a real browser: the rating keeps its draft, and a yes goes by its letter."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import browser_context_args, browser_type_launch_args, looks_right, sign_in_as  # noqa: F401
from tests.training import selecting_world as world
from training.models import Mentor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_rating_is_kept_while_it_is_written_and_a_yes_goes_by_its_letter(page, live_server, team):
    page.set_default_timeout(10000)
    mentor = world.applicant(team)
    world.talk(team, mentor)
    own, piets = world.raters(team, mentor)
    sign_in_as(page, live_server.url, team.clinician)
    here = f"{live_server.url}/ratings/{piets.ref}/"
    looks_right(page, here)
    page.get_by_role("radio", name="Up and down, and manages").check()
    expect(page.get_by_role("status").filter(has_text="Draft saved at")).to_be_visible()
    page.goto(here)
    expect(page.get_by_role("radio", name="Up and down, and manages")).to_be_checked()
    for sentence in ("asks open questions", "with the hard parts", "also when pressed"):
        page.get_by_role("radio", name=sentence).check()
    page.get_by_role("button", name="Save my rating").click()
    expect(page.get_by_text("A rating stays as it was saved.")).to_be_visible()

    world.rate(own, professionalism=2)
    world.references(team, mentor)
    world.sponsor(team, mentor)
    world.paper(team, mentor)
    world.go_through(team, mentor)
    page.context.clear_cookies()
    sign_in_as(page, live_server.url, team.coordinator)
    looks_right(page, f"{live_server.url}/mentors/{mentor.ref}/selection/", phone="dark")
    expect(page.get_by_text("You differ here").first).to_be_visible()
    page.get_by_role("radio", name="Yes, to training").check()
    page.get_by_label("Why, in a sentence").fill("We trust her.")
    page.get_by_role("button", name="Write the letter").click()
    expect(page.get_by_label("The letter")).to_have_value(re.compile("^Dear Amélie,"))
    page.get_by_role("button", name="Decide and send").click()
    expect(page.get_by_text("It is decided, and the letter is on its way.")).to_be_visible()
    assert Mentor.objects.get(pk=mentor.pk).status == "in-training"


def test_the_rules_are_looked_at_before_they_are_published(page, live_server, team):
    sign_in_as(page, live_server.url, team.admin)
    looks_right(page, f"{live_server.url}/settings/choosing/new/")
