"""The pages of matching: what each role sees, what is logged, and how bad input ends."""

import re

import pytest
from django.urls import reverse

from accounts import links
from accounts.models import OneTimeLink
from clinics.models import AccessLog
from matching import actions
from matching.models import Match
from matching.workflow import Status
from tests import factories


@pytest.fixture
def referral(team):
    return factories.make_referral(
        team, channels=["phone", "in-person"], area="gent", values=["family"], cautions="Hard of hearing"
    )


@pytest.fixture
def mentor(team):
    return factories.make_mentor(team)


@pytest.fixture
def coordinator(team, sign_in):
    return sign_in(team.coordinator)


def find_url(referral):
    return reverse("matching:find", args=[referral.ref])


def last_look():
    return AccessLog.objects.first()


def come_by_link(client, match):
    """Follow the link of a mentee, as its page keeps it."""
    link, address = links.make("mentee.ask", match.ref)
    response = client.get(address, follow=True)
    return link, response


# Waiting


def test_the_waiting_list_shows_who_waits_longest_first_with_how_many_fit(coordinator, team, referral, mentor):
    later = factories.make_referral(team, languages=["tr"])
    page = coordinator.get(reverse("matching:waiting")).content.decode()
    assert page.index(referral.mentee.last_name) < page.index(later.mentee.last_name)
    assert "1 mentor fits" in page and "No mentor fits today" in page
    look = last_look()
    assert look.page == "waiting list" and referral.mentee.ref in look.people and later.mentee.ref in look.people


def test_who_has_a_mentor_asked_is_on_the_way_and_waits_no_more(coordinator, team):
    match = factories.make_match(team, status=Status.APPROVED)
    page = coordinator.get(reverse("matching:waiting")).content.decode()
    assert "On the way" in page and match.referral.mentee.full_name in page
    assert "Nobody waits" in page


# Find


def test_find_shows_candidates_with_words_and_bars_and_who_is_ruled_out(coordinator, team, referral, mentor):
    second = factories.make_mentor(team, topics=["eating"], life_stage="retired", work="home")
    for _number in range(2):
        factories.make_mentor(team, languages=["fr"])
    page = coordinator.get(find_url(referral)).content.decode()
    assert f"Ask {mentor.person.first_name}" in page and "Ask Rita instead" in page
    assert "2 mentors" in page and "Do not speak Dutch" in page
    assert "Hard of hearing" in page and "of 100 points" in page and second.ref in page
    assert last_look().page == "find a mentor" and referral.mentee.ref in last_look().people


def test_one_click_asks_the_first(coordinator, referral, mentor):
    response = coordinator.post(find_url(referral), {"mentor": mentor.ref})
    match = Match.objects.get()
    assert response.url == reverse("matching:match", args=[match.ref]) and match.status == Status.APPROVED


def test_another_than_the_first_without_a_reason_keeps_the_answers_and_asks_why(coordinator, team, referral, mentor):
    second = factories.make_mentor(team, topics=["eating"], life_stage="retired", work="home")
    answer = {"mentor": second.ref, "override_note": "Because <b>so</b>"}
    response = coordinator.post(find_url(referral), answer)
    page = response.content.decode()
    assert response.status_code == 200 and "Choose why not the first" in page and "Because &lt;b&gt;so" in page
    assert not Match.objects.exists()
    coordinator.post(find_url(referral), answer | {"override_reason": "asked-for"})
    assert Match.objects.get().override_reason == "asked-for"


@pytest.mark.parametrize("ref", ["", "x" * 5000, "\x00", "nobody", "2345678923456789"])
def test_a_forged_mentor_is_no_server_error_and_changes_nothing(coordinator, referral, mentor, ref):
    response = coordinator.post(find_url(referral), {"mentor": ref})
    assert response.status_code in (200, 404) and not Match.objects.exists()


def test_another_clinics_mentor_or_referral_is_not_found(coordinator, team, other_team, referral):
    stranger, theirs = factories.make_mentor(other_team), factories.make_referral(other_team)
    assert coordinator.post(find_url(referral), {"mentor": stranger.ref}).status_code == 404
    assert coordinator.get(find_url(theirs)).status_code == 404


def test_a_mentor_who_became_full_meanwhile_is_explained(coordinator, team, referral, mentor):
    type(mentor).objects.update(places=0)
    response = coordinator.post(find_url(referral), {"mentor": mentor.ref})
    assert response.status_code == 200 and not Match.objects.exists()
    assert "akes nobody now" in response.content.decode()


@pytest.mark.parametrize("who", ["nurse", "clinician", "admin"])
def test_others_do_not_find_mentors(sign_in, team, referral, who):
    client = sign_in(getattr(team, who))
    for url in (find_url(referral), reverse("matching:waiting")):
        assert client.get(url).status_code == 403


# Match


@pytest.mark.parametrize("status", list(Status))
def test_a_match_page_opens_in_every_state_and_is_logged(coordinator, team, status):
    match = factories.make_match(team, status=status)
    response = coordinator.get(reverse("matching:match", args=[match.ref]))
    assert response.status_code == 200
    assert last_look().page == "match" and match.referral.mentee.ref in last_look().people


