"""A pair that talks, with its plan."""

import pytest

from common import clock
from tests import factories
from tests.mentorship.lived import NOW, with_plan


@pytest.fixture
def now():
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def team(now, db):
    return factories.Team()


@pytest.fixture
def match(team):
    """A pair introduced ten days ago, with the plan drawn then."""
    return with_plan(team)


@pytest.fixture
def mentor(match):
    """The mentor's account."""
    return match.mentor.person.user
