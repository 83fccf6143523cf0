"""A mentee's page in a real browser on a phone, light and dark, also with words as long as other languages make them."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import trans_real

from accounts import links
from common import clock
from mentorship.actions import planning
from mentorship.mentee_session import KIND
from mentorship.starter import start_clinic
from tests import factories
from tests.browser import axe_clean, no_data_images, no_sideways_scroll, targets_44

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = re.compile("[A-Za-z][a-z]{2}")  # not the shape of a date
LONGER = "enzovoortsenzovoorts"


@pytest.fixture
def long_words(monkeypatch):
    """Have every sentence come out some 40 % longer, with a word that is long itself."""
    plain = trans_real.gettext

    def longer(message):
        said = plain(message)
        return f"{said} {LONGER[: max(4, len(said) * 2 // 5)]}" if WORDS.search(message) else said

    monkeypatch.setattr("django.utils.translation._trans.gettext", longer, raising=False)


def on_a_phone(page, url: str, theme: str) -> None:
    """Look at a page as a mentee meets it."""
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(url)
    axe_clean(page)
    targets_44(page)
    no_sideways_scroll(page)
    no_data_images(page)


def test_everything_can_be_read_and_tapped_on_a_phone(page, live_server, long_words):
    team = factories.Team()
    start_clinic(team.clinic, team.admin)
    pair = factories.make_match(team, days_ago=10)
    with clock.at(pair.introduced_at):
        planning.begin_plan(match=pair, by=team.coordinator)
    _link, address = links.make(KIND, pair.referral.ref)
    token = address.rstrip("/").rsplit("/", 1)[-1]

    on_a_phone(page, f"{live_server.url}/l/{token}/", "light")
    page.get_by_role("button", name="Open my page").click()
    page.wait_for_selector(".face")
    assert LONGER[:4] in page.content()
    base = live_server.url
    on_a_phone(page, base + reverse("mentorship:own-page"), "dark")
    for theme, name in (
        ("light", "own-page"), ("dark", "own-another"), ("light", "own-pause"), ("dark", "own-stop"), ("light", "own-data"),
        ("dark", "own-reminders"), ("light", "own-worry"),
    ):  # fmt: skip
        on_a_phone(page, base + reverse(f"mentorship:{name}"), theme)
    on_a_phone(page, base + reverse("mentorship:own-consent", args=["contact"]), "dark")

    page.goto(base + reverse("mentorship:own-page"))
    page.get_by_role("button", name="Close my page").click()
    on_a_phone(page, base + reverse("mentorship:own-page"), "light")
    assert pair.mentor.person.first_name not in page.content()
    page.go_back()
    assert f"{pair.mentor.person.first_name}, my mentor" not in page.content()
