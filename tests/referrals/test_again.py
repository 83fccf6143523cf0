"""A new phase asks the nurse to offer a mentor again, once, where nobody is waiting or has taken it back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from referrals import actions, again
from referrals.models import Offer, Patient
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(team):
    """A referral that was rounded off."""
    referral = factories.make_referral(team)
    return actions.close(referral=referral.pk, by=team.coordinator, reason="finished")


def change(team, referral, phase="flare"):
    return actions.add_phase(patient=referral.about_id, phase=phase, by=team.nurse)


def due(team, user=None) -> list:
    return list(again.to_offer(user or team.nurse, team.clinic))


def test_a_new_phase_after_a_closed_referral_asks_to_offer_again(team, closed, other_team):
    assert due(team) == []
    change(team, closed)
    person = due(team)[0]
    assert (person, person.phase) == (closed.mentee, "flare")
    assert again.is_due(closed.mentee)
    assert due(team, team.clinician) == list(again.to_offer(other_team.nurse, team.clinic)) == []


@pytest.mark.parametrize("answer", ["no", "later", "yes"])
def test_any_answer_settles_it_until_the_next_phase(team, closed, answer):
    change(team, closed)
    later = team.clinic.today.replace(year=team.clinic.today.year + 1, day=1) if answer == "later" else None
    actions.make_offer(
        by=team.nurse, clinic=team.clinic.pk, answer=answer, person=closed.mentee.ref, ask_again_on=later
    )
    assert due(team) == []
    change(team, closed)  # the same phase said again
    assert due(team) == []
    change(team, closed, "stable")
    assert due(team) == [closed.mentee]


def test_a_change_while_a_referral_was_under_way_was_part_of_it(team):
    referral = factories.make_referral(team)
    change(team, referral)
    assert due(team) == []
    actions.close(referral=referral.pk, by=team.coordinator, reason="finished")
    assert due(team) == []


def test_who_waits_again_is_not_asked(team, closed):
    change(team, closed)
    factories.make_referral(team, mentee=closed.mentee, status="submitted")
    assert not again.is_due(closed.mentee)


def test_who_took_a_consent_back_is_left_alone_unless_they_gave_it_again(team, closed):
    closed.consents.filter(scope="profile").update(withdrawn_at=clock.now(), withdrawn_by=team.nurse)
    change(team, closed)
    assert due(team) == []
    other = factories.make_referral(team, mentee=closed.mentee, phase="flare")
    actions.close(referral=other.pk, by=team.coordinator, reason="finished")
    change(team, closed, "stable")
    assert due(team) == [closed.mentee]


def test_nobody_is_asked_about_somebody_who_died(team):
    referral = factories.make_referral(team)
    actions.close(referral=referral.pk, by=team.coordinator, reason="died")
    referral.about.phases.create(phase="flare", by=team.nurse)
    assert due(team) == []


def test_the_first_phase_ever_written_down_is_no_change(team):
    person = factories.make_person(team.clinic)
    patient = Patient.objects.create(person=person)
    patient.phases.create(phase="flare", by=team.nurse)
    assert due(team) == []


def test_a_nurse_writes_the_phase_on_the_referrals_page_and_offers_from_the_list(client, team, closed):
    client.force_login(team.nurse)
    page = reverse("referrals:detail", args=[closed.ref])
    client.post(page, {"step": "phase", "phase-phase": "flare"})
    assert "good moment to ask again" in client.get(page).content.decode()
    mine = client.get(reverse("referrals:mine")).content.decode()
    assert "One thing waits for you." in mine and "Offer again" in mine
    offer = f"{reverse('referrals:new')}?person={closed.mentee.ref}"
    assert offer in mine
    html = client.get(offer).content.decode()
    assert closed.mentee.full_name in html and closed.mentee.ref in html
    client.post(reverse("referrals:new"), {"do": "no", "person": closed.mentee.ref})
    assert Offer.objects.get(answer="no").person == closed.mentee
    assert "Offer again" not in client.get(reverse("referrals:mine")).content.decode()
    assert "good moment to ask again" not in client.get(page).content.decode()


def test_the_list_asks_as_much_for_many_as_for_two(client, team):
    client.force_login(team.nurse)
    counts = []
    for n in (2, 20):
        for _i in range(n):
            referral = factories.make_referral(team)
            actions.close(referral=referral.pk, by=team.coordinator, reason="finished")
            change(team, referral)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("referrals:mine"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
