"""A mentor's rest and the people they talk with: go on, wait, or somebody else; and a request in the middle of it."""

import pytest
from django.urls import reverse

from accounts.models import User
from common import clock
from common.errors import Invalid, NotReady
from matching import actions, care
from matching.models import Match
from matching.workflow import Status
from messaging import kinds
from messaging.models import Message
from tests import factories
from tests.factories import DAY, Team
from training import actions as training
from training.actions.caring_flare import begin_flare, end_flare
from training.models import CareTask, Mentor


@pytest.fixture
def team(db) -> Team:
    return Team()


@pytest.fixture
def mentor(team) -> Mentor:
    return factories.make_mentor(team, places=4)


@pytest.fixture
def pair(team, mentor) -> Match:
    return factories.make_match(team, mentor=mentor, days_ago=20)


def user_of(mentor) -> User:
    return User.objects.get(pk=mentor.person.user_id)


def rest(mentor, plan, **days):
    today = mentor.person.clinic.today
    return training.rest(mentor=mentor.pk, by=user_of(mentor), plan=plan, from_=days.pop("from_", today), **days)


def status(pair) -> str:
    return Match.objects.get(pk=pair.pk).status


def test_who_goes_on_talking_goes_on(mentor, pair):
    rest(mentor, "keep")
    assert status(pair) == Status.INTRODUCED and not Message.objects.exists()


def test_who_waits_is_told_kindly_and_goes_on_afterwards(mentor, pair):
    for _n in range(2):
        rest(mentor, "pause")
    assert status(pair) == Status.PAUSED
    for _n in range(2):
        training.back_from_rest(mentor=mentor.pk, by=user_of(mentor))
    assert status(pair) == Status.INTRODUCED
    for kind, true in (("match.rests", False), ("match.goes-on", True)):
        message, spec = Message.objects.get(kind=kind), kinds.get(kind)
        said = spec.render(message, spec.recipient(message))
        assert mentor.person.first_name not in said.body and spec.link(message)
        assert spec.still_true(message) == true


def test_a_pause_of_the_coordinator_outlasts_the_rest(mentor, pair, team):
    actions.pause(match=pair.pk, by=team.coordinator, reason="A move")
    rest(mentor, "pause")
    training.back_from_rest(mentor=mentor.pk, by=user_of(mentor))
    assert status(pair) == Status.PAUSED


def test_another_plan_in_the_middle_of_a_rest_counts_at_once(mentor, pair):
    rest(mentor, "pause")
    rest(mentor, "keep")
    assert status(pair) == Status.INTRODUCED
    rest(mentor, "pause")
    assert status(pair) == Status.PAUSED


def test_a_rest_to_come_begins_and_ends_by_itself(mentor, pair, team):
    today = team.clinic.today
    rest(mentor, "pause", from_=today + 2 * DAY, until=today + 4 * DAY)
    assert status(pair) == Status.INTRODUCED
    for days, expected in ((2, Status.PAUSED), (4, Status.PAUSED), (5, Status.INTRODUCED)):
        with clock.at(clock.now() + days * DAY):
            training.follow_rests(clock.now())
            training.follow_rests(clock.now())
            assert status(pair) == expected


def test_a_plan_nobody_offered_is_refused(mentor, pair):
    with pytest.raises(Invalid):
        rest(mentor, "forget")
    assert Mentor.objects.get(pk=mentor.pk).rest_from is None


def test_the_coordinator_sees_whom_somebody_else_takes_over(client, team, mentor, pair):
    client.force_login(team.coordinator)
    words = "would like somebody else to take over"
    assert words not in client.get(reverse("desk:today")).content.decode()
    rest(mentor, "hand-over")
    page = client.get(reverse("desk:today")).content.decode()
    assert words in page and pair.referral.mentee.full_name in page
    actions.end(match=pair.pk, by=team.coordinator, reason="mentor")
    assert words not in client.get(reverse("desk:today")).content.decode()


