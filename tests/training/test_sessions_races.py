"""The last place on a training day, asked for at the same moment: real threads, and a control without the lock."""

import pytest
from django.db import connection

from common import clock
from common.errors import WrongState
from tests import factories
from tests.matching.test_races import Together, only_with_row_locks
from tests.training.sessions_world import DAY, make_day, make_learner
from training.actions import sessions_seats as seats
from training.models import SignUp
from training.querysets_sessions import SessionQuerySet

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 25


@pytest.fixture
def team(transactional_db):
    return factories.Team()


class LastPlace:
    """One day with one place, and two people who want it; a round is both asking for it."""

    def __init__(self, team):
        self.day = make_day(team, places=1)
        self.learners = [make_learner(team) for _n in range(2)]

    def ask(self, at_once):
        SignUp.objects.update(cancelled_at=clock.now())
        day = self.day.pk
        calls = [lambda m=m: seats.sign_up(session=day, mentor=m.pk, by=m.person.user) for m in self.learners]
        return at_once(*calls)

    def taken(self) -> int:
        return self.day.sign_ups.live().count()


def test_the_last_place_goes_to_one_of_two_and_the_other_reads_why(team):
    place = LastPlace(team)
    with Together(2) as at_once:
        for _round in range(ROUNDS):
            answers = place.ask(at_once)
            refused = [a for a in answers if isinstance(a, Exception)]
            assert len(refused) == 1 and isinstance(refused[0], WrongState), answers
            assert "taken by now" in str(refused[0]) and place.taken() == 1


@only_with_row_locks
def test_one_mentor_on_two_screens_has_one_day(team):
    days, m = [make_day(team), make_day(team, begins=clock.now() + 8 * DAY)], make_learner(team)
    with Together(2) as at_once:
        for _round in range(ROUNDS):
            SignUp.objects.update(cancelled_at=clock.now())
            at_once(*[lambda d=d: seats.sign_up(session=d.pk, mentor=m.pk, by=m.person.user) for d in days])
            assert SignUp.objects.live().of(m).count() == 1


@pytest.fixture
def no_lock(team, monkeypatch):
    """The same code without the lock on the day and without the constraint behind it."""
    constraint = next(c for c in SignUp._meta.constraints if c.name == "one_in_a_seat")
    monkeypatch.setattr(SessionQuerySet, "lock", lambda self, pk: self.select_related("clinic", "module").get(pk=pk))
    with connection.schema_editor() as editor:
        editor.remove_constraint(SignUp, constraint)
    yield
    SignUp.objects.update(cancelled_at=clock.now())
    with connection.schema_editor() as editor:
        editor.add_constraint(SignUp, constraint)


@only_with_row_locks
def test_control_without_the_lock_the_place_is_given_twice(team, no_lock):
    place = LastPlace(team)
    with Together(2) as at_once:
        overbooked = any(place.ask(at_once) and place.taken() > 1 for _round in range(4 * ROUNDS))
    assert overbooked  # or the tests above would prove nothing