def test_from_yes_to_introduction_on_the_page(coordinator, team):
    match = factories.make_match(team, status=Status.ACCEPTED, mentor_expectations_at=factories.clock.now())
    url = reverse("matching:match", args=[match.ref])
    for do in ("ask", "introduce"):
        assert coordinator.post(reverse("matching:step", args=[match.ref, do])).url == url
    match.refresh_from_db()
    assert match.mentee_asked_at and match.status == Status.ACCEPTED
    coordinator.post(reverse("matching:record", args=[match.ref]), {"answer": "yes"})
    coordinator.post(reverse("matching:step", args=[match.ref, "read"]))
    coordinator.post(reverse("matching:step", args=[match.ref, "introduce"]))
    match.refresh_from_db()
    assert match.status == Status.INTRODUCED


def test_a_refused_answer_is_explained_on_the_page(coordinator, team):
    match = factories.make_match(team, status=Status.ACCEPTED)
    for data, words in (({}, "Choose an answer"), ({"answer": "never"}, "Choose one of the answers")):
        assert words in coordinator.post(reverse("matching:record", args=[match.ref]), data).content.decode()
    over = factories.make_match(team, status=Status.INTRODUCED)
    response = coordinator.post(reverse("matching:record", args=[over.ref]), {"answer": "yes"})
    assert response.status_code == 200
    response = coordinator.post(reverse("matching:cancel", args=[over.ref]), {"reason": "x"})
    assert response.status_code == 200


def test_an_unknown_step_is_not_found(coordinator, team):
    match = factories.make_match(team, status=Status.ACCEPTED)
    assert coordinator.post(reverse("matching:step", args=[match.ref, "delete"])).status_code == 404


def test_stopping_on_the_page(coordinator, team):
    match = factories.make_match(team, status=Status.APPROVED)
    coordinator.post(reverse("matching:cancel", args=[match.ref]), {"reason": "They moved"})
    match.refresh_from_db()
    assert match.status == Status.CANCELLED


# The mentor's request


def test_a_request_tells_a_mentor_what_they_may_know_and_nothing_else(sign_in, team):
    match = factories.make_match(team, status=Status.APPROVED)
    mentee = match.referral.mentee
    client = sign_in(match.mentor.person.user)
    page = client.get(reverse("matching:request", args=[match.ref])).content.decode()
    for hidden in (
        mentee.first_name,
        mentee.last_name,
        mentee.email,
        str(mentee.birth_year),
        "rthritis",
        "ethotrexate",
    ):
        assert hidden not in page
    assert "Starting a treatment" in page and "40 to 49" in page
    assert last_look().page == "request" and mentee.ref in last_look().people


def test_a_mentor_says_yes_only_with_what_to_expect_ticked(sign_in, team):
    match = factories.make_match(team, status=Status.APPROVED)
    client, url = sign_in(match.mentor.person.user), reverse("matching:request", args=[match.ref])
    assert "Tick that you have read" in client.post(url).content.decode()
    assert client.post(url, {"expectations": "on"}).url == url
    assert client.get(url).status_code == 200
    match.refresh_from_db()
    assert match.status == Status.ACCEPTED


def test_not_this_time_is_one_tap_and_twice_is_calm(sign_in, team):
    match = factories.make_match(team, status=Status.APPROVED)
    client, url = sign_in(match.mentor.person.user), reverse("matching:decline", args=[match.ref])
    assert client.post(url).status_code == 302
    assert "not open any more" in client.post(url, follow=True).content.decode()
    match.refresh_from_db()
    assert match.status == Status.DECLINED


def test_a_request_is_nobody_elses(sign_in, team, mentor):
    match = factories.make_match(team, status=Status.APPROVED)
    url = reverse("matching:request", args=[match.ref])
    assert sign_in(mentor.person.user).get(url).status_code == 404
    assert sign_in(team.coordinator).get(url).status_code == 403


# The mentee's link


def test_a_mentee_reads_a_first_name_and_profile_and_a_get_uses_nothing_up(client, team):
    match = factories.make_match(team, status=Status.ACCEPTED)
    person = match.mentor.person
    link, response = come_by_link(client, match)
    page = response.content.decode()
    assert person.first_name in page and person.last_name not in page and person.email not in page
    link.refresh_from_db()
    assert link.used_at is None and not Match.objects.get().mentee_answer


@pytest.mark.parametrize(
    ("answer", "status"), [("yes", Status.ACCEPTED), ("no", Status.REFUSED), ("call", Status.ACCEPTED)]
)
def test_yes_no_and_call_me_are_equal_answers(client, team, answer, status):
    match = factories.make_match(team, status=Status.ACCEPTED)
    come_by_link(client, match)
    url = reverse("matching:mentee")
    assert client.post(url, {"answer": answer, "expectations": "on"}).url == url
    assert client.get(url).status_code == 200
    match.refresh_from_db()
    assert (match.mentee_answer, match.status, match.mentee_answer_by.is_system) == (answer, status, True)


