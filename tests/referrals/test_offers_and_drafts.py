"""No costs one click and keeps nothing; a draft keeps exactly what was typed."""

import datetime as dt

import pytest

from common import clock
from common.errors import Denied, Invalid, WrongState
from common.models import new_ref
from referrals import actions
from referrals.models import Offer, Referral
from tests import factories
from tests.referrals.builders import asked

pytestmark = pytest.mark.django_db


def offer(team, answer, **more) -> Offer:
    return actions.make_offer(by=team.nurse, clinic=team.clinic.pk, answer=answer, **more)


def save(team, typed, **more) -> Referral:
    return actions.save_draft(by=team.nurse, clinic=team.clinic.pk, typed=typed, **more)


def in_days(team, days: int) -> dt.date:
    return team.clinic.today + dt.timedelta(days=days)


def test_no_keeps_an_answer_and_erases_the_draft(team):
    draft = save(team, {"first_name": ["Isabelle"]})
    stored = offer(team, "no", draft=draft.ref, label="Isabelle")
    assert (stored.answer, stored.person, stored.referral, stored.label) == ("no", None, None, "")
    assert not Referral.objects.exists()


def test_no_keeps_the_person_only_when_the_clinic_knows_them(team):
    person = factories.make_person(team.clinic)
    assert offer(team, "no", person=person.ref).person == person


def test_the_same_form_sent_twice_is_one_offer(team):
    ref = new_ref()
    assert offer(team, "no", draft=ref).pk == offer(team, "no", draft=ref).pk


def test_a_draft_is_not_kept_after_a_no(team):
    ref = new_ref()
    offer(team, "no", draft=ref)
    with pytest.raises(WrongState):
        save(team, {"first_name": ["Isabelle"]}, draft=ref)
    assert not Referral.objects.exists()


def test_a_no_that_becomes_a_yes_can_still_be_sent(team):
    ref = new_ref()
    offer(team, "no", draft=ref)
    referral = actions.submit(by=team.nurse, clinic=team.clinic.pk, data=asked(), draft=ref)
    assert Offer.objects.get().answer == "yes" and referral.offer


@pytest.mark.parametrize("days", [None, 0, -1, 10_000])
def test_later_needs_a_day_to_come(team, days):
    date = None if days is None else in_days(team, days)
    with pytest.raises(Invalid) as refused:
        offer(team, "later", ask_again_on=date)
    assert refused.value.field == "ask_again_on"


def test_offers_refuse_who_may_not_what_is_unknown_and_strangers(team, other_team):
    with pytest.raises(Denied):
        actions.make_offer(by=team.coordinator, clinic=team.clinic.pk, answer="no")
    with pytest.raises(Invalid):
        offer(team, "perhaps")
    with pytest.raises(Invalid):
        offer(team, "no", person=factories.make_person(other_team.clinic).ref)
    with pytest.raises(Invalid):
        offer(team, "later", ask_again_on=in_days(team, 3), label="a\x00b")
    assert not Offer.objects.exists()


def test_an_offer_comes_back_on_its_day_until_it_was_made_again(team):
    first = offer(team, "later", ask_again_on=in_days(team, 3), label="The lady of room 4")
    assert not actions.due_offers(by=team.nurse, on=in_days(team, 2)).exists()
    assert list(actions.due_offers(by=team.nurse, on=in_days(team, 3))) == [first]
    offer(team, "no", earlier=first.ref)
    assert not actions.due_offers(by=team.nurse, on=in_days(team, 3)).exists()


def test_a_draft_keeps_exactly_what_was_typed(team):
    typed = {"birth_year": ["last yr"], "languages": ["nl", "tlh"], "cautions": ["<b>☀️</b>" * 2000]}
    assert save(team, typed).draft["typed"] == typed


def test_saving_the_same_text_again_changes_nothing(team):
    first = save(team, {"first_name": ["Isa"]})
    again = save(team, {"first_name": ["Isa"]}, draft=first.ref, version=first.version)
    assert again.pk == first.pk and again.version == first.version


def test_a_form_open_twice_loses_nothing(team):
    ref = new_ref()
    first = save(team, {"first_name": ["Isa"], "last_name": [""]}, draft=ref)
    second = save(team, {"first_name": ["Isabelle"], "last_name": ["Moreau"]}, draft=ref, version=first.version)
    stale = save(team, {"first_name": ["Isa"], "last_name": ["Morel"]}, draft=ref, version=first.version)
    assert stale.version != second.version
    assert stale.draft["typed"]["last_name"] == ["Morel"]
    assert stale.draft["other"]["last_name"] == [["Moreau"]]
    assert stale.draft["other"]["first_name"] == [["Isabelle"]]


def test_far_too_much_text_is_refused_and_a_nul_is_replaced(team):
    with pytest.raises(Invalid):
        save(team, {"cautions": ["x" * 300_000]})
    assert save(team, {"first_name": ["a\x00b"]}).draft["typed"]["first_name"] == ["a\ufffdb"]


def test_a_draft_is_its_writers_own_and_gone_once_sent(team, other_team):
    mine = save(team, {"first_name": ["Isa"]})
    colleague = factories.make_user(team.clinic, "nurse")
    with pytest.raises(Denied):
        actions.save_draft(by=colleague, clinic=team.clinic.pk, typed={}, draft=mine.ref)
    with pytest.raises(Denied):
        actions.save_draft(by=other_team.nurse, clinic=team.clinic.pk, typed={})
    actions.submit(by=team.nurse, clinic=team.clinic.pk, data=asked(), draft=mine.ref)
    with pytest.raises(WrongState):
        save(team, {"first_name": ["Isa"]}, draft=mine.ref)
    assert actions.erase_draft(by=team.nurse, clinic=team.clinic.pk, draft=mine.ref) == 0


def test_drafts_expire_after_two_weeks_and_sent_ones_stay(team):
    now = clock.now()
    with clock.at(now - dt.timedelta(days=15)):
        save(team, {"first_name": ["Old"]})
        actions.submit(by=team.nurse, clinic=team.clinic.pk, data=asked())
    with clock.at(now - dt.timedelta(days=13)):
        kept = save(team, {"first_name": ["New"]})
    assert actions.expire_drafts(now=now) == 1 and actions.expire_drafts(now=now) == 0
    assert list(Referral.objects.filter(status="draft")) == [kept]
