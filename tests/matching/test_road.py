"""What a coordinator reads about one match: what happened, and where a message that did not arrive leads."""

import pytest
from django.urls import reverse

from accounts.models import User
from common import clock
from matching import actions
from matching.pages import road
from matching.workflow import Status
from messaging import kinds
from messaging.models import Message
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def match(team):
    return factories.make_match(team, status=Status.ACCEPTED, mentee_answer="", mentor_expectations_at=clock.now())


def lines(match, user):
    row = road.matches_for(user).get(pk=match.pk)
    return [(line["title"], line["text"]) for line in road.history(row)]


def test_an_answer_by_link_and_what_to_expect_are_lines_of_what_happened(team, match):
    actions.mentee_answer(match=match.pk, by=User.objects.system(), answer="yes", expectations=True)
    name, mentor = match.referral.mentee.first_name, match.mentor.person.first_name
    found = lines(match, team.coordinator)
    assert (f"{name} says yes", "By their link.") in found
    assert (f"{name} knows what to expect", "") in found and (f"{mentor} knows what to expect", "") in found


@pytest.mark.parametrize(("answer", "words"), [("no", "says no"), ("call", "asks to be called first")])
def test_an_answer_written_down_says_by_whom(team, match, answer, words):
    actions.mentee_answer(match=match.pk, by=team.coordinator, answer=answer)
    line = (f"{match.referral.mentee.first_name} {words}", f"Written down by {team.coordinator}.")
    assert line in lines(match, team.coordinator)


def test_what_happened_stands_in_order_and_says_nothing_that_did_not(team, match):
    row = road.matches_for(team.coordinator).get(pk=match.pk)
    moments = [line["at"] for line in road.history(row)]
    assert moments == sorted(moments)
    assert not any("says" in title for title, _text in lines(match, team.coordinator))


@pytest.mark.parametrize("kind", ["mentor.asked", "mentee.ask", "match.introduced"])
def test_a_message_about_a_match_that_did_not_arrive_leads_there(team, match, sign_in, kind):
    row = Message.objects.create(
        kind=kind, key=f"{kind}:{match.ref}", subject=match.ref, clinic=team.clinic, status="dead",
        recipient=f"user:{match.mentor.person.user.ref}",
    )  # fmt: skip
    assert kinds.link(row) == reverse("matching:match", args=[match.ref])
    client = sign_in(team.coordinator)
    assert kinds.link(row) in client.get(reverse("messaging:message", args=[row.ref])).content.decode()
    assert client.get(kinds.link(row)).status_code == 200


def test_an_admin_gets_no_way_to_a_page_that_is_the_coordinators(sign_in, team, match):
    row = Message.objects.create(
        kind="mentee.ask", key=f"x:{match.ref}", subject=match.ref, clinic=team.clinic, status="dead",
        recipient=f"user:{match.mentor.person.user.ref}",
    )  # fmt: skip
    page = sign_in(team.admin).get(reverse("messaging:message", args=[row.ref])).content.decode()
    assert kinds.link(row) not in page and "Open what it is about" not in page


def test_what_was_noted_without_a_new_state_is_called_by_its_note(team):
    match = factories.make_match(team)
    row = match.history.create(from_status="introduced", to_status="introduced", by=team.coordinator, note="Shares it")
    moved = match.history.create(from_status="accepted", to_status="introduced", by=team.coordinator, note="x")
    assert (road.step_title(row), road.step_title(moved)) == ("Shares it", "Introduced")
