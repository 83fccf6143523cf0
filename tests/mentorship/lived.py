"""What most tests of a pair, lived, begin with: a fixed moment, and two who were introduced ten days ago."""

import datetime as dt

from common import clock
from mentorship.actions import planning
from tests import factories

# A Thursday morning in winter: no changeover near.
NOW = dt.datetime(2026, 11, 19, 10, tzinfo=dt.UTC)


def with_plan(team):
    """Return a pair introduced ten days ago, with the plan drawn then."""
    row = factories.make_match(team, days_ago=10)
    with clock.at(row.introduced_at):
        planning.begin_plan(match=row, by=team.coordinator)
    return row
