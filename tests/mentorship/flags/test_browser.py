"""A worry in a real browser, on a line that is slow or hangs."""

import pytest
from django.urls import reverse

from tests.browser import browser_context_args, browser_type_launch_args, sign_in_as  # noqa: F401
from tests.mentorship.flags.conftest import pick

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hanging(page, live_server, pair):
    """A mentor's phone on which no reply arrives; returns the page."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.set_default_timeout(10000)
    sign_in_as(page, live_server.url, pair.mentor.person.user)
    page.goto(live_server.url + reverse("mentorship:worry"))
    page.evaluate("""() => {
        window.sent = [];
        addEventListener("submit", (event) => {  // after the page's own script; the page stays, as on a line that hangs
          if (!event.defaultPrevented) sent.push(event.submitter.value);
          event.preventDefault();
        });
    }""")
    return page


def tap(page, words):
    page.get_by_role("button", name=words).click(force=True)
    page.wait_for_timeout(600)


def sent(page) -> list[str]:
    return page.evaluate("sent")


def test_another_worry_goes_out_while_the_first_hangs_and_the_same_one_does_not(hanging, team):
    tap(hanging, "A very bad time")
    tap(hanging, "A very bad time")
    assert sent(hanging) == [pick(team, "flare").ref]
    tap(hanging, "They want to end their life")
    assert sent(hanging) == [pick(team, "flare").ref, pick(team, "suicide-plan").ref]
