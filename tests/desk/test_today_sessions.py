"""Training days on Today."""

import html

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from desk.today import sessions
from desk.today.rows import Desk
from tests.training.sessions_world import DAY, HOUR, make_day, make_learner, make_seat


def rows(team, user=None):
    return sessions.days(Desk(user or team.coordinator, team.clinic, clock.now())).rows


def test_a_day_that_is_over_asks_who_came_until_it_is_written_down(team):
    seat = make_seat(make_day(team, begins=clock.now() - 5 * HOUR), make_learner(team))
    assert [row.action for row in rows(team)] == ["Write down who came"]
    seat.came, seat.marked_by = False, team.trainer
    seat.save()
    assert rows(team) == []


def test_a_near_day_without_anybody_is_named_and_a_far_one_or_a_full_one_is_not(team):
    near, far = make_day(team, begins=clock.now() + 2 * DAY), make_day(team, begins=clock.now() + 4 * DAY)
    assert [row.url for row in rows(team)] == [reverse("training:session", args=[near.ref])]
    make_seat(near, make_learner(team))
    assert rows(team) == [] and far.sign_ups.count() == 0


def test_cancelled_days_and_those_of_another_clinic_ask_nothing(team, other_team):
    make_day(team, begins=clock.now() + DAY, cancelled_at=clock.now(), cancelled_by=team.coordinator)
    make_day(other_team, begins=clock.now() + DAY)
    assert rows(team) == []


def test_one_question_however_many_days(team):
    for n in (2, 12):
        for _day in range(n):
            make_day(team, begins=clock.now() + DAY)
        with CaptureQueriesContext(connection) as asked:
            assert rows(team)
        assert len([q for q in asked if "livesession" in q["sql"]]) == 1


def test_today_leads_to_the_day(team, sign_in):
    make_day(team, begins=clock.now() + DAY)
    page = html.unescape(sign_in(team.coordinator).get(reverse("desk:today")).content.decode())
    assert "Nobody has signed up." in page and "Look at this day" in page
