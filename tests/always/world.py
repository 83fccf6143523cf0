"""Two clinics at work, with one pair each that came about through the real actions; and a provider that may fail."""

import datetime as dt
from collections import Counter
from unittest import mock

from accounts.models import User
from common import clock
from matching import actions as matching
from matching.models import Match
from mentorship import starter, starter_checks
from messaging import backends
from referrals.models import Person, Referral
from tests import factories
from tests.always import truths

BEGINS = dt.datetime(2026, 3, 23, 9, tzinfo=dt.UTC)  # a Monday; the clocks change on Sunday
SECRET = "Zonnebloemgeheim"  # what people write down; never in a message


class Clinic:
    """One clinic: its team, three people referred, two mentors with one and two places, and one pair."""

    def __init__(self, name: str):
        self.team = factories.Team(name)
        starter.start_clinic(self.team.clinic, self.team.admin)
        starter_checks.start_clinic(self.team.clinic)
        people = [factories.make_person(self.team.clinic, last_name=f"{SECRET}{n}") for n in range(3)]
        self.referrals = [factories.make_referral(self.team, mentee=person).pk for person in people]
        self.mentors = [factories.make_mentor(self.team, places=n).pk for n in (1, 2)]
        self._pair(self.referrals[0], self.mentors[0])

    def _pair(self, referral: int, mentor: int) -> None:
        by, system = self.team.coordinator, User.objects.system()
        match = matching.ask_mentor(referral=referral, mentor=mentor, by=by, override_reason="know-both").pk
        user = Match.objects.get(pk=match).mentor.person.user
        matching.accept(match=match, by=user, expectations=True, shares=True)
        matching.mentee_answer(match=match, by=system, answer="yes", expectations=True, shares=True)
        matching.introduce(match=match, by=by)


class World:
    """Both clinics, and everybody who could try something."""

    def __init__(self):
        with clock.at(BEGINS):
            self.clinics = [Clinic("Leieland Rheumatology Clinic"), Clinic("Scheldeland Rheumatology Clinic")]
        self.people = list(User.objects.order_by("pk"))
        self.system = User.objects.system()


class Provider:
    """Stands where mail is handed over. It accepts, refuses, fails or is unsure, and keeps what it was given."""

    def __init__(self):
        self.mood, self.given, self.taken = "accepts", Counter(), Counter()
        self.attempts, self.fates = Counter(), {}  # how often each was handed over; what became of each attempt

    def send(self, channel, message, recipient, text):
        """Take one message, as the mood is. The promises about what may be handed over are asked here."""
        assert not self.taken[message.ref], f"{message.kind} went out again"
        if message.delivery == "at-most-once":
            assert not self.given[message.ref], f"{message.kind} went out although it may have arrived"
        self._says_nothing(message, text)
        self._is_wanted(message)
        if self.mood == "fails":
            raise ConnectionError("away")
        if self.mood == "refuses":
            raise backends.Refused("There is no such address.")
        self.hand_over(message)
        if self.mood == "unsure":
            raise backends.Unsure("no answer came")
        self.taken[message.ref] += 1
        return self.name_of(message.ref, self.attempts[message.ref])

    def hand_over(self, message):
        """Keep that a message was handed over, whether or not an answer comes."""
        self.given[message.ref] += 1
        self.attempts[message.ref] += 1

    def forget(self, ref):
        """Let a message be handed over again, as somebody decided that it should."""
        self.given[ref] = self.taken[ref] = 0

    @staticmethod
    def name_of(ref, attempt):
        """Return what a provider calls one attempt."""
        return f"given-{ref}-{attempt}"

    def _says_nothing(self, message, text):
        """7. Nothing clinical in a notification."""
        words = f"{text.subject} {text.body} {message.key} {message.data}"
        for never in (SECRET, "Rheumatology", "methotrexate", "Rheumatoid", "ever and"):
            assert never not in words, f"{message.kind} says {never}"

    def _is_wanted(self, message):
        """5. Withdrawn consent stops every message to the mentee, and about a match, red flags excepted."""
        if message.delivery == "at-least-once" or message.kind.startswith("flag."):
            return
        referral = truths.rows(Referral, ref=message.subject).first()
        match = truths.rows(Match, ref=message.subject).first()
        about = referral.pk if referral else match.referral_id if match else None
        to = truths.rows(Person, ref=message.recipient.removeprefix("person:")).first()
        if about and to and truths.rows(Referral, pk=about, mentee=to).exists():
            assert about in truths.agreeing(), f"{message.kind} went out without consent"


class Overheard:
    """What the provider complained of: delivery itself treats every exception of a provider as a failure."""

    def __init__(self, provider):
        self.provider, self.complaints = provider, []

    def __enter__(self):
        self.instead = mock.patch.object(backends, "send", self._listening)
        self.instead.start()
        return self.complaints

    def __exit__(self, *_error):
        self.instead.stop()

    def _listening(self, *args):
        try:
            return self.provider.send(*args)
        except AssertionError as error:
            self.complaints.append(str(error))
            raise
