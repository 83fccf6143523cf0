"""Costs on *Today*: a claim that waits longer than a week, for who may answer it."""

import datetime as dt

import pytest
from django.utils import timezone

from clinics.models import Membership
from desk.today.costs import claims
from desk.today.rows import Desk
from tests import factories
from tests.training.costs_world import make_claim

NOW = dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def group(team, user=None):
    return claims(Desk(user or team.coordinator, team.clinic, NOW))


@pytest.mark.parametrize(("waits", "shown"), [(7 * DAY, 0), (7 * DAY + dt.timedelta(minutes=1), 1)])
def test_a_claim_stands_on_today_after_a_week(team, waits, shown):
    make_claim(factories.make_mentor(team), sent_at=NOW - waits)
    assert group(team).total == shown


def test_it_says_who_waits_for_what_with_one_step(team):
    claim = make_claim(factories.make_mentor(team), sent_at=NOW - 8 * DAY)
    row = group(team).rows[0]
    assert row.title == claim.mentor.person.full_name
    assert row.text == "Bus, train or parking: €12.50."
    assert claim.ref in row.action_url
    assert row.people == (claim.mentor.person,)


def test_an_answered_claim_and_ones_own_do_not(team, other_team):
    mentor = factories.make_mentor(team)
    make_claim(factories.make_mentor(team), sent_at=NOW - 8 * DAY, status="refused", decided_at=timezone.now())
    make_claim(factories.make_mentor(other_team), sent_at=NOW - 8 * DAY)
    make_claim(mentor, sent_at=NOW - 8 * DAY)
    Membership.objects.create(clinic=team.clinic, user=mentor.person.user, role="coordinator")
    assert group(team, mentor.person.user).total == 0
    assert group(team).total == 1
