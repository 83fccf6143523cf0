"""Help for who learns: another round after a talk, what was learned elsewhere, and words that a person reads."""

import pytest

from common.errors import Denied, Invalid, Stale, WrongState
from messaging import kinds, outbox
from messaging.models import Message
from tests import factories
from tests.training import learning_world as world
from training import learning
from training.actions import learning_help as actions
from training.actions import learning_quiz
from training.models import Learning, ModuleProgress
from training.workflow import Status


@pytest.fixture
def learner(team):
    world.make_version(team)
    return world.make_learner(team)


@pytest.fixture
def stuck(learner):
    row = world.part(learner)
    world.failed_tries(row)
    return row


@pytest.fixture
def story(learner):
    return world.part(learner, "story")


# Another round


def test_after_a_talk_the_tries_are_given_again_and_the_learner_hears_so(team, learner, stuck):
    row = actions.give_round(progress=stuck.pk, by=team.coordinator, round=1, note="We read page 2 together.")
    assert (row.round, row.talk_note) == (2, "We read page 2 together.")
    assert learning_quiz.begin_try(progress=row.pk, by=learner.person.user).number == 1
    message = Message.objects.get(kind=actions.NEWS)
    kind = kinds.get(actions.NEWS)
    body = kind.render(message, kind.recipient(message)).body
    assert kind.still_true(message) and "Red flags" not in body and "/my-training/" in body


def test_given_twice_by_a_double_click_is_one_round(team, stuck):
    for _click in range(2):
        row = actions.give_round(progress=stuck.pk, by=team.coordinator, round=1, note="Read together.")
    assert row.round == 2 and Message.objects.count() == 1


@pytest.mark.parametrize("note", ["", "  ", "x" * 1001])
def test_a_round_needs_a_note_of_what_was_agreed(team, stuck, note):
    with pytest.raises(Invalid) as refusal:
        actions.give_round(progress=stuck.pk, by=team.coordinator, round=1, note=note)
    assert refusal.value.field == "note"


def test_with_tries_left_there_is_no_round_to_give(team, learner):
    row = world.part(learner)
    world.failed_tries(row, 2)
    with pytest.raises(WrongState, match="tries left"):
        actions.give_round(progress=row.pk, by=team.coordinator, round=1, note="Read together.")


def test_nobody_gives_themselves_a_round(team, stuck, learner):
    for by in (learner.person.user, team.clinician, team.trainer):
        with pytest.raises(Denied):
            actions.give_round(progress=stuck.pk, by=by, round=1, note="Please.")


