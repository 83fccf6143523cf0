"""Papers in a real browser: a mentor signs by thumb, looks at their papers, and says a word against a decision."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories
from tests.browser import WIDTHS, browser_context_args, browser_type_launch_args, looks_right, sign_in_as  # noqa: F401
from training import actions
from training.models import Appeal, Signature
from training.starter_agreements import start_clinic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_mentor_signs_sees_their_papers_and_appeals(page, live_server, team):
    page.set_default_timeout(10000)
    start_clinic(team.clinic, team.admin)
    mentor = factories.make_mentor(team, code_signed_on=None)
    number = mentor.certificates.get().number

    def at(name, *args):
        return live_server.url + reverse(name, args=args)

    sign_in_as(page, live_server.url, mentor.person.user)
    looks_right(page, at("training:sign"))
    page.set_viewport_size({"width": WIDTHS["phone"], "height": 800})
    for box in page.get_by_label("I have read this and I agree").all():
        box.check()
    page.get_by_role("button", name="Sign").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My papers")
    assert Signature.objects.filter(mentor=mentor).count() == 3
    looks_right(page, at("training:my-papers"), phone="dark")
    looks_right(page, at("training:verify", number))

    actions.decertify(mentor=mentor.pk, by=team.coordinator, note="Sold creams.", reasons=["money"])
    looks_right(page, at("training:taken-back"))
    page.get_by_label("Why do you not agree?").fill("It was a gift.")
    page.get_by_role("button", name="Ask to look again").click()
    expect(page.get_by_text("They answer you by letter.")).to_be_visible()
    sign_in_as(page, live_server.url, team.admin)
    looks_right(page, at("training:appeal", Appeal.objects.get().ref))
    looks_right(page, at("training:agreements"), phone="dark")
