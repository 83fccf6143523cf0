"""Who answers what: by topic, only people who answer questions here, and nobody's question is lost when one leaves."""

import pytest
from django.urls import reverse

from clinics.models import Membership, SettingChange
from common import clock
from common.errors import Denied, Invalid, Stale
from mentorship.actions import questions, routing
from mentorship.actions.questions import ask_question
from mentorship.models import QuestionRoute
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(team):
    return factories.make_match(team)


def change(team, by=None, version=None, **routes):
    version = team.clinic.version if version is None else version
    team.clinic = routing.change_routes(clinic=team.clinic, by=by or team.admin, version=version, routes=routes)


def leaves(team, user):
    Membership.objects.filter(user=user, clinic=team.clinic).update(ended_at=clock.now(), ended_by=team.admin)


def test_a_question_goes_to_who_answers_its_topic(team, pair):
    change(team, dose=team.backup)
    ask = lambda topic: ask_question(referral=pair.referral, by=team.nurse, topic=topic).routed_to  # noqa: E731
    assert ask("dose") == team.backup
    assert ask("results") == team.clinician


def test_when_they_left_it_goes_to_the_responsible_clinician(team, pair):
    change(team, dose=team.backup)
    waiting = ask_question(referral=pair.referral, by=team.nurse, topic="dose", text="Before")
    leaves(team, team.backup)
    assert ask_question(referral=pair.referral, by=team.nurse, topic="dose").routed_to == team.clinician
    questions.pass_over(None, clinic=team.clinic, user=team.backup, by=team.admin)
    waiting.refresh_from_db()
    assert waiting.routed_to == team.clinician


def test_a_question_of_somebody_who_left_goes_to_who_is_named_for_its_topic(team, pair):
    waiting = ask_question(referral=pair.referral, by=team.nurse, topic="dose")
    third = factories.make_user(team.clinic, "clinician")
    change(team, dose=third)
    leaves(team, team.clinician)
    questions.pass_over(None, clinic=team.clinic, user=team.clinician, by=team.admin)
    waiting.refresh_from_db()
    assert waiting.routed_to == third


def test_a_change_is_kept_and_the_same_again_changes_nothing(team):
    for _n in range(2):
        change(team, dose=team.backup, work=None)
    assert SettingChange.objects.get().section == "question-routes"
    change(team, dose=None)
    assert not QuestionRoute.objects.exists()
    assert SettingChange.objects.count() == 2


def test_who_may_not_and_what_makes_no_sense_is_refused(team, other_team):
    for user in (team.coordinator, team.clinician, other_team.admin):
        with pytest.raises(Denied):
            change(team, by=user, dose=team.backup)
    for routes in ({"nonsense": team.backup}, {"dose": team.nurse}, {"dose": other_team.clinician}):
        with pytest.raises(Invalid) as refusal:
            change(team, **routes)
        assert refusal.value.field == next(iter(routes))
    with pytest.raises(Stale):
        change(team, version=99, dose=team.backup)
    assert not QuestionRoute.objects.exists()


def test_the_settings_page_names_who_left_and_keeps_what_was_chosen(team, sign_in):
    client, url = sign_in(team.admin), reverse("mentorship:question-routes")
    change(team, dose=team.backup)
    assert f'value="{team.backup.ref}" selected' in client.get(url).content.decode()
    stale = client.post(url, {"version": 0, "results": team.backup.ref}).content.decode()
    assert 'role="alert"' in stale and f'value="{team.backup.ref}" selected' in stale
    assert client.post(url, {"version": team.clinic.version, "dose": "forged"}).status_code == 200
    assert client.post(url, {"version": team.clinic.version, "results": team.backup.ref}).status_code == 302
    assert list(QuestionRoute.objects.values_list("topic", "user")) == [("results", team.backup.pk)]
    leaves(team, team.backup)
    assert f"{team.backup.full_name} no longer answers questions here" in client.get(url).content.decode()
