"""Talks: logged once, planned, moved, cancelled."""

import datetime as dt

import pytest

from common import clock
from common.errors import Denied, Invalid, Stale, WrongState
from matching.workflow import Status as MatchStatus
from mentorship.actions import contacts as actions
from mentorship.models import Contact, Question
from messaging.models import Message
from tests import factories

DAY = dt.timedelta(days=1)
KEY = "0b54cbc1-4a0e-4d0a-9d09-9f3c2b6f3a11"


def log(match, by, **values):
    """Log a talk of today by phone."""
    values = {"client_key": KEY, "outcome": "talked", "when": clock.now()} | values
    return actions.log_contact(match=match.pk, by=by, **values)


def test_a_logged_talk_completes_the_nearest_planned_one(match, mentor, now):
    planned = Contact.objects.planned().order_by("planned_at")[1]  # day 14, four days ahead
    row = log(match, mentor, minutes=30, topics=["fatigue", "work"], note="Went well")
    assert row.pk == planned.pk
    assert (row.status, row.minutes, row.topics, row.note) == ("talked", 30, ["fatigue", "work"], "Went well")
    assert row.happened_at == now
    assert [(h.from_status, h.to_status, h.by) for h in row.history.all()][-1] == ("planned", "talked", mentor)


def test_a_talk_far_from_every_planned_one_is_an_extra_one(match, mentor):
    Contact.objects.planned().filter(planned_at__lt=clock.now() + 20 * DAY).delete()
    row = log(match, mentor)
    assert row.planned_at is None
    assert row.enrolment == match.enrolment
    assert row.history.get().to_status == "talked"


def test_the_same_key_again_is_the_same_talk(match, mentor):
    first = log(match, mentor, question="May I swim?")
    again = log(match, mentor, question="May I swim?")
    assert first.pk == again.pk
    assert Contact.objects.filter(client_key=KEY).count() == 1
    assert Question.objects.count() == 1


def test_what_was_written_after_an_answer_that_got_lost_is_kept(match, mentor):
    first = log(match, mentor, note="Went well")
    again = log(match, mentor, note="Went well, and tired", question="May I swim?")
    assert again.pk == first.pk
    first.refresh_from_db()
    assert first.note == "Went well, and tired"
    assert [(h.by, h.note) for h in first.history.order_by("pk")][-1] == (mentor, "note")
    assert Question.objects.get().text == "May I swim?"
    log(match, mentor, note="Went well, and tired", question="May I swim?")
    assert Question.objects.count() == 1
    assert first.history.count() == 3


def test_a_question_answered_meanwhile_is_not_asked_again_by_the_same_form(match, mentor):
    log(match, mentor, topics=["dose"], question="May I swim?")
    Question.objects.update(status="closed")
    log(match, mentor, topics=["dose"], question="May I swim?")
    assert Question.objects.count() == 1


def test_another_outcome_under_the_same_key_is_no_silent_yes(match, mentor):
    log(match, mentor)
    with pytest.raises(WrongState):
        log(match, mentor, outcome="no-answer")


def test_somebody_elses_key_is_refused(match, mentor, team):
    log(match, mentor)
    with pytest.raises(Invalid):
        log(match, team.coordinator)


@pytest.mark.parametrize("key", ["", "short", "x" * 37, "no spaces here", "\x00" * 10])
def test_a_key_that_is_none_is_refused(match, mentor, key):
    with pytest.raises(Invalid):
        log(match, mentor, client_key=key)


def test_the_coordinator_may_log_too(match, team):
    assert log(match, team.coordinator).logged_by == team.coordinator


def test_nobody_else_may_log(match, team, other_team):
    for user in (
        team.nurse,
        team.clinician,
        team.admin,
        other_team.coordinator,
        factories.make_mentor(team).person.user,
    ):
        with pytest.raises(Denied):
            log(match, user)


def test_a_mentor_whose_sight_was_taken_may_not_log(match, mentor):
    match.sight_ended_at = clock.now()
    match.save()
    with pytest.raises(Denied):
        log(match, mentor)


def test_an_ended_pair_takes_no_talk(team, now):
    ended = factories.make_match(team, status=MatchStatus.ENDED, days_ago=40)
    with pytest.raises(WrongState):
        log(ended, team.coordinator)


