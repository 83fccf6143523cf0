"""One plan changed from two sides at the same moment: real threads on PostgreSQL."""

import pytest
from django.db import connection

from common import clock
from common.errors import Stale
from mentorship.actions import contacts, planning
from mentorship.models import CalendarFeed, EnrolmentChange
from tests import factories
from tests.matching.test_races import together
from tests.mentorship.plan.conftest import preset

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no row locks"),
]


@pytest.fixture
def now():
    """Threads see the real clock."""
    return clock.now()


@pytest.fixture
def pair(transactional_db):
    team = factories.Team()
    match = factories.make_match(team)
    planning.begin_plan(match=match, by=team.coordinator)
    match.coordinator = team.coordinator
    return match


def test_the_same_format_chosen_twice_at_once_is_drawn_once(pair):
    chosen = preset("emb_sutton").pk

    def change():
        return planning.change_format(match=pair.pk, by=pair.coordinator, format=chosen, seen=0)

    together(change, change)
    assert EnrolmentChange.objects.count() == 1
    days = list(pair.contacts.planned().values_list("planned_at", flat=True))
    assert len(days) == len(set(days))


def test_two_who_move_one_talk_at_once_do_not_undo_each_other(pair):
    row = pair.contacts.planned().order_by("planned_at").last()
    mentor = pair.mentor.person.user
    moments = [row.planned_at + days * factories.DAY for days in (1, 2)]
    answers = together(*[
        lambda at=at: contacts.move_contact(contact=row.pk, by=mentor, at=at, version=1) for at in moments
    ])  # fmt: skip
    assert sum(isinstance(answer, Stale) for answer in answers) == 1, answers
    row.refresh_from_db()
    assert row.version == 2 and row.planned_at in moments


def test_two_taps_for_an_address_leave_one_that_works(pair):
    from mentorship.actions import feeds

    mentor = pair.mentor.person.user
    together(lambda: feeds.make_feed(by=mentor), lambda: feeds.make_feed(by=mentor))
    assert CalendarFeed.objects.filter(user=mentor, revoked_at=None).count() == 1
