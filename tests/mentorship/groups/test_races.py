"""The last place of a group, taken twice at the same moment: real threads, and a control without the lock."""

import pytest

from accounts.models import User
from common.errors import Refused
from mentorship.actions import groups_places as places
from mentorship.models import Enrolment, GroupPlace
from mentorship.querysets_groups import PeerGroupQuerySet
from tests import factories
from tests.matching.test_races import Together, only_with_row_locks
from tests.mentorship.groups.world import invite, make_group

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


@pytest.fixture
def last(transactional_db):
    """A group with one place, and two people who were asked."""
    from common import clock

    team = factories.Team()
    group = make_group(team, size_max=1, starts_on=clock.today("Europe/Brussels"))
    return [invite(team, group) for _n in range(2)]


def both(at_once, last):
    """Let both say yes at the same moment, from no place at all."""
    Enrolment.objects.all().delete()
    GroupPlace.objects.update(status="invited", seat=None)
    system = User.objects.system()
    return at_once(*[lambda pk=p.pk: places.sign_up(place=pk, by=system, rules_agreed=True) for p in last])


def test_the_last_place_goes_to_one_and_the_other_reads_why(last):
    with Together(2) as at_once:
        for _round in range(ROUNDS):
            refused = [a for a in both(at_once, last) if isinstance(a, Exception)]
            assert len(refused) == 1 and isinstance(refused[0], Refused), refused
            assert GroupPlace.objects.signed_up().count() == Enrolment.objects.count() == 1


def test_the_same_yes_twice_at_once_makes_one_plan(last):
    with Together(2) as at_once:
        for _round in range(ROUNDS):
            answers = both(at_once, [last[0], last[0]])
            assert all(isinstance(a, GroupPlace) for a in answers), answers
            assert Enrolment.objects.count() == 1


@only_with_row_locks
def test_without_the_lock_of_the_group_the_database_is_what_refuses(last, monkeypatch):
    monkeypatch.setattr(PeerGroupQuerySet, "lock", lambda self, pk: self.get(pk=pk))
    with Together(2) as at_once:
        rounds = [both(at_once, last) for _round in range(40)]
    others = [a for answers in rounds for a in answers if isinstance(a, Exception) and not isinstance(a, Refused)]
    assert others, "the race was never seen: this control shows nothing"
