"""Whom to look for: kinds of mentor, one more place, idle mentors, how long people wait."""

import pytest
from django.urls import reverse

from clinics.models import AccessLog
from common import clock
from matching import archetypes, facts, gaps, ranking
from matching.archetypes import Kind
from matching.engine import assign
from matching.models import Solution
from referrals.models import Referral
from tests import factories
from tests.factories import DAY


def laid_out(team):
    return ranking.lay_out(team.clinic, facts.with_needs(facts.waiting(Referral.objects.filter(clinic=team.clinic))))


def worked_out(team):
    laid = laid_out(team)
    return gaps.work_out(laid, assign(laid.problem))


def solved(team):
    """Store a finished solution of the waiting list with what it says of gaps."""
    return Solution.objects.create(
        clinic=team.clinic, state="done", by=team.coordinator, done_at=clock.now(), gaps=worked_out(team)
    )


@pytest.fixture
def turkish(team):
    return [factories.make_referral(team, languages=["tr"], submitted_at=factories.days_ago(n)) for n in (9, 5, 1, 2)]


def test_the_kind_that_helps_most_comes_first_and_alike_ones_once(team, turkish):
    factories.make_referral(team, languages=["pl"])
    found = worked_out(team)
    assert [row["language"] for row in found["kinds"]] == ["tr", "pl"]
    first = found["kinds"][0]
    assert (first["could"], first["takes"]) == (4, 3) and first["people"] == sorted(r.pk for r in turkish)
    assert found["alone"] == 5


def test_a_must_about_gender_and_time_is_part_of_the_kind(team):
    factories.make_referral(
        team, languages=["tr"], musts=["gender", "availability"], gender_wish="woman", availability=["weekend-day"]
    )
    kind = archetypes.read(worked_out(team)["kinds"][0])
    assert (kind.gender, kind.when) == ("woman", "weekend-day")
    assert kind.says() == "A woman who speaks Turkish, best 40 to 59, free: weekend, by day"


def test_who_has_a_mentor_or_no_consent_asks_for_nobody(team):
    factories.make_referral(team)
    factories.make_referral(team, languages=["tr"], consent=False)
    factories.make_mentor(team)
    found = worked_out(team)
    assert found["kinds"] == [] and found["alone"] == 1


def test_one_more_place_is_worth_what_it_adds(team):
    only = factories.make_mentor(team, places=1)
    for _number in range(2):
        factories.make_referral(team)
    assert [row[0] for row in worked_out(team)["places"]] == [only.pk]
    only.places = 2
    only.save()
    assert worked_out(team)["places"] == []


def test_a_kind_is_kept_without_names_and_read_back():
    kind = Kind("caregiver", "fr", "man", "", (40, 59))
    assert archetypes.read(kind.kept()) == kind
    assert kind.says() == "A man who speaks French, best 40 to 59, for partners and relatives"


# How long people wait


def person_waiting(team, days, **fields):
    return factories.make_referral(team, submitted_at=factories.days_ago(days), **fields)


def test_waits_are_medians_to_the_introduction_or_until_now(team):
    for days in (10, 20, 30, 40):
        person_waiting(team, days, languages=["fr"])
    person_waiting(team, 100, languages=["fr"])
    assert gaps.waits(team.clinic, clock.now())["language"] == [["fr", 5, 30]]


def test_an_introduction_stops_the_waiting(team):
    for _number in range(5):
        referral = person_waiting(team, 60, languages=["fr"])
        factories.make_match(team, referral=referral, mentor=factories.make_mentor(team), days_ago=50)
    assert gaps.waits(team.clinic, clock.now())["language"] == [["fr", 5, 10]]


def test_fewer_than_five_are_hidden(team):
    for days in (1, 2, 3, 4):
        person_waiting(team, days, languages=["tr"])
    found = gaps.waits(team.clinic, clock.now())
    assert found["language"] == [["tr", gaps.HIDDEN, gaps.HIDDEN]]


