"""How I am reminded: quiet hours, reminders, the overview, time zone and language."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts import actions
from accounts.models import User
from common.errors import Denied, Invalid
from tests import factories

PAGE = reverse("accounts:reminding")
TYPED = {
    "quiet_from": "20:30", "quiet_until": "09:15", "reminders": "none", "time_zone": "America/New_York", "language": "fr",
}  # fmt: skip


@pytest.fixture
def nurse(team, client):
    client.force_login(team.nurse)
    return team.nurse


def test_the_page_shows_what_is_stored_and_saves_what_is_chosen(nurse, client):
    page = client.get(PAGE).content.decode()
    assert 'value="21:00"' in page and 'value="08:00"' in page and "Europe/Brussels" in page
    response = client.post(PAGE, TYPED)
    assert response["Location"] == PAGE
    nurse.refresh_from_db()
    assert (nurse.quiet_from, nurse.quiet_until) == (dt.time(20, 30), dt.time(9, 15))
    assert (nurse.reminders, nurse.time_zone, nurse.language, nurse.digest) == ("none", "America/New_York", "fr", False)
    assert response.cookies["django_language"].value == "fr"


def test_the_account_leads_there(nurse, client):
    assert PAGE in client.get(reverse("accounts:account")).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("quiet_from", "late", "Write the time"), ("quiet_until", "", "This still needs an answer"),
        ("reminders", "pigeon", "Choose one of the answers"), ("time_zone", "Mars/Olympus", "Choose one of the answers"),
        ("language", "xx", "Choose one of the answers"), ("time_zone", "Europe/Brussels\0", ""),
    ],
)  # fmt: skip
def test_bad_input_is_said_at_the_field_and_everything_typed_stays(nurse, client, field, value, said):
    before = User.objects.filter(pk=nurse.pk).values().get()
    page = client.post(PAGE, TYPED | {field: value})
    assert page.status_code == 200
    html = page.content.decode()
    assert said in html and "Error:" in html
    assert User.objects.filter(pk=nurse.pk).values().get() == before
    if field != "quiet_from":
        assert 'value="20:30"' in html


def test_only_the_own_account(team):
    with pytest.raises(Denied):
        actions.set_reminding(
            user=team.nurse, by=team.admin, quiet_from=dt.time(1), quiet_until=dt.time(2), reminders="none", digest=False,
            time_zone="Europe/Paris", language="fr",
        )  # fmt: skip


@pytest.mark.parametrize(("field", "value"), [("language", "xx"), ("time_zone", ""), ("reminders", "")])
def test_the_action_refuses_what_makes_no_sense(team, field, value):
    wish = {
        "quiet_from": dt.time(1), "quiet_until": dt.time(1), "reminders": "email", "digest": True,
        "time_zone": "Europe/Paris", "language": "fr",
    }  # fmt: skip
    with pytest.raises(Invalid) as refusal:
        actions.set_reminding(user=team.nurse, by=team.nurse, **(wish | {field: value}))
    assert refusal.value.field == field


def test_a_zone_no_list_offers_is_kept_when_it_is_ones_own(client, db):
    user = factories.make_user(time_zone="UTC")
    client.force_login(user)
    assert 'value="UTC" selected' in client.get(PAGE).content.decode()
