"""The pages of accounts and clinics in a real browser: accessible, large enough, and working without a script."""

import pytest

from accounts import actions, links
from clinics.models import Membership
from clinics.roles import Role
from tests.browser import looks_right, sign_in_as
from tests.factories import PASSWORD, Team

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_pages_before_signing_in_are_accessible(page, live_server):
    team = Team()
    looks_right(page, f"{live_server.url}/accounts/login/")
    looks_right(page, f"{live_server.url}/accounts/password/reset/")
    looks_right(page, f"{live_server.url}/l/nothing-behind-this/")
    _link, address = links.make(actions.INVITE, team.nurse.ref)
    page.goto(live_server.url + "/l/" + address.rstrip("/").split("/")[-1] + "/")
    looks_right(page, page.url)


def test_pages_of_an_admin_are_accessible(page, live_server):
    team = Team()
    Membership.objects.create(clinic=team.clinic, user=team.admin, role=Role.COORDINATOR)
    sign_in_as(page, live_server.url, team.admin)
    addresses = ["account/", "people/", f"people/{team.nurse.ref}/", "settings/", "settings/basics/", "settings/hours/"]
    for address in [*addresses, "settings/numbers/", "access-log/"]:
        looks_right(page, f"{live_server.url}/{address}", phone="dark")


def test_somebody_signs_in_changes_hat_and_signs_out(page, live_server):
    team = Team()
    Membership.objects.create(clinic=team.clinic, user=team.admin, role=Role.NURSE)
    page.goto(f"{live_server.url}/account/")
    page.get_by_label("E-mail").fill(team.admin.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator(".hats summary").click()
    page.locator(".hats").get_by_role("button", name="Nurse").click()
    page.get_by_text("You now work as: Nurse").wait_for()
    page.goto(f"{live_server.url}/account/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")


def test_the_theme_is_chosen_on_the_device(page, live_server):
    team = Team()
    sign_in_as(page, live_server.url, team.nurse)
    page.goto(f"{live_server.url}/account/")
    page.get_by_text("Dark", exact=True).click(force=True)
    page.goto(f"{live_server.url}/account/")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_signing_in_works_without_a_script(browser, live_server):
    team = Team()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/account/")
    page.get_by_label("E-mail").fill(team.nurse.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    assert page.locator("h1").inner_text() == "My account"
    context.close()
