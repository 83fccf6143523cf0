"""One talk sent twice at the same moment: real threads on PostgreSQL, and a control without the lock."""

import pytest
from django.db import IntegrityError, connection

from common import clock
from matching.models import Match
from matching.querysets import MatchQuerySet
from mentorship.actions import contacts
from mentorship.models import Contact, Question
from tests import factories
from tests.matching.test_races import together

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no row locks"),
]
ROUNDS = 10


@pytest.fixture
def pair(transactional_db):
    return factories.make_match(factories.Team(), days_ago=3)


def send_twice(pair, key):
    """Send the same filled-in form from two threads."""

    def send():
        return contacts.log_contact(
            match=pair.pk, by=pair.mentor.person.user, client_key=key, outcome="talked", when=clock.now(),
            topics=["fatigue"], question="May I swim?",
        ).pk  # fmt: skip

    return together(send, send)


def test_a_form_sent_twice_at_once_is_one_talk_and_one_question(pair):
    for n in range(1, ROUNDS + 1):
        answers = send_twice(pair, f"the-same-key-{n}")
        assert answers[0] == answers[1] == Contact.objects.get(client_key=f"the-same-key-{n}").pk
        assert Contact.objects.count() == Question.objects.count() == n


def test_without_the_lock_the_second_one_meets_the_first(pair, monkeypatch):
    def without_lock(self, pk):
        return Match.objects.select_related("mentor__person", "referral__clinic").get(pk=pk)

    monkeypatch.setattr(MatchQuerySet, "lock", without_lock)
    answers = [answer for n in range(ROUNDS) for answer in send_twice(pair, f"the-same-key-{n}")]
    assert any(isinstance(answer, IntegrityError) for answer in answers), answers


def test_two_planned_talks_moved_and_noted_at_once_end_in_one_way(pair):
    user = pair.mentor.person.user
    for n in range(ROUNDS):
        row = contacts.plan_contact(match=pair.pk, by=user, at=clock.now() + contacts.FITS / 2)
        noted, cancelled = together(
            lambda n=n, row=row: contacts.log_contact(
                match=pair.pk,
                by=user,
                client_key=f"noted-at-once-{n}",
                outcome="no-answer",
                when=clock.now(),
                contact=row.pk,
            ),
            lambda row=row: contacts.cancel_contact(contact=row.pk, by=user),
        )
        row.refresh_from_db()
        assert [isinstance(noted, Contact), isinstance(cancelled, Contact)].count(True) == 1, (noted, cancelled)
        assert row.status == ("no-answer" if isinstance(noted, Contact) else "cancelled")
