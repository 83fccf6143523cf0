"""With one protection taken away the machine must notice, by the sentence that is about it: or its silence shows nothing.

What protects is both code and schema: a control takes both away, and the schema's part only inside a transaction that
is rolled back. They change SQLite's schema in its own way, so they run there only.
"""

import contextlib
from types import SimpleNamespace
from unittest import mock

import pytest
from django.db import connection

from clinics import access_log
from matching import actions as matching
from matching.actions import answering, life, proposing
from matching.models import Match
from mentorship.actions import climbing, flags
from mentorship.models import FlagCategory
from referrals.actions import consent
from referrals.models import Referral
from tests.always import truths
from tests.always.machine import Anything
from tests.always.test_always_true import machine, run

pytestmark = [
    pytest.mark.stateful,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="The controls change SQLite's schema"),
]
__all__ = ["machine"]
RUNS = 200  # at most: most are found within a few dozen


class TakenBack(Anything):
    """Each life begins with one more match in each clinic, to which both said yes before the mentee took it back."""

    def __init__(self):
        super().__init__()
        for clinic in self.world.clinics:
            by, referral, mentor = clinic.team.coordinator, clinic.referrals[1], clinic.mentors[1]
            values = {"referral": referral, "mentor": mentor, "by": by, "override_reason": "know-both"}
            m = self.do("ask_mentor", matching.ask_mentor, **values)
            user, yes = Match.objects.get(pk=m.pk).mentor.person.user, {"expectations": True, "shares": True}
            self.do("accept", answering.accept, match=m.pk, by=user, **yes)
            answer = {"match": m.pk, "by": self.world.system, "answer": "yes", **yes}
            self.do("mentee_answer", answering.mentee_answer, **answer)
            back = {"referral": referral, "scope": "profile", "by": clinic.team.nurse, "how": "phone"}
            self.do("withdraw", consent.withdraw_consent, **back)


class SomebodyHasIt(Anything):
    """Each life begins with a red flag in each clinic that somebody has."""

    def __init__(self):
        super().__init__()
        for clinic in self.world.clinics:
            worry = FlagCategory.objects.filter(clinic=clinic.team.clinic, route="clinical").first()
            m = truths.rows(Match, referral=clinic.referrals[0]).get()
            values = {"category": worry, "by": m.mentor.person.user, "match": m, "source": "home"}
            flag = self.do("raise_flag", flags.raise_flag, client_key=self.key(), **values)
            self.do("flag_acknowledge", flags.acknowledge, flag=flag.pk, by=flag.owner)


class AgainstTheMentor(Anything):
    """Each life begins with a worry about the mentor of a pair, raised by somebody of the team."""

    def __init__(self):
        super().__init__()
        team, referral = self.world.clinics[0].team, self.world.clinics[0].referrals[0]
        worry = FlagCategory.objects.filter(clinic=team.clinic, about="mentor").first()
        values = {"category": worry, "by": team.nurse, "match": truths.rows(Match, referral=referral).get()}
        self.do("raise_flag", flags.raise_flag, source="staff", client_key=self.key(), **values)


@contextlib.contextmanager
def withdrawal_without_effect():
    with mock.patch.object(consent.consent_withdrawn, "send", return_value=[]):
        yield


@contextlib.contextmanager
def introduction_without_asking_for_consent():
    """Withdrawal stops nothing either, and the truth that would notice that first is silent."""
    everybody = SimpleNamespace(objects=SimpleNamespace(with_live_consent=Referral.objects.all))
    silent = mock.patch.object(truths, "withdrawn_means_over", return_value=None)
    with withdrawal_without_effect(), silent, mock.patch.object(life, "Referral", everybody):
        yield


@contextlib.contextmanager
def flag_without_outcome():
    allowed = {route: ("", *outcomes) for route, outcomes in flags.OUTCOMES.items()}
    with connection.cursor() as cursor, mock.patch.object(flags, "OUTCOMES", allowed):
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        try:
            yield
        finally:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


@contextlib.contextmanager
def match_beside_another():
    with mock.patch.object(proposing, "_require_open", return_value=None):
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX one_live_match_per_referral")  # comes back with the test's rollback
        yield


@contextlib.contextmanager
def climbing_tells_nobody():
    nobody = SimpleNamespace(send=lambda *_who, **_when: None, raiser=lambda *_who, **_when: None)
    with mock.patch.object(climbing, "tell", nobody):
        yield


@contextlib.contextmanager
def looks_without_a_row():
    with mock.patch.object(access_log.AccessLog.objects, "create", return_value=None):
        yield


@contextlib.contextmanager
def worry_that_stops_nobody():
    with mock.patch.object(flags, "stop_mentor", return_value=None):
        yield


CONTROLS = {
    "consent withdrawn and nothing follows": (withdrawal_without_effect, Anything, r"a match is \w+ without consent"),
    "introduced without asking for consent": (
        introduction_without_asking_for_consent, TakenBack, "introduced without consent",
    ),
    "a flag resolved without an outcome": (flag_without_outcome, SomebodyHasIt, "closed without an outcome"),
    "a flag that climbs and tells nobody": (climbing_tells_nobody, Anything, "is not asked"),
    "a look without a row": (looks_without_a_row, Anything, "leaves no row"),
    "a worry about a mentor that stops nobody": (worry_that_stops_nobody, AgainstTheMentor, "a mentor keeps sight"),
    "two live matches": (match_beside_another, Anything, "two live matches for one referral"),
}  # fmt: skip


@pytest.mark.parametrize("what", CONTROLS)
def test_the_machine_notices(what, machine):
    without, lives, sentence = CONTROLS[what]
    with without(), pytest.raises(AssertionError, match=sentence):
        run(lives, runs=RUNS, derandomize=True)
