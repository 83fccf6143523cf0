"""My phone for urgent messages: a code by text message proves that it is mine."""

import re

import pytest
from django.urls import reverse

from accounts import actions, phones
from common import clock
from common.errors import Denied
from messaging import delivery
from messaging.models import Message
from messaging.workflow import Status
from tests.messaging.conftest import provider  # noqa: F401

pytestmark = pytest.mark.django_db
PAGE, CODE = reverse("accounts:phone"), reverse("accounts:phone-code")


@pytest.fixture
def nurse(team, client):
    team.nurse.phone = "+32470123456"
    team.nurse.save()
    client.force_login(team.nurse)
    return team.nurse


@pytest.fixture
def code(nurse, client, provider):  # noqa: F811
    """The code that came by text message."""
    assert client.post(CODE)["Location"] == PAGE
    [message] = Message.objects.filter(kind="account.phone")
    assert delivery.deliver(message.pk) == Status.SENT
    return re.search(r"\b\d{6}\b", provider.accepted[-1]["message"]).group()


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def verified(user):
    user.refresh_from_db()
    return user.phone_verified_at is not None


def test_the_code_verifies_the_number(nurse, client, code, provider):  # noqa: F811
    assert provider.accepted[-1]["recipient"] == 32470123456
    assert client.post(PAGE, {"code": f"{code[:3]} {code[3:]}"})["Location"] == PAGE
    assert verified(nurse)
    assert "This number is verified" in client.get(PAGE).content.decode()


def test_the_code_is_nowhere_but_in_the_text(nurse, code):
    [message] = Message.objects.filter(kind="account.phone").values()
    assert code not in str(message["data"]) + message["key"]


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1234567", "12\x00456"])
def test_what_is_no_code_is_said_at_the_field(nurse, client, code, typed):
    page = client.post(PAGE, {"code": typed})
    assert page.status_code == 200 and 'aria-invalid="true"' in page.content.decode()
    assert not verified(nurse)


def test_a_wrong_code_changes_nothing_and_the_sixth_try_is_none(nurse, client, code):
    for _n in range(5):
        assert "not the code we sent" in client.post(PAGE, {"code": wrong(code)}).content.decode()
    assert "too often" in client.post(PAGE, {"code": code}).content.decode()
    assert "no longer works" in client.post(PAGE, {"code": code}).content.decode() or not verified(nurse)
    assert not verified(nurse)


def test_a_code_for_another_number_or_another_account_is_worth_nothing(nurse, client, code, team):
    nurse.phone = "+32470999999"
    nurse.save()
    client.post(PAGE, {"code": code})
    assert not verified(nurse)
    with pytest.raises(Denied):
        actions.verify_phone(user=nurse, by=team.clinician, code=code)


def test_a_newer_code_ends_the_older_one(nurse, client, code):
    newer = phones.make_code(nurse)
    if newer != code:
        client.post(PAGE, {"code": code})
        assert not verified(nurse)
    client.post(PAGE, {"code": newer})
    assert verified(nurse)


def test_codes_are_not_sent_without_end(nurse, client, provider):  # noqa: F811
    for minute in range(8):
        with clock.at(clock.now().replace(minute=minute)):
            client.post(CODE)
    assert Message.objects.filter(kind="account.phone").count() == 5


def test_it_says_when_text_messages_are_not_set_up(nurse, client):
    assert "not set up here" in client.get(PAGE).content.decode()
    client.post(CODE)
    assert not Message.objects.filter(kind="account.phone").exists()


def test_without_a_number_it_asks_for_one(nurse, client):
    nurse.phone = ""
    nurse.save()
    assert "No number yet" in client.get(PAGE).content.decode()
    assert PAGE in client.get(reverse("accounts:account")).content.decode()


def test_a_code_that_nobody_waits_for_any_more_is_not_sent(nurse, client, provider):  # noqa: F811
    client.post(CODE)
    nurse.phone_verified_at = clock.now()
    nurse.save()
    [message] = Message.objects.filter(kind="account.phone")
    assert delivery.deliver(message.pk) == Status.CANCELLED
    assert not provider.accepted
