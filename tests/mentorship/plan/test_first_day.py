"""The talk of the day of the introduction, where its likely hour has gone by."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from common import clock
from mentorship.actions import planning
from mentorship.models import Enrolment, Format
from referrals.models import Person, Referral
from tests import factories
from tests.mentorship.plan.conftest import NOW, preset

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
BRUSSELS = ZoneInfo("Europe/Brussels")


def introduced_at(team, hour: int, minute: int, format: Format | None = None, zone: str = ""):
    """Introduce two at this hour in Brussels who are free in the afternoon, and return the day and hour of their talks."""
    referral = factories.make_referral(team, availability=["weekday-afternoon"])
    Person.objects.filter(pk=referral.mentee_id).update(time_zone=zone)
    with clock.at(clock.at_local(NOW.date(), dt.time(hour, minute), BRUSSELS)):
        match = factories.make_match(team, referral=Referral.objects.get(pk=referral.pk))
        plan = Enrolment.objects.create(
            match=match, referral=match.referral, format=format or preset("emb_brown"), starts_on=NOW.date(),
            created_by=team.coordinator,
        )  # fmt: skip
        planning.draw(plan, match, by=team.coordinator)
    begins = dt.datetime.combine(NOW.date(), dt.time(), BRUSSELS)
    rows = match.contacts.order_by("planned_at", "pk")
    return [(row.plan_day, row.planned_at.astimezone(BRUSSELS) - begins) for row in rows]


@pytest.mark.parametrize(
    ("hour", "minute", "first"),
    [
        (9, 0, 14 * HOUR), (13, 59, 14 * HOUR), (14, 0, 15 * HOUR), (14, 20, 15 * HOUR), (18, 59, 19 * HOUR),
        (19, 0, 38 * HOUR), (23, 30, 38 * HOUR),
    ],
)  # fmt: skip
def test_the_talk_of_the_first_day_is_held_however_late_they_were_introduced(team, hour, minute, first):
    found = introduced_at(team, hour, minute)
    assert [day for day, _at in found] == [0, 21, 91, 182, 273, 364]
    assert found[0] == (0, first)
    assert found[1] == (21, 21 * DAY + 14 * HOUR)


@pytest.mark.parametrize(("zone", "first"), [("Asia/Kolkata", 38), ("America/New_York", 17)])
def test_the_first_day_ends_in_the_evening_of_the_one_who_lives_elsewhere(team, zone, first):
    assert introduced_at(team, 16, 10, zone=zone)[0] == (0, first * HOUR)


def test_a_talk_put_on_the_next_day_makes_no_second_one_there(team):
    row = preset("emb_brown")
    rules = [{**row.body["components"][0]["rules"][0], "type": "fixed", "day": day} for day in (0, 1, 5)]
    row.body["components"][0]["rules"] = rules
    daily = Format.objects.create(
        clinic=team.clinic,
        key="daily",
        number=1,
        name="Daily",
        source="Ours",
        body=row.body,
        created_by=team.coordinator,
    )
    assert introduced_at(team, 21, 0, daily) == [(1, DAY + 14 * HOUR), (5, 5 * DAY + 14 * HOUR)]
