"""A planned ending: everything on the checklist, then the end; the questions hold nobody up for ever."""

import datetime as dt

import pytest

from common import clock
from common.errors import Denied, Invalid, NotReady, WrongState
from matching import actions as matching
from matching.models import Match
from mentorship.actions import closing, goals, pairs
from mentorship.models import Closing, ClosingAnswer
from messaging.models import Message
from referrals.models import Referral
from tests import factories
from tests.mentorship.closing.conftest import AFTER, LAST, NOW, answer, plan


def lacks(pair) -> list[str]:
    return [str(sentence) for sentence in pairs.closing_missing(Match.objects.get(pk=pair.pk))]


def test_planning_asks_both_once_and_sets_the_talk_with_the_mentor(planned, team):
    plan(planned, team.coordinator, future="none")
    row = Closing.objects.get(match=planned)
    assert (row.future, row.debrief_on, row.made_by) == ("none", LAST + dt.timedelta(days=7), team.coordinator)
    asked = Message.objects.filter(subject=planned.ref).values_list("kind", "recipient")
    assert sorted(asked) == sorted([
        ("closing.ask", f"person:{planned.referral.mentee.ref}"),
        ("closing.ask-mentor", f"user:{planned.mentor.person.user.ref}"),
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("more", "field"),
    [({"future": "x"}, "future"), ({"debrief_on": LAST - dt.timedelta(days=1)}, "debrief_on"),
     ({"debrief_on": LAST + dt.timedelta(days=100)}, "debrief_on")],
)  # fmt: skip
def test_a_plan_that_makes_no_sense_is_refused_and_nothing_is_stored(pair, team, more, field):
    with pytest.raises(Invalid) as refused:
        plan(pair, team.coordinator, **more)
    assert refused.value.field == field
    assert not Closing.objects.exists() and not Message.objects.filter(kind__startswith="closing").exists()


def test_each_thing_that_is_missing_is_named_until_it_is_done(planned, team, mentor, system):
    goal = goals.write(match=planned.pk, by=system, text="Sleep")
    assert lacks(planned) == [
        "The last talk is still to come.", "The mentee's goals have not been looked at yet.",
        "The mentor has not said yet that the numbers are deleted.",
        "The mentee was asked how it was, and may still answer.",
        "The mentor was asked how it was, and may still answer.",
    ]  # fmt: skip
    goals.look_back(match=planned.pk, goal=goal.pk, by=mentor, outcome="reached")
    assert Closing.objects.get(match=planned).goals_looked_at is not None
    closing.say_deleted(match=planned.pk, by=mentor)
    answer(planned, system, "mentee")
    answer(planned, mentor, "mentor")
    assert lacks(planned) == ["The last talk is still to come."]
    with clock.at(AFTER):
        assert lacks(planned) == []


def test_asked_without_an_answer_is_enough_after_some_days(planned, mentor):
    closing.say_deleted(match=planned.pk, by=mentor)
    with clock.at(NOW + dt.timedelta(days=5) - dt.timedelta(minutes=1)):
        assert len([words for words in lacks(planned) if "was asked" in words]) == 2
    with clock.at(AFTER):
        assert lacks(planned) == []


def test_the_end_rounds_off_the_referral_and_tells_the_referrer_only_that(planned, team, mentor):
    with pytest.raises(NotReady):
        closing.finish(match=planned.pk, by=team.coordinator)
    closing.say_deleted(match=planned.pk, by=mentor)
    with clock.at(AFTER):
        row = closing.finish(match=planned.pk, by=team.coordinator)
        assert closing.finish(match=planned.pk, by=team.coordinator).status == "ended"
    assert (row.status, row.end_reason) == ("ended", "planned")
    referral = Referral.objects.get(pk=planned.referral_id)
    assert (referral.status, referral.close_reason) == ("closed", "finished")
    told = Message.objects.get(kind="referral.closed", subject=referral.ref)
    assert (told.recipient, told.data) == (f"user:{team.nurse.ref}", {})
    assert Closing.objects.get(match=planned).referrer_told_at == AFTER


def test_who_would_like_another_mentor_after_a_planned_ending_stays_on_the_list(planned, team, mentor):
    closing.say_deleted(match=planned.pk, by=mentor)
    with clock.at(AFTER):
        closing.end_for_team(match=planned.pk, by=team.coordinator, reason="planned", wish="another")
    assert Referral.objects.get(pk=planned.referral_id).status == "open"


def test_answers_are_kept_changed_and_stop_the_question(planned, system):
    answer(planned, system, "mentee", comments={"helped": "It did me good."}, alumni=True)
    answer(planned, system, "mentee", comments={"helped": "It did me good."})
    row = ClosingAnswer.objects.get(question="helped")
    assert (row.side, row.answer, row.comment, row.by) == ("mentee", "yes", "It did me good.", system)
    assert ClosingAnswer.objects.count() == 2 and Closing.objects.get().mentee_alumni is True
    assert Message.objects.get(kind="closing.ask").status == "cancelled"
    closing.answer(match=planned.pk, by=system, side="mentee", answers={"helped": "no"})
    assert ClosingAnswer.objects.get(question="helped").answer == "no"


@pytest.mark.parametrize(
    ("answers", "comments", "field"),
    [({"helped": "great"}, {}, "helped"), ({}, {"helped": "words alone"}, "helped"),
     ({"helped": "yes"}, {"helped": "x" * 301}, "comment-helped")],
)  # fmt: skip
def test_an_answer_that_makes_no_sense_is_refused_and_nothing_is_stored(planned, system, answers, comments, field):
    with pytest.raises(Invalid) as refused:
        closing.answer(match=planned.pk, by=system, side="mentee", answers=answers, comments=comments)
    assert refused.value.field == field and not ClosingAnswer.objects.exists()


def test_nobody_answers_for_another(planned, team, mentor, system):
    for by, side in (
        (mentor, "mentee"),
        (team.coordinator, "mentee"),
        (system, "mentor"),
        (team.coordinator, "mentor"),
    ):
        with pytest.raises(Denied):
            answer(planned, by, side)
    with pytest.raises(Denied):
        closing.say_deleted(match=planned.pk, by=team.nurse)


def test_without_a_plan_nothing_is_asked(pair, system, mentor):
    with pytest.raises(WrongState):
        answer(pair, system, "mentee")
    with pytest.raises(WrongState):
        closing.say_deleted(match=pair.pk, by=mentor)


def test_the_mentee_may_answer_a_while_after_the_end_and_then_no_more(planned, team, mentor, system):
    closing.say_deleted(match=planned.pk, by=mentor)
    with clock.at(AFTER):
        closing.finish(match=planned.pk, by=team.coordinator)
    with clock.at(AFTER + dt.timedelta(days=29)):
        answer(planned, system, "mentee")
    with clock.at(AFTER + dt.timedelta(days=31)), pytest.raises(WrongState):
        answer(planned, system, "mentee")


def test_an_early_end_closes_the_questions(planned, team, system):
    matching.end(match=planned.pk, by=team.coordinator, reason="fit")
    with pytest.raises(WrongState):
        answer(planned, system, "mentee")
    assert not Message.objects.filter(kind__startswith="closing.ask", status="queued").exists()


def test_whoever_looks_after_the_mentor_talks_with_them_and_it_is_noted_once(pair, team, mentor):
    closing.end_early(match=pair.pk, by=mentor, side="mentor")
    row = Closing.objects.get(match=pair)
    assert row.debrief_on == dt.date(2026, 11, 26)
    for user in (mentor, team.nurse, team.backup):
        with pytest.raises(Denied):
            closing.note_debrief(match=pair.pk, by=user)
    done = closing.note_debrief(match=pair.pk, by=team.clinician)
    assert closing.note_debrief(match=pair.pk, by=team.coordinator).debrief_by == done.debrief_by == team.clinician


def test_the_end_of_a_pair_of_another_clinic_is_out_of_reach(planned):
    other = factories.Team("Scheldt Rheumatology Clinic")
    with pytest.raises(Denied):
        closing.finish(match=planned.pk, by=other.coordinator)


def test_who_does_not_know_where_to_turn_holds_the_end_up_until_the_plan_was_looked_at_again(
    planned, team, system, mentor
):
    closing.say_deleted(match=planned.pk, by=mentor)
    with clock.at(NOW + dt.timedelta(days=1)):
        closing.answer(match=planned.pk, by=system, side="mentee", answers={"ahead": "no"})
    with clock.at(AFTER):
        assert len(lacks(planned)) == 1 and "ring them" in lacks(planned)[0]
        plan(planned, team.coordinator, bridge="The nurse's phone hour")
        assert lacks(planned) == []
