"""Signing in and out, passwords, and the own account."""

import datetime as dt

import pytest
from django.core.cache import cache

from accounts import actions, links
from accounts.models import User
from clinics.roles import Role
from common.errors import Denied
from messaging.models import Message
from tests.factories import PASSWORD, make_user

NEW = "a-new-half-word-for-me"


def sign_in_with(client, login, password=PASSWORD):
    return client.post("/accounts/login/", {"login": login, "password": password})


def test_somebody_signs_in_with_address_and_password(client, team):
    page = sign_in_with(client, team.nurse.email.upper())
    assert page.status_code == 302
    assert page.url == "/"
    assert client.session["_auth_user_id"] == str(team.nurse.pk)


def test_the_language_of_the_account_comes_with_it(client, team):
    User.objects.filter(pk=team.nurse.pk).update(language="fr")
    assert sign_in_with(client, team.nurse.email).cookies["django_language"].value == "fr"


def test_unknown_address_wrong_password_and_closed_account_get_the_same_words(client, team):
    User.objects.filter(pk=team.clinician.pk).update(is_active=False)
    tries = [("nobody@example.org", PASSWORD), (team.nurse.email, "wrong-password"), (team.clinician.email, PASSWORD)]
    words = "The e-mail and the password do not fit together"
    for login, password in tries:
        page = sign_in_with(client, login, password)
        assert page.status_code == 200
        assert words in page.content.decode()


@pytest.mark.parametrize("odd", ["a\x00@example.org", "x" * 10_000, "<b>@x", "", "🙂", "an@example.org\nBcc: x"])
def test_odd_addresses_get_a_sentence(client, team, odd):
    page = sign_in_with(client, odd)
    assert page.status_code == 200
    assert "error-summary" in page.content.decode()


def test_odd_passwords_get_a_sentence(client, team):
    for password in ("", "a\x00b", "x" * 10_000):
        assert sign_in_with(client, team.nurse.email, password).status_code == 200
    assert "_auth_user_id" not in client.session


def test_an_account_is_spared_endless_guessing(client, team):
    for _ in range(5):
        sign_in_with(client, team.nurse.email, "wrong-password")
    page = sign_in_with(client, team.nurse.email)
    assert "Too many tries" in page.content.decode()
    assert "_auth_user_id" not in client.session
    cache.clear()
    assert sign_in_with(client, team.nurse.email).status_code == 302


def test_tries_under_hundreds_of_other_names_do_not_make_the_limit_forget(client, team):
    for _ in range(5):
        sign_in_with(client, team.nurse.email, "wrong-password")
    for number in range(400):
        cache.set(f"z-another-name-{number}", 1, 300)
    assert "Too many tries" in sign_in_with(client, team.nurse.email).content.decode()


def test_the_system_user_cannot_sign_in(client, db):
    system = User.objects.system()
    assert sign_in_with(client, system.email, "!").status_code == 200
    assert sign_in_with(client, system.email, "").status_code == 200


def test_only_what_is_needed_of_allauth_can_be_reached(client, team):
    client.force_login(team.nurse)
    for address in (
        "signup",
        "email",
        "confirm-email",
        "inactive",
        "reauthenticate",
        "password/set",
        "login/code/confirm",
    ):
        assert client.get(f"/accounts/{address}/").status_code == 404


def test_signing_out_needs_a_post_and_clears_the_browsers_copies(sign_in, team):
    client = sign_in(team.nurse)
    assert client.get("/accounts/logout/").status_code == 405
    page = client.post("/accounts/logout/")
    assert page["Clear-Site-Data"] == '"cache"'
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_answered_with_the_same_words_for_everybody(client, team):
    for email in (team.nurse.email, "nobody@example.org"):
        page = client.post("/accounts/password/reset/", {"email": email})
        assert page.url == "/accounts/password/reset/done/"
    assert [m.kind for m in Message.objects.all()] == ["account.reset"]


def test_a_forgotten_password_of_a_closed_account_sends_nothing(client, team):
    User.objects.filter(pk=team.nurse.pk).update(is_active=False)
    client.post("/accounts/password/reset/", {"email": team.nurse.email})
    assert not Message.objects.exists()


def test_asking_twice_sends_one_message(client, team):
    for _ in range(2):
        client.post("/accounts/password/reset/", {"email": team.nurse.email})
    assert Message.objects.count() == 1


def choose(client, user, password=NEW, again=None, kind=actions.RESET):
    _link, address = links.make(kind, user.ref)
    client.get(address.split("8000")[-1])
    return client.post("/account/password/", {"password1": password, "password2": again or password})


