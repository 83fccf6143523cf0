"""The ladder and its deadlines, for any roster and any hour."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinics.roles import Role
from common.clock import WorkCalendar
from mentorship import ladder
from mentorship.ladder import Member, RungSetting
from mentorship.models import FlagTiming, LadderRung, Route

# A busy machine is no failure of the ladder.
calm = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
BRUSSELS = ZoneInfo("Europe/Brussels")
OPEN = WorkCalendar("Europe/Brussels", {day: [(dt.time(8, 30), dt.time(17))] for day in range(5)})
NEVER = WorkCalendar("Europe/Brussels", {})
ROLES = [Role.CLINICIAN, Role.COORDINATOR, Role.ADMIN]

people = st.lists(st.builds(Member, st.integers(1, 6), st.sampled_from(ROLES)), unique=True, max_size=12)
rungs_set = st.lists(
    st.builds(RungSetting, st.sampled_from([w.value for w in LadderRung.Who]), st.none() | st.integers(1, 6)),
    max_size=6,
)
somebody = st.none() | st.integers(1, 6)
moments = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31)).map(lambda m: m.replace(tzinfo=dt.UTC))


@calm
@given(rungs_set, people, st.lists(somebody, max_size=2), somebody)
def test_whatever_the_roster_somebody_is_reachable_if_anybody_is_left(rungs, roster, responsible, about):
    steps = ladder.draw(rungs, roster, responsible=responsible, about=about)
    left = [m for m in roster if m.user_id != about]
    assert bool(steps) == bool(left)
    assert [s.position for s in steps] == list(range(1, len(steps) + 1))
    for step in steps:
        assert step.users and about not in step.users
        assert all(Member(user, ladder.ROLE_OF[LadderRung.Who(step.who)]) in roster for user in step.users)


@calm
@given(rungs_set, people, somebody, st.integers(0, 20))
def test_climbing_reaches_every_rung_once_and_never_stops(rungs, roster, about, more):
    steps = ladder.draw(rungs, roster, about=about)
    if not steps:
        return
    at, seen = steps[0].position, [steps[0].position]
    for _n in range(len(steps) + more):
        at = ladder.next_step(steps, at).position
        seen.append(at)
    assert seen[: len(steps)] == [s.position for s in steps]
    assert set(seen[len(steps) :]) <= {steps[-1].position}


@calm
@given(rungs_set, people)
def test_a_ladder_that_settings_accept_always_reaches_somebody_whoever_is_responsible(rungs, roster):
    if ladder.has_reachable_end(rungs, roster):
        assert ladder.draw(rungs, roster, responsible=[])


@calm
@given(st.sampled_from(list(ladder.TIMINGS)), moments, st.sampled_from([OPEN, NEVER]))
def test_every_flag_has_a_deadline_ahead_with_half_time_before_it(severity, now, calendar):
    timing = ladder.timing_of(severity, [])
    times = ladder.deadlines(timing, calendar, now)
    assert now < times.half_time < times.answer_by <= now + dt.timedelta(days=15)
    assert now < ladder.next_climb(timing, calendar, now)
    assert now < ladder.resolve_by(timing, calendar, now)


@calm
@given(moments)
def test_two_hours_of_opening_time_end_while_the_clinic_is_open(now):
    times = ladder.deadlines(ladder.timing_of("S2", []), OPEN, now)
    local = times.answer_by.astimezone(BRUSSELS)
    assert local.weekday() < 5 and dt.time(8, 30) < local.time() <= dt.time(17)


def brussels(*parts):
    return dt.datetime(*parts, tzinfo=BRUSSELS).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("raised", "until"),
    [
        (brussels(2026, 3, 27, 16, 0), brussels(2026, 3, 30, 9, 30)),  # over the weekend the clocks go forward
        (brussels(2026, 10, 23, 16, 0), brussels(2026, 10, 26, 9, 30)),  # and back
        (brussels(2026, 11, 24, 10, 52), brussels(2026, 11, 24, 12, 52)),
    ],
)
def test_two_hours_of_opening_time_over_both_changeovers(raised, until):
    assert ladder.deadlines(ladder.timing_of("S2", []), OPEN, raised).answer_by == until


@pytest.mark.parametrize("night", [(2026, 3, 29), (2026, 10, 25)])
def test_thirty_minutes_are_thirty_minutes_in_every_hour_of_a_changeover_night(night):
    timing = ladder.timing_of("S1", [])
    midnight = brussels(*night)
    for minutes in range(0, 26 * 60, 15):
        now = midnight + dt.timedelta(minutes=minutes)
        assert ladder.deadlines(timing, OPEN, now).answer_by - now == dt.timedelta(minutes=30)


def test_a_working_day_ends_at_closing_time_on_local_clocks():
    friday = brussels(2026, 10, 23, 16, 0)
    assert ladder.deadlines(ladder.timing_of("S3", []), OPEN, friday).answer_by == brussels(2026, 10, 26, 17, 0)
    assert ladder.deadlines(ladder.timing_of("S4", []), OPEN, friday).answer_by == brussels(2026, 10, 30, 17, 0)


def test_the_clinics_own_deadline_wins():
    own = FlagTiming(severity="S1", answer_minutes=10, repeat_minutes=5, resolve_minutes=60)
    assert ladder.timing_of("S1", [own]) is own


def test_the_backup_is_never_the_person_who_was_asked_first():
    roster = [Member(1, Role.CLINICIAN), Member(2, Role.CLINICIAN), Member(3, Role.ADMIN)]
    steps = ladder.draw(ladder.default_rungs(Route.CLINICAL), roster, responsible=[2, 1])
    assert [s.users for s in steps] == [(2,), (1,), (3,)]


def test_every_coordinator_is_asked_together_and_a_named_one_alone():
    roster = [Member(1, Role.COORDINATOR), Member(2, Role.COORDINATOR), Member(3, Role.ADMIN)]
    assert ladder.draw(ladder.default_rungs(Route.CONDUCT), roster)[0].users == (1, 2)
    named = [RungSetting("coordinator", 2), RungSetting("admin")]
    assert ladder.draw(named, roster)[0].users == (2,)


@pytest.mark.parametrize(
    ("day", "hour", "waits"),
    [(23, (9, 0), False), (23, (11, 30), False), (23, (15, 30), True), (23, (19, 0), True), (22, (9, 0), True)],
)
def test_the_backup_hears_now_of_what_would_wait_for_another_day(day, hour, waits):
    spans = [(dt.time(8, 30), dt.time(12)), (dt.time(13), dt.time(17))]
    noon_break = WorkCalendar("Europe/Brussels", dict.fromkeys(range(5), spans))
    timing = FlagTiming(severity="S2", **ladder.TIMINGS["S2"])
    now = dt.datetime(2026, 11, day, *hour, tzinfo=BRUSSELS).astimezone(dt.UTC)
    assert ladder.is_out_of_hours(timing, noon_break, now) is waits
