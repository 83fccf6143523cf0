"""The pages of supervision and of a concern in a real browser, and a talk written down by keyboard."""

import pytest
from django.urls import reverse

from common import clock
from tests import factories
from tests.browser import looks_right, sign_in_as
from tests.training.supervising_world import DAY, past, planned
from training.models import Mentor, SupervisionPart, SupervisionTalk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def team(transactional_db):
    return factories.Team()


def press(control) -> None:
    """Choose an answer with the keyboard."""
    control.focus()
    control.press("Space")


def test_a_talk_is_prepared_held_and_read(page, live_server, team):
    mentor = factories.make_mentor(team)
    talk = past(planned(team, mentor))
    Mentor.objects.update(created_at=clock.now() - 90 * DAY)
    SupervisionPart.objects.update(topic="How do I say that I do not know?")
    sign_in_as(page, live_server.url, team.clinician)
    address = live_server.url + reverse("training:talk", args=[talk.ref])
    looks_right(page, address, phone="dark")
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(address)
    press(page.get_by_label("A topic of their own"))
    press(page.get_by_role("radio", name="Yes", exact=True).first)
    page.get_by_label("What you agreed").fill("They try: I do not know, who could?")
    press(page.get_by_role("radio", name="Yes", exact=True).last)
    page.locator("[name=next_day]").fill((team.clinic.today + 20 * DAY).isoformat())
    page.locator("[name=next_hour]").fill("10:00")
    page.get_by_role("button", name="Save and send the date").click()
    page.get_by_text("What was agreed is kept here").wait_for()
    assert SupervisionTalk.objects.to_come().count() == 1
    sign_in_as(page, live_server.url, mentor.person.user)
    looks_right(page, live_server.url + reverse("training:my-supervision"))
    assert "who could?" in page.content()


def test_a_concern_is_told_without_a_name(page, live_server, team):
    looks_right(page, live_server.url + reverse("training:tell-clinic-concern", args=[team.clinic.ref]))
