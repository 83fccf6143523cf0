"""The plan of a pair stands on the clinic's clocks; the hour is one at which both are likely to be free."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from mentorship import formats
from mentorship.actions import planning
from mentorship.models import Enrolment
from tests import factories

TZ = ZoneInfo("Europe/Brussels")


def moments(team, starts_on, body=None):
    match = factories.make_match(team, referral=factories.make_referral(team, availability=[]))
    enrolment = planning.begin_plan(match=match, by=team.coordinator)
    Enrolment.objects.filter(pk=enrolment.pk).update(starts_on=starts_on)
    enrolment.refresh_from_db()
    if body:
        enrolment.format.body = body(enrolment.format.body)
    return planning.moments(enrolment, match)


@pytest.mark.parametrize("start", [dt.date(2026, 3, 27), dt.date(2026, 10, 23), dt.date(2026, 3, 15)])
def test_the_hour_stays_the_same_over_both_changeovers(team, start):
    rows = moments(team, start)
    assert [(row.date - start).days for row, _at in rows] == [2, 14, 28, 42, 56]
    assert len({at.astimezone(TZ).time() for _row, at in rows}) == 1


def test_an_optional_part_plans_nothing_by_itself(team):
    rows = moments(
        team, dt.date(2026, 1, 1), lambda body: {**body, "components": [{**body["components"][0], "optional": True}]}
    )
    assert rows == []


@pytest.mark.parametrize(
    ("mine", "theirs", "hour"),
    [
        ([], [], 19), (["weekday-morning"], [], 10), (["weekday-morning", "weekend-day"], ["weekend-day"], 11),
        (["weekday-morning"], ["weekday-evening"], 10),
    ],
)  # fmt: skip
def test_the_hour_is_one_at_which_both_are_likely_to_be_free(mine, theirs, hour):
    assert formats.likely_hour(mine, theirs) == dt.time(hour)
