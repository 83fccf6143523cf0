"""A pair that follows a format, with its plan."""

import datetime as dt

import pytest

from accounts import links
from accounts.models import OneTimeLink
from common import clock
from mentorship.models import Enrolment, Format
from tests import factories
from tests.mentorship.lived import with_plan

# A Thursday morning in winter: no changeover near.
NOW = dt.datetime(2026, 11, 19, 7, tzinfo=dt.UTC)


@pytest.fixture
def now():
    """The moment every test here lives at."""
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def team(now, db):
    return factories.Team()


@pytest.fixture
def match(team):
    """A pair introduced ten days ago, with the plan of our own start drawn then."""
    return with_plan(team)


@pytest.fixture
def mentor(match):
    """The mentor's account."""
    return match.mentor.person.user


@pytest.fixture
def by_link(client, match):
    """A browser that came by the link of the mentee's page."""
    link, _url = links.make("mentee.page", match.referral.ref)
    session = client.session
    session[links.SESSION_KEY] = {"mentee.page": [link.pk, clock.now().timestamp()]}
    session.save()
    OneTimeLink.objects.update(used_at=clock.now(), used_by_session=session.session_key)  # the first tap opened it
    return client


def preset(key: str) -> Format:
    """Return a preset by its key."""
    return Format.objects.presets().filter(key=key).order_by("-number")[0]


def follow(match, key: str) -> None:
    """Let a pair follow a preset, without drawing anything."""
    Enrolment.objects.filter(match=match).update(format=preset(key))
    match.refresh_from_db(fields=["status"])
    match.__dict__.get("_state").fields_cache.pop("enrolment", None)
