"""A follow-up question: one tap, a changed mind, a line more, and the coordinator who deals with it."""

import datetime as dt

import pytest

from accounts.models import User
from clinics.models import SettingChange
from common import clock
from common.errors import Denied, Invalid, Stale, WrongState
from mentorship import checks as questions
from mentorship.actions import checks as actions
from mentorship.models import FollowUpCheck
from mentorship.starter_checks import start_clinic

DAY = dt.timedelta(days=1)


@pytest.fixture
def check(match):
    return FollowUpCheck.objects.create(match=match, day=10, to="mentee", due_on=clock.today("Europe/Brussels"))


@pytest.fixture
def to_mentor(match):
    return FollowUpCheck.objects.create(match=match, day=10, to="mentor", due_on=clock.today("Europe/Brussels"))


def answer(check, code, by=None):
    return actions.answer_check(check=check.pk, by=by or User.objects.system(), answer=code)


def test_every_default_day_has_a_question_with_both_uneasy_answers():
    for day, to in questions.DAYS:
        codes = {a.code for a in questions.question(day, to).answers}
        assert questions.NOT_COMFORTABLE in codes
        assert day == questions.OUTCOME_DAY or questions.NOT_SPOKEN in codes
        assert "Rita" in questions.question(day, to).asks("Rita")


@pytest.mark.parametrize(("day", "like"), [(1, 10), (12, 10), (29, 10), (31, 30), (365, 180)])
def test_a_moved_day_asks_the_question_of_the_nearest_earlier_one(day, like):
    assert questions.question(day, "mentee") is questions.QUESTIONS[like, "mentee"]


def test_a_tap_saves_and_another_tap_changes(check):
    answer(check, "yes")
    first = FollowUpCheck.objects.get()
    answer(check, "yes")
    assert FollowUpCheck.objects.get().answered_at == first.answered_at
    assert answer(check, "unsure").answer == "unsure"


def test_an_answer_that_is_none_is_refused(check):
    with pytest.raises(Invalid):
        answer(check, "help")  # asked of mentors only
    assert FollowUpCheck.objects.get().answered_at is None


def test_a_cancelled_question_takes_no_answer(check):
    FollowUpCheck.objects.update(cancelled_at=clock.now())
    with pytest.raises(WrongState):
        answer(check, "yes")


def test_only_the_mentor_answers_the_mentors_question(to_mentor, check, mentor, team):
    assert answer(to_mentor, "yes", mentor).answer == "yes"
    for user in (team.coordinator, team.nurse):
        with pytest.raises(Denied):
            answer(to_mentor, "unsure", user)
    with pytest.raises(Denied):
        answer(check, "yes", mentor)


def test_a_line_more_needs_an_answer_first(check):
    with pytest.raises(WrongState):
        actions.say_more(check=check.pk, by=User.objects.system(), comment="Too fast")
    answer(check, "not-comfortable")
    assert actions.say_more(check=check.pk, by=User.objects.system(), comment=" Too fast ").comment == "Too fast"
    with pytest.raises(Invalid):
        actions.say_more(check=check.pk, by=User.objects.system(), comment="x" * 501)


@pytest.mark.parametrize("code", ["not-comfortable", "not-spoken", "other-mentor"])
def test_what_is_not_right_reaches_the_coordinator_until_it_is_dealt_with(check, code, team):
    answer(check, code)
    assert list(FollowUpCheck.objects.worrying()) == [check]
    row = actions.handle_check(check=check.pk, by=team.coordinator, note="Rang her")
    assert (row.handled_by, row.handled_note) == (team.coordinator, "Rang her")
    assert not FollowUpCheck.objects.worrying().exists()
    assert actions.handle_check(check=check.pk, by=team.coordinator, note="Again").handled_note == "Rang her"


def test_a_changed_answer_that_asks_for_somebody_comes_back(check, team):
    answer(check, "not-spoken")
    actions.handle_check(check=check.pk, by=team.coordinator)
    answer(check, "not-comfortable")
    assert FollowUpCheck.objects.worrying().exists()


