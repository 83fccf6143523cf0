"""Words that are signed, certificates, and what takes them away: allowed, refused, repeated, remembered."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from clinics.roles import Role
from common import clock
from common.errors import Denied, Invalid, NotReady, Stale, WrongState
from messaging.models import Message
from tests import factories
from tests.factories import DAY
from training import actions, agreements, certification, readiness
from training.models import (
    AdmissionPolicy,
    AgreementText,
    Appeal,
    Certificate,
    Decertification,
    Mentor,
    Signature,
)
from training.starter_agreements import start_clinic
from training.workflow import Status

NOON = dt.time(12)


@pytest.fixture
def mentor(team):
    return factories.make_mentor(team, code_signed_on=None, supervise_by=team.clinic.today + 300 * DAY)


@pytest.fixture
def texts(team):
    start_clinic(team.clinic, team.admin)
    return agreements.in_force(team.clinic, team.clinic.today)


def at_noon(team, days):
    """Live some days from now."""
    return clock.at(clock.at_local(team.clinic.today + days * DAY, NOON, team.clinic.time_zone))


def publish(team, kind="code", *, days=1, time=30, version=1, body="Be kind.", by=None):
    first = team.clinic.today + days * DAY
    return actions.publish_agreement(
        clinic=team.clinic, by=by or team.admin, kind=kind, body=body, in_force_from=first, sign_by=first + time * DAY,
        version=version,
    )  # fmt: skip


def sign(mentor, texts, by=None):
    keys = [agreements.key_of(text) for text in texts]
    return actions.sign(mentor=mentor.pk, by=by or mentor.person.user, texts=keys)


def note_of(mentor):
    return mentor.history.last().note


# Words ------------------------------------------------------------------------------------


def test_a_clinic_begins_with_three_texts_and_starting_it_again_adds_none(team, texts):
    start_clinic(team.clinic, team.admin)
    assert [text.kind for text in texts] == ["code", "confidentiality", "information"]
    assert AgreementText.objects.count() == 3
    assert all(team.clinic.name in text.body and "{" not in text.body for text in texts)


def test_the_article_on_secrecy_is_in_the_words_and_not_in_the_program(texts):
    assert "article 458" in texts[1].body and "the clinic checks the number" in texts[1].body


def test_new_words_count_from_tomorrow_at_the_earliest(team, texts):
    with pytest.raises(Invalid) as refusal:
        publish(team, days=0)
    assert refusal.value.field == "in_force_from"
    made = publish(team)
    assert (made.version, made.in_force_from) == (2, team.clinic.today + DAY)
    assert team.clinic.setting_changes.get().section == "agreements"


def test_publishing_the_same_again_is_one_version(team, texts):
    assert publish(team) == publish(team)
    assert AgreementText.objects.filter(kind="code").count() == 2


def test_words_written_over_an_older_version_are_stale(team, texts):
    publish(team)
    with pytest.raises(Stale):
        publish(team, body="Be kinder.", version=1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"body": "  "}, "body"),
        ({"body": "x" * 20001}, "body"),
        ({"kind": "poem", "version": 0}, "kind"),
        ({"time": -1}, "sign_by"),
        ({"time": 367}, "sign_by"),
        ({"days": 367}, "in_force_from"),
    ],
)
def test_words_that_make_no_sense_are_refused_at_their_field(team, texts, changes, field):
    with pytest.raises(Invalid) as refusal:
        publish(team, **changes)
    assert refusal.value.field == field
    assert AgreementText.objects.count() == 3


def test_the_present_words_are_no_new_version(team, texts):
    with pytest.raises(Invalid):
        publish(team, body=texts[0].body)


def test_a_version_cannot_begin_before_the_one_it_follows(team, texts):
    publish(team, days=10)
    with pytest.raises(Invalid):
        publish(team, days=5, version=2, body="Be kinder.")


def test_only_who_sets_things_for_the_clinic_publishes(team, other_team, texts):
    for user in (team.coordinator, other_team.admin, User.objects.system()):
        with pytest.raises(Denied):
            publish(team, by=user)


def test_two_versions_with_one_number_are_refused_by_the_database(team, texts):
    text = texts[0]
    text.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        text.save()


def test_the_preview_counts_who_signs_again_and_who_for_the_first_time(team, texts, mentor):
    factories.make_mentor(team)
    factories.make_mentor(team, status=Status.RETIRED)
    assert agreements.preview(team.clinic) == agreements.Preview(again=1, first=1)


# Signing ----------------------------------------------------------------------------------


def test_a_mentor_signs_all_that_is_unsigned_once(team, mentor, texts):
    for _again in range(2):
        sign(mentor, texts)
    mentor.refresh_from_db()
    assert mentor.code_signed_on == team.clinic.today
    assert Signature.objects.filter(mentor=mentor, by=mentor.person.user).count() == 3
    assert note_of(mentor).startswith("Signed: Code of conduct")
    assert mentor.history.count() == 2
    assert mentor in readiness.ready(team.clinic.today)


def test_signing_takes_every_tick(mentor, texts):
    with pytest.raises(Invalid):
        sign(mentor, texts[:2])
    assert not Signature.objects.exists()


def test_ticks_of_words_that_changed_meanwhile_are_refused(team, mentor, texts):
    publish(team)
    with at_noon(team, 1), pytest.raises(Stale):
        sign(mentor, texts)
    assert not Signature.objects.exists()


def test_nobody_signs_for_somebody_else(team, mentor, texts):
    for user in (team.coordinator, factories.make_user(team.clinic, Role.MENTOR)):
        with pytest.raises(Denied):
            sign(mentor, texts, by=user)


def test_somebody_who_was_not_accepted_has_nothing_to_sign(team, texts):
    applicant = factories.make_mentor(team, ready=False)
    with pytest.raises(WrongState):
        sign(applicant, texts)


@pytest.mark.parametrize(("days", "ready"), [(0, True), (1, True), (31, True), (32, False)])
def test_who_signed_the_former_words_is_ready_until_the_last_day_to_sign(team, mentor, texts, days, ready):
    sign(mentor, texts)
    publish(team, days=1, time=30)  # to be signed until day 31
    on = team.clinic.today + days * DAY
    assert (mentor in readiness.ready(on)) == ready
    mentor.refresh_from_db()
    assert (readiness.missing(readiness.with_facts(Mentor.objects.all()).get(), on) == []) == ready


def test_signing_the_new_version_asks_for_that_one_only(team, mentor, texts):
    sign(mentor, texts)
    new = publish(team)
    assert agreements.to_sign(mentor_now(mentor), team.clinic.today) == []
    with at_noon(team, 1):
        assert agreements.to_sign(mentor_now(mentor), team.clinic.today) == [new]
        sign(mentor, [new])
        assert mentor_now(mentor).code_signed_on == team.clinic.today
    assert readiness.only_ready(Mentor.objects.all(), team.clinic.today + 100 * DAY).exists()


def mentor_now(mentor):
    return Mentor.objects.select_related("person__clinic").get(pk=mentor.pk)


def test_a_signature_on_paper_is_one_for_the_words_of_that_day(team, mentor, texts):
    for _again in range(2):
        actions.sign_code(mentor=mentor.pk, by=team.coordinator)
    assert set(Signature.objects.values_list("by", "signed_on")) == {(team.coordinator.pk, team.clinic.today)}
    assert Signature.objects.count() == 3
    assert agreements.to_sign(mentor_now(mentor), team.clinic.today) == []


def test_paper_of_before_the_words_leaves_them_to_sign(team, mentor, texts):
    actions.sign_code(mentor=mentor.pk, by=team.coordinator, on=team.clinic.today - DAY)
    assert not Signature.objects.exists()
    assert len(agreements.to_sign(mentor_now(mentor), team.clinic.today)) == 3


def test_paper_found_later_does_not_undo_what_they_signed_themselves(team, mentor, texts):
    sign(mentor, texts)
    actions.sign_code(mentor=mentor.pk, by=team.coordinator, on=team.clinic.today - 5 * DAY)
    assert mentor_now(mentor).code_signed_on == team.clinic.today


# Certificates -----------------------------------------------------------------------------


def issue(team, mentor, *, first=0, days=365, by=None):
    begins = team.clinic.today + first * DAY
    return actions.issue_certificate(
        mentor=mentor.pk, by=by or team.coordinator, valid_from=begins, valid_until=begins + days * DAY
    )


def policy(team, version, months=12):
    return AdmissionPolicy.objects.create(
        clinic=team.clinic, version=version, in_force_from=team.clinic.today - DAY, certificate_months=months,
        published_by=team.admin,
    )  # fmt: skip


def test_a_first_certificate_keeps_the_rules_they_were_accepted_under(team):
    old = policy(team, 1)
    policy(team, 2)
    mentor = factories.make_mentor(team, ready=False, status=Status.IN_TRAINING, policy=old)
    assert issue(team, mentor).policy == old
    mentor.refresh_from_db()
    assert (mentor.status, mentor.policy) == (Status.READY, old)


def test_a_second_certificate_brings_them_under_the_present_rules(team):
    old, new = policy(team, 1), policy(team, 2)
    mentor = factories.make_mentor(team, policy=old)
    second = issue(team, mentor, first=10)
    mentor.refresh_from_db()
    assert (second.policy, mentor.policy) == (new, new)
    assert second.number in note_of(mentor)


@pytest.mark.parametrize(
    ("first", "days", "field"), [(0, -1, "valid_until"), (0, 0, "valid_until"), (400, 100, "valid_from")]
)
def test_days_that_make_no_sense_are_refused_at_their_field(team, mentor, first, days, field):
    with pytest.raises(Invalid) as refusal:
        issue(team, mentor, first=first, days=days)
    assert refusal.value.field == field
    assert mentor.certificates.count() == 1


def test_a_certificate_waits_for_every_part_of_the_training(team, monkeypatch):
    mentor = factories.make_mentor(team, ready=False, status=Status.IN_TRAINING)
    monkeypatch.setattr(certification, "missing", lambda mentor: ["“Listening” is still to pass", "“Role” is"])
    with pytest.raises(NotReady) as refusal:
        issue(team, mentor)
    assert refusal.value.missing == ["“Listening” is still to pass.", "“Role” is."]
    assert not Certificate.objects.filter(mentor=mentor).exists()


def test_a_certificate_taken_back_by_a_slip_is_remembered(team, mentor):
    row = mentor.certificates.get()
    for _again in range(2):
        actions.revoke_certificate(certificate=row.pk, by=team.coordinator)
    assert row.number in note_of(mentor)
    assert mentor.history.count() == 2
    assert certification.former(mentor) is None


def test_months_end_the_day_before_they_began():
    last = certification.last_day
    assert last(dt.date(2026, 3, 15), 24) == dt.date(2028, 3, 14)
    assert last(dt.date(2026, 1, 31), 1) == dt.date(2026, 2, 27)
    assert last(dt.date(2026, 12, 1), 12) == dt.date(2027, 11, 30)


def test_a_next_certificate_follows_on_one_that_ends_soon(team):
    policy(team, 1, months=12)
    mentor, today = factories.make_mentor(team), team.clinic.today
    mentor.certificates.update(valid_until=today + 20 * DAY)
    first, last = certification.usual_days(mentor, today)
    assert first == today + 21 * DAY
    assert last == certification.last_day(first, 12)


def test_what_covers_a_day_goes_on_through_what_follows_without_a_gap():
    day = dt.date(2026, 6, 1)
    cover = certification.covered_until
    assert cover([], day) is None
    assert cover([(day, day + 9 * DAY), (day + 10 * DAY, day + 20 * DAY)], day) == day + 20 * DAY
    assert cover([(day, day + 9 * DAY), (day + 11 * DAY, day + 20 * DAY)], day) == day + 9 * DAY
    assert cover([(day + DAY, day + 9 * DAY)], day) is None


@pytest.mark.parametrize(("ago", "expected"), [(-1, None), (0, None), (1, False), (60, False), (61, True)])
def test_the_grace_begins_the_day_after_and_lasts_as_long_as_the_clinic_says(team, mentor, ago, expected):
    today = team.clinic.today
    mentor.certificates.update(valid_from=today - 200 * DAY, valid_until=today - ago * DAY)
    grace = certification.grace(mentor_now(mentor), today)
    assert (grace.is_over(today) if grace else None) == expected


def test_there_is_no_grace_before_a_first_certificate_or_after_stopping(team, mentor):
    mentor.certificates.update(valid_until=team.clinic.today - DAY)
    for status in (Status.RETIRED, Status.DECERTIFIED):
        mentor.status = status
        assert certification.grace(mentor, team.clinic.today) is None
    mentor.certificates.all().delete()
    assert certification.grace(mentor_now(mentor), team.clinic.today) is None


# Taken back, appeal, return ---------------------------------------------------------------


def take_back(team, mentor, by=None, **answers):
    values = {"note": "Sold creams.", "reasons": ["money"]} | answers
    return actions.decertify(mentor=mentor.pk, by=by or team.coordinator, **values)


def appeal(mentor, text="It was a gift."):
    return actions.appeal(mentor=mentor.pk, by=mentor.person.user, text=text)


def decide(team, row, outcome="upheld", by=None, **answers):
    values = {"answer": "I read both.", "letter": "Dear Rita"} | answers
    return actions.decide_appeal(appeal=row.pk, by=by or team.admin, outcome=outcome, **values)


def test_a_certificate_is_taken_back_with_reasons_a_letter_and_history(team, mentor):
    for _again in range(2):
        take_back(team, mentor, letter="Dear Rita, sorry.")
    row = Decertification.objects.get(mentor=mentor)
    assert (row.reasons, row.was_status, row.by) == (["money"], "active", team.coordinator)
    assert mentor.letters.get().body == "Dear Rita, sorry."
    assert note_of(mentor) == "Money, gifts or selling. Sold creams."
    assert not mentor.certificates.standing().exists()
    assert Message.objects.filter(kind="letter.to-read").count() == 1


def test_without_words_of_its_own_the_letter_says_why_and_how_to_appeal(team, mentor):
    take_back(team, mentor)
    body = mentor.letters.get().body
    assert "- Money, gifts or selling" in body and "somebody else to look at this again" in body


@pytest.mark.parametrize(
    ("answers", "field"), [({"note": " "}, "note"), ({"reasons": []}, "reasons"), ({"reasons": ["bad"]}, "reasons"),
                           ({"letter": "x" * 5001}, "letter")]
)  # fmt: skip
def test_taking_back_without_a_reason_is_refused_and_changes_nothing(team, mentor, answers, field):
    with pytest.raises(Invalid) as refusal:
        take_back(team, mentor, **answers)
    assert refusal.value.field == field
    mentor.refresh_from_db()
    assert (mentor.status, mentor.certificates.standing().count()) == (Status.ACTIVE, 1)
    assert not Decertification.objects.exists()


def test_nobody_takes_their_own_certificate_back(team, mentor):
    with pytest.raises(Denied):
        take_back(team, mentor, by=mentor.person.user)


def test_a_mentor_appeals_once_and_who_decides_hears_of_it(team, mentor):
    take_back(team, mentor)
    one = appeal(mentor)
    assert appeal(mentor, "Something else") == one
    messages = Message.objects.filter(kind="appeal.to-decide", subject=one.ref)
    assert [message.recipient for message in messages] == [f"user:{team.admin.ref}"]
    assert note_of(mentor) == "Asked somebody else to look at this again."


def test_who_took_it_back_is_not_asked_to_decide(team, mentor):
    both = factories.make_user(team.clinic, Role.COORDINATOR, Role.ADMIN)
    take_back(team, mentor, by=both)
    row = appeal(mentor)
    assert Message.objects.filter(kind="appeal.to-decide").count() == 1
    with pytest.raises(Denied):
        decide(team, row, by=both)


@pytest.mark.parametrize(("days", "allowed"), [(30, True), (31, False)])
def test_an_appeal_has_thirty_days(team, mentor, days, allowed):
    take_back(team, mentor)
    with at_noon(team, days):
        if allowed:
            assert appeal(mentor).pk
        else:
            with pytest.raises(WrongState):
                appeal(mentor)


def test_only_the_mentor_appeals_and_only_against_something(team, mentor):
    with pytest.raises(WrongState):
        appeal(mentor)
    take_back(team, mentor)
    with pytest.raises(Denied):
        actions.appeal(mentor=mentor.pk, by=team.coordinator, text="For them")
    with pytest.raises(Invalid):
        appeal(mentor, "  ")


def test_upheld_leaves_the_way_back_through_the_training(team):
    mentor = factories.make_mentor(team)
    take_back(team, mentor)
    row = appeal(mentor)
    with pytest.raises(WrongState):
        actions.apply_again(mentor=mentor.pk, by=team.coordinator)
    for _again in range(2):
        decide(team, row)
    mentor.refresh_from_db()
    assert (mentor.status, mentor.certificates.standing().count()) == (Status.DECERTIFIED, 0)
    assert mentor.letters.filter(kind="appeal").count() == 1
    actions.apply_again(mentor=mentor.pk, by=team.coordinator)
    issue(team, mentor)
    actions.activate(mentor=mentor.pk, by=team.coordinator)
    mentor.refresh_from_db()
    assert mentor.status == Status.ACTIVE


def test_overturned_gives_certificate_and_place_back(team, mentor):
    slip = issue(team, mentor, days=100)
    actions.revoke_certificate(certificate=slip.pk, by=team.coordinator)
    take_back(team, mentor)
    decide(team, appeal(mentor), "overturned")
    mentor.refresh_from_db()
    slip.refresh_from_db()
    assert mentor.status == Status.ACTIVE
    assert mentor.certificates.standing().count() == 1
    assert slip.revoked_at is not None  # the slip of the pen stays one
    assert note_of(mentor) == ""  # the last step is the move itself
    assert mentor.history.filter(note__startswith="The decision is taken back. I read both.").count() == 1


def test_overturned_after_the_certificate_ended_leads_to_the_training(team, mentor):
    mentor.certificates.update(valid_until=team.clinic.today + 5 * DAY)
    take_back(team, mentor)
    row = appeal(mentor)
    with at_noon(team, 10):
        decide(team, row, "overturned")
    mentor.refresh_from_db()
    assert mentor.status == Status.IN_TRAINING


def test_overturned_for_somebody_who_looks_for_a_mentor_meanwhile_leads_to_the_training(team, mentor):
    take_back(team, mentor)
    row = appeal(mentor)
    factories.make_referral(team, mentee=mentor.person)
    decide(team, row, "overturned")
    mentor.refresh_from_db()
    assert mentor.status == Status.IN_TRAINING


def test_an_appeal_decided_otherwise_meanwhile_stays_so(team, mentor):
    take_back(team, mentor)
    row = appeal(mentor)
    decide(team, row)
    with pytest.raises(WrongState):
        decide(team, row, "overturned")
    with pytest.raises(WrongState):
        appeal_after_decision(mentor)


def appeal_after_decision(mentor):
    Appeal.objects.filter(mentor=mentor).delete()
    Mentor.objects.filter(pk=mentor.pk).update(status=Status.RETIRED)
    return appeal(mentor)


@pytest.mark.parametrize(
    ("answers", "field"), [({"outcome": "maybe"}, "outcome"), ({"answer": " "}, "answer"), ({"letter": "x" * 5001}, "letter")]
)  # fmt: skip
def test_a_decision_without_an_answer_is_refused_and_changes_nothing(team, mentor, answers, field):
    take_back(team, mentor)
    row = appeal(mentor)
    with pytest.raises(Invalid) as refusal:
        decide(team, row, **answers)
    assert refusal.value.field == field
    row.refresh_from_db()
    assert row.decided_at is None


def test_who_decides_stands_apart(team, other_team, mentor):
    take_back(team, mentor)
    row = appeal(mentor)
    for user in (team.coordinator, other_team.admin, mentor.person.user):
        with pytest.raises(Denied):
            decide(team, row, by=user)


def test_one_appeal_against_one_decision_holds_in_the_database(team, mentor):
    take_back(team, mentor)
    row = appeal(mentor)
    decide(team, row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.create(mentor=mentor, against=row.against, words="Again")
