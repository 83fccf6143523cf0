"""A rest and how somebody is, on a phone and by keyboard alone."""

import pytest
from django.urls import reverse

from tests import factories
from tests.browser import looks_right, sign_in_as
from tests.factories import Team
from training.actions.caring import raise_task
from training.models import Mentor, WellbeingCheck

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page, name: str) -> None:
    """Go to a button by keyboard, press it and wait for the page that comes."""
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_mentor_says_how_they_are_and_rests_by_keyboard(page, live_server):
    team = Team()
    mentor = factories.make_mentor(team)
    sign_in_as(page, live_server.url, mentor.person.user)
    wellbeing, rest = (live_server.url + reverse(f"training:{name}") for name in ("wellbeing", "rest"))
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(wellbeing)
    press(page, "A bit drained")
    page.get_by_text("Saved, thank you").wait_for()
    page.get_by_role("radio", name="Worse since the talks").focus()
    page.keyboard.press("Space")
    press(page, "Send this too")
    row = WellbeingCheck.objects.get()
    assert (row.drain, row.sleep) == ("bit", "worse")
    looks_right(page, wellbeing)

    page.goto(rest)
    page.get_by_role("radio", name="They wait until my rest is over").focus()
    page.keyboard.press("Space")
    press(page, "Give me this rest")
    mentor = Mentor.objects.get()
    assert (mentor.status, mentor.rest_plan) == ("resting", "pause")
    looks_right(page, rest, phone="dark")


def test_the_tasks_of_a_supervisor_look_right(page, live_server):
    team = Team()
    raise_task(mentor=factories.make_mentor(team), trigger="often", event="a")
    sign_in_as(page, live_server.url, team.clinician)
    looks_right(page, live_server.url + reverse("training:care-tasks"))
