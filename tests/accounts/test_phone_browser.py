"""The page of one's phone in a real browser."""

import pytest

from tests.browser import looks_right, sign_in_as
from tests.factories import Team

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_page_of_ones_phone_is_accessible_in_every_state(page, live_server, settings):
    team = Team()
    sign_in_as(page, live_server.url, team.nurse)
    team.nurse.phone = "+32470123456"
    team.nurse.save()
    looks_right(page, f"{live_server.url}/account/phone/", phone="dark")
    settings.SMS_PROVIDER = "gatewayapi"
    looks_right(page, f"{live_server.url}/account/phone/")
    page.get_by_role("textbox", name="Code").fill("12")
    page.get_by_role("button", name="Verify my number").click()
    page.get_by_text("Write the six digits").first.wait_for()