def test_a_new_password_is_chosen_once_and_every_session_ends(client, team, sign_in):
    from django.test import Client

    elsewhere = Client()
    elsewhere.force_login(team.nurse)
    _link, address = links.make(actions.RESET, team.nurse.ref)
    client.get(address.split("8000")[-1])
    assert client.post("/account/password/", {"password1": NEW, "password2": NEW}).url == "/accounts/login/"
    assert elsewhere.get("/account/").status_code == 302
    assert sign_in_with(client, team.nurse.email, NEW).status_code == 302
    assert client.get(address.split("8000")[-1]).status_code == 404


def test_choosing_a_password_closes_every_other_link_and_verifies_the_address(client, team):
    User.objects.filter(pk=team.nurse.pk).update(email_verified_at=None)
    other, _address = links.make(actions.INVITE, team.nurse.ref)
    choose(client, team.nurse)
    other.refresh_from_db()
    team.nurse.refresh_from_db()
    assert other.revoked_at
    assert team.nurse.email_verified_at


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("short", None, "too short"),
        (NEW, "another-word-entirely", "same password twice"),
        ("a\x00bcdefghijklmn", None, "cannot be stored"),
        ("x" * 10_000, None, "shorter"),
    ],
)
def test_a_password_that_will_not_do_gets_a_reason(client, team, password, again, words):
    page = choose(client, team.nurse, password, again)
    assert words in page.content.decode()
    team.nurse.refresh_from_db()
    assert team.nurse.check_password(PASSWORD)


def test_a_link_of_another_kind_sets_no_password(rf, team):
    link, _address = links.make("check.answer", team.nurse.ref)
    with pytest.raises(Denied):
        actions.choose_password(rf.post("/"), link=link, password=NEW)


def test_an_account_closed_meanwhile_gets_no_password(client, team):
    _link, address = links.make(actions.RESET, team.nurse.ref)
    client.get(address.split("8000")[-1])
    User.objects.filter(pk=team.nurse.pk).update(is_active=False)
    assert client.post("/account/password/", {"password1": NEW, "password2": NEW}).status_code == 404


def test_changing_the_password_keeps_this_session_and_ends_the_others(sign_in, team):
    from django.test import Client

    client, elsewhere = sign_in(team.nurse), Client()
    elsewhere.force_login(team.nurse)
    page = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert page.url == "/account/"
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_the_present_password_is_asked(sign_in, team):
    client = sign_in(team.nurse)
    page = client.post("/accounts/password/change/", {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    assert "not the password you have now" in page.content.decode()


def test_somebody_changes_how_they_are_called_and_reached(sign_in, team):
    client = sign_in(team.nurse)
    new = {"first_name": "Kat", "last_name": "De Smet", "phone": "0470 12 34 56", "language": "nl"}
    page = client.post("/account/", new)
    assert page.status_code == 302
    assert page.cookies["django_language"].value == "nl"
    team.nurse.refresh_from_db()
    assert (team.nurse.first_name, team.nurse.phone.as_e164, team.nurse.language) == ("Kat", "+32470123456", "nl")


@pytest.mark.parametrize(
    "odd",
    [{"first_name": ""}, {"phone": "1"}, {"language": "xx"}, {"last_name": "a\x00"}, {"first_name": "x" * 10_000}],
)
def test_odd_details_are_refused_and_kept(sign_in, team, odd):
    client = sign_in(team.nurse)
    good = {"first_name": "Kat", "last_name": "Kept", "phone": "", "language": "nl"}
    page = client.post("/account/", good | odd)
    assert page.status_code == 200
    assert "error-summary" in page.content.decode()
    team.nurse.refresh_from_db()
    assert team.nurse.first_name == "Katrien"


def test_nobody_changes_somebody_elses_account(team):
    with pytest.raises(Denied):
        actions.update_details(user=team.nurse, by=team.admin, first_name="X", last_name="", phone="", language="en")


def test_the_language_of_the_pages_can_be_chosen_without_an_account(client, db):
    page = client.post("/account/language/", {"language": "fr", "next": "/accounts/login/"})
    assert page.url == "/accounts/login/"
    assert page.cookies["django_language"].value == "fr"
    away = client.post("/account/language/", {"language": "fr", "next": "https://elsewhere.example/"})
    assert "elsewhere" not in away.url


def test_a_session_ends_at_once_when_the_account_is_closed(sign_in, team):
    client = sign_in(team.nurse)
    User.objects.filter(pk=team.nurse.pk).update(is_active=False)
    assert client.get("/account/").status_code == 302


def test_the_messages_about_accounts_name_no_clinic_and_carry_a_link(team, settings):
    from messaging import kinds

    user = make_user(team.clinic, Role.NURSE, first_name="Sarah")
    for name in ("account.invited", "account.reset"):
        message = Message(kind=name, subject=user.ref, created_at=user.created_at + dt.timedelta(0))
        kind = kinds.get(name)
        to = kind.recipient(message)
        rendered = kind.render(message, to)
        assert "Sarah" in rendered.body
        assert "/l/" in rendered.body
        assert team.clinic.name not in rendered.subject + rendered.body
