"""A red flag outlives whatever fails while it is raised, told and climbing."""

import datetime as dt
import json
import subprocess
import sys
import time

import pytest
from django.db.models import F
from django.urls import reverse

from common import clock
from mentorship.actions.flags import raise_flag
from mentorship.models import FlagCategory, RedFlag
from mentorship.starter import start_clinic
from messaging import nudge
from messaging.models import Message
from messaging.workflow import Status
from tests import factories
from tests.faults.conftest import age_heartbeat, all_settled, calm_down, end_leases, make_due
from tests.faults.stand import ROOT, until
from tests.faults.test_messages import EVERYTHING, all_up, restore


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


def test_a_flag_is_told_and_climbs_when_the_parts_fail_in_turn(stand, raised, pair):
    all_up(stand, *EVERYTHING)
    for fault in ("worker killed", "beat killed", "broker killed", "broker hung", "broker wiped", "worker hung"):
        name, how = fault.split()
        {"killed": stand.kill, "hung": stand.hang, "wiped": stand.wipe}[how](name)
        began = time.monotonic()
        flag = raised()
        took = time.monotonic() - began
        make_due(seconds=16)
        all_settled(flag.ref)
        first = told(flag)
        let_pass(flag)
        climbed(flag, 2)  # its deadline passed while the part is away
        end_leases()
        make_due(seconds=16)
        all_settled(flag.ref)
        print(f"{fault}: raised in {took:.2f} s, told {first}, then {told(flag)}")
        assert took < 2.5, fault
        assert first == {"flag.raised": 1, "flag.told": 1}, fault
        assert told(flag)["flag.climb"] >= 1, fault
        assert flag.history.count() == 2
        restore(stand, name, how)
        make_due(seconds=16)
        all_settled()  # so that nobody is stopped next while holding the one lock SQLite has


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


def test_choosing_a_worry_with_a_broker_that_hangs_answers_in_time(stand, pair, team, client):
    stand.start("broker")
    category = FlagCategory.objects.get(clinic=team.clinic, key="suicide-plan")
    client.force_login(pair.mentor.person.user)
    address = reverse("mentorship:worry-about", args=[pair.ref])
    client.get(address)
    stand.hang("broker")
    calm_down()
    began = time.monotonic()
    answer = client.post(address, {"category": category.ref, "key": "abcdefgh-1"})
    took = time.monotonic() - began
    print(f"POST with a hung broker: {took:.2f} s")
    assert answer.status_code == 302 and took < 2.5
    flag = RedFlag.objects.get()
    stand.start("sweeper")
    make_due(seconds=16)
    all_settled(flag.ref)
    assert told(flag) == {"flag.raised": 1, "flag.told": 1}


def test_killed_at_any_statement_a_flag_is_stored_whole_or_not_at_all(stand, raised, pair, team):
    command = [sys.executable, "-m", "tests.faults.kill_at", str(pair.pk), str(team.clinic.pk)]
    done = subprocess.run(command, cwd=ROOT, env=stand.env, capture_output=True, text=True, timeout=120, check=False)
    turns = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert turns, done.stderr[-3000:]
    whole = turns[-1]["rows"]
    assert not turns[-1]["killed"] and all(whole.values())
    nothing = dict.fromkeys(whole, 0)
    stored = [turn["rows"] == whole for turn in turns]
    print(f"killed at {len(turns) - 1} points; whole: {whole}; stored after {stored.count(True)} of them")
    assert all(turn["rows"] in (whole, nothing) for turn in turns), turns
    assert stored == sorted(stored)  # once it is stored, it stays stored
    assert len(turns) > 15
    stand.start("sweeper")
    make_due(seconds=16)
    flags = RedFlag.objects.values_list("ref", flat=True)
    assert set(all_settled(*flags)) == {Status.SENT}  # whoever was stored without a nudge is told all the same
