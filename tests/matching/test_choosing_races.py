"""The mentee answers by link while the coordinator does something about the same choice: one of them is first."""

import pytest

from accounts.models import User
from common.errors import Refused
from matching import actions
from matching.models import Choice, Match
from tests import factories
from tests.matching.test_races import Together

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 10


@pytest.fixture
def team(transactional_db):
    return factories.Team()


def test_a_link_and_a_phone_call_at_once_leave_one_answer(team):
    system, mentors = User.objects.system(), [factories.make_mentor(team, places=9) for _n in range(2)]
    with Together(2) as at_once:
        for _round in range(ROUNDS):
            referral = factories.make_referral(team)
            choice = actions.offer_choice(referral=referral.pk, mentors=[m.pk for m in mentors], by=team.coordinator).pk
            answers = at_once(
                lambda c=choice: actions.choose(choice=c, by=system, answer="mentor", mentor=mentors[0].pk),
                lambda c=choice: actions.choose(choice=c, by=team.coordinator, answer="none"),
            )
            assert sum(isinstance(answer, Choice) for answer in answers) == 1
            assert sum(isinstance(answer, Refused) for answer in answers) == 1, answers
            row = Choice.objects.get(pk=choice)
            assert (row.answer == "mentor") == Match.objects.filter(referral=referral).exists()


def test_choosing_one_while_another_is_asked_leaves_no_second_question(team):
    system, mentors = User.objects.system(), [factories.make_mentor(team, places=10) for _n in range(2)]
    with Together(2) as at_once:
        for _round in range(ROUNDS):
            referral = factories.make_referral(team)
            choice = actions.offer_choice(referral=referral.pk, mentors=[m.pk for m in mentors], by=team.coordinator).pk
            ask = {"referral": referral.pk, "mentor": mentors[1].pk, "override_reason": "know-both"}
            answers = at_once(
                lambda c=choice: actions.choose(choice=c, by=system, answer="mentor", mentor=mentors[0].pk),
                lambda a=ask: actions.ask_mentor(by=team.coordinator, **a),
            )
            assert isinstance(answers[1], Match), answers
            assert referral.matches.live().count() == 1
            row = Choice.objects.get(pk=choice)
            assert row.closed_at and not Choice.objects.to_act_on().filter(pk=choice).exists()
