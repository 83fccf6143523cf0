"""Triage, consent and what changes about a person: who may, when, once, and with a history."""

import datetime as dt

import pytest
from django.db import DatabaseError

from accounts.models import User
from common import clock
from common.errors import Denied, Invalid, NotReady, Stale, WrongState
from messaging import kinds
from messaging.models import Message
from referrals import actions, contact_details, progress, starter
from referrals.data import ConsentData
from referrals.models import ConsentText, Referral
from referrals.signals import consent_withdrawn, referral_closed
from referrals.workflow import Status
from tests import factories
from tests.referrals.builders import YES

pytestmark = pytest.mark.django_db
S = Status


@pytest.fixture
def soon(team):
    return team.clinic.today + dt.timedelta(days=30)


@pytest.fixture
def heard():
    """Collect what was told upward."""
    news = []

    def withdrawn(sender, **told):
        news.append(("withdrawn", told["referral"].pk, told["by"]))

    def closed(sender, **told):
        news.append(("closed", told["referral"].pk, told["reason"]))

    consent_withdrawn.connect(withdrawn)
    referral_closed.connect(closed)
    yield news
    consent_withdrawn.disconnect(withdrawn)
    referral_closed.disconnect(closed)


CONSENT = ConsentData(YES, "phone")
STEPS = {
    "accept": (S.SUBMITTED, S.OPEN, lambda r, by, day: actions.accept(referral=r.pk, by=by)),
    "return": (
        S.SUBMITTED, S.RETURNED,
        lambda r, by, day: actions.return_with_question(referral=r.pk, by=by, question="Which language?"),
    ),
    "defer": (S.OPEN, S.DEFERRED, lambda r, by, day: actions.defer(referral=r.pk, by=by, on=day)),
    "resume": (S.DEFERRED, S.SUBMITTED, lambda r, by, day: actions.resume(referral=r.pk, by=by)),
    "close": (S.OPEN, S.CLOSED, lambda r, by, day: actions.close(referral=r.pk, by=by, reason="wish")),
    "reopen": (S.CLOSED, S.OPEN, lambda r, by, day: actions.reopen(referral=r.pk, by=by, consent=CONSENT)),
}  # fmt: skip
WRONG = {"accept": S.CLOSED, "return": S.CLOSED, "defer": S.RETURNED, "resume": S.OPEN, "reopen": S.DEFERRED}
every_step = pytest.mark.parametrize("name", STEPS)


@every_step
def test_a_coordinator_may_and_it_is_written_down_once(team, soon, name):
    before, after, step = STEPS[name]
    referral = factories.make_referral(team, status=before)
    for _again in range(2):
        assert step(referral, team.coordinator, soon).status == after
    last = referral.history.last()
    assert referral.history.count() == 2
    assert (last.from_status, last.to_status, last.by) == (before, after, team.coordinator)


@every_step
def test_nobody_else_may(team, other_team, soon, name):
    before, _after, step = STEPS[name]
    referral = factories.make_referral(team, status=before)
    for user in (team.clinician, team.admin, other_team.coordinator, other_team.nurse):
        with pytest.raises(Denied):
            step(referral, user, soon)
    referral.refresh_from_db()
    assert referral.status == before and referral.history.count() == 1


@pytest.mark.parametrize("name", WRONG)
def test_what_moved_on_stays_where_it_is(team, soon, name):
    referral = factories.make_referral(team, status=WRONG[name])
    with pytest.raises(WrongState):
        STEPS[name][2](referral, team.coordinator, soon)
    assert referral.history.count() == 1


