"""Two people at the same moment, many rounds each: what must happen once happens once.

Where the protection can be switched off, a control plays the same code without it and counts how often it then
happened twice; a race that is never seen twice so fails. `make races` plays all rounds and prints one table; the
ordinary tests of each part play a few.
"""

import copy
import os

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, models
from django.test import RequestFactory

from accounts import links
from accounts.models import OneTimeLink
from common import clock
from common.workflow import Workflow
from matching import actions
from matching.models import Match
from matching.querysets import MatchQuerySet
from mentorship.actions import contacts, flags
from mentorship.models import Contact, Enrolment, FlagCategory, GroupPlace, RedFlag
from mentorship.querysets import FlagQuerySet
from mentorship.querysets_groups import PeerGroupQuerySet
from mentorship.starter import start_clinic
from messaging import outbox
from messaging.models import Message
from tests import factories
from tests.matching.test_races import OnePlace, Together
from tests.mentorship.groups.test_races import both
from tests.mentorship.groups.world import invite, make_group
from tests.training.test_sessions_races import LastPlace
from training.models import SignUp
from training.querysets_sessions import SessionQuerySet

POSTGRES = connection.vendor == "postgresql"
ROUNDS = int(os.environ.get("RACE_ROUNDS") or (500 if POSTGRES else 200))
CONTROLS = min(ROUNDS, 100)
pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
table = []


@pytest.fixture(scope="module", autouse=True)
def told(request):
    """Print the table once every race is over."""
    yield
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(f"\n{'race':26} {'database':11} {'rounds':>6} {'violations':>10}  happened twice without protection")
        for name, rounds, bad, control in sorted(table):
            print(f"{name:26} {connection.vendor:11} {rounds:6} {bad:10}  {control}")


@pytest.fixture
def team(transactional_db):
    made = factories.Team()
    start_clinic(made.clinic, made.admin)
    return made


class Place(OnePlace):
    """One approval of two for a mentor's last place."""

    def play(self, at_once, n):
        return self.approve_both(at_once)

    def times(self, answers):
        return self.taken()

    def told_right(self, answers):
        return sum(isinstance(a, Match) for a in answers) == 1


class Approval(OnePlace):
    """One proposal approved by two coordinators: it moves once, and the mentor is asked once."""

    def play(self, at_once, n):
        Message.objects.all().delete()
        self.pk = self.proposals()[0].pk
        return at_once(*[lambda by=by: actions.approve(match=self.pk, by=by) for by in self.coordinators])

    def times(self, answers):
        return Match.objects.get(pk=self.pk).history.filter(to_status="approved").count()

    def told_right(self, answers):
        return Message.objects.filter(kind="mentor.asked").count() == 1


class Seat(LastPlace):
    """The last place of a training day."""

    def play(self, at_once, n):
        return self.ask(at_once)

    def times(self, answers):
        return self.taken()

    def told_right(self, answers):
        return sum(isinstance(a, Exception) for a in answers) == 1


class Group:
    """The last place of a group."""

    def __init__(self, team):
        group = make_group(team, size_max=1, starts_on=clock.today("Europe/Brussels"))
        self.asked = [invite(team, group) for _n in range(2)]

    def play(self, at_once, n):
        return both(at_once, self.asked)

    def times(self, answers):
        return GroupPlace.objects.signed_up().count()

    def told_right(self, answers):
        return sum(isinstance(a, Exception) for a in answers) == 1 and Enrolment.objects.count() == 1


class Flag:
    """What the races about a red flag share."""

    def __init__(self, team):
        self.team, self.pair = team, factories.make_match(team)
        self.fever = FlagCategory.objects.get(clinic=team.clinic, key="fever")
        self.mentor = self.pair.mentor.person.user

    def raised(self, key=""):
        values = {"category": self.fever, "by": self.mentor, "match": self.pair, "source": "home", "client_key": key}
        return flags.raise_flag(**values).pk


