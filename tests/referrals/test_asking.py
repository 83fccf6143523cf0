"""Somebody asks for a mentor themselves: kept shortly, confirmed by a nurse, taken back by a link."""

import dataclasses
import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import links
from clinics.models import SettingChange
from common import clock
from common.errors import Denied, Invalid, Stale, WrongState
from messaging import kinds
from messaging.models import Message
from referrals import actions, asking
from referrals.actions import asking as wishes
from referrals.actions.asking import Wish
from referrals.models import Referral, SelfReferral, SelfReferralPage
from referrals.views.asking import MOST_SENT
from tests import factories
from tests.referrals.builders import asked as whole

pytestmark = pytest.mark.django_db
WISH = Wish("Isabelle", "Moreau", 1971, "fr", "patient", "Yes.", "isabelle@example.org", "+32470123456", ["fatigue"])
FORM = {
    "first_name": "Isabelle", "last_name": "Moreau", "birth_year": "1971", "language": "fr", "relation": "caregiver",
    "phone": "0470 12 34 56", "email": "isabelle@example.org", "topics": ["fatigue"], "consent": "on", "website": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def nobody_asked_before():
    cache.clear()


@pytest.fixture
def open_page(team):
    return SelfReferralPage.objects.create(clinic=team.clinic, is_open=True)


@pytest.fixture
def row(team, open_page):
    return wishes.ask_for_a_mentor(clinic=team.clinic, wish=WISH)


@pytest.fixture
def here(team, open_page):
    return reverse("referrals:ask", args=[team.clinic.ref])


def text(response) -> str:
    return response.content.decode()


def arrive(client, row):
    link, _address = links.make(asking.KIND, row.ref)
    session = client.session
    session[links.SESSION_KEY] = {asking.KIND: [link.pk, clock.now().timestamp()]}
    session.save()
    return reverse("referrals:ask-status")


def test_what_they_wrote_is_kept_and_they_hear_that_it_came(row):
    assert (row.status, row.history.get().to_status) == ("asked", "asked")
    message = Message.objects.get(kind="self-referral.received")
    kind = kinds.get(message.kind)
    body = kind.render(message, kind.recipient(message)).body
    assert "Isabelle" in body and "Moreau" not in body and row.clinic.name not in body
    assert kind.still_true(message)


def test_the_same_person_while_it_waits_is_one(team, row):
    again = dataclasses.replace(WISH, first_name="ISABELLE", topics=["work"])
    assert wishes.ask_for_a_mentor(clinic=team.clinic, wish=again) == row
    row.refresh_from_db()
    assert row.topics == ["fatigue"]
    assert Message.objects.count() == 2
    other = dataclasses.replace(WISH, email="other@example.org", phone="+32470999999")
    assert wishes.ask_for_a_mentor(clinic=team.clinic, wish=other) != row


@pytest.mark.parametrize(
    ("field", "value", "at"),
    [
        ("first_name", " ", "first_name"), ("birth_year", 2020, "birth_year"), ("relation", "x", "relation"),
        ("email", "nonsense", "email"), ("topics", ["dose"], "topics"), ("topics", ["x"], "topics"),
        ("language", "xx", "language"), ("consent_words", "", "consent"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_at_its_field(team, open_page, field, value, at):
    with pytest.raises(Invalid) as refusal:
        wishes.ask_for_a_mentor(clinic=team.clinic, wish=dataclasses.replace(WISH, **{field: value}))
    assert refusal.value.field == at
    assert not SelfReferral.objects.exists()


def test_without_a_way_to_reach_them_or_when_closed_nothing_is_kept(team, open_page):
    with pytest.raises(Invalid):
        wishes.ask_for_a_mentor(clinic=team.clinic, wish=dataclasses.replace(WISH, email="", phone=""))
    SelfReferralPage.objects.update(is_open=False)
    with pytest.raises(WrongState):
        wishes.ask_for_a_mentor(clinic=team.clinic, wish=WISH)
    assert not SelfReferral.objects.exists()


def test_a_nurse_completes_it_and_sending_confirms_it(team, row):
    draft = wishes.take_up(wish=row.pk, by=team.nurse)
    assert draft.draft["typed"]["first_name"] == ["Isabelle"] and draft.draft["typed"]["topics"] == ["fatigue"]
    assert wishes.take_up(wish=row.pk, by=team.nurse) == draft
    row.refresh_from_db()
    assert row.status == "asked"
    referral = actions.submit(by=team.nurse, clinic=team.clinic.pk, data=whole(), draft=draft.ref)
    row.refresh_from_db()
    assert (row.status, row.referral) == ("confirmed", referral)
    assert Message.objects.filter(kind="self-referral.decided").count() == 1
    with pytest.raises(WrongState):
        wishes.withdraw_wish(wish=row.pk)
    with pytest.raises(WrongState):
        wishes.take_up(wish=row.pk, by=team.nurse)


def test_one_nurse_at_a_time_until_it_is_let_go(team, row):
    other = factories.make_user(team.clinic, "nurse")
    draft = wishes.take_up(wish=row.pk, by=team.nurse)
    with pytest.raises(WrongState):
        wishes.take_up(wish=row.pk, by=other)
    for _n in range(2):
        wishes.leave(wish=row.pk, by=other)
    assert not Referral.objects.filter(pk=draft.pk).exists()
    assert wishes.take_up(wish=row.pk, by=other).created_by == other


def test_a_draft_that_was_erased_leaves_the_wish_waiting(team, row):
    draft = wishes.take_up(wish=row.pk, by=team.nurse)
    actions.make_offer(by=team.nurse, clinic=team.clinic.pk, answer="no", draft=draft.ref)
    row.refresh_from_db()
    assert (row.status, row.referral) == ("asked", None)


def test_it_is_declined_once_with_a_reason_and_they_hear_it(team, row):
    with pytest.raises(Invalid):
        wishes.decline(wish=row.pk, by=team.coordinator, reason="nonsense")
    for _n in range(2):
        assert wishes.decline(wish=row.pk, by=team.coordinator, reason="not-ours").status == "declined"
    with pytest.raises(WrongState):
        wishes.decline(wish=row.pk, by=team.coordinator, reason="already")
    assert Message.objects.filter(kind="self-referral.decided").count() == 1


def test_who_may_not_is_refused(team, row, other_team):
    for user in (team.clinician, team.admin, other_team.nurse, other_team.coordinator):
        for act in (lambda u: wishes.take_up(wish=row.pk, by=u), lambda u: wishes.leave(wish=row.pk, by=u),
                    lambda u: wishes.decline(wish=row.pk, by=u, reason="already")):  # fmt: skip
            with pytest.raises(Denied):
                act(user)
    with pytest.raises(Denied):  # a coordinator writes no referral
        wishes.take_up(wish=row.pk, by=team.coordinator)


def test_taking_it_back_erases_it_and_its_draft(team, row):
    wishes.take_up(wish=row.pk, by=team.nurse)
    for _n in range(2):
        gone = wishes.withdraw_wish(wish=row.pk)
    assert (gone.status, gone.full_name, gone.email, gone.birth_year, gone.topics) == ("withdrawn", "", "", None, [])
    assert not Referral.objects.exists()
    message = Message.objects.get(kind="self-referral.received")
    assert kinds.get(message.kind).recipient(message) is None


def test_after_sixty_days_it_expires_and_is_erased_once(team, row):
    declined = wishes.ask_for_a_mentor(clinic=team.clinic, wish=dataclasses.replace(WISH, last_name="Maes"))
    wishes.decline(wish=declined.pk, by=team.nurse, reason="changed-mind")
    later = row.asked_at + dt.timedelta(days=60)
    assert wishes.tidy_wishes(now=later) == 0
    assert wishes.tidy_wishes(now=later + dt.timedelta(minutes=1)) == 2
    assert wishes.tidy_wishes(now=later + dt.timedelta(minutes=1)) == 0
    row.refresh_from_db()
    declined.refresh_from_db()
    assert (row.status, declined.status) == ("expired", "declined")
    assert row.full_name == declined.full_name == ""


def test_an_admin_opens_the_page_and_the_change_is_kept(team, other_team):
    for user in (team.coordinator, other_team.admin):
        with pytest.raises(Denied):
            wishes.change_page(clinic=team.clinic, by=user, version=1, is_open=True, words="")
    with pytest.raises(Stale):
        wishes.change_page(clinic=team.clinic, by=team.admin, version=99, is_open=True, words="")
    with pytest.raises(Invalid):
        wishes.change_page(
            clinic=team.clinic, by=team.admin, version=team.clinic.version, is_open=True, words="x" * 601
        )
    for _n in range(2):
        clinic = wishes.change_page(
            clinic=team.clinic, by=team.admin, version=team.clinic.version, is_open=True, words="Come."
        )
        team.clinic.refresh_from_db()
    assert wishes.is_open(clinic)
    assert SettingChange.objects.count() == 1


# Pages --------------------------------------------------------------------------------------


def test_anybody_asks_by_the_page_and_everybody_sees_the_same(client, here):
    assert "somebody who has been there" in text(client.get(here)) and not SelfReferral.objects.exists()
    for _n in range(2):
        assert client.post(here, FORM).url.endswith("/sent/")
    row = SelfReferral.objects.get()
    assert (row.relation, row.phone.as_e164) == ("caregiver", "+32470123456")
    assert "may keep what I write here" in row.consent_words
    assert "a nurse gets in touch" in text(client.get(reverse("referrals:ask-sent", args=[row.clinic.ref])))


@pytest.mark.parametrize(
    "change",
    [{"consent": ""}, {"birth_year": "soon"}, {"birth_year": "2020"}, {"phone": "12"}, {"email": "x"},
     {"phone": "", "email": ""}, {"relation": "x"}, {"topics": ["dose"]}, {"first_name": "\x00"}, {"last_name": "M" * 99}],
)  # fmt: skip
def test_mistakes_are_said_at_the_field_and_keep_what_was_typed(client, here, change):
    html = text(client.post(here, FORM | {"first_name": "Kept"} | change))
    assert 'role="alert"' in html and ("Kept" in html or "first_name" in change)
    assert not SelfReferral.objects.exists()


def test_machines_are_told_the_same_and_many_are_slowed_down(client, here):
    assert client.post(here, FORM | {"website": "http://x.example"}).url.endswith("/sent/")
    assert not SelfReferral.objects.exists()
    for _n in range(MOST_SENT):
        last = client.post(here, FORM)
    assert last.status_code == 429
    assert SelfReferral.objects.count() == 1


def test_a_closed_page_says_so_and_keeps_nothing(client, team):
    here = reverse("referrals:ask", args=[team.clinic.ref])
    assert "closed now" in text(client.get(here)) and '<form class="stack"' not in text(client.get(here))
    assert "closed now" in text(client.post(here, FORM))
    assert not SelfReferral.objects.exists()
    assert client.get(reverse("referrals:ask", args=["nosuchclinic"])).status_code == 404


def test_by_the_link_they_see_where_it_stands_and_take_it_back(client, team, row):
    url = arrive(client, row)
    assert "We have it" in text(client.get(url))
    wishes.decline(wish=row.pk, by=team.nurse, reason="not-reached")
    assert "could not" in text(client.get(url))
    client.post(url)
    assert "erased" in text(client.get(url))
    row.refresh_from_db()
    assert row.full_name == ""
    assert Client().get(url).status_code == 404


def test_a_nurse_sees_who_waits_and_opens_the_form_with_it(client, team, row):
    factories.make_person(team.clinic, first_name="Isabelle", last_name="Moreau", birth_year=1971)
    client.force_login(team.nurse)
    assert "Isabelle Moreau" in text(client.get(reverse("referrals:wishes")))
    page = reverse("referrals:wish", args=[row.ref])
    assert "We may know this person" in text(client.get(page))
    form = client.post(page, {"do": "confirm"}).url
    assert 'value="Isabelle"' in text(client.get(form))
    assert client.post(page, {"do": "decline"}).status_code == 200
    assert client.post(page, {"do": "decline", "reason": "already"}).url == page
    assert "Not through here" in text(client.get(page))
    assert client.post(page, {"do": "confirm"}).url == page


def test_coordinators_see_and_decline_but_do_not_write_the_referral(client, team, row):
    client.force_login(team.coordinator)
    page = reverse("referrals:wish", args=[row.ref])
    assert "Open the form" not in text(client.get(page))
    client.post(page, {"do": "confirm"})
    assert not Referral.objects.exists()


def test_the_code_and_the_leaflet_lead_to_the_page(client, team, open_page):
    code = client.get(reverse("referrals:ask-code", args=[team.clinic.ref]))
    assert code["Content-Type"] == "image/svg+xml" and b"<svg" in code.content
    SelfReferralPage.objects.update(words="Come and <talk>.")
    client.force_login(team.coordinator)
    html = text(client.get(reverse("referrals:ask-leaflet")))
    assert asking.page_address(team.clinic) in html and "Come and &lt;talk&gt;." in html


def test_the_settings_page_opens_it_and_keeps_mistakes(client, team):
    client.force_login(team.admin)
    url = reverse("referrals:ask-settings")
    assert 'role="alert"' in text(client.post(url, {"is_open": "on", "words": "x" * 700, "version": 1}))
    assert 'role="alert"' in text(client.post(url, {"is_open": "on", "words": "Mine", "version": 77}))
    version = type(team.clinic).objects.get().version
    assert client.post(url, {"is_open": "on", "words": "Mine", "version": version}).url == url
    assert asking.page_of(team.clinic).words == "Mine"


def test_the_list_asks_as_much_for_many_as_for_two(client, team, open_page):
    client.force_login(team.nurse)
    counts = []
    for n in (2, 20):
        for i in range(n):
            wish = dataclasses.replace(WISH, last_name=f"M{n}{i}")
            row = wishes.ask_for_a_mentor(clinic=team.clinic, wish=wish)
            wishes.take_up(wish=row.pk, by=team.nurse)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("referrals:wishes"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10
