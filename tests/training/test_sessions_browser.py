"""Training days in a real browser: a mentor takes a place by tap, a trainer ticks who is there, and how both look."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from common import clock
from tests.browser import browser_context_args, browser_type_launch_args, looks_right, sign_in_as  # noqa: F401
from tests.training.sessions_world import DAY, HOUR, make_day, make_learner, make_seat, part
from training.models import SignUp

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_mentor_takes_a_place_and_the_trainer_writes_down_what_was_seen(page, live_server, team):
    page.set_default_timeout(10000)
    m, day = make_learner(team), make_day(team, organisation="the patients' association")
    make_day(team, begins=clock.now() + 8 * DAY, how="video", link="https://meet.example.org/x")
    sign_in_as(page, live_server.url, m.person.user)
    choose = live_server.url + reverse("training:session-choose")
    looks_right(page, choose)
    page.get_by_label("at Kerkstraat 1, Deinze").check()
    page.get_by_role("button", name="Sign up Listening").click()
    expect(page.get_by_text("You have a place on")).to_be_visible()
    looks_right(page, choose, phone="dark")
    assert SignUp.objects.live().get().session == day

    SignUp.objects.all().delete()
    today = make_day(team, begins=clock.now() - HOUR)
    make_seat(today, m)
    page.context.clear_cookies()
    sign_in_as(page, live_server.url, team.trainer)
    looks_right(page, live_server.url + reverse("training:session", args=[today.ref]))
    page.get_by_label(m.person.full_name).check()
    page.get_by_role("button", name="Save who was there").click()
    expect(page.get_by_text("Saved: who was there.")).to_be_visible()
    page.get_by_role("link", name="Write down what I saw").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What did you see")
    for group in page.get_by_role("group").all():
        group.get_by_label("Clearly").check()
    page.get_by_label("What to say to them").fill("You left the silence alone.")
    page.get_by_role("button", name="Save what I saw").click()
    expect(page.get_by_text("has passed this part")).to_be_visible()
    assert part(m).passed_how == "observed"
