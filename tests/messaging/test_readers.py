"""Only what is verified is an address: of a mail and of a telephone."""

import pytest

from accounts import actions
from common import clock
from messaging import backends
from messaging.people import reader_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "+32470123456", "+32470654321"


@pytest.fixture
def reader():
    """Somebody whose number is verified and whose mail address is not."""
    user = make_user(phone=NUMBER, phone_verified_at=clock.now())
    user.email_verified_at = None
    user.save()
    return user


def change(user, phone, first_name="Anna"):
    # As a form does: it has put the new number on the same object already.
    user.phone = phone
    actions.update_details(user=user, by=user, first_name=first_name, last_name="", phone=phone, language="en")
    user.refresh_from_db()


def test_a_verified_number_is_a_way_to_reach_somebody(reader):
    assert reader_of(reader).phone.replace(" ", "") == NUMBER
    assert backends.channel_for(reader_of(reader)) == "sms"


def test_a_number_nobody_verified_is_none(reader):
    reader.phone_verified_at = None
    assert reader_of(reader).phone == ""
    assert backends.channel_for(reader_of(reader)) is None


@pytest.mark.parametrize("phone", [OTHER, ""])
def test_another_number_has_to_be_verified_anew(reader, phone):
    change(reader, phone)
    assert reader.phone_verified_at is None and reader_of(reader).phone == ""


def test_another_name_leaves_the_number_verified(reader):
    change(reader, NUMBER, first_name="Nadia")
    assert reader.first_name == "Nadia" and reader.phone_verified_at
    assert reader_of(reader).phone.replace(" ", "") == NUMBER
