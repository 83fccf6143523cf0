"""Contact details are shared once both agreed, between the introduction and the end; either takes it back."""

import pytest
from django.urls import reverse

from accounts.models import User
from common import clock
from common.errors import Denied, Invalid, WrongState
from matching import actions
from matching.actions.sharing import MENTEE, MENTOR, share_details
from matching.workflow import Status
from tests import factories

pytestmark = pytest.mark.django_db
NUMBER = "+32470111213"


@pytest.fixture
def team():
    return factories.Team()


def pair(team, status=Status.INTRODUCED, **fields):
    row = factories.make_match(team, status=status, **fields)
    row.referral.mentee.phone = NUMBER
    row.referral.mentee.save()
    return row


def notes(match):
    return list(match.history.order_by("pk").values_list("note", flat=True))[1:]


def shows_number(client, match) -> bool:
    """Tell whether the mentor sees the mentee's number on any of the two pages about them."""
    client.force_login(match.mentor.person.user)
    pages = [reverse("mentorship:home"), reverse("matching:request", args=[match.ref])]
    return any("470111213" in client.get(url).content.decode().replace(" ", "") for url in pages)


@pytest.mark.parametrize("lacking", ["mentee_shares_at", "mentor_shares_at"])
def test_a_number_is_shown_only_once_both_agreed(client, team, lacking):
    assert shows_number(client, pair(team))
    assert not shows_number(client, pair(team, **{lacking: None}))


@pytest.mark.parametrize(
    ("status", "shown"), [("accepted", False), ("introduced", True), ("paused", True), ("ended", False)]
)
def test_details_are_shared_between_the_introduction_and_the_end(team, status, shown):
    now = clock.now()
    assert pair(team, status, mentee_shares_at=now, mentor_shares_at=now).details_shared is shown


def test_whoever_lost_sight_sees_no_number(team):
    assert not pair(team, sight_ended_at=clock.now()).details_shared


@pytest.mark.parametrize("side", [MENTEE, MENTOR])
def test_each_side_says_yes_and_takes_it_back_and_it_is_written_down_once(team, side):
    row = pair(team, **{f"{side}_shares_at": None})
    by = row.mentor.person.user if side == MENTOR else User.objects.system()
    for agreed in (True, True, False, False):
        row = share_details(match=row.pk, by=by, side=side, agreed=agreed)
        assert row.details_shared is agreed
    assert notes(row) == [f"The {side} shares how to be reached", f"The {side} no longer shares how to be reached"]


def test_a_coordinator_writes_down_what_the_mentee_said_but_never_for_the_mentor(team):
    row = pair(team, mentee_shares_at=None, mentor_shares_at=None)
    assert share_details(match=row.pk, by=team.coordinator, side=MENTEE, agreed=True).mentee_shares_at
    with pytest.raises(Denied):
        share_details(match=row.pk, by=team.coordinator, side=MENTOR, agreed=True)


def test_nobody_else_says_it(team):
    row = pair(team)
    strangers = [team.nurse, team.clinician, factories.make_mentor(team).person.user, factories.Team().coordinator]
    for user in strangers:
        for side in (MENTEE, MENTOR):
            with pytest.raises(Denied):
                share_details(match=row.pk, by=user, side=side, agreed=False)
    with pytest.raises(Denied):
        share_details(match=row.pk, by=row.mentor.person.user, side=MENTEE, agreed=True)


def test_there_is_no_third_side(team):
    with pytest.raises(Invalid):
        share_details(match=pair(team).pk, by=team.coordinator, side="both", agreed=True)


def test_nothing_is_shared_where_there_is_no_pair(team):
    row = pair(team, Status.ENDED)
    with pytest.raises(WrongState):
        share_details(match=row.pk, by=team.coordinator, side=MENTEE, agreed=False)


def test_a_mentor_may_agree_with_the_yes_and_it_is_not_ticked_beforehand(team):
    row = factories.make_match(team, status=Status.APPROVED)
    row = actions.accept(match=row.pk, by=row.mentor.person.user, expectations=True)
    assert row.mentor_shares_at is None
    other = factories.make_match(team, status=Status.APPROVED)
    other = actions.accept(match=other.pk, by=other.mentor.person.user, expectations=True, shares=True)
    assert other.mentor_shares_at


@pytest.mark.parametrize(
    ("answer", "shares", "stored"), [("yes", True, True), ("yes", False, False), ("call", True, False)]
)
def test_a_mentee_may_agree_with_the_yes_only(team, answer, shares, stored):
    row = factories.make_match(team, status=Status.ACCEPTED)
    row = actions.mentee_answer(match=row.pk, by=User.objects.system(), answer=answer, expectations=True, shares=shares)
    assert bool(row.mentee_shares_at) is stored


def test_the_mentor_says_yes_and_takes_it_back_on_the_page_about_them(client, team):
    row = pair(team, mentor_shares_at=None)
    client.force_login(row.mentor.person.user)
    url = reverse("matching:details", args=[row.ref])
    assert "have your number?" in client.get(reverse("matching:request", args=[row.ref])).content.decode()
    client.post(url, {"agreed": "yes"})
    row.refresh_from_db()
    assert row.details_shared
    client.post(url, {"agreed": "no"})
    row.refresh_from_db()
    assert not row.details_shared


def test_the_page_to_go_back_to_is_one_of_ours(client, team):
    row = pair(team)
    client.force_login(team.coordinator)
    answer = client.post(
        reverse("matching:details", args=[row.ref]), {"agreed": "yes", "next": "https://evil.example/"}
    )
    assert answer.url == reverse("matching:match", args=[row.ref])


def test_the_coordinator_sees_that_they_help_with_the_first_talk(client, team):
    client.force_login(team.coordinator)
    row = pair(team, mentee_shares_at=None)
    assert "Help them with the first talk" in client.get(reverse("mentorship:pair", args=[row.ref])).content.decode()


def test_the_mentees_own_page_shows_a_number_only_once_both_agreed(team):
    from mentorship.views.own_details import card

    row = pair(team, mentee_shares_at=None)
    row.mentor.person.phone = NUMBER
    row.mentor.person.save()
    shown = card(row.referral, None)
    assert (shown["shared"], shown["phone"], bool(shown["agreed"])) == (False, "", False)
    share_details(match=row.pk, by=User.objects.system(), side=MENTEE, agreed=True)
    shown = card(row.referral, None)
    assert (shown["shared"], shown["phone"]) == (True, NUMBER)
    share_details(match=row.pk, by=row.mentor.person.user, side=MENTOR, agreed=False)
    assert card(row.referral, None)["phone"] == ""


def test_nobody_without_a_pair_has_the_card(team):
    from mentorship.views.own_details import card

    assert card(pair(team, Status.ENDED).referral, None) is None
