"""Invited, signed up, waiting, stopped: who has which place, and who is held a free one."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from common import clock
from common.errors import Denied, Invalid, NotReady, WrongState
from matching import actions as matching
from mentorship import follows
from mentorship.actions import groups_places as places
from mentorship.models import Enrolment, GroupPlace
from messaging.models import Message
from referrals import actions as referrals
from tests import factories
from tests.mentorship.groups.world import DAY, FIRST, HOUR, NOW, invite, make_group, sign_up


@pytest.fixture
def system(db):
    return User.objects.system()


@pytest.fixture
def full(team, group):
    """A group whose two places are taken; return who has them."""
    return [sign_up(team, group) for _n in range(2)]


@pytest.fixture
def waiting(team, group, full, system):
    """Two who wait, in order."""
    found = []
    for n in range(2):
        with clock.at(NOW + n * HOUR):
            found.append(places.wait(place=invite(team, group).pk, by=system))
    return found


def sent(kind, place) -> int:
    return Message.objects.filter(kind=kind, subject=place.ref).exclude(status="cancelled").count()


def test_an_invitation_is_sent_once_and_asked_again_after_somebody_stopped(team, group):
    place = invite(team, group)
    assert invite(team, group, place.referral) == place and sent("group.invite", place) == 1
    places.leave(place=place.pk, by=team.coordinator)
    again = invite(team, group, place.referral)
    assert (again.pk, again.status) == (place.pk, "invited") and sent("group.invite", place) == 1


@pytest.mark.parametrize("fields", [{"consent": False}, {"status": "closed"}, {"relation": "caregiver"}])
def test_who_did_not_agree_is_closed_or_is_not_whom_it_is_for_is_not_asked(team, group, fields):
    with pytest.raises(NotReady):
        invite(team, group, factories.make_referral(team, **fields))
    assert not GroupPlace.objects.exists()


def test_somebody_of_another_clinic_is_not_asked(team, other_team, group):
    with pytest.raises(NotReady):
        invite(team, group, factories.make_referral(other_team))


def test_somebody_without_an_address_is_rung_instead(team, group, system):
    mentee = factories.make_person(team.clinic, email="")
    place = invite(team, group, factories.make_referral(team, mentee=mentee))
    assert sent("group.invite", place) == 0
    places.sign_up(place=place.pk, by=team.coordinator, rules_agreed=True)
    assert sent("group.confirmed", place) == 0
    with pytest.raises(WrongState, match="Ring them"):
        places.send_again(place=place.pk, by=team.coordinator)


def test_somebody_with_a_mentor_comes_too(team, group):
    pair = factories.make_match(team)
    assert sign_up(team, group, pair.referral).seat == 1


def test_a_yes_takes_the_lowest_seat_and_enrols_from_that_day(team, group):
    first, second = sign_up(team, group), sign_up(team, group)
    assert (first.seat, second.seat) == (1, 2) and first.ground_rules_at == NOW
    row = Enrolment.objects.get(place=first)
    assert (row.starts_on, row.format, row.match) == (NOW.date(), group.format, None)
    assert group.sessions.first().planned_at.date() == FIRST  # the meetings have days of their own
    assert row.changes.get().to_format == group.format
    assert [e.to_status for e in first.history.order_by("pk")] == ["invited", "signed-up"]
    places.leave(place=first.pk, by=team.coordinator)
    assert sign_up(team, group).seat == 1


def test_signing_up_again_changes_nothing_and_never_doubles_the_plan(team, group, system):
    place = sign_up(team, group)
    places.sign_up(place=place.pk, by=system, rules_agreed=True)
    assert Enrolment.objects.count() == 1 and sent("group.confirmed", place) == 1
    places.leave(place=place.pk, by=system)
    sign_up(team, group, place.referral)
    assert Enrolment.objects.count() == 1


def test_who_comes_back_follows_the_format_from_the_new_sign_up(team, group, system):
    place = sign_up(team, group)
    places.leave(place=place.pk, by=system)
    with clock.at(NOW + 5 * DAY):
        sign_up(team, group, place.referral)
    row = Enrolment.objects.get()
    assert row.starts_on == (NOW + 5 * DAY).date()
    first, again = row.changes.all()
    assert (again.from_format, again.to_format, again.by) == (group.format, group.format, system)
    assert follows.in_words(first).startswith("From") and follows.in_words(again) == "Counts from Tuesday 24 November."


def test_a_late_sign_up_follows_the_format_from_that_day(team, group):
    with clock.at(NOW + 20 * DAY):
        assert Enrolment.objects.get(place=sign_up(team, group)).starts_on == (NOW + 20 * DAY).date()


def test_the_rules_must_be_agreed_to(team, group, system):
    place = invite(team, group)
    with pytest.raises(Invalid) as refused:
        places.sign_up(place=place.pk, by=system, rules_agreed=False)
    assert refused.value.field == "rules_agreed"


def test_a_couple_says_who_comes_along_and_takes_one_seat(team, system):
    couples = make_group(team, "emb_stewart", unit="couple")
    place = invite(team, couples)
    with pytest.raises(Invalid) as refused:
        places.sign_up(place=place.pk, by=system, rules_agreed=True)
    assert refused.value.field == "companion"
    with pytest.raises(Invalid):
        places.sign_up(place=place.pk, by=system, rules_agreed=True, companion="x" * 81)
    assert places.sign_up(place=place.pk, by=system, rules_agreed=True, companion="Jo ").companion == "Jo"


def test_a_full_group_says_so_and_a_waiting_list_is_there(team, group, full, system):
    place = invite(team, group)
    with pytest.raises(WrongState, match="Every place is taken"):
        places.sign_up(place=place.pk, by=system, rules_agreed=True)
    assert places.wait(place=place.pk, by=system).waiting_since == NOW
    assert places.wait(place=place.pk, by=system).version == 2


def test_nobody_waits_while_a_place_is_free(team, group, system):
    with pytest.raises(WrongState, match="A place is free"):
        places.wait(place=invite(team, group).pk, by=system)


def test_a_place_that_comes_free_is_held_for_the_first_who_waits(team, group, full, waiting, system):
    first, second = waiting
    places.leave(place=full[0].pk, by=system)
    first.refresh_from_db(), second.refresh_from_db()
    assert first.offered_until == NOW + 48 * HOUR and second.offered_until is None
    assert (sent("group.free", first), sent("group.free", second)) == (1, 0)
    for other in (second, invite(team, group)):
        with pytest.raises(WrongState, match="Every place is taken"):
            places.sign_up(place=other.pk, by=system, rules_agreed=True)
    assert places.sign_up(place=first.pk, by=system, rules_agreed=True).seat == 1


def test_after_two_days_without_an_answer_it_is_the_next_ones(team, group, full, waiting, system):
    first, second = waiting
    places.leave(place=full[0].pk, by=system)
    assert places.pass_on_offers(NOW + 47 * HOUR) == 0
    with clock.at(NOW + 48 * HOUR):
        assert places.pass_on_offers(clock.now()) == 1 and places.pass_on_offers(clock.now()) == 0
        first.refresh_from_db(), second.refresh_from_db()
        assert first.status == "declined" and second.offered_until == NOW + 96 * HOUR
        assert sent("group.free", first) == 0 and sent("group.free", second) == 1


def test_leaving_what_was_offered_passes_it_on_at_once(group, full, waiting, system):
    places.leave(place=full[0].pk, by=system)
    places.decline(place=waiting[0].pk, by=system)
    waiting[1].refresh_from_db()
    assert waiting[1].offered_until


def test_somebody_whose_yes_was_taken_back_is_passed_over(team, group, full, waiting, system):
    for referral in (waiting[0].referral,):
        referrals.withdraw_consent(referral=referral.pk, scope="contact", by=team.nurse, how="phone")
    places.leave(place=full[0].pk, by=system)
    waiting[1].refresh_from_db()
    assert waiting[1].offered_until and GroupPlace.objects.get(pk=waiting[0].pk).status == "left"


def test_a_yes_taken_back_ends_the_place_and_every_message_at_once(team, group, full):
    place = full[0]
    referrals.withdraw_consent(referral=place.referral_id, scope="profile", by=team.nurse, how="phone")
    place.refresh_from_db()
    assert (place.status, place.seat) == ("left", None)
    assert not Message.objects.filter(subject=place.ref, status="queued").exists()


def test_a_place_stays_when_the_yes_cannot_be_taken_back(full, other_team):
    with pytest.raises(Denied):
        referrals.withdraw_consent(referral=full[0].referral_id, scope="profile", by=other_team.nurse, how="phone")
    assert GroupPlace.objects.get(pk=full[0].pk).status == "signed-up"


def test_closing_a_referral_ends_its_places(team, group, full):
    referrals.close(referral=full[0].referral_id, by=team.coordinator, reason="wish", note="")
    assert GroupPlace.objects.get(pk=full[0].pk).status == "left"


def test_a_death_ends_every_place_and_sends_nothing(team, group):
    pair = factories.make_match(team)
    place = sign_up(team, group, pair.referral)
    matching.end(match=pair.pk, by=team.coordinator, reason="died")
    place.refresh_from_db()
    assert place.status == "left" and not Message.objects.filter(subject=place.ref, status="queued").exists()


def test_not_this_time_may_become_a_yes(team, group, system):
    place = places.decline(place=invite(team, group).pk, by=system)
    assert places.decline(place=place.pk, by=system).version == place.version
    assert places.sign_up(place=place.pk, by=system, rules_agreed=True).status == "signed-up"


def test_after_the_last_day_to_sign_up_it_is_too_late(team, system):
    group = make_group(team, sign_up_until=NOW.date())
    place = invite(team, group)
    with clock.at(NOW + DAY), pytest.raises(WrongState, match="day to sign up is over"):
        places.sign_up(place=place.pk, by=system, rules_agreed=True)


def test_a_group_that_is_over_takes_nobody(team, group, system):
    place = invite(team, group)
    with clock.at(NOW + 90 * DAY):
        with pytest.raises(WrongState, match="over"):
            places.sign_up(place=place.pk, by=system, rules_agreed=True)
        with pytest.raises(WrongState):
            invite(team, group)


def test_only_the_person_or_a_coordinator_answers(team, group):
    place = invite(team, group)
    for do in (places.decline, places.leave, places.wait):
        with pytest.raises(Denied):
            do(place=place.pk, by=team.nurse)
    with pytest.raises(Denied):
        places.sign_up(place=place.pk, by=team.clinician, rules_agreed=True)
    with pytest.raises(Denied):
        places.send_again(place=place.pk, by=team.clinician)


def test_the_database_refuses_a_seat_twice_and_an_offer_to_who_does_not_wait(team, group, full):
    for changes in ({"seat": full[1].seat}, {"seat": None}, {"offered_until": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            GroupPlace.objects.filter(pk=full[0].pk).update(**changes)