@pytest.mark.parametrize("what", ["rest", "flare"])
def test_somebody_who_rests_or_is_not_well_takes_on_nobody_new(client, team, mentor, what):
    asked, by = factories.make_match(team, status=Status.APPROVED, mentor=mentor), user_of(mentor)
    _begin = rest(mentor, "keep") if what == "rest" else begin_flare(mentor=mentor.pk, by=by)
    with pytest.raises(NotReady):
        actions.accept(match=asked.pk, by=by, expectations=True)
    client.force_login(by)
    page = client.post(reverse("matching:request", args=[asked.ref]), {"expectations": "on"}).content.decode()
    assert "First say that you are" in page and "checked" in page
    assert status(asked) == Status.APPROVED
    _end = training.back_from_rest(mentor=mentor.pk, by=by) if what == "rest" else end_flare(mentor=mentor.pk, by=by)
    assert actions.accept(match=asked.pk, by=by, expectations=True).status == Status.ACCEPTED


def test_two_noes_in_a_row_are_one_task_and_blame_nobody(team, mentor):
    by = user_of(mentor)

    def no():
        asked = factories.make_match(team, status=Status.APPROVED, mentor=mentor)
        for _n in range(2):
            actions.decline(match=asked.pk, by=by)

    no()
    assert not CareTask.objects.exists()
    no()
    no()
    assert CareTask.objects.get().trigger == "declined"


def test_a_yes_between_two_noes_is_no_reason(team, mentor):
    by = user_of(mentor)
    for answer in ("no", "yes", "no"):
        asked = factories.make_match(team, status=Status.APPROVED, mentor=mentor)
        _said = (
            actions.decline(match=asked.pk, by=by)
            if answer == "no"
            else actions.accept(match=asked.pk, by=by, expectations=True)
        )
    assert not CareTask.objects.exists()


def test_more_people_than_places_is_one_task(team, mentor, pair):
    factories.make_match(team, mentor=mentor)
    assert care.over_caseload(clock.now()) == 0
    Mentor.objects.update(places=1)
    assert care.over_caseload(clock.now()) == 1
    assert care.over_caseload(clock.now()) == 0
    assert CareTask.objects.get().trigger == "caseload"


def test_how_long_nobody_new_came_is_one_question(team, mentor, pair, django_assert_num_queries):
    alone = factories.make_mentor(team)
    with django_assert_num_queries(1):
        found = care.last_match([mentor.pk, alone.pk])
    assert set(found) == {mentor.pk}


def test_the_list_says_how_long_ago_somebody_was_introduced(client, team, mentor, pair):
    client.force_login(team.coordinator)
    assert "20 days ago" in client.get(reverse("training:mentors")).content.decode()
    assert "20 days ago" in client.get(reverse("training:mentor", args=[mentor.ref])).content.decode()


@pytest.mark.parametrize(("begin", "said", "at_home"), [
    (lambda m: rest(m, "keep"), "First say that you are back", "Asked before your rest."),
    (lambda m: begin_flare(mentor=m.pk, by=user_of(m)), "First say that you are better", "You are not well now."),
])  # fmt: skip
def test_a_request_says_at_once_that_a_rest_or_a_flare_is_in_the_way(client, team, mentor, begin, said, at_home):
    asked = factories.make_match(team, mentor=mentor, status=Status.APPROVED)
    client.force_login(user_of(mentor))
    url = reverse("matching:request", args=[asked.ref])
    assert "Yes, I would like to" in client.get(url).content.decode()
    begin(mentor)
    page = client.get(url).content.decode()
    assert said in page and "Yes, I would like to" not in page and "Not this time" in page
    refused = client.post(url, {"expectations": "on"}).content.decode()
    assert said in refused and status(asked) == Status.APPROVED
    assert at_home in client.get(reverse("mentorship:home")).content.decode()
