"""The road of mentors: how far people came, where and why they left, and what could point at somebody is hidden."""

import datetime as dt

import pytest
from django.urls import reverse

from common import clock
from desk import pipeline
from tests import factories
from training.models import Application, Letter
from training.workflow import ApplicationStatus as A
from training.workflow import Status

NOW = dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def now():
    with clock.at(NOW):
        yield


def applicant(team, status=A.SENT, at=NOW, **fields):
    sent = None if status == A.DRAFT else at
    return Application.objects.create(
        clinic=team.clinic, status=status, started_at=at, sent_at=sent, consented_at=at, first_name="An", **fields
    )


def mentor(team, *states, at=NOW, ready=False, status=None, **fields):
    """Store a mentor with a past: the states they went through, a day apart."""
    row = factories.make_mentor(
        team, ready=ready, created_at=at, status=status or (states[-1] if states else "applied"), **fields
    )
    row.history.all().delete()
    for n, state in enumerate(states):
        row.history.create(from_status="", to_status=state, by=team.coordinator, at=at + n * DAY)
    return row


def of(team, year=None):
    return pipeline.of(team.clinic, year)


def test_each_stage_counts_whoever_reached_it_or_a_later_one(team):
    applicant(team, A.DRAFT)
    applicant(team, A.SENT)
    mentor(team, Status.APPLIED, Status.IN_TRAINING)
    mentor(team, Status.APPLIED, Status.IN_TRAINING, Status.READY)
    mentor(team, Status.ACTIVE, ready=True)
    factories.make_match(team, mentor=mentor(team, Status.ACTIVE, ready=True))
    assert of(team).counts == {
        "interested": 6, "applied": 5, "accepted": 4, "trained": 3, "certified": 2, "matched": 1, "year": 0,
    }  # fmt: skip


def test_somebody_with_an_application_and_a_record_is_one_person(team):
    row = mentor(team, Status.APPLIED)
    applicant(team, A.TAKEN_UP, mentor=row)
    assert of(team).counts["interested"] == 1


def test_a_certificate_that_begins_tomorrow_is_none_yet(team):
    row = mentor(team, Status.READY)
    row.certificates.create(
        valid_from=team.clinic.today + DAY, valid_until=team.clinic.today + 9 * DAY, issued_by=team.coordinator
    )
    assert of(team).counts["certified"] == 0


@pytest.mark.parametrize(("days", "after"), [(364, (0, 0)), (365, (1, 1))])
def test_active_after_a_year_is_asked_when_the_year_has_passed(team, days, after):
    begun = NOW - 500 * DAY
    row = mentor(team, Status.ACTIVE, ready=True, at=begun)
    factories.make_match(team, mentor=row, days_ago=days)
    found = of(team)
    assert (found.a_year_ago, found.counts["year"]) == after


def test_who_stopped_before_the_year_was_over_is_not_active_then_and_who_rests_is(team):
    begun = NOW - 500 * DAY
    for last in (Status.RETIRED, Status.RESTING):
        row = mentor(team, Status.ACTIVE, last, ready=True, at=begun)
        factories.make_match(team, mentor=row, days_ago=400, status="ended")
    found = of(team)
    assert (found.a_year_ago, found.counts["year"]) == (2, 1)


def test_a_year_holds_those_whose_first_interest_was_in_it_on_the_clinics_clocks(team):
    applicant(team, at=dt.datetime(2025, 12, 31, 23, 30, tzinfo=dt.UTC))  # half past midnight in Brussels
    row = mentor(team, Status.APPLIED)
    applicant(team, A.TAKEN_UP, at=dt.datetime(2025, 3, 1, tzinfo=dt.UTC), mentor=row)
    assert of(team, 2026).counts["interested"] == 1
    assert of(team, 2025).counts["interested"] == 1
    assert of(team, 2024).counts["interested"] == 0


def test_another_clinic_does_not_count(team, other_team):
    applicant(other_team)
    mentor(other_team, Status.APPLIED)
    assert of(team).counts["interested"] == 0


def test_where_and_why_people_left(team):
    for _number in range(5):
        applicant(team, A.WITHDRAWN)
    for _number in range(6):
        mentor(team, Status.IN_TRAINING, Status.RETIRED)
    for _number in range(7):
        closed = applicant(team, A.CLOSED)
        Letter.objects.create(application=closed, kind="declined", body="No.", by=team.coordinator)
    found = of(team)
    assert found.left == 18
    assert found.why == {"declined": 7, "retired": 6, "withdrawn": 5}
    assert found.where == {"accepted": 12, "trained": 6}


def test_reasons_of_certificates_taken_back_are_counted_for_who_is_still_away(team):
    for number in range(6):
        row = mentor(team, Status.ACTIVE, Status.DECERTIFIED if number else Status.ACTIVE, ready=True)
        row.decertifications.create(reasons=["money"], words="x", was_status="active", by=team.coordinator)
    assert of(team).reasons == {"money": 5}


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({}, {}), ({"a": 9, "b": 5}, {"a": 9, "b": 5}), ({"a": 9, "b": 4, "c": 6}, {"a": 9, "c": None, "b": None}),
        ({"a": 9, "b": 4, "c": 1}, {"a": 9, "b": None, "c": None}), ({"a": 3}, {"a": None}),
    ],
)  # fmt: skip
def test_a_small_number_is_hidden_and_the_next_smallest_where_it_could_be_worked_out(counts, shown):
    assert pipeline.hide(counts) == shown


def test_the_total_is_hidden_too_when_it_is_small(team):
    applicant(team, A.WITHDRAWN)
    assert of(team).left is None
    assert of(team).why == {"withdrawn": None}


def words(response):
    return " ".join(response.content.decode().split())


def test_the_page_opens_with_a_sentence_and_has_a_picture_and_a_table(sign_in, team):
    factories.make_match(team, mentor=mentor(team, Status.ACTIVE, ready=True))
    applicant(team)
    text = words(sign_in(team.coordinator).get(reverse("desk:pipeline")))
    assert "Of 2 people who were interested, 1 came to mentor somebody." in text
    assert 'role="img"' in text
    assert "The numbers as a table" in text
    assert "of 48 people who were interested 12 came through (Walshe)" in text
    assert "style=" not in text.split("<main", 1)[1]


def test_an_empty_road_says_so_and_a_year_that_makes_no_sense_is_said(sign_in, team):
    client = sign_in(team.admin)
    assert "Nobody began on this road in 2020." in words(client.get(reverse("desk:pipeline"), {"year": "2020"}))
    text = words(client.get(reverse("desk:pipeline"), {"year": "soon"}))
    assert "Write the year, for example 2026" in text
    assert 'value="soon"' in text


def test_the_page_asks_the_same_number_of_questions_for_2_and_20_people(sign_in, team, django_assert_max_num_queries):
    def asked():
        with django_assert_max_num_queries(40) as found:
            client.get(reverse("desk:pipeline"))
        return len(found)

    client = sign_in(team.coordinator)
    for _number in range(2):
        applicant(team)
        mentor(team, Status.ACTIVE, ready=True)
    client.get(reverse("desk:pipeline"))
    few = asked()
    for _number in range(18):
        applicant(team)
        mentor(team, Status.ACTIVE, ready=True)
    assert asked() == few