def test_a_round_is_not_given_when_the_message_cannot_be_written(team, stuck, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(outbox, "post", broken)
    with pytest.raises(RuntimeError):
        actions.give_round(progress=stuck.pk, by=team.coordinator, round=1, note="Read together.")
    stuck.refresh_from_db()
    assert stuck.round == 1 and not stuck.talk_note


# Learned elsewhere


def test_parts_learned_elsewhere_are_passed_with_the_reason(team, learner):
    rows = [world.part(learner), world.part(learner, "listening")]
    actions.recognise(
        learning=rows[0].learning_id, parts=[r.ref for r in rows], by=team.coordinator, reason="Association, 2023"
    )
    for row in rows:
        row.refresh_from_db()
        assert (row.passed_how, row.passed_by, row.remark) == ("elsewhere", team.coordinator, "Association, 2023")
    assert learning.missing_parts(learner) == ["“My story” is still to pass"]


def test_a_part_that_was_passed_before_keeps_how(team, learner):
    row = world.part(learner)
    for reason in ("Association, 2023", "Another"):
        actions.recognise(learning=row.learning_id, parts=[row.ref], by=team.coordinator, reason=reason)
    row.refresh_from_db()
    assert row.remark == "Association, 2023"


def test_nobody_recognises_their_own_parts(team, learner):
    factories.Membership.objects.create(clinic=team.clinic, user=learner.person.user, role="coordinator")
    row = world.part(learner)
    with pytest.raises(Denied, match="nobody decides about themselves"):
        actions.recognise(learning=row.learning_id, parts=[row.ref], by=learner.person.user, reason="I know it")


def test_parts_of_somebody_else_are_refused_and_nothing_is_passed(team, learner):
    other = world.part(world.make_learner(team))
    row = world.part(learner)
    for parts in ([], [other.ref], [row.ref, other.ref]):
        with pytest.raises(Invalid) as refusal:
            actions.recognise(learning=row.learning_id, parts=parts, by=team.coordinator, reason="Association")
        assert refusal.value.field == "parts"
    assert not ModuleProgress.objects.filter(passed_at__isnull=False).exists()


def test_a_reason_is_needed(team, learner):
    row = world.part(learner)
    with pytest.raises(Invalid) as refusal:
        actions.recognise(learning=row.learning_id, parts=[row.ref], by=team.coordinator, reason=" ")
    assert refusal.value.field == "reason"


# Words


def save(story, learner, words="My first year was hard.", **more):
    return actions.save_words(progress=story.pk, by=learner.person.user, words=words, **more)


def test_words_are_kept_and_handed_in_when_ready(learner, story):
    assert save(story, learner, was="").written_at is None
    row = save(story, learner, "My first year was hard. Then it got better.", hand_in=True)
    assert row.written.endswith("better.") and row.written_at is not None
    assert save(story, learner, row.written, hand_in=True).written_at == row.written_at


def test_what_was_handed_in_is_not_changed_by_another_save(learner, story):
    save(story, learner, hand_in=True)
    with pytest.raises(WrongState, match="handed this in"):
        save(story, learner, "Something else")
    assert world.part(learner, "story").written == "My first year was hard."


@pytest.mark.parametrize(
    ("words", "sentence"), [("  ", "a few sentences"), ("x" * 3001, "at most 3000 characters, now 3001")]
)
def test_nothing_and_too_much_are_refused(learner, story, words, sentence):
    with pytest.raises(Invalid, match=sentence) as refusal:
        save(story, learner, words, hand_in=True)
    assert refusal.value.field == "words"


def test_words_from_another_screen_are_not_written_over(learner, story):
    save(story, learner, "On the phone", was="")
    with pytest.raises(Stale):
        save(story, learner, "On the computer", was="")
    assert save(story, learner, "Both", was="On the phone").written == "Both"


def test_the_supervisor_or_coordinator_passes_what_was_written(team, learner, story):
    save(story, learner, hand_in=True)
    row = actions.pass_words(progress=story.pk, by=team.clinician, remark="Clear and hopeful.")
    assert (row.passed_how, row.passed_by, row.remark) == ("read", team.clinician, "Clear and hopeful.")
    assert actions.pass_words(progress=story.pk, by=team.coordinator).passed_by == team.clinician
    assert Message.objects.filter(kind=actions.NEWS).count() == 1


def test_what_goes_back_goes_with_a_word_and_they_write_on(team, learner, story):
    save(story, learner, hand_in=True)
    with pytest.raises(Invalid) as refusal:
        actions.send_back(progress=story.pk, by=team.coordinator, remark=" ")
    assert refusal.value.field == "remark"
    for _click in range(2):
        row = actions.send_back(progress=story.pk, by=team.coordinator, remark="Leave the hospital's name out.")
    assert row.written_at is None and row.written and Message.objects.count() == 1
    assert save(story, learner, "Without the name", hand_in=True, was=row.written).written_at


def test_nothing_handed_in_is_neither_passed_nor_sent_back(team, story):
    for action in (actions.pass_words, actions.send_back):
        with pytest.raises(WrongState, match="not handed anything in"):
            action(progress=story.pk, by=team.coordinator, remark="Good")


def test_others_do_not_read_it(team, learner, story):
    save(story, learner, hand_in=True)
    for by in (team.backup, team.nurse, team.trainer, learner.person.user):
        with pytest.raises(Denied):
            actions.pass_words(progress=story.pk, by=by)


def test_a_part_of_questions_takes_no_words(learner):
    with pytest.raises(WrongState, match="nothing to write"):
        actions.save_words(progress=world.part(learner).pk, by=learner.person.user, words="Hello")


def test_news_for_who_has_left_are_not_sent(team, learner, stuck):
    actions.give_round(progress=stuck.pk, by=team.coordinator, round=1, note="Read together.")
    type(learner).objects.update(status=Status.RETIRED)
    assert not kinds.get(actions.NEWS).still_true(Message.objects.get())
    assert Learning.objects.get().progress.count() == 3
