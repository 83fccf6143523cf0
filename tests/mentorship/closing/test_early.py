"""Anybody of a pair may stop it, without blame."""

import pytest

from accounts.models import User
from common.errors import Denied, Invalid
from matching.models import Match
from mentorship.actions import own_page
from mentorship.actions.closing import end_early
from messaging.models import Message
from referrals import actions as referrals
from referrals.models import Referral
from tests import factories


@pytest.fixture
def match(team):
    return factories.make_match(team, days_ago=10)


@pytest.fixture
def team(db):
    return factories.Team()


def ended(match, **more) -> Match:
    """End it as the mentee does, by link."""
    return end_early(match=match.pk, by=User.objects.system(), side="mentee", **more)


def test_a_mentor_may_stop_and_the_mentee_keeps_the_place_in_the_line(team, match):
    before = match.referral.submitted_at
    row = end_early(match=match.pk, by=match.mentor.person.user, side="mentor", note="I am too tired.")
    assert (row.status, row.end_reason) == ("ended", "mentor")
    referral = Referral.objects.get(pk=match.referral_id)
    assert (referral.status, referral.submitted_at) == ("open", before)
    again = end_early(match=match.pk, by=match.mentor.person.user, side="mentor")
    assert again.end_reason == "mentor" and again.history.filter(to_status="ended").count() == 1


@pytest.mark.parametrize(
    ("wish", "status", "group"), [("another", "open", False), ("nothing", "closed", False), ("group", "open", True)]
)
def test_what_the_mentee_wishes_next_is_done(team, match, wish, status, group):
    ended(match, reason="fit", wish=wish)
    referral = Referral.objects.get(pk=match.referral_id)
    assert (referral.status, referral.only_group) == (status, group)


@pytest.mark.parametrize(
    ("more", "field"), [({"reason": "planned"}, "reason"), ({"reason": "died"}, "reason"), ({"wish": "x"}, "wish")]
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(team, match, more, field):
    with pytest.raises(Invalid) as refused:
        ended(match, **more)
    assert refused.value.field == field
    match.refresh_from_db()
    assert match.status == "introduced"


def test_a_mentor_may_not_end_as_planned_nor_end_somebody_elses_pair(team, match):
    from matching import actions

    with pytest.raises(Denied):
        actions.end(match=match.pk, by=match.mentor.person.user, reason="planned")
    with pytest.raises(Denied):
        end_early(match=match.pk, by=factories.make_mentor(team).person.user, side="mentor")
    with pytest.raises(Denied):
        end_early(match=match.pk, by=team.nurse, side="mentor")


def test_a_mentor_hears_kindly_that_somebody_stopped_and_once(team, match):
    own_page.stop(referral=match.referral_id, by=User.objects.system())
    assert list(Message.objects.filter(kind="pair.over").values_list("recipient", flat=True)) == [
        f"user:{match.mentor.person.user.ref}"
    ]
    own_page.stop(referral=match.referral_id, by=User.objects.system())
    assert Message.objects.filter(kind="pair.over").count() == 1


@pytest.mark.parametrize("how", ["consent", "died"])
def test_nobody_is_told_after_a_death_or_a_consent_taken_back(team, match, how):
    if how == "died":
        referrals.close(referral=match.referral_id, by=team.coordinator, reason="died")
    else:
        referrals.withdraw_consent(referral=match.referral_id, scope="contact", by=User.objects.system(), how="link")
    assert Match.objects.get(pk=match.pk).status == "ended"
    assert not Message.objects.filter(kind="pair.over").exists()
