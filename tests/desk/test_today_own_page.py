"""What mentees said on their own page stands on Today until something came of it."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import User
from common import clock
from matching.actions import propose
from mentorship.actions import own_page
from tests import factories

NOW = dt.datetime(2026, 11, 19, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def team(db):
    with clock.at(NOW):
        yield factories.Team()


@pytest.fixture
def pair(team):
    return factories.make_match(team, days_ago=10)


def today(client, team) -> str:
    client.force_login(team.coordinator)
    return client.get(reverse("desk:today")).content.decode()


def test_who_would_like_another_mentor_stands_there_the_same_day_until_somebody_is_proposed(client, team, pair):
    own_page.ask_another(match=pair.pk, by=User.objects.system())
    shown = today(client, team)
    assert "Would like another mentor." in shown and pair.referral.mentee.full_name in shown

    mentor = factories.make_mentor(team)
    with clock.at(NOW + dt.timedelta(hours=1)):
        propose(referral=pair.referral_id, mentor=mentor.pk, by=team.coordinator)
        assert "Would like another mentor." not in today(client, team)


def test_a_pair_that_a_coordinator_ended_is_not_there(client, team, pair):
    from matching import actions

    actions.end(match=pair.pk, by=team.coordinator, reason="fit")

    assert "Would like another mentor." not in today(client, team)


def test_who_stopped_stands_there_for_three_days(client, team, pair):
    own_page.stop(referral=pair.referral_id, by=User.objects.system())

    assert "Stopped. Nothing more is planned or sent." in today(client, team)
    with clock.at(NOW + 4 * DAY):
        assert "Stopped. Nothing more is planned or sent." not in today(client, team)


def test_another_clinic_reads_nothing_of_it(client, team, pair, other_team):
    own_page.ask_another(match=pair.pk, by=User.objects.system())

    assert pair.referral.mentee.full_name not in today(client, other_team)
