"""Two people change what counts at the same moment: one succeeds, the other is told, and no number is lost."""

from functools import partial

import pytest

from clinics.models import SettingChange
from common.errors import Stale
from matching.actions import weighing
from matching.models import Policy
from tests import factories
from tests.matching.test_races import Together

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 10


def test_of_two_changes_over_one_version_the_second_is_told(transactional_db):
    team = factories.Team()
    change = partial(weighing.change_weights, clinic=team.clinic)
    with Together(2) as at_once:
        for version in range(1, ROUNDS + 1):
            calls = [
                partial(change, by=by, version=version, weights=factories.WEIGHTS | {"age": 100 + 2 * version + n})
                for n, by in enumerate((team.coordinator, team.admin))
            ]
            assert {type(answer) for answer in at_once(*calls)} == {Policy, Stale}
    assert list(Policy.objects.values_list("version", flat=True)) == list(range(ROUNDS + 1, 0, -1))
    assert SettingChange.objects.count() == ROUNDS