@pytest.mark.parametrize("name", ["return", "close"])
def test_without_its_message_nothing_changes(team, soon, monkeypatch, name):
    def away(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr("messaging.outbox.post", away)
    before, _after, step = STEPS[name]
    referral = factories.make_referral(team, status=before)
    with pytest.raises(DatabaseError):
        step(referral, team.coordinator, soon)
    referral.refresh_from_db()
    assert referral.status == before and referral.history.count() == 1 and not referral.triage_notes.exists()


def test_a_question_goes_to_the_referrer_and_the_answer_to_who_asked(team):
    referral = factories.make_referral(team, status=S.SUBMITTED)
    actions.return_with_question(referral=referral.pk, by=team.coordinator, question=" French or Dutch? ")
    for _again in range(2):
        answered = actions.answer_return(referral=referral.pk, by=team.nurse, text="French")
    assert answered.status == S.SUBMITTED
    assert [note.text for note in referral.triage_notes.all()] == ["French or Dutch?", "French"]
    told = set(Message.objects.values_list("kind", "recipient"))
    assert told == {
        ("referral.returned", f"user:{team.nurse.ref}"), ("referral.answered", f"user:{team.coordinator.ref}"),
    }  # fmt: skip


def test_an_answer_refuses_strangers_emptiness_and_what_is_not_asked(team, other_team):
    referral = factories.make_referral(team, status=S.RETURNED)
    with pytest.raises(Denied):
        actions.answer_return(referral=referral.pk, by=other_team.nurse, text="French")
    for text in ("  ", "x" * 1001, "a\x00b"):
        with pytest.raises(Invalid):
            actions.answer_return(referral=referral.pk, by=team.nurse, text=text)
    with pytest.raises(WrongState):
        actions.answer_return(referral=factories.make_referral(team).pk, by=team.nurse, text="French")


def test_accepting_needs_live_consent(team):
    referral = factories.make_referral(team, status=S.SUBMITTED, consent=False)
    with pytest.raises(NotReady) as refused:
        actions.accept(referral=referral.pk, by=team.coordinator)
    assert len(refused.value.missing) == 2


def test_a_day_that_has_passed_is_no_later(team):
    referral = factories.make_referral(team)
    with pytest.raises(Invalid):
        actions.defer(referral=referral.pk, by=team.coordinator, on=team.clinic.today)


def test_an_upper_floor_may_hold_a_referral_where_it_is(team, soon, monkeypatch):
    monkeypatch.setattr(progress, "_holds", [lambda referral: "They have a mentor now."])
    referral = factories.make_referral(team)
    with pytest.raises(NotReady, match="mentor now"):
        actions.defer(referral=referral.pk, by=team.coordinator, on=soon)


def test_what_was_put_off_comes_back_by_itself_on_its_day(team, soon):
    referral = factories.make_referral(team, status=S.DEFERRED, ask_again_on=soon)
    now = clock.now()
    assert actions.resume_due(now=now) == 0
    assert actions.resume_due(now=now + dt.timedelta(days=31)) == 1
    referral.refresh_from_db()
    assert referral.status == S.SUBMITTED and referral.history.last().by == User.objects.system()


def test_closing_is_told_upward_with_its_reason_and_a_death_sends_nothing(team, heard):
    referral = factories.make_referral(team)
    actions.close(referral=referral.pk, by=team.coordinator, reason="died")
    assert heard == [("closed", referral.pk, "died")] and not Message.objects.exists()
    with pytest.raises(WrongState):
        actions.reopen(referral=referral.pk, by=team.coordinator, consent=CONSENT)
    with pytest.raises(Invalid):
        actions.close(referral=referral.pk, by=team.coordinator, reason="because")


def test_reopening_asks_every_consent_anew(team):
    referral = factories.make_referral(team, status=S.CLOSED, close_reason="wish")
    with pytest.raises(Invalid):
        actions.reopen(referral=referral.pk, by=team.coordinator, consent=ConsentData({"profile": True}, "phone"))
    assert referral.consents.filter(withdrawn_at=None).count() == 4
    actions.reopen(referral=referral.pk, by=team.coordinator, consent=CONSENT)
    assert referral.consents.count() == 8 and referral.consents.filter(withdrawn_at=None, how="phone").count() == 4
    referral.refresh_from_db()
    assert referral.close_reason == ""


def test_a_needed_consent_taken_back_is_told_upward_once(team, heard):
    referral = factories.make_referral(team)
    for _again in range(2):
        actions.withdraw_consent(referral=referral.pk, scope="contact", by=team.nurse, how="phone")
    assert heard == [("withdrawn", referral.pk, team.nurse)]
    gone = referral.consents.get(scope="contact")
    assert gone.withdrawn_by == team.nurse and gone.withdrawn_how == "phone"
    assert not Referral.objects.with_live_consent().exists()


def test_the_mentee_may_take_it_back_by_link_and_research_is_told_to_nobody(team, heard):
    referral = factories.make_referral(team)
    actions.withdraw_consent(referral=referral.pk, scope="research", by=User.objects.system(), how="link")
    assert heard == [] and Referral.objects.with_live_consent().exists()


def test_a_listener_that_fails_keeps_the_consent_as_it_was(team):
    def refuse(sender, **told):
        raise WrongState

    referral = factories.make_referral(team)
    consent_withdrawn.connect(refuse)
    try:
        with pytest.raises(WrongState):
            actions.withdraw_consent(referral=referral.pk, scope="profile", by=team.nurse, how="phone")
    finally:
        consent_withdrawn.disconnect(refuse)
    assert referral.consents.get(scope="profile").withdrawn_at is None


def test_consent_can_be_given_again_and_changed_to_no(team, heard):
    referral = factories.make_referral(team)
    actions.withdraw_consent(referral=referral.pk, scope="profile", by=team.nurse, how="phone")
    actions.give_consent(referral=referral.pk, scope="profile", by=team.nurse, how="in-person")
    assert Referral.objects.with_live_consent().exists()
    actions.give_consent(referral=referral.pk, scope="profile", by=team.nurse, how="in-person", given=False)
    assert len(heard) == 2 and referral.consents.filter(withdrawn_at=None, given=False).count() == 1


@pytest.mark.parametrize("change", [{"scope": "all"}, {"how": "pigeon"}])
def test_consent_refuses_what_it_does_not_know(team, change):
    referral = factories.make_referral(team)
    values = {"referral": referral.pk, "scope": "profile", "by": team.nurse, "how": "phone"} | change
    for verb in (actions.withdraw_consent, actions.give_consent):
        with pytest.raises(Invalid):
            verb(**values)
    with pytest.raises(Denied):
        actions.withdraw_consent(referral=referral.pk, scope="profile", by=team.clinician, how="phone")


def test_a_new_phase_is_history_and_reaches_running_referrals(team):
    referral = factories.make_referral(team)
    for _again in range(2):
        actions.add_phase(patient=referral.about.pk, phase="flare", by=team.nurse)
    assert [change.phase for change in referral.about.phases.all()] == ["starting", "flare"]
    referral.refresh_from_db()
    assert referral.phase == "flare"
    with pytest.raises(Invalid):
        actions.add_phase(patient=referral.about.pk, phase="bored", by=team.nurse)
    with pytest.raises(Denied):
        actions.add_phase(patient=referral.about.pk, phase="stable", by=team.admin)


def test_a_changed_address_must_be_read_back_again(team):
    person = factories.make_person(team.clinic, email="old@example.org", phone="+32470123456")
    values = {"person": person.pk, "by": team.nurse, "email": "new@example.org", "phone": "0470 12 34 56"}
    changed = actions.change_addresses(**values, version=1)
    assert changed.email_verified_at is None and changed.phone_verified_at is not None
    assert contact_details.recipient_for_person(person.ref).email == ""
    assert contact_details.recipient_for_person(person.ref).phone
    with pytest.raises(Stale):
        actions.change_addresses(**values, version=1)
    assert actions.change_addresses(**values, email_read_back=True).email_verified_at
    assert contact_details.recipient_for_person(person.ref).email == "new@example.org"
    assert contact_details.recipient_for_person("nobody") is None
    with pytest.raises(Invalid):
        actions.change_addresses(**values | {"phone": "123"})


def test_consent_words_are_followed_by_newer_ones_and_never_changed(team, other_team):
    values = {"clinic": team.clinic.pk, "scope": "profile", "language": "nl", "by": team.admin}
    for _again in range(2):
        text = actions.new_consent_text(**values, text="Nieuwe woorden")
    assert text.version == 2
    assert ConsentText.objects.filter(clinic=team.clinic, scope="profile", language="nl").count() == 2
    for bad in ({"scope": "all"}, {"language": "tlh"}, {"text": " "}, {"text": "x" * 2001}):
        with pytest.raises(Invalid):
            actions.new_consent_text(**{**values, "text": "Woorden", **bad})
    for user in (team.nurse, team.coordinator, other_team.admin):
        with pytest.raises(Denied):
            actions.new_consent_text(**values | {"by": user}, text="Woorden")


def test_a_new_clinic_starts_with_words_in_its_languages_once(team):
    ConsentText.objects.all().delete()
    for _again in range(2):
        starter.start_clinic(team.clinic, team.admin)
    assert ConsentText.objects.count() == 4 * 3


def test_messages_name_nobody_but_the_reader_and_stop_when_no_longer_true(team):
    referral = factories.make_referral(team, status=S.SUBMITTED)
    actions.return_with_question(referral=referral.pk, by=team.coordinator, question="French or Dutch?")
    message = Message.objects.get()
    kind = kinds.get(message.kind)
    reader = kind.recipient(message)
    said = kind.render(message, reader)
    assert reader.email == team.nurse.email and "Katrien" in said.body and f"/referrals/{referral.ref}/" in said.body
    for secret in (referral.mentee.first_name, referral.mentee.last_name, team.clinic.name, "French"):
        assert secret not in said.subject + said.body
    assert kind.still_true(message)
    actions.answer_return(referral=referral.pk, by=team.nurse, text="French")
    assert not kind.still_true(message)
