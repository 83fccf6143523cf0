"""What talks and flags ask of those who look after mentors: each once, run twice none more."""

import datetime as dt

import pytest

from accounts.models import User
from common import clock
from matching import actions as matching
from mentorship import care
from mentorship.actions import contacts, correcting, flags
from mentorship.models import Aftercare, Contact, FlagCategory
from messaging.models import Message
from tests import factories
from tests.factories import DAY, Team
from training.models import CareTask, WellbeingCheck

NOW = dt.datetime(2026, 11, 18, 12, tzinfo=dt.UTC)


@pytest.fixture
def team(db) -> Team:
    return Team()


@pytest.fixture
def match(team):
    with clock.at(NOW):
        return factories.make_match(team, days_ago=60)


def user_of(match) -> User:
    return User.objects.get(pk=match.mentor.person.user_id)


def triggers() -> list[str]:
    return sorted(CareTask.objects.values_list("trigger", flat=True))


def miss(match, n, days_ago):
    with clock.at(NOW):
        when = NOW - days_ago * DAY
        return contacts.log_contact(
            match=match.pk, by=user_of(match), client_key=f"key-number-{n}", outcome="no-answer", when=when
        )


def talk(match, at, **values):
    return Contact.objects.create(match=match, status="talked", happened_at=at, channel="phone", **values)


def test_two_talks_that_did_not_happen_are_one_task(match):
    miss(match, 1, 5)
    assert triggers() == []
    for _n in range(2):
        miss(match, 2, 3)
    miss(match, 3, 1)
    assert triggers() == ["missed"]
    assert WellbeingCheck.objects.get().why == "missed"


def test_a_miss_that_was_noted_wrongly_asks_nobody_for_anything(match):
    miss(match, 1, 5)
    row = miss(match, 2, 3)
    with clock.at(NOW):
        correcting.correct_contact(contact=row.pk, by=user_of(match), outcome="talked")
    assert CareTask.objects.get().done_at
    assert set(Message.objects.filter(kind__startswith="care.").values_list("status", flat=True)) == {"cancelled"}


@pytest.mark.parametrize(("severity", "raised"), [("S1", ["urgent-flag"]), ("S2", [])])
def test_the_most_urgent_flag_of_a_mentor_is_one_task_due_in_a_day(match, team, severity, raised):
    category = FlagCategory.objects.create(clinic=team.clinic, key="x", name="x", severity=severity)
    for _n in range(2):
        flag = flags.raise_flag(category=category, by=user_of(match), source="home", match=match, client_key="a" * 12)
        care.after_urgent_flag(flag)
    assert triggers() == raised
    for task in CareTask.objects.all():
        assert dt.timedelta(hours=23) < task.due_at - clock.now() < dt.timedelta(hours=25)


def test_an_urgent_flag_of_the_team_asks_for_no_talk_with_the_mentor(match, team):
    category = FlagCategory.objects.create(clinic=team.clinic, key="x", name="x", severity="S1")
    flags.raise_flag(category=category, by=team.nurse, source="staff", match=match)
    assert triggers() == []


def test_a_death_sends_nothing_and_leaves_one_task_and_a_question_for_later(match, team):
    for _n in range(2):
        matching.end(match=match.pk, by=team.coordinator, reason="died")
    assert Aftercare.objects.filter(kind="look-after").count() == 1
    assert triggers() == [] and WellbeingCheck.objects.get().why == "death"
    assert not Message.objects.filter(status="queued").exists()


@pytest.mark.parametrize(("talks", "plan", "raised"), [(5, 2, 1), (5, 3, 0), (4, 1, 0), (7, 3, 1), (6, 3, 0)])
def test_talks_more_than_twice_the_plan_in_four_weeks_are_one_task(match, talks, plan, raised):
    for n in range(plan):
        Contact.objects.create(match=match, planned_at=NOW - (n + 1) * DAY)
    for n in range(talks):
        talk(match, NOW - (n + 1) * DAY)
    talk(match, NOW - 29 * DAY)
    assert care.look(NOW) == raised
    assert care.look(NOW) == care.look(NOW + 3 * DAY) == 0
    assert triggers() == ["often"] * raised


def at_home(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """Return a moment by the clinic's clocks, an hour ahead of UTC in November."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=dt.UTC) - dt.timedelta(hours=1)


@pytest.mark.parametrize(("moments", "raised"), [
    ([at_home(3, 21), at_home(9, 22)], 1), ([at_home(3, 20, 59), at_home(9, 22)], 0), ([at_home(3, 6, 59), at_home(9, 23)], 1),
    ([at_home(3, 7), at_home(9, 23)], 0), ([at_home(3, 23)], 0),
])  # fmt: skip
def test_late_talks_are_late_by_the_clinics_own_clock(match, moments, raised):
    for moment in moments:
        talk(match, moment)
    assert care.look(NOW) == raised
    assert care.look(NOW) == care.look(NOW + DAY) == 0
    assert triggers() == ["late"] * raised


def test_nobody_is_looked_after_who_mentors_no_more(match):
    for n in range(6):
        talk(match, at_home(3 + n, 23))
    match.mentor.status = "retired"
    match.mentor.save()
    assert care.look(NOW) == 0
