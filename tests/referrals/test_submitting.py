"""Sending a referral stores everything that was said, or nothing."""

import datetime as dt

import pytest
from django.db import DatabaseError

from common import clock
from common.errors import Denied, Invalid, WrongState
from common.models import new_ref
from referrals import actions
from referrals.data import ConsentData
from referrals.models import Consent, NotTheSame, Offer, Patient, Person, Referral, Scope
from referrals.workflow import Status
from tests import factories
from tests.referrals.builders import YES, asked

pytestmark = pytest.mark.django_db


def send(team, data=None, **more) -> Referral:
    return actions.submit(by=team.nurse, clinic=team.clinic.pk, data=data or asked(), **more)


def nothing_stored() -> bool:
    return not (Person.objects.exists() or Referral.objects.exists() or Consent.objects.exists())


def test_a_new_person_becomes_a_patient_with_consents_and_an_offer(team):
    referral = send(team, asked(who_email_read_back=True))
    assert referral.status == Status.SUBMITTED and referral.draft == {}
    assert referral.mentee.full_name == "Isabelle Moreau"
    assert referral.mentee.email_verified_at and not referral.mentee.phone_verified_at
    assert referral.about.person == referral.mentee
    assert referral.about.diagnoses.get().year == 2026 and referral.about.phases.get().phase == "starting"
    assert referral.clinician == team.clinician
    assert {c.scope for c in referral.consents.filter(given=True)} == set(Scope.values)
    assert {c.text.language for c in referral.consents.all()} == {"fr"}
    assert (referral.offer.answer, referral.offer.by, referral.offer.person) == ("yes", team.nurse, referral.mentee)
    step = referral.history.get()
    assert (step.from_status, step.to_status, step.by) == ("draft", "submitted", team.nurse)


def test_a_draft_sent_twice_is_one_referral(team):
    draft = actions.save_draft(by=team.nurse, clinic=team.clinic.pk, typed={"first_name": ["Isa"]})
    first, second = send(team, draft=draft.ref), send(team, draft=draft.ref)
    assert first.pk == second.pk == draft.pk
    assert first.history.count() == 1 and Person.objects.count() == 1 and Offer.objects.count() == 1


def test_an_old_copy_with_other_answers_is_not_thanked_for(team):
    ref = new_ref()
    sent = send(team, asked(needs={"topics": ["fatigue", "work"]}), draft=ref)
    assert send(team, asked(needs={"topics": ["work", "fatigue"]}), draft=ref).pk == sent.pk
    for other in (asked(needs={"topics": ["pain"]}), asked(phase="flare"), asked(needs={"cautions": "Deaf."})):
        with pytest.raises(WrongState, match="sent already"):
            send(team, other, draft=ref)
    sent.refresh_from_db()
    assert sent.topics == ["fatigue", "work"] and sent.phase == "starting"


def test_a_form_never_saved_before_is_sent_once_too(team):
    ref = new_ref()
    assert send(team, draft=ref).pk == send(team, draft=ref).pk


def test_only_somebody_who_refers_for_the_clinic_may_send(team, other_team):
    for user in (team.coordinator, team.clinician, team.admin, other_team.nurse):
        with pytest.raises(Denied):
            actions.submit(by=user, clinic=team.clinic.pk, data=asked())
    assert nothing_stored()


def test_a_draft_of_somebody_else_is_not_taken_over(team):
    colleague = factories.make_user(team.clinic, "nurse")
    draft = actions.save_draft(by=colleague, clinic=team.clinic.pk, typed={"first_name": ["Isa"]})
    with pytest.raises(Denied):
        send(team, draft=draft.ref)


NEXT_YEAR = clock.now().year + 1
REFUSED = [
    ("birth_year", {"who_birth_year": NEXT_YEAR}),
    ("birth_year", {"who_birth_year": 1800}),
    ("birth_year", {"who_birth_year": NEXT_YEAR - 17}),
    ("birth_date", {"who_birth_year": NEXT_YEAR - 19}),
    ("birth_date", {"who_birth_date": dt.date(1972, 1, 1)}),
    ("first_name", {"who_first_name": "  "}),
    ("first_name", {"who_first_name": "x" * 10_000}),
    ("last_name", {"who_last_name": "a\x00b"}),
    ("phone", {"who_phone": "12"}),
    ("phone", {"who_phone": "0470\x00123456"}),
    ("phone", {"who_phone": "", "who_email": ""}),
    ("email", {"who_email": "not an address"}),
    ("email", {"who_email": "a\x00@example.org"}),
    ("gender", {"who_gender": "cat"}),
    ("language", {"who_language": "tlh"}),
    ("diagnosed_year", {"diagnosed_year": 1970}),
    ("diagnosed_year", {"diagnosed_year": NEXT_YEAR}),
    ("diagnosed_year", {"diagnosed_year": None}),
    ("diagnosed_month", {"diagnosed_month": 13}),
    ("diagnosis", {"diagnosis": "cold"}),
    ("phase", {"phase": ""}),
    ("relation", {"relation": "friend"}),
    ("languages", {"needs": {"languages": ["tlh"]}}),
    ("languages", {"needs": {"languages": []}}),
    ("channels", {"needs": {"channels": []}}),
    ("topics", {"needs": {"topics": ["dose"]}}),
    ("cautions", {"needs": {"cautions": "a\x00b"}}),
    ("musts", {"needs": {"musts": ["gender"]}}),
    ("clinician", {"clinician": "nobody"}),
    ("clinician", {"clinician": "2" * 16}),
    ("person", {"person": "2" * 16}),
    ("consent_how", {"consent": ConsentData(YES, "pigeon")}),
    ("consent_research", {"consent": ConsentData({k: v for k, v in YES.items() if k != "research"}, "phone")}),
    ("consent_contact", {"consent": ConsentData(YES | {"contact": False}, "phone")}),
]


