"""A mentee with their page open, and how a browser gets there."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import links
from accounts.models import User
from common import clock
from mentorship.mentee_session import KIND
from mentorship.starter import start_clinic
from tests import factories
from tests.mentorship.lived import NOW, with_plan


def follow(client: Client, referral) -> Client:
    """Follow a fresh link, as somebody does who taps it in their mail."""
    _link, address = links.make(KIND, referral.ref)
    client.get("/l/" + address.rstrip("/").rsplit("/", 1)[-1] + "/")
    return client


def open_page(referral) -> Client:
    """Return a browser in which this mentee's page is open."""
    client = follow(Client(), referral)
    assert client.post(reverse("mentorship:own-page")).status_code == 302
    return client


def text(response) -> str:
    """Return a page as it was sent."""
    return response.content.decode()


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
    """A pair introduced ten days ago, with its plan."""
    return with_plan(team)


@pytest.fixture
def referral(pair):
    return pair.referral


@pytest.fixture
def mine(referral):
    """A browser in which the page of the mentee of the pair is open."""
    return open_page(referral)


@pytest.fixture
def system(db):
    return User.objects.system()
