"""The builders of the tests obey every constraint of the database."""

import pytest

from matching.workflow import Status
from tests import factories


@pytest.mark.django_db
@pytest.mark.parametrize("status", list(Status))
def test_a_match_can_be_built_in_every_status(team, status):
    assert factories.make_match(team, status=status).status == status