class Acknowledge(Flag):
    """Two people say "I have this" at once: one has it, the other reads who."""

    def play(self, at_once, n):
        self.pk = self.raised()
        people = (self.team.clinician, self.team.coordinator)
        return at_once(*[lambda by=by: flags.acknowledge(flag=self.pk, by=by) for by in people])

    def times(self, answers):
        return RedFlag.objects.get(pk=self.pk).history.filter(to_status="acknowledged").count()

    def told_right(self, answers):
        return sum(isinstance(a, RedFlag) for a in answers) == 1


class FlagKey(Flag):
    """One form of a worry sent twice."""

    def play(self, at_once, n):
        self.before = RedFlag.objects.count()
        return at_once(*[lambda: self.raised(f"one-worry-sent-twice-{n}")] * 2)

    def times(self, answers):
        return RedFlag.objects.count() - self.before

    def told_right(self, answers):
        return answers[0] == answers[1]


class MessageKey:
    """One message posted twice."""

    def __init__(self, team):
        self.team, self.pair = team, factories.make_match(team)

    def play(self, at_once, n):
        self.key = f"round-{n}"
        to, clinic = self.pair.referral.mentee, self.team.clinic
        post = lambda: outbox.post("match.introduced", self.pair.ref, clinic=clinic, to=to, key=self.key).pk  # noqa: E731
        return at_once(post, post)

    def times(self, answers):
        return Message.objects.filter(key__contains=f":{self.key}:").count()

    def told_right(self, answers):
        return answers[0] == answers[1]


class ContactKey:
    """One filled-in form of a talk sent twice."""

    def __init__(self, team):
        self.pair = factories.make_match(team, days_ago=3)

    def play(self, at_once, n):
        values = {"match": self.pair.pk, "by": self.pair.mentor.person.user, "client_key": f"one-talk-sent-twice-{n}"}
        values |= {"outcome": "no-answer", "when": clock.now()}
        Contact.objects.all().delete()
        return at_once(*[lambda: contacts.log_contact(**values).pk] * 2)

    def times(self, answers):
        return Contact.objects.exclude(client_key=None).count()

    def told_right(self, answers):
        return answers[0] == answers[1]


class Link:
    """One link used in two browsers."""

    def __init__(self, team):
        self.requests = [self.browser() for _n in range(2)]

    @staticmethod
    def browser():
        request = RequestFactory().post("/")
        request.session = SessionStore()
        request.session.create()
        return request

    def play(self, at_once, n):
        link, _address = links.make("check.answer", f"somebody-{n}")
        return at_once(*[lambda r=r: links.consume(r, link) for r in self.requests])

    def times(self, answers):
        return answers.count(True)

    def told_right(self, answers):
        return answers.count(False) == 1


# What each control switches off: patches, and the constraints or unique fields behind them, which are dropped.


def match_without_lock(patch):
    patch.setattr(
        MatchQuerySet,
        "lock",
        lambda self, pk: self.select_related("mentor__person__clinic", "referral__clinic").get(pk=pk),
    )


def move_without_comparing(patch):
    """Store a move as a plain save does: whether another moved it meanwhile is not compared."""

    def move(self, obj, to, *, by, note="", **changes):
        came_from = obj.status
        values = {"status": to, "version": models.F("version") + 1, **changes}
        type(obj)._base_manager.filter(pk=obj.pk).update(**values)
        obj.history.create(from_status=came_from, to_status=to, by=by, note=note, at=clock.now())
        obj.refresh_from_db(fields=["status", "version", *changes])

    patch.setattr(Workflow, "move", move)


def no_place_kept(patch):
    match_without_lock(patch)
    return [(Match, "one_live_match_per_place")]


def approved_by_a_plain_save(patch):
    match_without_lock(patch)
    move_without_comparing(patch)
    return []


def seat_without_lock(patch):
    patch.setattr(SessionQuerySet, "lock", lambda self, pk: self.select_related("clinic", "module").get(pk=pk))
    return [(SignUp, "one_in_a_seat")]


