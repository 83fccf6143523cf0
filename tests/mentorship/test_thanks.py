"""A mentee thanks their mentor by link: with their yes it is read, and taken back it is gone."""

import pytest
from django.urls import reverse

from accounts import links
from accounts.models import User
from common.errors import Denied, Invalid, NotReady
from mentorship.actions import thanks as actions
from mentorship.models import FollowUpCheck, Thanks
from tests import factories
from tests.factories import Team

WORDS = "She understood me at half a word."


@pytest.fixture
def team(db) -> Team:
    return Team()


@pytest.fixture
def check(team) -> FollowUpCheck:
    match = factories.make_match(team, days_ago=12)
    return FollowUpCheck.objects.create(match=match, day=10, to="mentee", due_on=team.clinic.today)


def give(check, **values):
    values = {"words": WORDS, "may_read": True} | values
    return actions.give_thanks(check=check.pk, by=User.objects.system(), **values)


def home(client, check) -> str:
    client.force_login(check.match.mentor.person.user)
    return client.get(reverse("mentorship:home")).content.decode()


def by_link(client, check):
    """Come by the link, as the mentee."""
    client.get(links.make("check.answer", check.ref)[1].replace("http://127.0.0.1:8000", ""))
    return reverse("mentorship:check-link")


def test_the_mentor_reads_it_with_or_without_a_name(client, check):
    name = check.match.referral.mentee.first_name
    assert "asked us to tell you" not in home(client, check)
    give(check)
    page = home(client, check)
    assert WORDS in page and "Someone you talked with asked us to tell you." in page
    give(check, with_name=True)
    assert f"{name} asked us to tell you." in home(client, check)
    assert Thanks.objects.count() == 1


def test_taken_back_or_without_consent_it_is_gone(client, check):
    said = give(check)
    for _n in range(2):
        actions.take_back(thanks=said.pk, by=User.objects.system())
    assert WORDS not in home(client, check) and Thanks.objects.get().words == ""
    give(check)
    assert WORDS in home(client, check)
    consents = check.match.referral.consents
    consents.update(withdrawn_at=check.asked_at, withdrawn_by=User.objects.system())
    assert WORDS not in home(client, check)
    with pytest.raises(NotReady):
        give(check)


def test_without_words_a_yes_or_the_right_person_nothing_is_kept(team, check):
    for values in ({"words": " "}, {"words": "x" * 301}, {"may_read": False}):
        with pytest.raises(Invalid):
            give(check, **values)
    with pytest.raises(Denied):
        actions.give_thanks(check=check.pk, by=check.match.mentor.person.user, words=WORDS, may_read=True)
    FollowUpCheck.objects.update(to="mentor")
    assert not Thanks.objects.exists()


def test_a_mentee_thanks_by_link_after_their_answer_and_takes_it_back(client, check):
    url = by_link(client, check)
    assert "Would you like to thank them?" not in client.get(url).content.decode()
    client.post(url, {"answer": "yes"})
    assert "Would you like to thank them?" in client.get(url).content.decode()
    wrong = client.post(url, {"thanks": "give", "thanks_words": WORDS}).content.decode()
    assert "Tick that your mentor may read this" in wrong and WORDS in wrong
    client.post(url, {"thanks": "give", "thanks_words": WORDS, "may_read": "on"})
    page = client.get(url).content.decode()
    assert "Take this back" in page
    assert client.post(url, {"thanks": "nothing"}).status_code == 404
    client.post(url, {"thanks": Thanks.objects.get().ref})
    assert Thanks.objects.get().taken_back_at and WORDS not in client.get(url).content.decode()


def test_nobody_else_reads_it_and_three_are_shown(client, team, check):
    for day in (20, 30, 40, 50):
        row = FollowUpCheck.objects.create(match=check.match, day=day, to="mentee", due_on=team.clinic.today)
        give(row, words=f"Thanks of day {day}")
    page = home(client, check)
    assert [day for day in (20, 30, 40, 50) if f"Thanks of day {day}" in page] == [30, 40, 50]
    assert not Thanks.objects.visible_to(team.coordinator).exists()
    other = factories.make_mentor(team)
    assert not Thanks.objects.visible_to(other.person.user).exists()
