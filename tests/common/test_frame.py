"""The page frame and the pages for trouble."""

import datetime as dt

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory

from common import clock
from common.errors import Denied, NotReady, WrongState
from common.middleware import RefusalMiddleware
from common.pages import server_error
from desk.context import menu_of


def render(template, user=None, hat=None, **context):
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/somewhere/")
    request.user = user or AnonymousUser()
    request.hat, request.clinic = hat, hat and hat.clinic
    return render_to_string(template, context, request=request)


def test_a_page_that_is_not_here_says_the_same_to_everybody(client, db):
    page = client.get("/nothing/here/")
    assert page.status_code == 404
    assert "This page is not here" in page.content.decode()


def test_our_own_failure_shows_numbers_first_and_asks_the_database_nothing(rf):
    request = rf.get("/")
    request.id = "7f3k9999"
    page = server_error(request)
    words = page.content.decode()
    assert page.status_code == 500
    assert words.index("tel:112") < words.index("It is not your doing")
    assert "say: 7F3K" in words


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (Denied("Only the coordinator may."), 403, "Only the coordinator may."),
        (WrongState("It was closed at 12:09."), 409, "It was closed at 12:09."),
        (NotReady(["Consent is missing."]), 409, "<li>Consent is missing.</li>"),
    ],
)
def test_a_refusal_becomes_a_page_with_the_reason(rf, db, error, status, words):
    from django.contrib.auth.models import AnonymousUser

    request = rf.post("/")
    request.user, request.hat, request.clinic = AnonymousUser(), None, None
    page = RefusalMiddleware(lambda r: HttpResponse()).process_exception(request, error)
    assert page.status_code == status
    assert words in page.content.decode()


def test_a_form_that_lost_its_protection_is_kept_and_explained(client, db, settings):
    from django.test import Client

    page = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@example.org"})
    assert page.status_code == 403
    words = page.content.decode()
    assert "Please send that again" in words
    assert words.index("tel:112") < words.index("tel:1733") < words.index("This page was open")


def test_long_words_of_a_form_with_an_old_key_are_given_back_to_copy(db, team):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    sent = {"note": "She sleeps badly <b>and</b> worries a lot", "password1": "my long pass phrase of words", "a": "no"}
    assert "Here is what you wrote" not in client.post("/account/", sent).content.decode()
    client.force_login(team.nurse)
    words = client.post("/account/", sent).content.decode()
    assert "She sleeps badly &lt;b&gt;and&lt;/b&gt; worries a lot" in words
    assert "pass phrase" not in words


@pytest.mark.parametrize(("address", "shown"), [("/worry/nobody/x/", True), ("/nothing/here/", False)])
def test_a_worry_that_leads_nowhere_shows_the_numbers_before_anything_else(client, db, address, shown):
    words = client.get(address).content.decode()
    assert ("tel:1733" in words) is shown
    assert not shown or words.index("tel:1733") < words.index("The address may be wrong")


def test_a_link_that_no_longer_works_shows_the_numbers_before_anything_else(client, db):
    words = client.get("/l/nothing-behind-this/").content.decode()
    assert words.index("tel:112") < words.index("tel:1733") < words.index("What you can do")


def test_whoever_was_signed_out_while_sending_a_worry_reads_so_and_has_the_numbers_first(client, db):
    page = client.post("/worry/", {"category": "any"}, follow=True)
    words = page.content.decode()
    assert "Your worry was not sent yet" in words
    assert words.index("tel:112") < words.index("tel:1733") < words.index('name="password"')
    later = client.get("/accounts/login/?next=/worry/sent/abc/").content.decode()
    assert "The worry itself was sent before" in later
    assert later.index('name="next"') < later.index("<h1>")  # not above the button, whose distance it takes away
    assert "tel:1733" not in client.get("/accounts/login/?next=/").content.decode()


def test_the_current_entry_of_the_menu_is_the_longest_that_fits(team):
    hat = team.admin.memberships.get()
    entries = menu_of(hat, "/settings/basics/")
    assert [e["label"] for e in entries if e["current"]] == ["Settings"]


def test_an_admin_finds_what_was_told_past_the_coordinator(team):
    labels = [entry["label"] for entry in menu_of(team.admin.memberships.get(), "/concerns/")]
    assert labels.index("Escalations") < labels.index("Concerns") < labels.index("Appeals")
    assert [e["label"] for e in menu_of(team.admin.memberships.get(), "/concerns/") if e["current"]] == ["Concerns"]


def test_the_frame_of_a_page_warns_when_messages_are_late(team, monkeypatch):
    import messaging.health

    hat = team.nurse.memberships.get()
    monkeypatch.setattr(messaging.health, "sweeper_late", lambda: True)
    assert "Messages are late" in render("404.html", team.nurse, hat)
    monkeypatch.setattr(messaging.health, "sweeper_late", lambda: False)
    assert "Messages are late" not in render("404.html", team.nurse, hat)


def test_a_person_with_several_roles_can_change_hat(team):
    from clinics.models import Membership
    from clinics.roles import Role

    Membership.objects.create(clinic=team.clinic, user=team.nurse, role=Role.CLINICIAN)
    hat = team.nurse.memberships.first()
    assert 'name="membership"' in render("404.html", team.nurse, hat)


def test_a_countdown_carries_the_words_it_needs(db):
    from django.template import Context, Template

    html = Template("{% left_cell at %}").render(Context({"at": clock.now() + dt.timedelta(minutes=38)}))
    assert "38 minutes left" in html
    assert 'role="timer"' in html
