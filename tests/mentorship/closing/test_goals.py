"""Goals belong to the mentee: written in their words, looked at once, taken away any time, never a task."""

import pytest

from common.errors import Denied, Invalid, WrongState
from matching import actions as matching
from mentorship.actions import goals
from mentorship.models import Goal
from tests import factories


def test_the_mentee_writes_and_takes_away_and_again_changes_nothing(pair, system):
    goal = goals.write(match=pair.pk, by=system, text="  Walk with   my dog again ")
    assert (goal.text, goal.side, goal.by) == ("Walk with my dog again", "mentee", system)
    assert goals.write(match=pair.pk, by=system, text="Walk with my dog again") == goal
    gone = goals.remove(goal=goal.pk, by=system).removed_at
    assert goals.remove(goal=goal.pk, by=system).removed_at == gone is not None
    assert not Goal.objects.kept().exists()


def test_the_mentor_writes_with_them_but_never_takes_away(pair, mentor):
    goal = goals.write(match=pair.pk, by=mentor, text="Sleep")
    assert goal.side == "mentor"
    with pytest.raises(Denied):
        goals.remove(goal=goal.pk, by=mentor)


def test_nobody_else_writes(pair, team):
    for user in (team.coordinator, team.nurse, factories.make_mentor(team).person.user):
        with pytest.raises(Denied):
            goals.write(match=pair.pk, by=user, text="Sleep")


@pytest.mark.parametrize("text", ["", "   ", "x" * 201, "a\x00b"])
def test_words_that_make_no_sense_are_refused_at_the_field(pair, system, text):
    with pytest.raises(Invalid) as refused:
        goals.write(match=pair.pk, by=system, text=text)
    assert refused.value.field == "text" and not Goal.objects.exists()


def test_ten_are_enough_and_after_the_end_nothing_is_written(pair, system, team):
    for n in range(10):
        goals.write(match=pair.pk, by=system, text=f"Goal {n}")
    with pytest.raises(WrongState):
        goals.write(match=pair.pk, by=system, text="One more")
    matching.end(match=pair.pk, by=team.coordinator, reason="fit")
    with pytest.raises(WrongState):
        goals.write(match=pair.pk, by=system, text="Goal 1")


def test_a_goal_is_looked_back_on_and_the_word_may_change(pair, system, mentor, team):
    goal = goals.write(match=pair.pk, by=system, text="Sleep")
    row = goals.look_back(match=pair.pk, goal=goal.pk, by=mentor, outcome="partly")
    assert (row.outcome, row.looked_by) == ("partly", mentor)
    at = row.looked_at
    assert goals.look_back(match=pair.pk, goal=goal.pk, by=team.coordinator, outcome="partly").looked_by == mentor
    again = goals.look_back(match=pair.pk, goal=goal.pk, by=team.coordinator, outcome="let-go")
    assert (again.outcome, again.looked_by, again.looked_at >= at) == ("let-go", team.coordinator, True)
    with pytest.raises(Invalid):
        goals.look_back(match=pair.pk, goal=goal.pk, by=mentor, outcome="failed")
    with pytest.raises(Denied):
        goals.look_back(match=pair.pk, goal=goal.pk, by=team.nurse, outcome="reached")


def test_a_goal_of_somebody_else_is_out_of_reach(pair, mentor, team, system):
    other = factories.make_match(team)
    goal = goals.write(match=other.pk, by=system, text="Work again")
    with pytest.raises(WrongState):
        goals.look_back(match=pair.pk, goal=goal.pk, by=mentor, outcome="reached")
    assert list(Goal.objects.visible_to(mentor)) == []
    assert list(Goal.objects.visible_to(other.mentor.person.user)) == [goal]
