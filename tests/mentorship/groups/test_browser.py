"""Groups in a real browser, on a phone: a mentee signs up by link, the mentor who leads taps who came."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from accounts import links
from common import clock
from mentorship.models import Attendance, GroupPlace, GroupSession
from tests.browser import (  # noqa: F401
    axe_clean,
    browser_context_args,
    browser_type_launch_args,
    no_sideways_scroll,
    sign_in_as,
    targets_44,
)
from tests.mentorship.groups.world import DAY, HOUR, invite, make_group

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def is_right(page) -> None:
    axe_clean(page), targets_44(page), no_sideways_scroll(page)


def test_a_mentee_signs_up_and_the_mentor_taps_who_came(page, live_server, team):
    page.set_default_timeout(15000)
    page.set_viewport_size({"width": 390, "height": 900})
    group = make_group(team, starts_on=(clock.now() + 7 * DAY).date())
    place = invite(team, group)
    page.goto(links.make("group.join", place.ref)[1].replace(settings.SITE_URL, live_server.url))
    is_right(page)
    page.get_by_label("I have read this, and it is fine").check()
    page.get_by_role("button", name="Yes, I come").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have a place")
    is_right(page)
    assert GroupPlace.objects.get().seat == 1

    session = group.sessions.first()
    GroupSession.objects.filter(pk=session.pk).update(planned_at=clock.now() - HOUR)
    GroupPlace.objects.update(ground_rules_at=clock.now() - DAY)
    page.context.clear_cookies()
    sign_in_as(page, live_server.url, group.mentors.get().person.user)
    page.goto(live_server.url + reverse("mentorship:group-session", args=[session.ref]))
    page.get_by_role("radio", name="Came").check()
    is_right(page)
    page.get_by_role("button", name="Save who was there").click()
    expect(page.get_by_text("Saved: who was there.")).to_be_visible()
    assert Attendance.objects.get().came == "came"
