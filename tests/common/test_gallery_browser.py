"""The gallery in a real browser: accessible, large enough, quiet."""

import pytest

from tests.browser import looks_right

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_component_is_accessible_at_both_widths_in_both_themes(page, live_server, settings):
    settings.DEBUG = True
    trouble = []
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    for theme in ("light", "dark"):
        looks_right(page, f"{live_server.url}/_gallery/", phone=theme)
    assert trouble == []


def test_the_summary_of_mistakes_has_the_focus(page, live_server, settings):
    settings.DEBUG = True
    page.goto(f"{live_server.url}/_gallery/")
    assert page.evaluate("document.activeElement.className") == "error-summary"


def test_a_second_click_sends_nothing_twice(page, live_server, settings):
    settings.DEBUG = True
    page.goto(f"{live_server.url}/_gallery/")
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    with page.expect_navigation():
        page.evaluate(
            """() => { const form = document.querySelector('form.stack');
            form.querySelector('button').click(); form.querySelector('button').click(); }"""
        )
    assert len(sent) == 1
