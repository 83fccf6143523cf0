"""The pages of the rota and of answering by one tap, in a real browser on a phone and a desk."""

import datetime as dt

import pytest
from django.urls import reverse

from common import clock
from mentorship.actions import rota as actions
from mentorship.actions.flag_handing import hand_over
from mentorship.actions.flags import acknowledge
from messaging import kinds
from messaging.models import Message
from tests.browser import browser_context_args, browser_type_launch_args, looks_right, sign_in_as  # noqa: F401
from tests.factories import PASSWORD
from tests.mentorship.flags.conftest import raised

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = dt.timedelta(days=1)


def test_the_pages_of_the_rota_look_right(page, live_server, team):
    today = clock.today("Europe/Brussels")
    shifts = actions.plan(
        clinic=team.clinic, by=team.coordinator, user=team.backup, first_day=today + DAY, starts=dt.time(17),
        ends=dt.time(8, 30), weekdays=[0, 1, 2, 3, 4], weeks=2,
    )  # fmt: skip
    actions.offer(shift=shifts[0], by=team.backup, to=team.coordinator)
    sign_in_as(page, live_server.url, team.coordinator)
    on_call = live_server.url + reverse("mentorship:on-call")
    for url in (
        live_server.url + reverse("clinics:closing-days"), on_call, on_call + "?view=month", live_server.url + reverse("mentorship:plan-on-call"),
        live_server.url + reverse("mentorship:shift", args=[shifts[0].ref]),
    ):  # fmt: skip
        looks_right(page, url)


# Answering by one tap -----------------------------------------------------------------------

PHONE = {"width": 390, "height": 844}


def address_in(message) -> str:
    """Return the address that the message about a flag carries, as the mail would have it."""
    text = kinds.get(message.kind).render(message, kinds.get(message.kind).recipient(message)).body
    return next(word for word in text.split() if word.startswith("http"))


def test_a_flag_is_answered_by_one_tap_after_signing_in_from_the_message(page, live_server, pair, team, settings):
    settings.SITE_URL = live_server.url
    flag = raised(team, pair, "breathless", at=clock.now())
    page.set_viewport_size(PHONE)
    page.goto(address_in(Message.objects.get(subject=flag.ref, kind="flag.raised")))
    assert "/accounts/login/" in page.url and flag.ref in page.url  # where to go on is kept
    page.fill('[name="login"]', team.clinician.email)
    page.fill('[name="password"]', PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: url.endswith(reverse("mentorship:flag", args=[flag.ref])))

    main_buttons = page.locator("main").get_by_role("button")
    assert main_buttons.first.inner_text().strip() == "I have this"  # the first thing to tap on the page
    box = main_buttons.first.bounding_box()
    assert box["height"] >= 44 and box["width"] >= 44
    assert box["y"] >= 0 and box["y"] + box["height"] <= PHONE["height"]  # above the fold, nothing to scroll

    taps = []
    page.expose_function("tapped", lambda: taps.append(1))
    page.evaluate("addEventListener('click', () => window.tapped(), true)")
    main_buttons.first.click()
    page.get_by_role("heading", name="You have this").wait_for()
    flag.refresh_from_db()
    assert flag.acknowledged_by == team.clinician and len(taps) == 1


def test_what_a_colleague_hands_over_is_taken_by_one_tap_too(page, live_server, pair, team):
    flag = raised(team, pair, "breathless", at=clock.now())
    acknowledge(flag=flag, by=team.clinician)
    hand_over(flag=flag, by=team.clinician, to=team.backup)
    sign_in_as(page, live_server.url, team.backup)
    page.set_viewport_size(PHONE)
    page.goto(live_server.url + reverse("mentorship:flag", args=[flag.ref]))
    button = page.locator("main").get_by_role("button").first
    assert button.inner_text().strip() == "I have this"
    box = button.bounding_box()
    assert box["height"] >= 44 and box["y"] + box["height"] <= PHONE["height"]
    button.click()
    page.get_by_role("heading", name="You have this").wait_for()
    flag.refresh_from_db()
    assert flag.acknowledged_by == team.backup and flag.handed_to is None


def test_the_pages_of_a_flag_that_is_handed_over_look_right(page, live_server, pair, team):
    flag = raised(team, pair, "breathless", at=clock.now())
    acknowledge(flag=flag, by=team.clinician)
    hand_over(flag=flag, by=team.clinician, to=team.backup)
    worry = live_server.url + reverse("mentorship:ladder-settings") + f"?worry={flag.category.ref}"
    for user, urls in (
        (team.clinician, [live_server.url + reverse("mentorship:flag", args=[flag.ref])]),
        (team.backup, [live_server.url + reverse("mentorship:flag", args=[flag.ref])]),
        (team.admin, [worry, live_server.url + reverse("mentorship:deadline-versions")]),
    ):
        page.context.clear_cookies()
        sign_in_as(page, live_server.url, user)
        for url in urls:
            looks_right(page, url)
