"""The pairs of a mentor whose certificate was taken back: somebody is reminded of them, and they can go on again."""

import datetime as dt

import pytest
from django.urls import reverse

from common import clock
from common.errors import NotReady
from desk.today import today
from matching.workflow import Status
from mentorship.actions import conduct
from tests import factories
from training import actions as training
from training.models import Appeal

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(team):
    mentor = factories.make_mentor(team)
    match = factories.make_match(team, mentor=mentor, status=Status.INTRODUCED)
    training.decertify(mentor=mentor.pk, by=team.coordinator, note="Sold creams.", reasons=["money"])
    match.refresh_from_db()
    return match


def overturned(team, mentor):
    mentor.refresh_from_db()
    row = training.appeal(mentor=mentor.pk, by=mentor.person.user, text="It was a gift.")
    training.decide_appeal(
        appeal=row.pk, by=team.admin, outcome=Appeal.Outcome.OVERTURNED, answer="It was.", letter="Dear"
    )


def waits(team) -> str:
    """Return what *Today* says about pairs somebody else takes over."""
    groups = today(team.coordinator, team.clinic).groups
    return " ".join(str(row.text) for group in groups if group.id == "hand-over" for row in group.rows)


def test_today_names_the_pairs_until_they_go_on_or_end(team, pair):
    assert "is no longer a mentor" in waits(team)
    overturned(team, pair.mentor)
    assert "may mentor again" in waits(team)
    conduct.go_on(match=pair.pk, by=team.coordinator)
    assert waits(team) == ""


def test_a_pair_does_not_go_on_while_the_certificate_is_taken_back(team, pair):
    with pytest.raises(NotReady):
        conduct.go_on(match=pair.pk, by=team.coordinator)
    pair.refresh_from_db()
    assert (pair.status, pair.sight_ended_at is None) == (Status.PAUSED, False)


def test_after_an_appeal_that_was_right_the_pair_goes_on_and_the_mentor_sees_it(team, pair, client):
    overturned(team, pair.mentor)
    client.force_login(team.coordinator)
    for _click in range(2):
        client.post(reverse("mentorship:resume", args=[pair.ref]))
    pair.refresh_from_db()
    assert (pair.status, pair.sight_ended_at) == (Status.INTRODUCED, None)
    assert [row.note for row in pair.history.all()].count("The mentor has access again.") == 1


def test_sight_that_a_worry_ended_does_not_come_back_with_the_certificate(team):
    mentor = factories.make_mentor(team)
    match = factories.make_match(team, mentor=mentor, status=Status.INTRODUCED)
    with clock.at(clock.now() - dt.timedelta(hours=1)):
        conduct.stop_mentor(match=match)
    training.decertify(mentor=mentor.pk, by=team.coordinator, note="Sold creams.", reasons=["money"])
    overturned(team, mentor)
    with pytest.raises(NotReady):
        conduct.go_on(match=match.pk, by=team.coordinator)
