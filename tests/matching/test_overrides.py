"""The report of choices: how often and why the first in the order was not asked."""

import datetime as dt

import pytest
from django.urls import reverse

from clinics.models import AccessLog
from common import clock
from matching.models import Policy
from matching.pages.overrides import hide_small
from matching.workflow import Status
from tests import factories

URL = "/settings/matching/not-the-first/"


def asked(team, *, rank=1, reason="", note="", days_ago=0, **fields):
    """Store a request to a mentor, of so many days ago."""
    moment = clock.now() - dt.timedelta(days=days_ago)
    fields = {"status": Status.DECLINED, "approved_at": moment, "proposed_at": moment} | fields
    return factories.make_match(team, rank=rank, override_reason=reason, override_note=note, **fields)


def tables(answer):
    return {
        t["title"]: {row["label"]: (row["asked"], row["other"]) for row in t["rows"]} for t in answer.context["tables"]
    }


@pytest.fixture
def coordinator(team, sign_in):
    return sign_in(team.coordinator)


@pytest.fixture
def admin(team, sign_in):
    return sign_in(team.admin)


def test_a_coordinator_reads_how_often_why_and_by_which_version(team, coordinator):
    asked(team)
    asked(team, rank=3, reason="know-both", note="They met on the bus")
    second = Policy.objects.create(clinic=team.clinic, version=2, weights=factories.WEIGHTS, by=team.coordinator)
    asked(team, rank=2, reason="needs-rest", policy=second)
    answer = coordinator.get(URL)
    page = answer.content.decode()
    assert "A mentor was asked 3 times. 2 times it was not the first in the order." in page
    found = tables(answer)
    [(_month, counts)] = found["By month"].items()
    assert counts == (3, "2")
    reasons = found["By reason"]
    assert reasons["I know them both"] == reasons["The first one needs a rest"] == ("", "1")
    assert reasons["Another reason"] == ("", "0")
    assert found["By what counted in matching"] == {"Version 2": (1, "1"), "Version 1": (2, "1")}
    assert "“They met on the bus”" in page and f"{team.coordinator.full_name} took number 3 in the order" in page


def test_the_look_at_people_is_logged(team, coordinator):
    match = asked(team, rank=2, reason="know-both")
    assert match.referral.mentee.full_name in coordinator.get(URL).content.decode()
    look = AccessLog.objects.first()
    assert look.page == "not the first in the order" and match.referral.mentee.ref in look.people


def test_an_admin_reads_numbers_without_people_and_small_ones_are_hidden(team, admin):
    match = asked(team, rank=2, reason="asked-for", note="Wants somebody from the same street")
    answer = admin.get(URL)
    page = answer.content.decode()
    assert "fewer than 5 times" in page and "same street" not in page and match.referral.mentee.last_name not in page
    assert tables(answer)["By reason"]["The mentee asked for this"] == ("", "fewer than 5")
    assert not AccessLog.objects.exists() and match.ref not in page


def test_an_admin_cannot_work_out_a_hidden_number_from_the_others(team, admin):
    for _number in range(6):
        asked(team, rank=2, reason="know-both")
    asked(team, rank=2, reason="asked-for")
    answer = admin.get(URL)
    reasons = tables(answer)["By reason"]
    assert "7 times it was not the first" in answer.content.decode()
    assert reasons["The mentee asked for this"][1] == "fewer than 5" and reasons["I know them both"][1] == "not shown"


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({}, {}),
        ({"a": 5, "b": 9}, {"a": "5", "b": "9"}),
        ({"a": 0, "b": 9}, {"a": "0", "b": "9"}),
        ({"a": 4, "b": 9, "c": 7}, {"a": "fewer than 5", "b": "9", "c": "not shown"}),
        ({"a": 3, "b": 4, "c": 7}, {"a": "fewer than 5", "b": "fewer than 5", "c": "7"}),
        ({"a": 1, "b": 1, "c": 7}, {"a": "fewer than 5", "b": "fewer than 5", "c": "not shown"}),
        ({"a": 2}, {"a": "fewer than 5"}),
    ],
)
def test_small_numbers_are_hidden_with_what_would_give_them_away(counts, shown):
    assert hide_small(counts) == shown


def test_only_those_who_were_asked_count(team, coordinator):
    factories.make_match(team, status=Status.PROPOSED, rank=2, override_reason="other", override_note="x")
    answer = coordinator.get(URL)
    assert "No mentor was asked in this time." in answer.content.decode() and answer.context["tables"]


def test_the_first_each_time_is_said(team, coordinator):
    asked(team)
    page = coordinator.get(URL).content.decode()
    assert "A mentor was asked once. It was the first in the order each time." in page
    assert "The first in the order was asked each time." in page


@pytest.mark.parametrize(("period", "times"), [("3", 1), ("12", 2), ("all", 3), ("", 2), ("zzz", 2), ("\x00", 2)])
def test_the_time_is_chosen(team, coordinator, period, times):
    for days_ago in (0, 200, 900):
        asked(team, rank=2, reason="know-both", days_ago=days_ago)
    answer = coordinator.get(URL, {"period": period})
    assert answer.status_code == 200 and answer.context["asked"] == times


def test_a_month_begins_at_midnight_of_the_clinic(team, coordinator):
    moment = dt.datetime(2026, 5, 31, 22, 30, tzinfo=dt.UTC)  # half past midnight of 1 June in Brussels
    asked(team, approved_at=moment)
    with clock.at(dt.datetime(2026, 6, 20, tzinfo=dt.UTC)):
        assert list(tables(coordinator.get(URL))["By month"]) == ["June 2026"]


def test_a_pair_without_a_reason_has_its_own_row(team, coordinator):
    asked(team, rank=4)
    assert tables(coordinator.get(URL))["By reason"]["No reason kept"] == ("", "1")


def test_another_clinic_sees_nothing_of_it(team, other_team, sign_in):
    match = asked(team, rank=2, reason="other", note="Of the first clinic")
    page = sign_in(other_team.coordinator).get(URL).content.decode()
    assert "No mentor was asked" in page and match.override_note not in page


@pytest.mark.parametrize("who", ["nurse", "clinician"])
def test_the_report_is_not_for_others(team, sign_in, who):
    assert sign_in(getattr(team, who)).get(URL).status_code == 403


@pytest.mark.parametrize("name", ["weights", "waiting"])
def test_the_waiting_list_and_the_weights_lead_to_it(coordinator, name):
    assert reverse("matching:overrides") in coordinator.get(reverse(f"matching:{name}")).content.decode()


@pytest.mark.parametrize("many", [2, 25])
def test_the_number_of_queries_does_not_grow(team, coordinator, many, django_assert_max_num_queries):
    for number in range(many):
        asked(team, rank=2, reason="other", note=f"Note {number}", days_ago=number * 20)
    with django_assert_max_num_queries(12):
        coordinator.get(URL, {"period": "all"})


def test_a_long_list_has_pages(team, coordinator):
    for number in range(51):
        asked(team, rank=2, reason="other", note=f"Note number {number}.", days_ago=number, mentor=None)
    assert "Note number 50." not in coordinator.get(URL).content.decode()
    assert "Note number 50." in coordinator.get(URL, {"page": "2"}).content.decode()
    assert coordinator.get(URL, {"page": "zzz"}).status_code == 200
