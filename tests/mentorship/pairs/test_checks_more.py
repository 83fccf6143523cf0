"""Pace, boundaries, being steered, money, and a medical question that becomes one for the team by one tap."""

import pytest
from django.urls import reverse

from accounts import links
from accounts.models import User
from clinics.models import Membership
from common import clock
from common.errors import Denied, Invalid, NotReady, WrongState
from mentorship import checks as questions
from mentorship.actions import checks as actions
from mentorship.models import FollowUpCheck, Question
from messaging.models import Message
from training.models import CareTask

PAGE = reverse("mentorship:check-link")


def make(match, day, to="mentee"):
    return FollowUpCheck.objects.create(match=match, day=day, to=to, due_on=clock.today("Europe/Brussels"))


def answered(match, day, code="yes", to="mentee"):
    by = User.objects.system() if to == "mentee" else match.mentor.person.user
    return actions.answer_check(check=make(match, day, to).pk, by=by, answer=code)


def more(check, **given):
    by = User.objects.system() if check.to == "mentee" else check.match.mentor.person.user
    return actions.say_more(check=check.pk, by=by, comment="", more=given)


@pytest.mark.parametrize(
    ("day", "to", "codes"),
    [
        (10, "mentee", {"steered"}), (30, "mentee", {"pace", "limits", "steered", "money", "medical"}),
        (30, "mentor", {"money"}), (84, "mentee", {"ending", "money"}),
    ],
)  # fmt: skip
def test_each_day_asks_what_the_evidence_says(day, to, codes):
    asked = questions.question(day, to)
    assert {q.code for q in asked.more} == codes
    assert not any("%" in q.asks("Rita") for q in asked.more)


@pytest.mark.parametrize(
    ("day", "code", "answer"),
    [(10, "steered", "yes"), (30, "money", "yes"), (84, "ending", "yes"), (30, "medical", "open")],
)
def test_what_calls_for_somebody_comes_before_the_coordinator(match, day, code, answer):
    check = more(answered(match, day), **{code: answer})
    assert check in FollowUpCheck.objects.worrying()


@pytest.mark.parametrize(("day", "code", "answer"), [(10, "steered", "a-little"), (30, "money", "no")])
def test_what_does_not_call_stays_quiet(match, day, code, answer):
    check = more(answered(match, day), **{code: answer})
    assert check not in FollowUpCheck.objects.worrying()


@pytest.mark.parametrize("to", ["mentee", "mentor"])
def test_money_is_told_to_who_looks_after_the_mentor_once(match, to):
    check = answered(match, 30, "yes" if to == "mentee" else "well", to)
    more(check, money="no")
    assert not CareTask.objects.exists()
    more(check, money="yes")
    more(check, money="no")
    more(check, money="yes")
    [task] = CareTask.objects.all()
    assert (task.mentor, task.trigger) == (match.mentor, CareTask.Trigger.GIFTS)


# To the team ------------------------------------------------------------------------------


def test_one_tap_makes_a_question_for_the_team_and_two_taps_one(match, team):
    check = more(answered(match, 30), medical="open")
    for _n in range(2):
        question = actions.ask_team(check=check.pk, by=User.objects.system())
    assert Question.objects.get() == question
    assert (question.match, question.asked_by.is_system, question.routed_to) == (match, True, team.clinician)
    assert Message.objects.filter(kind="question.asked").count() == 1


def test_it_is_asked_by_the_one_who_was_asked_only(match, team):
    check = more(answered(match, 30), medical="open")
    with pytest.raises(Denied):
        actions.ask_team(check=check.pk, by=team.coordinator)


def test_without_an_answer_there_is_nothing_to_ask(match):
    with pytest.raises(WrongState):
        actions.ask_team(check=make(match, 30).pk, by=User.objects.system())


def test_words_that_are_too_long_or_a_clinic_without_answers_are_said(match, team):
    check = more(answered(match, 30), medical="open")
    with pytest.raises(Invalid):
        actions.ask_team(check=check.pk, by=User.objects.system(), text="x" * 5000)
    Membership.objects.all().update(ended_at=clock.now(), ended_by=team.admin)
    with pytest.raises(NotReady):
        actions.ask_team(check=check.pk, by=User.objects.system())
    assert not Question.objects.exists()


@pytest.fixture
def by_link(client, match):
    check = answered(match, 30)
    _link, url = links.make("check.answer", check.ref)
    client.get("/" + url.split("/", 3)[3])
    client.check = check
    return client


def test_the_page_offers_it_once_a_question_is_open(by_link):
    assert "ask the team" not in by_link.get(PAGE).content.decode()
    more(by_link.check, medical="open")
    assert "Yes, ask the team" in by_link.get(PAGE).content.decode()
    response = by_link.post(PAGE, {"ask_team": "yes", "question_text": "May I drive?"}, follow=True)
    assert "Asked. The team answers you" in response.content.decode()
    assert Question.objects.get().text == "May I drive?"


def test_a_refusal_keeps_what_was_typed(by_link, team):
    more(by_link.check, medical="open")
    Membership.objects.all().update(ended_at=clock.now(), ended_by=team.admin)
    page = by_link.post(PAGE, {"ask_team": "yes", "question_text": "May I drive?"})
    assert page.status_code == 200
    assert "May I drive?" in page.content.decode()
    assert not Question.objects.exists()


def test_a_mentor_with_an_open_medical_question_is_led_to_the_team(match, client):
    check = answered(match, 30, "medical", "mentor")
    client.force_login(match.mentor.person.user)
    page = client.get(reverse("mentorship:check", args=[check.ref])).content.decode()
    assert reverse("mentorship:ask-about", args=[match.ref]) in page