def test_only_a_coordinator_of_the_clinic_deals_with_it(check, team, other_team, mentor):
    for user in (team.nurse, mentor, other_team.coordinator):
        with pytest.raises(Denied):
            actions.handle_check(check=check.pk, by=user)


def test_silence_of_five_days_reaches_the_coordinator(check, now, team):
    assert not FollowUpCheck.objects.unanswered(now + 4 * DAY).exists()
    assert FollowUpCheck.objects.unanswered(now + 5 * DAY).exists()
    actions.handle_check(check=check.pk, by=team.coordinator)
    assert not FollowUpCheck.objects.unanswered(now + 5 * DAY).exists()


# What may follow the tap ------------------------------------------------------------------


@pytest.fixture
def month(check):
    """The question after a month, answered well."""
    FollowUpCheck.objects.filter(pk=check.pk).update(day=30)
    return answer(check, "yes")


def say(check, comment="", **more):
    return actions.say_more(check=check.pk, by=User.objects.system(), comment=comment, more=more)


def test_pace_and_boundaries_may_follow_and_each_is_optional(month):
    assert say(month, pace="right").more == {"pace": "right"}
    assert say(month, pace="", limits="mostly", medical="none").more == {"limits": "mostly", "medical": "none"}
    assert not FollowUpCheck.objects.worrying().exists()


@pytest.mark.parametrize("more", [{"pace": "too-fast"}, {"limits": "no"}, {"medical": "open"}])
def test_what_they_say_after_the_tap_reaches_the_coordinator_too(month, more, team):
    say(month, **more)
    assert list(FollowUpCheck.objects.worrying()) == [month]
    actions.handle_check(check=month.pk, by=team.coordinator)
    say(month, comment="Thank you for ringing", **more)
    assert not FollowUpCheck.objects.worrying().exists()
    say(month, pace="too-fast", medical="open")
    assert FollowUpCheck.objects.worrying().exists()


@pytest.mark.parametrize("more", [{"pace": "slowly"}, {"pain": "yes"}, {"pace": "\x00"}])
def test_an_answer_that_was_not_asked_for_is_refused(month, more):
    with pytest.raises(Invalid):
        say(month, **more)
    assert FollowUpCheck.objects.get(pk=month.pk).more == {}


def test_on_another_day_nothing_more_is_asked(check):
    answer(check, "yes")
    with pytest.raises(Invalid):
        say(check, pace="right")


# Settings ---------------------------------------------------------------------------------


def change(team, **values):
    start_clinic(team.clinic)
    before = actions.days_of(team.clinic)
    values = {"mentee": [10, 30], "mentor": [3], "before": before, "by": team.admin} | values
    return actions.change_days(clinic=team.clinic.pk, **values)


def test_days_are_changed_with_a_record_of_it(team):
    assert change(team)
    assert actions.days_of(team.clinic) == {"mentee": [10, 30], "mentor": [3]}
    row = SettingChange.objects.get()
    assert (row.section, row.by) == ("checks", team.admin)
    assert row.changes["mentee"] == ["10, 30, 56, 84, 180", "10, 30"]
    assert not change(team)
    assert SettingChange.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"mentee": []}, "mentee"), ({"mentee": [10, 10]}, "mentee"), ({"mentor": [0]}, "mentor"),
        ({"mentor": [366]}, "mentor"), ({"mentee": [10, 11]}, "mentee"),
    ],
)  # fmt: skip
def test_days_that_make_no_sense_are_refused(team, values, field):
    with pytest.raises(Invalid) as refusal:
        change(team, **values)
    assert refusal.value.field == field
    assert actions.days_of(team.clinic)["mentor"] == [3, 10, 21, 30, 56, 84]


def test_a_stale_form_and_a_coordinator_change_no_days(team):
    with pytest.raises(Stale):
        change(team, before={"mentee": [1], "mentor": []})
    with pytest.raises(Denied):
        change(team, by=team.coordinator)


def test_the_days_that_ask_further_questions_are_those_the_search_looks_at():
    spans = questions.spans_with_more()
    for day in range(400):
        for to in (questions.MENTEE, questions.MENTOR):
            looked_at = any(side == to and first <= day < after for side, first, after in spans)
            assert bool(questions.question(day, to).more) == looked_at
