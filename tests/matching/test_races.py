"""The last place, asked for twice at the same moment: real threads, and a control without the lock on PostgreSQL."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from accounts import links
from accounts.models import OneTimeLink
from clinics.roles import Role
from common.errors import Refused
from matching import actions
from matching.errors import NoPlace
from matching.models import Match, Solution
from matching.querysets import MatchQuerySet
from matching.workflow import Status
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
row_locks = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no row locks"),
]
ROUNDS = 100


def only_with_row_locks(test):
    for mark in row_locks:
        test = mark(test)
    return test


class Together:
    """As many threads as calls that run at the same moment; each keeps its connection from round to round."""

    def __init__(self, size: int):
        self.gate, self.pool = threading.Barrier(size), ThreadPoolExecutor(size)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self(*[connections.close_all] * self.gate.parties)
        self.pool.shutdown()

    def __call__(self, *calls):
        """Return what each call answered or refused with."""
        return [waiting.result(30) for waiting in [self.pool.submit(self._run, call) for call in calls]]

    def _run(self, call):
        self.gate.wait(10)
        try:
            return call()
        except Exception as error:
            return error


def together(*calls):
    """Run calls that start at the same moment, once; return what each answered or refused with."""
    with Together(len(calls)) as at_once:
        return at_once(*calls)


@pytest.fixture
def team(transactional_db):
    return factories.Team()


class OnePlace:
    """One mentor with one place, two people who wait, and two coordinators; a round is two proposals on that place."""

    def __init__(self, team):
        self.coordinators = [team.coordinator, factories.make_user(team.clinic, Role.COORDINATOR, first_name="Wout")]
        self.team, self.mentor = team, factories.make_mentor(team, places=1)
        self.referrals = [factories.make_referral(team) for _number in range(2)]

    def proposals(self):
        """Begin a round: free the place, and propose it to both."""
        Match.objects.update(status=Status.CANCELLED, slot=None)
        return [
            factories.make_match(self.team, status=Status.PROPOSED, referral=referral, mentor=self.mentor)
            for referral in self.referrals
        ]

    def approve_both(self, at_once):
        """Let both coordinators approve at the same moment; return what each got."""
        pairs = zip(self.proposals(), self.coordinators, strict=True)
        return at_once(*[lambda pk=m.pk, by=by: actions.approve(match=pk, by=by) for m, by in pairs])

    def taken(self):
        return self.mentor.matches.live().count()


def test_the_last_place_goes_to_one_of_two_and_the_other_reads_why(team):
    place = OnePlace(team)
    with Together(2) as at_once:
        for _round in range(ROUNDS):
            answers = place.approve_both(at_once)
            refused = [a for a in answers if isinstance(a, Exception)]
            assert len(refused) == 1 and isinstance(refused[0], NoPlace), answers
            assert "no free place" in str(refused[0]) and place.taken() == 1


def test_one_plan_approved_by_two_coordinators_asks_each_mentor_once(team):
    place = OnePlace(team)
    pairs = [[referral.pk, place.mentor.pk, 50] for referral in place.referrals]
    Solution.objects.create(
        clinic=team.clinic, by=team.coordinator, state="done", answers={"fewest": {"pairs": pairs, "unmatched": []}}
    )
    chosen = [(referral, mentor) for referral, mentor, _points in pairs]
    calls = [lambda by=by: actions.approve_several(pairs=chosen, by=by) for by in place.coordinators]
    for _round in range(ROUNDS // 10):
        Match.objects.update(status=Status.CANCELLED, slot=None)
        for told in together(*calls):
            assert sorted(one.made is None for one in told) == [False, True], told
            assert all(one.why for one in told if one.made is None)
        assert place.taken() == 1


@only_with_row_locks
def test_two_mentors_for_one_person_at_once_is_one(team):
    for _round in range(ROUNDS // 10):
        referral = factories.make_referral(team)
        mentors = [factories.make_mentor(team, places=1) for _number in range(2)]
        calls = [
            lambda pk=m.pk, whose=referral.pk: actions.ask_mentor(
                referral=whose, mentor=pk, by=team.coordinator, override_reason="know-both"
            )
            for m in mentors
        ]
        answers = together(*calls)
        assert sum(isinstance(a, Refused) for a in answers) == 1, answers
        assert referral.matches.live().count() == 1


@pytest.fixture
def no_lock(team, monkeypatch):
    """The same code without the lock and without the constraint behind it."""
    constraint = next(c for c in Match._meta.constraints if c.name == "one_live_match_per_place")

    def lock(self, pk):
        return self.select_related("mentor__person__clinic", "referral__clinic").get(pk=pk)

    monkeypatch.setattr(MatchQuerySet, "lock", lock)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Match, constraint)
    yield
    Match.objects.update(status=Status.CANCELLED, slot=None)
    with connection.schema_editor() as editor:
        editor.add_constraint(Match, constraint)


@only_with_row_locks
def test_control_without_the_lock_the_place_is_given_twice(team, no_lock):
    place = OnePlace(team)
    with Together(2) as at_once:
        overbooked = any(place.approve_both(at_once) and place.taken() > 1 for _round in range(ROUNDS))
    assert overbooked  # or the test above would prove nothing


@only_with_row_locks
def test_many_browsers_with_one_link_leave_one_answer(team):
    from django.contrib.sessions.backends.db import SessionStore
    from django.test import RequestFactory

    from matching import by_link

    match = factories.make_match(team, status=Status.ACCEPTED)
    link, _address = links.make("mentee.ask", match.ref)
    link = OneTimeLink.objects.get(pk=link.pk)

    def browser(answer):
        request = RequestFactory().post("/")
        request.session = SessionStore()
        request.session.create()
        return by_link.answer(request, link, match, answer=answer, expectations=True, shares=False)

    answers = together(*[lambda a=a: browser(a) for a in ("yes", "no", "call", "yes", "no", "call", "yes", "no")])
    assert answers.count(True) == 1 and answers.count(False) == 7, answers
