"""A pair with its plan, and an ending that is planned."""

import datetime as dt

import pytest

from accounts.models import User
from common import clock
from mentorship.actions import closing, pairs
from mentorship.starter import start_clinic
from tests import factories
from tests.mentorship.lived import NOW, with_plan

LAST = dt.date(2026, 11, 24)
AFTER = dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)  # the last talk is over, and the questions have waited


@pytest.fixture
def now():
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def team(now, db):
    team = factories.Team()
    start_clinic(team.clinic, team.admin)
    return team


@pytest.fixture
def pair(team):
    return with_plan(team)


@pytest.fixture
def mentor(pair):
    return pair.mentor.person.user


@pytest.fixture
def system(db):
    return User.objects.system()


def plan(pair, by, **more):
    """Plan the ending of a pair."""
    values = {"bridge": "The association's group", "last_contact_on": LAST, "future": "alumni"} | more
    return pairs.plan_closing(match=pair.pk, by=by, **values)


@pytest.fixture
def planned(pair, team):
    plan(pair, team.coordinator)
    return pair


def answer(pair, by, side, **more):
    """Answer both closing questions of a side."""
    codes = {"mentee": {"helped": "yes", "ahead": "nearly"}, "mentor": {"well": "yes", "again": "later"}}
    return closing.answer(match=pair.pk, by=by, side=side, answers=codes[side], **more)
