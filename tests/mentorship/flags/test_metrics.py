"""Whoever watches the servers sees that a red flag waits, and nothing about it."""

import datetime as dt

import pytest

from mentorship import metrics
from mentorship.actions.flags import acknowledge
from tests.mentorship.flags.conftest import raised

pytestmark = pytest.mark.django_db


def counted(now):
    """Return {(name, urgency): number}."""
    return {(s.name, s.labels["severity"]): s.value for family in metrics.flags(now) for s in family.samples}


def test_a_flag_counts_until_somebody_has_it(team, pair, django_assert_num_queries):
    flag = raised(team, pair)
    waiting, late = ("halfword_flags_unanswered", flag.severity), ("halfword_flags_past_deadline", flag.severity)
    before, after = flag.answer_by - dt.timedelta(seconds=1), flag.answer_by + dt.timedelta(seconds=1)
    with django_assert_num_queries(1):
        found = counted(before)
    assert (found[waiting], found[late]) == (1, 0) and sum(found.values()) == 1
    assert counted(after)[late] == 1
    acknowledge(flag=flag.pk, by=flag.owner)
    assert set(counted(after).values()) == {0}
