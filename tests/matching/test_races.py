"""The last place, asked for twice at the same moment: real threads on PostgreSQL, and a control without the lock."""

import threading

import pytest
from django.db import connection, connections

from accounts import links
from accounts.models import OneTimeLink
from common.errors import Refused
from matching import actions
from matching.models import Match
from matching.querysets import MatchQuerySet
from matching.workflow import Status
from tests import factories
from training.models import Mentor

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no row locks"),
]
ROUNDS = 20


def together(*calls):
    """Run calls in threads that start at the same moment; return what each answered or refused with."""
    gate, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        try:
            gate.wait(10)
            answers[place] = call()
        except Exception as error:
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.fixture
def team(transactional_db):
    return factories.Team()


def two_proposals_on_one_place(team):
    mentor = factories.make_mentor(team, places=1)
    Mentor.objects.exclude(pk=mentor.pk).update(places=0)
    return mentor, [
        actions.propose(referral=factories.make_referral(team).pk, mentor=mentor.pk, by=team.coordinator).pk
        for _number in range(2)
    ]


def approve_both(team, proposals):
    return together(*[lambda pk=pk: actions.approve(match=pk, by=team.coordinator) for pk in proposals])


def test_the_last_place_goes_to_one_of_two(team):
    for _round in range(ROUNDS):
        mentor, proposals = two_proposals_on_one_place(team)
        answers = approve_both(team, proposals)
        refused = [a for a in answers if isinstance(a, Exception)]
        assert len(refused) == 1 and isinstance(refused[0], Refused), answers
        assert mentor.matches.live().count() == 1


def test_two_mentors_for_one_person_at_once_is_one(team):
    for _round in range(ROUNDS // 2):
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


def test_control_without_the_lock_the_place_is_given_twice(team, no_lock):
    overbooked = 0
    for _round in range(ROUNDS):
        mentor, proposals = two_proposals_on_one_place(team)
        approve_both(team, proposals)
        overbooked += mentor.matches.live().count() > 1
    assert overbooked > 0  # or the test above would prove nothing


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
        return by_link.answer(request, link, match, answer=answer, expectations=True)

    answers = together(*[lambda a=a: browser(a) for a in ("yes", "no", "call", "yes", "no", "call", "yes", "no")])
    assert answers.count(True) == 1 and answers.count(False) == 7, answers