def test_in_a_pause_only_a_talk_from_before_it_is_taken(match, mentor):
    match.status, match.paused_at = MatchStatus.PAUSED, clock.now() - 3 * DAY
    match.save()
    with pytest.raises(Invalid) as refusal:
        log(match, mentor)
    assert refusal.value.field == "when"
    assert log(match, mentor, when=clock.now() - 4 * DAY).status == "talked"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"outcome": "planned"}, "outcome"), ({"outcome": "x"}, "outcome"), ({"channel": "pigeon"}, "channel"),
        ({"minutes": 0}, "minutes"), ({"minutes": 601}, "minutes"), ({"topics": ["x"]}, "topics"),
        ({"note": "n" * 501}, "note"), ({"question": "q" * 1001}, "question"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_at_its_field(match, mentor, values, field):
    with pytest.raises(Invalid) as refusal:
        log(match, mentor, **values)
    assert refusal.value.field == field
    assert not Contact.objects.exclude(client_key=None).exists()


def test_a_talk_is_neither_to_come_nor_from_before_the_introduction(match, mentor):
    for when in (clock.now() + DAY, match.introduced_at - DAY):
        with pytest.raises(Invalid) as refusal:
            log(match, mentor, when=when)
        assert refusal.value.field == "when"


def test_a_subject_of_the_care_team_becomes_a_question_and_no_note(match, mentor):
    row = log(match, mentor, topics=["fatigue", "dose"], note="Can she take it later in the day?")
    assert row.topics == ["fatigue"]
    assert row.note == ""
    question = Question.objects.get()
    assert (question.topic, question.text, question.contact) == ("dose", "Can she take it later in the day?", row)
    assert question.asked_by == mentor


def test_a_question_without_a_subject_is_asked_all_the_same(match, mentor):
    row = log(match, mentor, question="May I swim?", note="Nice talk")
    assert row.note == "Nice talk"
    assert Question.objects.get().text == "May I swim?"


def test_a_planned_next_talk_is_stored_with_it(match, mentor):
    at = clock.now() + 3 * DAY
    log(match, mentor, next_at=at)
    assert Contact.objects.planned().filter(planned_at=at).count() == 1


def test_a_missed_talk_keeps_no_length_or_subjects(match, mentor):
    row = log(match, mentor, outcome="no-answer", minutes=30, topics=["work"])
    assert (row.minutes, row.topics) == (None, [])


def miss(match, mentor, n, days_ago=0):
    return log(match, mentor, client_key=f"key-number-{n}", outcome="no-answer", when=clock.now() - days_ago * DAY)


def test_two_misses_in_a_row_tell_the_coordinators_once(match, mentor, team):
    miss(match, mentor, 1, days_ago=3)
    assert not Message.objects.filter(kind="contact.missed").exists()
    miss(match, mentor, 2, days_ago=2)
    message = Message.objects.get(kind="contact.missed")
    assert message.recipient == f"user:{team.coordinator.ref}"
    assert list(Contact.objects.two_misses().values_list("match_id", flat=True)) == [match.pk]
    miss(match, mentor, 3, days_ago=1)
    assert Message.objects.filter(kind="contact.missed").count() == 1
    log(match, mentor)
    assert not Contact.objects.two_misses().exists()


def test_a_cancelled_talk_is_no_miss(match, mentor):
    miss(match, mentor, 1, days_ago=2)
    log(match, mentor, outcome="cancelled")
    assert not Message.objects.filter(kind="contact.missed").exists()


def test_when_the_message_cannot_be_written_nothing_is(match, mentor, monkeypatch):
    miss(match, mentor, 1, days_ago=1)

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(actions.outbox, "post", broken)
    with pytest.raises(RuntimeError):
        miss(match, mentor, 2)
    assert not Contact.objects.filter(client_key="key-number-2").exists()
    assert Contact.objects.outcomes().count() == 1


def test_a_planned_talk_that_was_named_must_still_be_planned(match, mentor):
    planned = Contact.objects.planned().order_by("-planned_at")[0]
    assert log(match, mentor, contact=planned.pk).pk == planned.pk
    with pytest.raises(WrongState):
        log(match, mentor, client_key="another-key", contact=planned.pk)


def test_a_talk_is_planned_once(match, mentor):
    at = clock.now() + DAY
    row = actions.plan_contact(match=match.pk, by=mentor, at=at)
    assert actions.plan_contact(match=match.pk, by=mentor, at=at).pk == row.pk
    assert row.history.get().to_status == "planned"


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_a_talk_is_planned_within_the_coming_year(match, mentor, days):
    with pytest.raises(Invalid):
        actions.plan_contact(match=match.pk, by=mentor, at=clock.now() + days * DAY)


def test_nothing_is_planned_in_a_pause_nor_by_strangers(match, mentor, team):
    with pytest.raises(Denied):
        actions.plan_contact(match=match.pk, by=team.nurse, at=clock.now() + DAY)
    match.status = MatchStatus.PAUSED
    match.save()
    with pytest.raises(WrongState):
        actions.plan_contact(match=match.pk, by=mentor, at=clock.now() + DAY)


def test_moving_keeps_a_history_and_drops_the_reminder(match, mentor):
    row = Contact.objects.planned().order_by("planned_at")[1]
    message = actions.outbox.post("contact.soon", row.ref, clinic=match.clinic, to=mentor, data={"on": "2026-11-23"})
    at = clock.now() + 5 * DAY
    moved = actions.move_contact(contact=row.pk, by=mentor, at=at, version=row.version)
    assert (moved.planned_at, moved.version) == (at, row.version + 1)
    assert moved.history.count() == 2
    message.refresh_from_db()
    assert message.status == "cancelled"
    assert actions.move_contact(contact=row.pk, by=mentor, at=at, version=1).version == moved.version
    with pytest.raises(Stale):
        actions.move_contact(contact=row.pk, by=mentor, at=at + DAY, version=1)


def test_a_noted_talk_is_neither_moved_nor_cancelled(match, mentor):
    row = log(match, mentor)
    with pytest.raises(WrongState):
        actions.move_contact(contact=row.pk, by=mentor, at=clock.now() + DAY)
    with pytest.raises(WrongState):
        actions.cancel_contact(contact=row.pk, by=mentor)


def test_a_cancelled_talk_stays_cancelled(match, mentor, team):
    row = Contact.objects.planned().order_by("planned_at")[1]
    with pytest.raises(Denied):
        actions.cancel_contact(contact=row.pk, by=team.nurse)
    actions.cancel_contact(contact=row.pk, by=mentor)
    assert actions.cancel_contact(contact=row.pk, by=mentor).history.count() == 2
