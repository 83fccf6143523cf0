"""A form about somebody known that lay open while somebody else corrected how they are reached."""

import re

import pytest

from common.models import new_ref
from referrals import actions
from referrals.meanwhile import is_newer, same
from referrals.models import Referral
from tests import factories
from tests.referrals.builders import typed

pytestmark = pytest.mark.django_db
OLD, NEW, OTHER = "+32470111111", "+32470222222", "+32470333333"


@pytest.fixture
def known(team):
    return factories.make_person(
        team.clinic, first_name="Omer", last_name="Dewitte", birth_year=1960, phone=OLD, email="", language="nl"
    )


@pytest.fixture
def draft(team, known, sign_in):
    """Return a nurse's browser, the address of the draft, and the form as it stands there."""
    client = sign_in(team.nurse)
    sent = typed(do=f"use:{known.ref}", draft=new_ref(), phone="", phone_read_back="", email="", language="", gender="")
    url = client.post("/referrals/new/", sent).url.partition("#")[0]
    return client, url, form_of(client.get(url).content.decode(), known)


def form_of(page, known):
    """Return what a browser sends of this page."""
    hidden = dict(re.findall(r'<input type="hidden" name="((?:began_|draft|version)\w*)" value="([^"]*)"', page))
    phone = re.search(r'name="phone"[^>]*value="([^"]*)"', page)[1]
    sent = typed(person=known.ref, phone=phone, gender="", language="nl", **hidden)
    del sent["phone_read_back"]
    return sent


def correct(team, known, phone, read_back=True):
    return actions.change_addresses(
        person=known.pk, by=team.coordinator, email="", phone=phone, phone_read_back=read_back
    )


def test_a_number_corrected_meanwhile_stays_and_the_nurse_is_told(team, known, draft):
    client, url, sent = draft
    correct(team, known, NEW)
    page = client.post(url, sent, follow=True).content.decode()
    known.refresh_from_db()
    assert (str(known.phone.as_e164), bool(known.phone_verified_at)) == (NEW, True)
    assert Referral.objects.get().status == "submitted"
    assert "the newer answer is kept: Phone." in page


def test_a_draft_opened_days_later_shows_the_newer_number(team, known, draft):
    client, url, _sent = draft
    correct(team, known, NEW)
    page = client.get(url).content.decode()
    sent = form_of(page, known)
    assert same("phone", sent["phone"], NEW) and same("phone", sent["began_phone"], NEW)
    assert "the newer answer is kept: Phone." in page
    client.post(url, sent)
    known.refresh_from_db()
    assert known.phone_verified_at


@pytest.mark.parametrize("changes", [{"phone": OTHER}, {"phone_read_back": "on"}])
def test_where_both_changed_it_the_nurse_is_asked_once_and_then_counts(team, known, draft, changes):
    client, url, sent = draft
    correct(team, known, NEW)
    page = client.post(url, sent | changes).content.decode()
    assert "Somebody changed this to" in page and "222222" in page.replace(" ", "")
    assert Referral.objects.get().status == "draft"
    known.refresh_from_db()
    assert str(known.phone.as_e164) == NEW
    again = form_of(page, known) | changes
    assert client.post(url, again).status_code == 302
    known.refresh_from_db()
    assert str(known.phone.as_e164) == changes.get("phone", OLD)


def test_a_number_taken_out_meanwhile_does_not_come_back_unasked(team, known, draft):
    client, url, sent = draft
    correct(team, known, "", read_back=False)
    page = client.post(url, sent).content.decode()
    assert "Somebody took this out since you began" in page
    known.refresh_from_db()
    assert not known.phone


def test_a_number_nobody_else_touched_is_brought_up_to_date(team, known, draft):
    client, url, sent = draft
    assert "newer answer" not in client.post(url, sent | {"phone": OTHER}, follow=True).content.decode()
    known.refresh_from_db()
    assert str(known.phone.as_e164) == OTHER


def test_one_number_written_in_two_ways_is_the_same():
    assert same("phone", "0470 11 11 11", OLD) and not same("phone", "", OLD) and same("email", "A@x.be", "a@x.be ")
    assert not is_newer("phone", began=OLD, typed="0470 11 11 11", now="+32 470 11 11 11")
