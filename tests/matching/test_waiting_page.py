"""The waiting list page: the plan in words, decisions pair by pair, who is left, and what is on the way."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinics.models import AccessLog
from common import clock
from matching import actions
from matching.forms.solving import name_of
from matching.models import Match, PairDecision, Policy, Solution
from matching.workflow import Status
from referrals.models import Consent
from tests import factories
from tests.matching.test_solving import pairs, solved, waits

WAITING = reverse("matching:waiting")


@pytest.fixture
def coordinator(team, sign_in):
    return sign_in(team.coordinator)


def text_of(response):
    return " ".join(response.content.decode().split())


def answers(**chosen):
    """Return what the form sends: {(referral, mentor): answer}."""
    return {name_of(referral.ref, mentor.ref): answer for (referral, mentor), answer in chosen["of"].items()}


# Without a plan -------------------------------------------------------------------------------


def test_without_a_plan_the_list_itself_is_there_with_a_way_to_work_it_out(coordinator, team):
    referral = waits(team, 4)
    page = text_of(coordinator.get(WAITING))
    assert referral.mentee.last_name in page and "Work it out for all" in page and "4 days" in page
    assert "No mentor fits today" in page


def test_an_empty_list_says_so_and_offers_nothing_to_work_out(coordinator, team):
    page = text_of(coordinator.get(WAITING))
    assert "Nobody waits" in page and "Work it out" not in page


def test_working_it_out_starts_and_a_second_click_joins(coordinator, team):
    waits(team)
    for _click in range(2):
        assert coordinator.post(reverse("matching:work-out")).url == WAITING
    assert Solution.objects.count() == 1
    page = text_of(coordinator.get(WAITING))
    assert "being worked out" in page and "It starts in a moment" in page and "Work it out for all" not in page
    assert 'hx-trigger="every 2s"' in page and "Look again" in page


def test_a_failure_says_that_nothing_was_changed(coordinator, team):
    waits(team)
    Solution.objects.create(clinic=team.clinic, by=team.coordinator, state="failed")
    page = text_of(coordinator.get(WAITING))
    assert "could not be worked out" in page and "Work it out for all" in page


def test_progress_is_a_fragment_that_ends_with_a_new_page_or_a_link_to_it(coordinator, team):
    waits(team)
    url, htmx = reverse("matching:progress"), {"HTTP_HX_REQUEST": "true"}
    assert coordinator.get(url).url == WAITING  # without JavaScript
    solution = actions.start(clinic=team.clinic, by=team.coordinator)
    Solution.objects.filter(pk=solution.pk).update(state="running", step=2)
    fragment = coordinator.get(url, **htmx)
    assert "Step 3 of 6: Best fit." in text_of(fragment) and "<html" not in text_of(fragment)
    Solution.objects.filter(pk=solution.pk).update(state="queued")
    actions.work_out(solution=solution.pk)
    assert coordinator.get(url, **htmx)["HX-Refresh"] == "true"
    kept = coordinator.get(url, {"keep": "1"}, **htmx)
    assert "HX-Refresh" not in kept and "Show the new plan" in text_of(kept)


# The plan -------------------------------------------------------------------------------------


def test_a_pair_stands_with_wait_room_points_and_why(coordinator, team):
    referral, mentor = waits(team, 23), factories.make_mentor(team)
    solved(team)
    response = coordinator.get(WAITING)
    page = text_of(response)
    assert "The one person waiting could have a mentor now" in page and "This plan helps the most people" in page
    assert "One pair to look at" in page and "Waiting 23 days" in page and "Room for 2 more" in page
    assert referral.mentee.full_name in page and mentor.person.full_name in page and "Talks about" in page
    assert "Worked out today at" in page and "from 1 person and 1 mentor" in page
    assert " checked" not in page  # nothing is chosen beforehand
    assert referral.mentee.ref in AccessLog.objects.first().people


def test_who_would_come_first_for_the_mentee_alone_is_said(coordinator, team):
    wide = waits(team, 9, languages=["nl", "fr"])
    narrow = waits(team, 5, languages=["nl"])
    first = factories.make_mentor(team, places=1, languages=["nl", "fr"])
    factories.make_mentor(team, places=1, languages=["fr"], topics=["eating"], life_stage="retired", phases=[])
    solved(team)
    page = text_of(coordinator.get(WAITING))
    assert f"{wide.mentee.first_name}’s own first would be {first.person.full_name}," in page
    assert f"In this plan {first.person.first_name} is for {narrow.mentee.first_name}." in page


def test_who_has_nobody_reads_why_what_would_open_it_and_whom_to_ring(coordinator, team):
    referral = waits(team, 41, languages=["tr"])
    for _number in range(2):
        factories.make_mentor(team)
    full = factories.make_mentor(team, places=1)
    factories.make_match(team, mentor=full)
    solved(team)
    page = text_of(coordinator.get(WAITING))
    assert "The 3 mentors here do not speak Turkish." in page and "41 days" in page
    assert "2 mentors with a free place, 1 more is full" in page
    assert f"{reverse('matching:find', args=[referral.ref])}?relax=language" in page
    assert f"Ask {referral.mentee.first_name}" in page and "tel:+32" in page


def test_who_is_out_competed_reads_how_many_points_are_missing(coordinator, team):
    waits(team, 2)
    less = waits(team, 9, life_stage="retired", work="home", topics=["eating"])
    factories.make_mentor(team, places=1)
    solution = solved(team)
    short = next(row for row in solution.unmatched if row["referral"] == less.pk)["in"]["points"]["short"]
    page = text_of(coordinator.get(WAITING, {"variant": "points"}))
    assert f"1 mentor fits, but fits others better. Needs {short} points more to come before others." in page


def test_each_variant_says_what_it_costs(coordinator, team):
    waits(team, 2)
    less = waits(team, 9, life_stage="retired", work="home", topics=["eating"])
    factories.make_mentor(team, places=1)
    solved(team)
    usual = text_of(coordinator.get(WAITING))
    assert "Three ways to share the mentors" in usual and "?variant=wait" in usual and "?variant=fewest" not in usual
    page = coordinator.get(WAITING, {"variant": "wait"})
    assert page.context["pairs"][0]["title"] == less.mentee.full_name and "those who wait longest first" in text_of(
        page
    )
    assert "?variant=fewest" in text_of(page) and "2 days" in text_of(page)
    assert 'action="/waiting/?variant=wait"' in text_of(page)  # answers come back to what was looked at
    assert coordinator.get(WAITING, {"variant": "best\x00"}).status_code == 200


def test_a_pair_whose_place_went_meanwhile_is_not_proposed_any_more(coordinator, team):
    waits(team)
    mentor = factories.make_mentor(team, places=1)
    solved(team)
    factories.make_match(team, mentor=mentor)
    page = text_of(coordinator.get(WAITING))
    assert "Not possible any more: Full: 1 of 1 people." in page and 'value="approve"' not in page


def test_of_two_pairs_on_the_one_place_left_the_second_is_not_proposed(coordinator, team):
    waits(team, 2), waits(team, 1)
    mentor = factories.make_mentor(team, places=2)
    solved(team)
    mentor.places = 1
    mentor.save()
    page = text_of(coordinator.get(WAITING))
    assert page.count('value="approve"') == 1 and "has fewer free places now" in page


def test_consent_taken_back_meanwhile_is_told_at_the_pair(coordinator, team):
    referral = waits(team)
    factories.make_mentor(team)
    solved(team)
    Consent.objects.filter(referral=referral).update(withdrawn_at=clock.now(), withdrawn_by=team.coordinator)
    assert "has not agreed to a mentor, or has taken it back" in text_of(coordinator.get(WAITING))


def test_what_changed_since_is_said_on_top(coordinator, team):
    waits(team)
    factories.make_mentor(team)
    solved(team)
    assert "Since the plan was worked out" not in text_of(coordinator.get(WAITING))
    new = waits(team)
    factories.make_mentor(team)
    Policy.objects.create(clinic=team.clinic, version=2, weights=factories.WEIGHTS)
    page = text_of(coordinator.get(WAITING))
    assert "1 person is not in it, the weights are others now and there are more or fewer mentors now." in page
    assert "Not in this plan" in page and new.mentee.full_name in page


def test_who_has_a_mentor_asked_leaves_the_plan_for_on_the_way(coordinator, team):
    referral, mentor = waits(team), factories.make_mentor(team)
    solved(team)
    match = factories.make_match(team, status=Status.APPROVED, referral=referral, mentor=mentor)
    page = text_of(coordinator.get(WAITING))
    assert "to look at" not in page and "On the way to an introduction" in page and match.ref in page
    assert f"{mentor.person.full_name} was asked and has not answered yet." in page


# Deciding -------------------------------------------------------------------------------------


def two_pairs(team):
    people = [waits(team, 3), waits(team, 2)]
    mentors = {m.pk: m for m in (factories.make_mentor(team, places=1) for _n in range(2))}
    given = dict(pairs(solved(team)))
    return [(person, mentors[given[person.pk]]) for person in people]


def test_several_are_asked_at_once_and_each_is_told(coordinator, team):
    one, two = two_pairs(team)
    page = text_of(coordinator.post(WAITING, answers(of={one: "approve", two: "approve"})))
    assert "2 mentors are asked." in page and Match.objects.filter(status="approved").count() == 2
    for referral, mentor in (one, two):
        assert f"{mentor.person.full_name} is asked for {referral.mentee.full_name}." in page
    again = text_of(coordinator.post(WAITING, answers(of={one: "approve", two: "approve"})))
    assert "2 mentors are asked." in again and Match.objects.count() == 2


def test_the_one_that_came_too_late_is_told_why_and_keeps_no_other_back(coordinator, team):
    one, two = two_pairs(team)
    factories.make_match(team, mentor=two[1])
    page = text_of(coordinator.post(WAITING, answers(of={one: "approve", two: "approve"})))
    assert "1 mentor is asked. 1 pair did not come about." in page
    assert f"{two[1].person.full_name} is not asked for {two[0].mentee.full_name}." in page and "ull" in page
    look = AccessLog.objects.first()
    assert look.page == "waiting list" and one[0].mentee.ref in look.people and two[0].mentee.ref in look.people


def test_hold_and_not_this_pair_are_kept_and_can_be_taken_back(coordinator, team):
    one, two = two_pairs(team)
    page = text_of(coordinator.post(WAITING, answers(of={one: "hold", two: "exclude"})))
    assert "is on hold, and stays" in page and "is not proposed again." in page
    assert "to look at" not in page and page.count("Take back") == 2 and not Match.objects.exists()
    solved(team)
    again = text_of(coordinator.get(WAITING))
    assert "to look at" not in again and "One person without a mentor yet" in again
    assert "The one mentor who fits has no place left." in again  # it is held for the other one
    for referral, mentor in (one, two):
        url = reverse("matching:take-pair-back", args=[referral.ref, mentor.ref])
        assert "Taken back." in text_of(coordinator.post(url, follow=True))
    assert not PairDecision.objects.exists()


def test_a_hold_that_does_not_fit_any_more_is_named(coordinator, team):
    one, _two = two_pairs(team)
    coordinator.post(WAITING, answers(of={one: "hold"}))
    factories.make_match(team, mentor=one[1])
    page = text_of(coordinator.get(WAITING))
    assert "Does not fit any more: Full: 1 of 1 people." in page and "Take back" in page


def test_nothing_chosen_is_said_and_changes_nothing(coordinator, team):
    one, _two = two_pairs(team)
    page = text_of(coordinator.post(WAITING, answers(of={one: ""})))
    assert "Choose for one pair at least" in page and not PairDecision.objects.exists()


def test_a_mistake_keeps_what_was_chosen(coordinator, team):
    one, two = two_pairs(team)
    page = text_of(coordinator.post(WAITING, answers(of={one: "hold", two: "marry"})))
    assert "Choose one of the answers below" in page and not PairDecision.objects.exists()
    name = name_of(one[0].ref, one[1].ref)
    assert f'name="{name}" value="hold" id="{name}-hold" checked' in page


@pytest.mark.parametrize("name", ["pair-", "pair-x-y", "pair-" + "a" * 900, "pair-\x00", "🙂"])
def test_names_nobody_sent_are_no_pairs(coordinator, team, name):
    two_pairs(team)
    response = coordinator.post(WAITING, {name: "approve"})
    assert response.status_code == 200 and "Choose for one pair at least" in text_of(response)


def test_a_pair_that_left_the_plan_is_told_and_not_asked(coordinator, team):
    one, _two = two_pairs(team)
    Solution.objects.update(answers={"fewest": {**Solution.objects.get().answers["fewest"], "pairs": []}})
    page = text_of(coordinator.post(WAITING, answers(of={one: "approve"})))
    assert "this pair is not in it any more" in page and not Match.objects.exists()


def test_people_of_another_clinic_are_not_there_to_decide_about(coordinator, team, other_team):
    one, two = two_pairs(team)
    theirs, their_mentor = waits(other_team), factories.make_mentor(other_team)
    for referral, mentor in ((theirs, their_mentor), (theirs, one[1]), (one[0], their_mentor)):
        sent = answers(of={two: "approve", (referral, mentor): "approve"})
        assert coordinator.post(WAITING, sent).status_code == 404
        url = reverse("matching:take-pair-back", args=[referral.ref, mentor.ref])
        assert coordinator.post(url).status_code == 404
    assert not Match.objects.exists()


@pytest.mark.parametrize("role", ["nurse", "clinician", "admin"])
def test_nobody_else_sees_or_does_any_of_this(team, sign_in, role):
    client = sign_in(getattr(team, role))
    assert client.get(WAITING).status_code == 403 and client.post(WAITING).status_code == 403
    assert client.post(reverse("matching:work-out")).status_code == 403 and not Solution.objects.exists()


def test_another_clinic_sees_its_own_list(team, other_team, sign_in):
    referral = waits(team)
    factories.make_mentor(team)
    solved(team)
    page = text_of(sign_in(other_team.coordinator).get(WAITING))
    assert referral.mentee.last_name not in page and "Nobody waits" in page


def test_somebody_with_two_hats_gets_the_clinic_they_coordinate(team, other_team, sign_in):
    from clinics.models import Membership

    referral = waits(other_team)
    Membership.objects.create(clinic=other_team.clinic, user=team.nurse, role="coordinator")
    assert referral.mentee.last_name in text_of(sign_in(team.nurse).get(WAITING))


def test_fifty_pairs_a_page(coordinator, team, monkeypatch):
    from matching.pages import waiting

    monkeypatch.setattr(waiting, "PER_PAGE", 2)
    for number in range(5):
        waits(team, number)
        waits(team, number, languages=["tr"])
    factories.make_mentor(team, places=9)
    solved(team)
    page = coordinator.get(WAITING)
    assert len(page.context["pairs"]) == 2 and len(page.context["left"]) == 2 and "1 to 2 of 5" in text_of(page)
    assert len(coordinator.get(WAITING, {"page": "3", "left": "2"}).context["pairs"]) == 1
    assert coordinator.get(WAITING, {"page": "x", "left": "-9"}).status_code == 200


def test_the_number_of_queries_does_not_grow(coordinator, team):
    counts = []
    for more in (2, 20):
        for _number in range(more):
            waits(team)
            waits(team, languages=["tr"])
            factories.make_match(team, status=Status.APPROVED, mentor=factories.make_mentor(team))
            held, mentor = waits(team, languages=["fr"]), factories.make_mentor(team, languages=["fr"], places=1)
            actions.hold(referral=held.pk, mentor=mentor.pk, by=team.coordinator)
        solved(team)
        waits(team)
        with CaptureQueriesContext(connection) as queries:
            coordinator.get(WAITING)
        counts.append(len([q for q in queries if "SAVEPOINT" not in q["sql"]]))
    assert counts[0] == counts[1] <= 12, [q["sql"][:150] for q in queries]


def test_a_plan_from_last_week_says_its_date(coordinator, team):
    waits(team)
    solution = solved(team)
    Solution.objects.filter(pk=solution.pk).update(done_at=clock.now() - dt.timedelta(days=7))
    assert "Worked out today" not in text_of(coordinator.get(WAITING))


def test_without_a_yes_the_way_leads_to_the_referral_and_to_no_mentor(sign_in, team):
    referral = factories.make_referral(team, consent=False)
    factories.make_mentor(team)
    rows = sign_in(team.coordinator).get(reverse("matching:waiting")).context["rows"]
    assert [row["action_url"] for row in rows] == [reverse("referrals:detail", args=[referral.ref])]
    assert "nobody can be asked now" in rows[0]["text"]
