"""The plan of the waiting list in a real browser: counted while chosen, worked out while watched, right at both widths."""

import pytest
from django.urls import reverse

from clinics.models import AccessLog
from matching import actions
from matching.models import Match, Solution
from matching.workflow import Status
from tests import factories
from tests.browser import looks_right, sign_in_as
from tests.matching.test_solving import pairs, solved, waits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def team(transactional_db):
    return factories.Team()


@pytest.fixture
def waiting(page, live_server, team):
    sign_in_as(page, live_server.url, team.coordinator)
    return live_server.url + reverse("matching:waiting")


def test_every_part_of_the_plan_looks_right(page, waiting, team):
    for number in range(5):
        waits(team, number * 9)
    waits(team, 41, languages=["tr"], relation="caregiver")
    mentors = [factories.make_mentor(team, places=1) for _number in range(5)]
    planned = pairs(solved(team))
    factories.make_match(team, mentor=next(m for m in mentors if m.pk == planned[0][1]), status=Status.APPROVED)
    actions.hold(referral=planned[1][0], mentor=planned[1][1], by=team.coordinator)
    actions.exclude(referral=planned[2][0], mentor=planned[2][1], by=team.coordinator)
    waits(team)
    actions.start(clinic=team.clinic, by=team.coordinator)
    looks_right(page, f"{waiting}?variant=wait")


def test_what_is_chosen_is_counted_and_told(page, waiting, team):
    for number in range(3):
        waits(team, number)
        factories.make_mentor(team, places=1)
    solved(team)
    page.goto(waiting)
    button = page.locator(".bar-sticky button")
    assert button.inner_text() == "Save" and "3 to decide." in page.inner_text(".bar-sticky")
    boxes = page.locator(".pair fieldset")
    boxes.nth(2).get_by_label("Not this pair", exact=True).check()
    page.click("text=Clear what I chose")
    page.wait_for_function("document.querySelector('.bar-sticky').innerText.includes('3 to decide.')")
    for place, answer in enumerate(("Approve", "Hold", "Approve")):
        boxes.nth(place).get_by_label(answer, exact=True).check()
    assert "2 approved, 1 on hold." in page.inner_text(".bar-sticky")
    assert button.inner_text() == "Ask 2 mentors"
    button.click()
    page.wait_for_selector("text=2 mentors are asked.")
    assert Match.objects.filter(status=Status.APPROVED).count() == 2


def test_a_first_plan_appears_by_itself_and_polling_looks_at_nobody(page, waiting, team):
    waits(team)
    factories.make_mentor(team)
    page.goto(waiting)
    page.click("text=Work it out for all")
    page.wait_for_selector("text=It starts in a moment.")
    looks = AccessLog.objects.count()
    page.wait_for_timeout(2500)
    assert AccessLog.objects.count() == looks
    actions.work_out(solution=Solution.objects.get().pk)
    page.wait_for_selector("text=One pair to look at", timeout=8000)