def test_a_hidden_age_band_cannot_be_worked_out_from_the_others(team):
    year = team.clinic.today.year
    for age, how_many in ((30, 9), (50, 6), (70, 1)):
        for _number in range(how_many):
            person_waiting(team, 5, mentee=factories.make_person(team.clinic, birth_year=year - age))
    rows = gaps.waits(team.clinic, clock.now())["age"]
    assert {row[0]: row[1] for row in rows} == {"18-39": 9, "40-59": gaps.HIDDEN, "60-79": gaps.HIDDEN}


def test_another_clinics_people_do_not_count(team, other_team):
    for _number in range(6):
        person_waiting(other_team, 5)
    assert gaps.waits(team.clinic, clock.now())["language"] == []


# The page


def test_the_page_says_whom_to_look_for_and_names_who_waits_longest(sign_in, team, turkish):
    solved(team)
    response = sign_in(team.coordinator).get(reverse("matching:gaps"))
    page = response.content.decode()
    assert "Most needed: somebody who speaks Turkish, best 40 to 59. They could take 3 people who wait." in page
    assert [p["name"] for p in response.context["kinds"][0]["first"]] == [
        r.mentee.full_name for r in sorted(turkish, key=lambda r: r.submitted_at)[:3]
    ]
    log = AccessLog.objects.latest("pk")
    assert log.page == "whom to look for"


def test_before_the_first_round_it_leads_to_the_waiting_list(sign_in, team):
    page = sign_in(team.coordinator).get(reverse("matching:gaps")).content.decode()
    assert "First work out the waiting list" in page and "Go to the waiting list" in page


def test_who_found_somebody_since_is_not_named(sign_in, team, turkish):
    solved(team)
    for referral in turkish:
        factories.make_match(team, referral=referral, status="approved")
    page = sign_in(team.coordinator).get(reverse("matching:gaps"))
    assert page.context["kinds"] == []


def test_idle_mentors_longest_first(sign_in, team):
    today = team.clinic.today
    new = factories.make_mentor(team, vetted_on=today - 20 * DAY)
    old = factories.make_mentor(team, vetted_on=today - 400 * DAY)
    busy = factories.make_mentor(team)
    factories.make_match(team, mentor=busy)
    factories.make_mentor(team, code_signed_on=None)
    ended = factories.make_match(team, mentor=new, status="ended", days_ago=15)
    type(ended).objects.filter(pk=ended.pk).update(ended_at=clock.now() - 3 * DAY)
    rows = sign_in(team.coordinator).get(reverse("matching:gaps")).context["idle"]
    assert [row["url"] for row in rows] == [reverse("training:mentor", args=[m.ref]) for m in (old, new)]
    assert rows[0]["text"] == "Nobody yet, 400 days after the yes." and rows[1]["text"] == "Nobody for 3 days."


def test_another_clinic_reads_nothing_of_it(sign_in, team, other_team, turkish):
    solved(team)
    page = sign_in(other_team.coordinator).get(reverse("matching:gaps"))
    assert page.context["solution"] is None and page.context["waits"] == []


def test_a_hat_at_another_clinic_changes_nothing(sign_in, team, other_team, turkish):
    from clinics.models import Membership

    solved(team)
    Membership.objects.create(clinic=other_team.clinic, user=team.coordinator, role="nurse")
    page = sign_in(team.coordinator).get(reverse("matching:gaps"))
    assert page.context["solution"].clinic == team.clinic


def test_the_number_of_queries_does_not_grow(sign_in, team):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = sign_in(team.coordinator), []
    for more in (2, 20):
        for _number in range(more):
            factories.make_referral(team, languages=["tr"])
            factories.make_mentor(team, languages=["pl"])
        Solution.objects.all().delete()
        solved(team)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("matching:gaps"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12, [q["sql"][:120] for q in queries]
