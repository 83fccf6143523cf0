"""A red flag climbs whatever is down; that it is told whatever fails is shown by tests/chaos."""

import datetime as dt

import pytest
from django.db.models import F

from common import clock
from mentorship.actions.flags import raise_flag
from mentorship.models import FlagCategory, RedFlag
from mentorship.starter import start_clinic
from messaging import nudge
from messaging.models import Message
from messaging.workflow import Status
from tests import factories
from tests.faults.conftest import age_heartbeat, all_settled, make_due
from tests.faults.stand import until
from tests.faults.test_messages import EVERYTHING, all_up


@pytest.fixture
def pair(team):
    nudge.warm()  # as a web process does when it starts
    start_clinic(team.clinic, team.admin)
    team.clinic.calendar.is_open(clock.now())
    return factories.make_match(team)


@pytest.fixture
def raised(team, pair):
    """A function that raises a flag that cannot wait, by the mentor."""
    category = FlagCategory.objects.get(clinic=team.clinic, key="suicide-plan")
    return lambda: raise_flag(category=category, by=pair.mentor.person.user, match=pair, source="home")


def let_pass(flag, minutes=31) -> None:
    """Let the time of a flag pass, by moving its moments back."""
    gone = dt.timedelta(minutes=minutes)
    for field in ("next_climb_at", "half_time_at"):
        RedFlag.objects.filter(pk=flag.pk).update(**{field: F(field) - gone})
    age_heartbeat("round:flags", minutes=minutes)  # the ladder is looked at every ten seconds


def told(flag) -> dict[str, int]:
    """Return how many escalations of each kind about a flag were sent."""
    found: dict[str, int] = {}
    rows = Message.objects.escalations().filter(subject=flag.ref, status=Status.SENT)
    for kind in rows.values_list("kind", flat=True):
        found[kind] = found.get(kind, 0) + 1
    return found


def climbed(flag, rung):
    def question():
        flag.refresh_from_db()
        return flag.rung >= rung

    until(question)


def test_with_only_the_sweeper_a_flag_climbs_rung_by_rung_and_the_last_repeats(stand, raised):
    all_up(stand, "sweeper")
    flag = raised()
    for rung in (2, 3, 4):
        let_pass(flag)
        climbed(flag, rung)
    before = flag.climbs
    let_pass(flag)
    until(lambda: RedFlag.objects.get(pk=flag.pk).climbs > before)
    flag.refresh_from_db()
    assert flag.rung == 4 and flag.status == "raised"
    make_due(seconds=16)
    assert set(all_settled(flag.ref)) == {Status.SENT}


def test_everything_down_while_the_deadline_passes(stand, raised):
    flag = raised()
    let_pass(flag)
    assert not told(flag)
    stand.start(*EVERYTHING)
    climbed(flag, 2)
    make_due(seconds=16)
    all_settled(flag.ref)
    assert told(flag) == {"flag.raised": 1, "flag.told": 1, "flag.climb": 1}
