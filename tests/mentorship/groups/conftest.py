"""A team on a winter morning."""

import pytest

from common import clock
from tests import factories
from tests.mentorship.groups.world import NOW, make_group


@pytest.fixture
def now():
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def team(now, db):
    return factories.Team()


@pytest.fixture
def group(team):
    """A course of two places, with a moderator, to come."""
    return make_group(team)