@pytest.mark.parametrize(("field", "changes"), REFUSED, ids=lambda value: str(value)[:40])
def test_an_answer_that_makes_no_sense_is_refused_at_its_field(team, field, changes):
    with pytest.raises(Invalid) as refused:
        send(team, asked(**changes))
    assert refused.value.field == field
    assert len(str(refused.value)) > 10
    assert nothing_stored()


def test_eighteen_today_is_old_enough_and_eighteen_tomorrow_is_not(team):
    with clock.at(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)):
        with pytest.raises(Invalid):
            send(team, asked(who_birth_year=2008, who_birth_date=dt.date(2008, 11, 23)))
        assert send(team, asked(who_birth_year=2008, who_birth_date=dt.date(2008, 11, 22))).pk


def test_refs_of_another_clinic_are_refused(team, other_team):
    stranger = factories.make_person(other_team.clinic)
    text = other_team.clinic.consent_texts.first()
    forged = [
        ("person", {"person": stranger.ref}),
        ("person", {"not_same": (stranger.ref,)}),
        ("clinician", {"clinician": other_team.clinician.ref}),
        ("clinician", {"clinician": team.nurse.ref}),
        ("about", {"relation": "caregiver", "about": stranger.ref, "about_agreed": True}),
        ("consent_profile", {"consent": ConsentData(YES, "phone", (text.pk,))}),
    ]
    for field, changes in forged:
        with pytest.raises(Invalid) as refused:
            send(team, asked(**changes))
        assert refused.value.field == field
    assert not Referral.objects.exists()


def test_a_lookalike_must_be_answered_first(team):
    known = factories.make_person(team.clinic, first_name="Isabelle", last_name="Moréau", birth_year=1971)
    with pytest.raises(Invalid) as refused:
        send(team)
    assert refused.value.field == "person"
    referral = send(team, asked(not_same=(known.ref,)))
    pair = NotTheSame.objects.get()
    assert {pair.low_id, pair.high_id} == {known.pk, referral.mentee_id} and pair.by == team.nurse


def test_going_on_with_a_known_person_stores_nobody_new(team):
    known = factories.make_person(team.clinic, first_name="Isabelle", last_name="Moreau", birth_year=1971)
    referral = send(team, asked(person=known.ref, who_phone="0470 99 99 99", who_email=""))
    assert referral.mentee == known and Person.objects.count() == 1
    known.refresh_from_db()
    assert known.phone_verified_at is None and known.email_verified_at is not None


def test_the_same_person_is_not_referred_twice_at_once(team):
    known = factories.make_referral(team).mentee
    with pytest.raises(Invalid):
        send(team, asked(person=known.ref))


def test_a_caregiver_may_care_for_somebody_unnamed(team):
    referral = send(team, asked(relation="caregiver"))
    assert referral.about is None and referral.diagnosis == "ra" and not Patient.objects.exists()


def test_the_one_cared_for_is_named_only_when_they_agreed(team):
    patient = factories.make_referral(team).mentee
    with pytest.raises(Invalid) as refused:
        send(team, asked(relation="caregiver", about=patient.ref))
    assert refused.value.field == "about_agreed"
    referral = send(team, asked(relation="caregiver", about=patient.ref, about_agreed=True))
    assert referral.about.person == patient != referral.mentee


def test_the_offer_made_earlier_is_answered_by_the_referral(team):
    earlier = actions.make_offer(
        by=team.nurse, clinic=team.clinic.pk, answer="later", ask_again_on=team.clinic.today + dt.timedelta(days=3)
    )
    send(team, earlier=earlier.ref)
    earlier.refresh_from_db()
    assert earlier.asked_again_at


def test_nothing_is_stored_when_the_last_step_fails(team, monkeypatch):
    def away(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr("referrals.actions.submitting.record_yes", away)
    with pytest.raises(DatabaseError):
        send(team)
    assert nothing_stored()
