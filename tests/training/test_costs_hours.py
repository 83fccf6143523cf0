"""Hours that mentors give: from talks, sessions, supervision, and what they enter themselves."""

import datetime as dt

import pytest
from django.urls import reverse

from common import clock
from common.errors import Denied, Invalid
from mentorship.models import Contact
from tests import factories
from tests.training.costs_world import NOON, TODAY, make_mentor
from training import hours
from training.actions.hours import add_hours, remove_hours
from training.models import Curriculum, LiveSession, Mentor, Module, SignUp, SupervisionPart, SupervisionTalk

HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def mentor(team):
    return make_mentor(team)


def of(mentor, year=2026):
    return hours.of(Mentor.objects.filter(pk=mentor.pk), year, mentor.person.clinic.time_zone)


def talk(team, mentor, *, minutes=40, at=NOON, status="talked"):
    return Contact.objects.create(
        match=factories.make_match(team, mentor=mentor, status="ended", end_reason="planned"), status=status, minutes=minutes, happened_at=at,
    )  # fmt: skip


def session(team, mentor, *, came=True):
    curriculum = Curriculum.objects.create(clinic=team.clinic, version=1, made_by=team.coordinator)
    module = Module.objects.create(curriculum=curriculum, position=1, title="Listening")
    row = LiveSession.objects.create(
        clinic=team.clinic, module=module, trainer=team.trainer, starts_at=NOON, ends_at=NOON + 2 * HOUR,
        how="in-person", made_by=team.coordinator,
    )  # fmt: skip
    return SignUp.objects.create(
        session=row, mentor=mentor, seat=1, by=team.coordinator, came=came, marked_at=NOON, marked_by=team.trainer
    )


def supervision(team, mentor):
    held = SupervisionTalk.objects.create(
        clinic=team.clinic, supervisor=team.clinician, planned_at=NOON, planned_by=team.clinician, held_on=TODAY
    )
    return SupervisionPart.objects.create(talk=held, mentor=mentor, came=True)


def enter(mentor, minutes=90, by=None, **fields):
    values = {"on": TODAY, "what": "Stand at the open day"} | fields
    return add_hours(mentor=mentor.pk, by=by or mentor.person.user, minutes=minutes, **values)


def test_talks_sessions_supervision_and_other_hours_are_added_up_by_kind_and_month(team, mentor):
    talk(team, mentor)
    session(team, mentor)
    supervision(team, mentor)
    enter(mentor)
    given = of(mentor)
    assert given.by(0) == {"talks": 40, "sessions": 120, "supervision": 60, "other": 90}
    assert given.by(2) == {6: 310}
    assert given.total == 310


def test_what_did_not_take_place_counts_as_nothing(team, mentor):
    talk(team, mentor, minutes=None)
    talk(team, mentor, status="no-answer")
    session(team, mentor, came=False)
    assert of(mentor).total == 0


def test_the_last_hour_of_the_year_belongs_to_the_year_on_the_clinics_clocks(team, mentor):
    new_year = dt.datetime(2025, 12, 31, 23, 30, tzinfo=dt.UTC)  # half past midnight in Brussels
    talk(team, mentor, at=new_year)
    assert of(mentor, 2026).by(2) == {1: 40}
    assert of(mentor, 2025).total == 0


def test_hours_are_entered_once_and_taken_out(mentor):
    row = enter(mentor, form_key="k")
    assert enter(mentor, form_key="k") == row
    for _time in range(2):
        remove_hours(mentor=mentor.pk, by=mentor.person.user, ref=row.ref)
    assert mentor.other_hours.count() == 0


def test_hours_that_make_no_sense_are_refused_at_their_field(mentor):
    enter(mentor, minutes=1400)
    for values, field in (
        ({"minutes": 0}, "minutes"), ({"minutes": 41}, "hours"), ({"what": " "}, "what"),
        ({"on": TODAY + dt.timedelta(days=1)}, "on"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            enter(mentor, **({"minutes": 10} | values))
        assert refusal.value.field == field


def test_nobody_enters_or_takes_out_hours_of_somebody_else(team, mentor):
    row = enter(mentor)
    with pytest.raises(Denied):
        enter(mentor, by=team.coordinator)
    with pytest.raises(Denied):
        remove_hours(mentor=mentor.pk, by=team.coordinator, ref=row.ref)


def test_a_mentor_reads_their_sum_in_words_and_a_mistake_keeps_what_was_typed(sign_in, team, mentor):
    talk(team, mentor, minutes=60)
    client, url = sign_in(mentor.person.user), reverse("training:my-hours")
    client.post(url, {"on": "2026-06-15", "hours": "1", "minutes": "30", "what": "A stand"})
    text = client.get(url).content.decode()
    assert "2026: 2 hours and 30 minutes in all." in text
    text = client.post(url, {"on": "2026-06-15", "hours": "-1", "minutes": "99", "what": "Typed"}).content.decode()
    assert "Write whole hours, from 0 to 24" in text
    assert "Write minutes, from 0 to 59" in text
    assert 'value="Typed"' in text


def test_the_coordinator_sees_the_programme_and_takes_a_table_along(sign_in, team, other_team, mentor):
    enter(mentor)
    enter(make_mentor(other_team), minutes=600)
    client = sign_in(team.coordinator)
    text = client.get(reverse("training:hours")).content.decode()
    assert "1 mentor gave 1 hour and 30 minutes in 2026." in text
    file = client.get(reverse("training:hours-file"), {"year": "2026"}).content.decode()
    head, row, last, _end = file.split("\r\n")
    assert row.startswith(f"{mentor.person.full_name};0,00;")
    assert row.endswith(";1,50")
    assert last.endswith(";1,50")
    assert head.count(";") == 13


def test_a_year_without_hours_says_so_and_nonsense_is_this_year(sign_in, team):
    client = sign_in(team.coordinator)
    assert "No hours are noted for 2025." in client.get(reverse("training:hours"), {"year": "2025"}).content.decode()
    assert "No hours are noted for 2026." in client.get(reverse("training:hours"), {"year": "zz"}).content.decode()