def group_without_lock(patch):
    patch.setattr(PeerGroupQuerySet, "lock", lambda self, pk: self.get(pk=pk))
    return [(GroupPlace, "seat_once")]


def acknowledged_by_a_plain_save(patch):
    patch.setattr(FlagQuerySet, "lock", lambda self, pk: self.get(pk=pk))
    move_without_comparing(patch)
    return []


def link_only_looked_at(patch):
    def look(request, link):
        if OneTimeLink.objects.get(pk=link.pk).used_at is not None:
            return False
        return bool(OneTimeLink.objects.filter(pk=link.pk).update(used_at=clock.now()))

    patch.setattr(links, "consume", look)
    return []


def talk_without_lock(patch):
    match_without_lock(patch)
    return [(Contact, "client_key")]


def worry_by_any_key(patch):
    return [(RedFlag, "client_key")]


def message_by_any_key(patch):
    return [(Message, "key")]


RACES = {
    "one last place": (Place, no_place_kept),
    "one approval": (Approval, approved_by_a_plain_save),
    "one seat of a training day": (Seat, seat_without_lock),
    "one place of a group": (Group, group_without_lock),
    "one acknowledge": (Acknowledge, acknowledged_by_a_plain_save),
    "one link": (Link, link_only_looked_at),
    "one key of a talk": (ContactKey, talk_without_lock),
    "one key of a worry": (FlagKey, worry_by_any_key),
    "one key of a message": (MessageKey, message_by_any_key),
}


@pytest.mark.parametrize("name", RACES)
def test_what_must_happen_once_happens_once(name, team, monkeypatch):
    kind, unprotected = RACES[name]
    race, control = kind(team), "-"
    with Together(2) as at_once:
        bad = sum(not went_right(race, at_once, n) for n in range(ROUNDS))
        if POSTGRES:  # SQLite lets one write at a time, whatever the code does
            control = f"{without(monkeypatch, unprotected, at_once, race)}/{CONTROLS}"
    table.append((name, ROUNDS, bad, control))
    assert bad == 0
    assert not control.startswith("0/"), "the race was never seen: the rounds above show nothing"


def went_right(race, at_once, n):
    """Play a round; tell whether it happened once, and both were told right."""
    answers = race.play(at_once, n)
    return race.times(answers) == 1 and race.told_right(answers)


def without(monkeypatch, unprotected, at_once, race):
    """Play the same code without what protects it; return in how many rounds it happened more than once."""
    dropped = []
    try:
        with monkeypatch.context() as patch:
            for model, name in unprotected(patch):
                dropped.append(drop(model, name))
            return sum(race.times(race.play(at_once, f"control-{n}")) > 1 for n in range(CONTROLS))
    finally:
        for put_back in dropped:
            put_back()


def drop(model, name):
    """Drop a constraint, or what makes a field unique; return what clears the doubles away and puts it back."""
    constraint = next((c for c in model._meta.constraints if c.name == name), None)
    if constraint:
        change, back = ("remove_constraint", constraint), ("add_constraint", constraint)
    else:
        field = model._meta.get_field(name)
        loose = copy.copy(field)
        loose._unique = False
        change, back = ("alter_field", field, loose), ("alter_field", loose, field)
    alter(model, *change)

    def put_back():
        CLEARED[model]()
        alter(model, *back)

    return put_back


def alter(model, how, *what):
    with connection.schema_editor() as editor:
        getattr(editor, how)(model, *what)


CLEARED = {
    Match: lambda: Match.objects.filter(status="approved").update(status="cancelled", slot=None),
    SignUp: lambda: SignUp.objects.update(cancelled_at=clock.now()),
    GroupPlace: lambda: GroupPlace.objects.update(status="invited", seat=None),
    Contact: lambda: Contact.objects.update(client_key=None),
    RedFlag: lambda: RedFlag.objects.update(client_key=None),
    Message: lambda: Message.objects.all().delete(),
}