def test_a_yes_without_what_to_expect_is_asked_again_and_the_link_stays_open(client, team):
    match = factories.make_match(team, status=Status.ACCEPTED)
    link, _response = come_by_link(client, match)
    response = client.post(reverse("matching:mentee"), {"answer": "yes"})
    assert "Tick that you have read" in response.content.decode()
    link.refresh_from_db()
    assert link.used_at is None


def test_a_used_link_is_closed_for_any_other_browser_and_open_to_change_for_the_same(client, team):
    from django.test import Client

    match, url, other = factories.make_match(team, status=Status.ACCEPTED), reverse("matching:mentee"), Client()
    _link, address = links.make("mentee.ask", match.ref)
    for browser in (client, other):
        browser.get(address, follow=True)
    client.post(url, {"answer": "call"})
    assert other.post(url, {"answer": "no"}).status_code == 404
    client.post(url, {"answer": "yes", "expectations": "on"})
    match.refresh_from_db()
    assert match.mentee_answer == "yes"
    assert Client().get(address, follow=True).status_code == 404


def test_a_link_that_is_revoked_or_missing_says_so(client, team):
    match = factories.make_match(team, status=Status.ACCEPTED)
    assert client.get(reverse("matching:mentee")).status_code == 404
    come_by_link(client, match)
    actions.cancel(match=match.pk, by=team.coordinator)
    assert OneTimeLink.objects.get().revoked_at
    assert client.post(reverse("matching:mentee"), {"answer": "yes", "expectations": "on"}).status_code == 404


# Query counts


@pytest.mark.parametrize("name", ["waiting", "find", "match"])
def test_the_number_of_queries_does_not_grow(coordinator, team, referral, mentor, name, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    match = factories.make_match(team, status=Status.APPROVED, mentor=mentor)
    url = {
        "waiting": reverse("matching:waiting"), "find": find_url(referral),
        "match": reverse("matching:match", args=[match.ref]),
    }[name]  # fmt: skip
    counts = []
    coordinator.get(url)  # the first page of a process also asks the database what it can
    for more in (1, 12):
        for _number in range(more):
            factories.make_referral(team)
            factories.make_match(team, status=Status.APPROVED, mentor=factories.make_mentor(team))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            coordinator.get(url)
        counts.append(len([q for q in queries if "SAVEPOINT" not in q["sql"]]))
    assert counts[0] == counts[1] <= 12, [q["sql"][:150] for q in queries]


@pytest.mark.parametrize("status", ["declined", "expired", "cancelled", "refused"])
def test_an_old_request_says_that_it_is_not_open_and_shows_nothing(sign_in, team, status):
    match = factories.make_match(team, status=status)
    client = sign_in(match.mentor.person.user)
    for address, how in (("request", client.get), ("request", client.post), ("decline", client.post)):
        page = how(reverse(f"matching:{address}", args=[match.ref]), follow=True)
        assert "That request is not open any more" in page.content.decode()
        assert match.referral.mentee.last_name not in page.content.decode()
    assert sign_in(factories.make_mentor(team).person.user).get(
        reverse("matching:request", args=[match.ref])
    ).status_code == 404  # fmt: skip


def test_without_anybody_who_fits_the_way_to_the_referral_stands_there(coordinator, team):
    referral = factories.make_referral(team)
    page = coordinator.get(reverse("matching:find", args=[referral.ref])).content.decode()
    assert reverse("referrals:detail", args=[referral.ref]) in page and "What would change the order" not in page


# A referral's page, for coordinators


@pytest.mark.parametrize(
    ("status", "page"),
    [
        (None, "matching:find"), ("approved", "matching:match"), ("accepted", "matching:match"),
        ("introduced", "mentorship:pair"), ("paused", "mentorship:pair"), ("declined", "matching:find"),
    ],
)  # fmt: skip
def test_a_referral_leads_coordinators_to_the_next_step_and_nurses_nowhere(sign_in, team, status, page):
    match = status and factories.make_match(team, status=status)
    referral = match.referral if match else factories.make_referral(team)
    ref = match.ref if match and page != "matching:find" else referral.ref
    link = f'class="btn btn-primary" href="{reverse(page, args=[ref])}"'
    address = reverse("referrals:detail", args=[referral.ref])
    assert link in sign_in(team.coordinator).get(address).content.decode()
    assert link not in sign_in(team.nurse).get(address).content.decode()


def test_a_bar_that_counts_for_less_is_shorter(coordinator, team, referral, mentor):
    page = coordinator.get(find_url(referral)).content.decode()
    scales = set(re.findall(r'class="meter" viewBox="0 0 (\d+) 1"', page))
    tracks = set(re.findall(r'class="track" width="(\d+)"', page))
    assert len(scales) == 1 and len(tracks) > 1 and max(map(int, tracks)) == int(scales.pop())
