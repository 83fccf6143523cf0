"""The rota of the demo is planned by the real actions."""

import datetime as dt

import pytest

from common import clock
from desk.demo import rota
from desk.demo.cast import Cast
from mentorship.models import Shift

pytestmark = pytest.mark.django_db


def test_nights_are_planned_for_weeks_and_one_is_offered(team):
    names = ("coordinator", "clinician", "backup")
    cast = Cast(house=None, clinic=team.clinic, users={name: getattr(team, name) for name in names})
    now = dt.datetime(2026, 11, 18, 10, tzinfo=dt.UTC)
    with clock.at(now):
        rota.plan(cast)
    with clock.at(now + 9 * dt.timedelta(days=1)):
        rota.ask(cast)
    assert Shift.objects.count() == 7 * rota.WEEKS
    assert Shift.objects.get(offered_to=team.clinician).user == team.backup
