"""Fixtures every test may ask for."""

import pytest

from tests import factories


@pytest.fixture
def team(db):
    """A clinic with one person in each role."""
    return factories.Team()


@pytest.fixture
def other_team(db):
    """Another clinic, whose people must see nothing of the first."""
    return factories.Team("Scheldt Rheumatology Clinic")


@pytest.fixture
def sign_in(client):
    """Return a function that signs a user in and gives back the client."""

    def do(user):
        client.force_login(user)
        return client

    return do
