"""My training and its parts on a phone, and what staff see of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messaging import kinds
from messaging.models import Message
from tests import factories
from tests.training import learning_world as world
from training.actions.sessions_marks import observe
from training.models import Attempt, Learning, ModuleProgress
from training.workflow import Status

MY = reverse("training:my-training")


@pytest.fixture
def learner(team):
    world.make_version(team)
    return world.make_learner(team)


@pytest.fixture
def row(learner):
    return world.part(learner)


@pytest.fixture
def me(learner, sign_in):
    return sign_in(learner.person.user)


def url(name, ref):
    return reverse(f"training:{name}", args=[ref])


def text(client, address, **more):
    response = client.get(address, follow=True, **more)
    assert response.status_code == 200
    return response.content.decode()


def open_try(me, row) -> Attempt:
    me.post(url("begin-try", row.ref))
    return Attempt.objects.get(ended_at=None)


def answer(me, attempt, question, kind="right", **more):
    sent = {"question": question.ref, "option": world.option(question, kind).ref, **more}
    return me.post(url("try", attempt.ref), sent)


# My training


def test_who_was_accepted_begins_from_their_own_page(team, sign_in):
    world.make_version(team)
    mentor = factories.make_mentor(team, ready=False, status=Status.IN_TRAINING)
    client = sign_in(mentor.person.user)
    assert "My training" in text(client, reverse("mentorship:home")) and "Begin whenever you like" in text(client, MY)
    assert not Learning.objects.exists()
    page = client.post(reverse("training:begin-training"), follow=True).content.decode()
    assert "3 parts to go" in page and "Begin this part" in page and "Back to mind" not in page


def test_my_training_says_where_i_was_what_is_to_go_and_what_is_done(me, team, learner, row):
    me.post(url("module", row.ref), {"to": "1"})
    ModuleProgress.objects.filter(module__key="story").update(passed_at=row.touched_at, passed_how="read")
    page = text(me, MY)
    assert "1 of 3 parts done" in page and "Where you were" in page and "Page 2 of 3." in page
    assert (
        "Then 5 questions." in page and "1 part done" in page and "A day together" in page and "2 parts to go" in page
    )


def test_a_day_together_is_chosen_on_the_same_page(me, team, learner):
    assert "Choose a day together" in text(me, MY) and "There is no day yet" in text(me, MY)


def test_a_mentor_with_nothing_to_learn_hears_so(team, sign_in):
    mentor = factories.make_mentor(team)
    client = sign_in(mentor.person.user)
    assert "nothing to learn now" in text(client, MY)
    assert "My training" not in text(client, reverse("mentorship:home"))


def test_the_refresher_is_offered_before_the_certificate_ends(team, sign_in):
    world.make_version(team)
    mentor = factories.make_mentor(team)
    mentor.certificates.update(valid_until=team.clinic.today + 80 * factories.DAY)
    client = sign_in(mentor.person.user)
    assert "A refresher is open" in text(client, reverse("mentorship:home"))
    page = client.post(reverse("training:begin-training"), {"refresher": "yes"}, follow=True).content.decode()
    assert "Back to mind" in page and "Begin the refresher" not in page


def test_my_training_asks_the_database_the_same_for_3_and_20_parts(me, team, learner):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            me.get(MY)
        return len(seen)

    first = queries()
    for n in range(17):
        module = Learning.objects.get().curriculum.modules.create(
            key=f"more-{n}", position=9 + n, title=f"More {n}", objective="Know", passing="quiz"
        )
        ModuleProgress.objects.create(learning=Learning.objects.get(), module=module)
    assert queries() == first <= 30


# A part


def test_leaving_and_coming_back_lands_where_i_was(me, row):
    address = url("module", row.ref)
    assert "page 1 of 3" in text(me, address)
    assert me.post(address, {"to": "1"}).url == address
    assert "page 2 of 3" in text(me, address) and "<li>one</li>" in text(me, address)
    me.post(address, {"to": "3"})
    page = text(me, address)
    assert "You have read all 3 pages" in page and "Begin the questions" in page and "1 is about an emergency" in page


@pytest.mark.parametrize("to", ["", "9", "-1", "x", "²", "9" * 50])
def test_a_page_that_is_not_there_leaves_me_where_i_was(me, row, to):
    page = me.post(url("module", row.ref), {"to": to}, follow=True).content.decode()
    assert "no such page" in page and "page 1 of 3" in page


def test_looking_at_a_part_changes_nothing(me, row):
    before = ModuleProgress.objects.filter(pk=row.pk).values().get()
    me.get(url("module", row.ref))
    assert ModuleProgress.objects.filter(pk=row.pk).values().get() == before


def test_a_live_part_says_how_it_is_passed(me, learner):
    assert "role-play" in text(me, url("module", world.part(learner, "listening").ref))


def test_what_was_seen_in_a_role_play_can_be_read_once_it_is_passed(me, team, learner):
    part = world.part(learner, "listening")
    item = part.module.rubric.get()
    made = observe(
        progress=part.pk, by=team.coordinator, number=1, on=team.clinic.today, seen={item.ref: 2}, words="So calm"
    )
    assert made.passed
    page = text(me, url("module", part.ref))
    assert "So calm" in page and "Asks openly" in page
    message = Message.objects.get(kind="session.seen", subject=made.ref)
    kind = kinds.get("session.seen")
    assert url("module", part.ref) in kind.render(message, kind.recipient(message)).body


# Questions


def test_questions_one_by_one_then_all_answers_then_the_outcome(me, row):
    attempt = open_try(me, row)
    for n, question in enumerate(row.module.questions.all(), start=1):
        assert f"question {n} of 5" in text(me, url("try", attempt.ref))
        answer(me, attempt, question)
    assert "All answered" in text(me, url("try", attempt.ref))
    page = me.post(url("hand-in", attempt.ref), follow=True).content.decode()
    assert "5 of 5 are right. This part is done." in page
    row.refresh_from_db()
    assert row.passed_at and "1 part done" in text(me, MY)


def test_on_another_device_i_go_on_at_the_next_question_with_the_same_order(me, row, client):
    attempt = open_try(me, row)
    first, second = row.module.questions.all()[:2]
    answer(me, attempt, first)
    client.force_login(row.learning.mentor.person.user)
    again = [client.get(url("try", attempt.ref)).context for _look in range(2)]
    orders = [[value for value, _words in context["form"].fields["option"].choices] for context in again]
    assert again[0]["question"] == second and orders[0] == orders[1]
    earlier = text(client, url("try", attempt.ref) + "?q=1")
    right = world.option(first, "right").ref
    assert "checked" in earlier[earlier.index(right) :][:120]


def test_the_order_of_the_answers_differs_between_tries(row):
    from training.pages.learning import shuffled

    question = row.module.questions.first()
    orders = {tuple(o.pk for o in shuffled(Attempt(ref=f"try-{n}"), question)) for n in range(30)}
    assert len(orders) > 3


def test_no_answer_asks_for_one_and_stays(me, row):
    attempt = open_try(me, row)
    question = row.module.questions.all()[1]
    page = me.post(url("try", attempt.ref) + "?q=2", {"question": question.ref}).content.decode()
    assert "Choose an answer" in page and "question 2 of 5" in page


@pytest.mark.parametrize("forged", ["other-question", "other-option", "nothing-known"])
def test_a_forged_answer_is_refused_with_a_sentence(me, row, learner, forged):
    attempt = open_try(me, row)
    first, second = row.module.questions.all()[:2]
    sent = {
        "other-question": {"question": "nosuchquestion99", "option": world.option(first, "right").ref},
        "other-option": {"question": first.ref, "option": world.option(second, "right").ref},
        "nothing-known": {"question": "\x00", "option": "<b>"},
    }[forged]
    page = me.post(url("try", attempt.ref), sent).content.decode()
    assert "Nothing was saved" in page or "Choose one of the answers below" in page
    attempt.refresh_from_db()
    assert attempt.answers == {}


def test_a_replayed_answer_shows_the_outcome_and_changes_nothing(me, row):
    attempt = open_try(me, row)
    for question in row.module.questions.all():
        answer(me, attempt, question, "common")
    me.post(url("hand-in", attempt.ref))
    page = me.post(
        url("try", attempt.ref),
        {"question": question.ref, "option": world.option(question, "right").ref},
        follow=True,
    ).content.decode()
    assert "Nothing has changed" in page and "0 of 5 are right" in page
    assert "0 of 5 are right" in me.post(url("hand-in", attempt.ref), follow=True).content.decode()
    row.refresh_from_db()
    assert row.passed_at is None


def test_handing_in_too_early_says_what_is_open(me, row):
    attempt = open_try(me, row)
    page = me.post(url("hand-in", attempt.ref), follow=True).content.decode()
    assert "No answer yet to question 1, 2, 3, 4, 5" in page and "question 1 of 5" in page


def test_the_outcome_says_kindly_what_is_right_and_what_comes_next(me, row):
    world.failed_tries(row, 1, ("common", "right"))
    page = text(me, url("try", row.tries.get().ref))
    assert "Not this one, and it is a common thought" in page and "Many think so." in page and "Q1 right" in page
    assert "2 tries left" in page and "Try again" in page


def test_after_the_last_try_the_words_say_who_rings_and_a_direct_post_is_refused(me, team, row):
    world.failed_tries(row)
    assert "Leen will ring you" in text(me, url("try", row.tries.last().ref))
    me.post(url("module", row.ref), {"to": "3"})
    page = text(me, url("module", row.ref))
    assert "Leen rings you" in page and "Begin the questions" not in page and "Try again" not in page
    page = me.post(url("begin-try", row.ref), follow=True).content.decode()
    assert "All 3 tries are used" in page and row.tries.count() == 3


# Writing


def test_writing_is_saved_then_handed_in_then_read(me, team, learner, client):
    story = world.part(learner, "story")
    me.post(url("module", story.ref), {"to": "1"})
    page = me.post(url("write", story.ref), {"words": "My story", "was": ""}, follow=True).content.decode()
    assert "You can go on later" in page and "My story" in page
    page = me.post(url("write", story.ref), {"words": "My story", "was": "My story", "hand-in": "yes"}, follow=True)
    assert "Handed in" in page.content.decode()
    client.force_login(team.coordinator)
    assert "Read it" in text(client, url("mentor", learner.ref))
    page = client.post(url("read", story.ref), {"remark": "", "back": "yes"}).content.decode()
    assert "Write a word they can use" in page and "My story" in page
    client.post(url("read", story.ref), {"remark": "Lovely", "pass": "yes"})
    story.refresh_from_db()
    assert story.passed_how == "read" and story.remark == "Lovely"


def test_what_to_write_about_stands_beside_the_box(me, learner):
    story = world.part(learner, "story")
    me.post(url("module", story.ref), {"to": "1"})
    task = '<h2 id="task-t">Page 1</h2><p>Words 1.</p>'
    assert task in text(me, url("module", story.ref))
    assert task in me.post(url("write", story.ref), {"words": " ", "hand-in": "yes"}).content.decode()


def test_an_empty_or_endless_text_is_refused_and_what_was_typed_stays(me, learner):
    story = world.part(learner, "story")
    me.post(url("module", story.ref), {"to": "1"})
    page = me.post(url("write", story.ref), {"words": " ", "hand-in": "yes"}).content.decode()
    assert "Write a few sentences first" in page
    page = me.post(url("write", story.ref), {"words": "long " * 900}).content.decode()
    assert "at most 3000 characters" in page and "long long" in page


def test_a_text_from_another_screen_shows_both(me, learner):
    story = world.part(learner, "story")
    me.post(url("module", story.ref), {"to": "1"})
    me.post(url("write", story.ref), {"words": "On the phone", "was": ""})
    response = me.post(url("write", story.ref), {"words": "On the computer", "was": ""})
    page = response.content.decode()
    assert response.status_code == 409 and "On the phone" in page and "On the computer" in page
    me.post(url("write", story.ref), {"words": "Both", "was": "On the phone"})
    assert world.part(learner, "story").written == "Both"


# Staff


def test_a_mentors_record_has_each_part_in_one_line_with_what_to_do(team, learner, row, sign_in):
    world.failed_tries(row)
    page = text(sign_in(team.coordinator), url("mentor", learner.ref))
    assert "Red flags" in page and "3 of 3 tries used" in page and "After the talk" in page and "Listening" in page


def test_the_staff_page_shows_what_was_missed_and_gives_a_round(team, learner, row, sign_in):
    world.failed_tries(row)
    client = sign_in(team.coordinator)
    page = text(client, url("learning", learner.ref))
    assert "What was missed last time" in page and "Q2 common" in page
    page = client.post(url("round", row.ref), {"round": "1", "note": ""}).content.decode()
    assert "This still needs an answer" in page
    page = client.post(url("round", row.ref), {"round": "1", "note": "Read page 2"}, follow=True).content.decode()
    assert "can try again" in page and "Agreed: Read page 2" in page and "Round 2" in page


def test_what_was_learned_elsewhere_is_noted_with_a_reason(team, learner, row, sign_in):
    client = sign_in(team.coordinator)
    page = client.post(url("elsewhere", learner.ref), {"parts": [row.ref], "reason": ""}).content.decode()
    assert "This still needs an answer" in page and "checked" in page
    page = client.post(url("elsewhere", learner.ref), {"parts": ["x"], "reason": "There"}).content.decode()
    assert "Choose from the answers below" in page
    page = client.post(url("elsewhere", learner.ref), {"parts": [row.ref], "reason": "There"}, follow=True)
    assert "Learned elsewhere, on" in page.content.decode()


def test_a_supervisor_reads_and_follows_and_decides_nothing(team, learner, row, sign_in):
    world.failed_tries(row)
    client = sign_in(team.clinician)
    page = text(client, url("learning", learner.ref))
    assert "After the talk" not in page and "Learned elsewhere" not in page
    assert client.post(url("round", row.ref), {"round": "1", "note": "Go"}).status_code == 403


def test_staff_begin_the_training_for_somebody(team, sign_in):
    world.make_version(team)
    mentor = factories.make_mentor(team, ready=False, status=Status.IN_TRAINING)
    client = sign_in(team.coordinator)
    assert "Begin the training" in text(client, url("mentor", mentor.ref))
    page = client.post(url("begin-for", mentor.ref), follow=True).content.decode()
    assert "The training is open" in page and "Learned elsewhere" in page


def test_a_finished_training_is_one_line_on_the_record(team, learner, sign_in):
    ModuleProgress.objects.update(passed_at=learner.created_at, passed_how="quiz")
    page = text(sign_in(team.coordinator), url("mentor", learner.ref))
    assert "Every part is done" in page and "Red flags" not in page
