"""The questions of a part: begun, answered one by one, handed in once; what is enough and what is not."""

import threading

import pytest
from django.db import IntegrityError, close_old_connections, connection

from common.errors import Denied, Invalid, NotReady, WrongState
from tests.training import learning_world as world
from training.actions import learning_quiz as actions
from training.models import Attempt, Question


@pytest.fixture
def learner(team):
    world.make_version(team)
    return world.make_learner(team)


@pytest.fixture
def row(learner):
    return world.part(learner)


@pytest.fixture
def user(learner):
    return learner.person.user


def tried(row, user, *kinds) -> Attempt:
    """Answer every question with these kinds and hand the try in."""
    attempt = actions.begin_try(progress=row.pk, by=user)
    for question, option in world.answers(row, *kinds).items():
        actions.answer(attempt=attempt.pk, by=user, question=question, option=option)
    return actions.hand_in(attempt=attempt.pk, by=user)


# The place


def test_the_page_is_remembered_and_the_same_again_changes_nothing(row, user):
    assert actions.turn_page(progress=row.pk, by=user, to=2).page == 2
    assert actions.turn_page(progress=row.pk, by=user, to=2).page == 2
    assert actions.turn_page(progress=row.pk, by=user, to=3).page == 3


@pytest.mark.parametrize("to", [-1, 4])
def test_a_page_that_is_not_there_is_refused(row, user, to):
    with pytest.raises(Invalid, match="no such page"):
        actions.turn_page(progress=row.pk, by=user, to=to)


def test_only_who_learns_reads_on_and_answers(team, row):
    for act in (lambda: actions.turn_page(progress=row.pk, by=team.coordinator, to=1),
                lambda: actions.begin_try(progress=row.pk, by=team.coordinator)):  # fmt: skip
        with pytest.raises(Denied):
            act()


# Enough, and not


@pytest.mark.parametrize(("kinds", "passed", "why"), [
    (["right"], True, ""), (["right", "right", "right", "right", "common"], True, ""),
    (["right", "right", "right", "common"], False, "mark"), (["common", "right"], False, "emergency"),
    (["right", "unsafe", "right"], False, "unsafe"), (["unsafe", "right"], False, "unsafe"),
])  # fmt: skip
def test_enough_is_the_mark_every_emergency_and_nothing_unsafe(row, user, kinds, passed, why):
    attempt = tried(row, user, *kinds)
    row.refresh_from_db()
    assert (attempt.passed, attempt.why_not) == (passed, why)
    assert (row.passed_at is not None) == passed and row.passed_how == ("quiz" if passed else "")


def test_a_hundred_per_cent_is_asked_where_the_mark_says_so(row, user):
    row.module.pass_mark = 100
    row.module.save()
    assert tried(row, user, "right", "right", "right", "right", "common").why_not == "mark"


def test_handing_in_names_what_has_no_answer_and_keeps_the_others(row, user):
    attempt = actions.begin_try(progress=row.pk, by=user)
    question, option = next(iter(world.answers(row, "right").items()))
    actions.answer(attempt=attempt.pk, by=user, question=question, option=option)
    with pytest.raises(NotReady, match="question 2, 3, 4, 5"):
        actions.hand_in(attempt=attempt.pk, by=user)
    attempt.refresh_from_db()
    assert attempt.answers == {question: option} and attempt.ended_at is None


# Forged and replayed


def test_an_answer_to_a_question_of_another_part_is_refused(row, user):
    attempt = actions.begin_try(progress=row.pk, by=user)
    other = Question.objects.get(module__key="again")
    with pytest.raises(Invalid, match="not one of these"):
        actions.answer(attempt=attempt.pk, by=user, question=other.ref, option=other.options.first().ref)


def test_an_answer_of_another_question_is_refused(row, user):
    attempt = actions.begin_try(progress=row.pk, by=user)
    first, second = row.module.questions.all()[:2]
    with pytest.raises(Invalid, match="answers below"):
        actions.answer(attempt=attempt.pk, by=user, question=first.ref, option=world.option(second, "right").ref)
    attempt.refresh_from_db()
    assert attempt.answers == {}


def test_a_try_that_was_handed_in_takes_no_answer_and_keeps_its_outcome(row, user):
    attempt = tried(row, user, "right", "common")
    question = row.module.questions.first()
    with pytest.raises(WrongState, match="handed in before"):
        actions.answer(attempt=attempt.pk, by=user, question=question.ref, option=world.option(question, "right").ref)
    again = actions.hand_in(attempt=attempt.pk, by=user)
    assert (again.right, again.ended_at, again.passed) == (attempt.right, attempt.ended_at, False)


def test_somebody_elses_try_takes_no_answer(team, row, user):
    attempt = actions.begin_try(progress=row.pk, by=user)
    other = world.make_learner(team).person.user
    question = row.module.questions.first()
    with pytest.raises(Denied):
        actions.answer(attempt=attempt.pk, by=other, question=question.ref, option=world.option(question, "right").ref)
    with pytest.raises(Denied):
        actions.hand_in(attempt=attempt.pk, by=other)


# How often


def test_a_double_click_opens_one_try(row, user):
    assert actions.begin_try(progress=row.pk, by=user) == actions.begin_try(progress=row.pk, by=user)


def test_after_the_third_no_other_is_opened_and_the_words_say_who_rings(row, user):
    for _number in range(3):
        tried(row, user, "right", "common")
    with pytest.raises(WrongState, match="rings you"):
        actions.begin_try(progress=row.pk, by=user)
    assert [a.number for a in row.tries.all()] == [1, 2, 3]


def test_a_passed_part_opens_no_other_try(row, user):
    tried(row, user, "right")
    with pytest.raises(WrongState, match="passed this part"):
        actions.begin_try(progress=row.pk, by=user)


def test_a_part_without_questions_opens_none(learner, user):
    with pytest.raises(WrongState, match="no questions"):
        actions.begin_try(progress=world.part(learner, "story").pk, by=user)


def test_the_database_holds_one_open_try(row):
    Attempt.objects.create(progress=row, number=1)
    with pytest.raises(IntegrityError):
        Attempt.objects.create(progress=row, number=2)


@pytest.mark.django_db(transaction=True)
def test_two_begins_at_once_open_one_try(team):
    world.make_version(team)
    learner = world.make_learner(team)
    row, seen = world.part(learner), []

    def begin():
        try:
            seen.append(actions.begin_try(progress=row.pk, by=learner.person.user).pk)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=begin) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 2 and len(set(seen)) == 1 and Attempt.objects.count() == 1
