"""A pair that talks, with its plan."""

import datetime as dt

import pytest

from common import clock
from mentorship.actions import pairs
from tests import factories

# A Thursday morning in winter: no changeover near.
NOW = dt.datetime(2026, 11, 19, 10, tzinfo=dt.UTC)


@pytest.fixture
def now():
    """The moment every test here lives at."""
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def team(now, db):
    return factories.Team()


@pytest.fixture
def match(team):
    """A pair introduced ten days ago, with the plan drawn then."""
    row = factories.make_match(team, days_ago=10)
    with clock.at(row.introduced_at):
        pairs.begin_plan(match=row, by=team.coordinator)
    return row


@pytest.fixture
def mentor(match):
    """The mentor's account."""
    return match.mentor.person.user
