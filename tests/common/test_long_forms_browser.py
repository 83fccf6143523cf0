"""A long form that stood open while somebody signed out, or in again, elsewhere: nothing typed is lost."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.browser import sign_in_as
from tests.factories import Team

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(page, live_server):
    """The own account of a nurse, with something typed, after another window was used."""
    team = Team()
    page.set_default_timeout(10000)
    sign_in_as(page, live_server.url, team.nurse)
    page.goto(f"{live_server.url}/account/")
    page.locator("input[name=first_name]").fill("Marguerite")
    page.evaluate("dispatchEvent(new Event('blur'))")
    page.nurse = team.nurse
    return page


def send(page):
    page.locator("form:has(input[name=first_name]) button[type=submit]").first.click()


def test_a_form_takes_a_fresh_key_before_it_is_sent(form, live_server):
    other = "k" * 32
    form.context.add_cookies([{"name": "csrftoken", "value": other, "url": live_server.url}])
    send(form)
    expect(form.get_by_text("Your details are saved.")).to_be_visible()
    form.nurse.refresh_from_db()
    assert form.nurse.first_name == "Marguerite"


def test_signed_out_the_form_stays_and_is_sent_after_signing_in_on_another_page(form, live_server):
    Session.objects.all().delete()
    send(form)
    expect(form.get_by_text("You are signed out, so this was not sent.")).to_be_visible()
    assert form.locator("input[name=first_name]").input_value() == "Marguerite"
    sign_in_as(form, live_server.url, form.nurse)
    send(form)
    expect(form.get_by_text("Your details are saved.")).to_be_visible()


def test_a_form_goes_out_as_it_is_when_no_key_can_be_had(form):
    form.route("**/account/", lambda route: route.abort() if route.request.method == "GET" else route.continue_())
    form.evaluate("document.body.dataset.keyFrom = '/account/?'")
    with form.expect_request(lambda request: request.method == "POST"):
        send(form)
