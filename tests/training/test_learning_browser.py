"""The training in a real browser: the questions by keyboard alone on a phone, and how the pages look."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser import looks_right, sign_in_as
from tests.training import learning_world as world
from training.actions.learning_curriculum import copy_version
from training.models import Attempt

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press_until(page, name, role="button"):
    """Move with Tab until the control with this name has focus, then press Enter."""
    wanted = page.get_by_role(role, name=name).first
    for _step in range(40):
        if wanted.evaluate("el => el === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused()
    page.keyboard.press("Enter")


def choose(page, text):
    """Move with Tab to the answers, then with the arrows to the one with this text."""
    wanted = page.get_by_role("radio", name=text)
    for _step in range(40):
        if page.evaluate("document.activeElement.type === 'radio'"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _step in range(4):
        if wanted.is_checked():
            break
        page.keyboard.press("ArrowDown")
    expect(wanted).to_be_checked()


def test_questions_by_keyboard_alone_on_a_phone(page, live_server, team):
    page.set_default_timeout(10000)
    world.make_version(team)
    learner = world.make_learner(team)
    row = world.part(learner)
    sign_in_as(page, live_server.url, learner.person.user)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + reverse("training:my-training"))
    press_until(page, "Begin this part", "link")
    for title in ("Page 1", "Page 2", "Page 3"):
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        press_until(page, "Next")
    press_until(page, "Begin the questions")
    for n in range(1, 6):
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Q{n}")
        choose(page, f"Q{n} right")
        press_until(page, "Next")
    press_until(page, "Hand them in")
    expect(page.get_by_role("heading", level=1)).to_have_text("5 of 5 are right. This part is done.")
    row.refresh_from_db()
    assert row.passed_at and Attempt.objects.get().passed


def test_the_settings_and_the_record_look_right(page, live_server, team):
    page.set_default_timeout(10000)
    version = world.make_version(team)
    learner = world.make_learner(team)
    world.failed_tries(world.part(learner))
    draft = copy_version(clinic=team.clinic, by=team.coordinator)
    sign_in_as(page, live_server.url, team.coordinator)
    module = draft.modules.get(key="flags")
    question = reverse("training:curriculum-question", args=[module.ref, module.questions.first().ref])
    for path in (reverse("training:curriculum"), question, reverse("training:learning", args=[learner.ref])):
        looks_right(page, live_server.url + path)
    assert version.modules.count() == draft.modules.count()


def test_the_pages_look_right(page, live_server, team):
    page.set_default_timeout(10000)
    world.make_version(team)
    learner = world.make_learner(team)
    row = world.part(learner)
    attempt = row.tries.create(number=1)
    sign_in_as(page, live_server.url, learner.person.user)
    for path in (reverse("training:my-training"), reverse("training:module", args=[row.ref])):
        looks_right(page, live_server.url + path)
    looks_right(page, live_server.url + reverse("training:try", args=[attempt.ref]), phone="dark")
    attempt.delete()
    world.failed_tries(row)
    looks_right(page, live_server.url + reverse("training:try", args=[row.tries.last().ref]))
