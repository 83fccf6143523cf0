"""Pairs drawn to look at, and what pairs add to the agenda of a supervision talk."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.urls import reverse

from common import clock
from common.errors import Denied, Invalid, WrongState
from matching.workflow import Status as MatchStatus
from mentorship import agenda
from mentorship.actions.reviews import draw, draw_all, finish_review, quarter_of
from mentorship.models import Contact, FlagCategory, MatchReview, RedFlag
from tests import factories
from training.models import CareRules

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def pairs(team, n, **fields):
    return [factories.make_match(team, days_ago=5, mentor=factories.make_mentor(team), **fields) for _pair in range(n)]


def drawn(team, now=None):
    return draw(clinic=team.clinic.pk, now=now or clock.now())


def test_a_share_is_drawn_once_a_quarter(team):
    CareRules.objects.create(clinic=team.clinic, review_share=30)
    pairs(team, 10)
    assert drawn(team) == 3
    assert drawn(team) == 0
    assert MatchReview.objects.count() == 3


def test_at_least_one_is_drawn_when_there_are_pairs_and_none_where_there_are_none(team, other_team):
    pairs(team, 1)
    assert draw_all(clock.now()) == 1
    assert MatchReview.objects.get().clinic == team.clinic


def test_a_share_of_nothing_draws_nothing(team):
    CareRules.objects.create(clinic=team.clinic, review_share=0)
    pairs(team, 2)
    assert drawn(team) == 0


def test_the_same_pairs_are_drawn_by_whoever_works_it_out_again(team):
    CareRules.objects.create(clinic=team.clinic, review_share=40)
    pairs(team, 5)
    drawn(team)
    first = set(MatchReview.objects.values_list("match", flat=True))
    MatchReview.objects.all().delete()
    drawn(team)
    assert set(MatchReview.objects.values_list("match", flat=True)) == first


def test_ended_this_quarter_counts_and_ended_before_or_never_begun_does_not(team):
    CareRules.objects.create(clinic=team.clinic, review_share=100)
    ended, before, asked = pairs(team, 3)
    for match, moment in ((ended, clock.now()), (before, clock.now() - 200 * DAY)):
        type(match).objects.filter(pk=match.pk).update(
            status=MatchStatus.ENDED, slot=None, ended_at=moment, ended_by=team.coordinator, end_reason="planned"
        )
    type(asked).objects.filter(pk=asked.pk).update(status=MatchStatus.APPROVED)
    drawn(team)
    assert [review.match for review in MatchReview.objects.all()] == [ended]


def test_a_new_quarter_draws_again_and_a_pair_is_drawn_once_a_quarter(team):
    (match,) = pairs(team, 1)
    drawn(team)
    drawn(team, clock.now() + 100 * DAY)
    assert MatchReview.objects.values("quarter").distinct().count() == 2
    with pytest.raises(IntegrityError):
        MatchReview.objects.create(clinic=team.clinic, match=match, quarter=MatchReview.objects.first().quarter)


@pytest.mark.parametrize(("month", "quarter"), [(1, "Q1"), (3, "Q1"), (4, "Q2"), (9, "Q3"), (10, "Q4"), (12, "Q4")])
def test_quarters_begin_in_january_april_july_and_october(month, quarter):
    assert quarter_of(dt.date(2027, month, 1)) == f"2027-{quarter}"


def review_of(team):
    match = pairs(team, 1)[0]
    return MatchReview.objects.create(clinic=team.clinic, match=match, quarter="2026-Q4")


def test_what_was_seen_is_kept_once(team):
    review = review_of(team)
    for _click in range(2):
        finish_review(review=review.pk, by=team.coordinator, version=1, outcome="mentor", words="Ring Rita.")
    with pytest.raises(WrongState):
        finish_review(review=review.pk, by=team.clinician, version=1, outcome="well")
    review.refresh_from_db()
    assert (review.outcome, review.done_by) == ("mentor", team.coordinator)


@pytest.mark.parametrize(
    ("outcome", "words", "field"), [("great", "", "outcome"), ("change", " ", "words"), ("well", "x" * 3000, "words")]
)
def test_an_answer_that_makes_no_sense_is_refused_at_its_field(team, outcome, words, field):
    with pytest.raises(Invalid) as refusal:
        finish_review(review=review_of(team).pk, by=team.coordinator, version=1, outcome=outcome, words=words)
    assert refusal.value.field == field


def test_the_supervisor_looks_too_and_nobody_at_their_own_pair(team, other_team):
    review = review_of(team)
    own = review.match.mentor.person.user
    own.memberships.create(clinic=team.clinic, role="coordinator")
    assert MatchReview.objects.visible_to(team.clinician).exists()
    for who in (own, team.backup, team.admin, other_team.coordinator):
        assert not MatchReview.objects.visible_to(who).exists()
        with pytest.raises(Denied):
            finish_review(review=review.pk, by=who, version=1, outcome="well")


def test_the_pages_show_what_to_look_at_and_keep_what_was_typed(team, sign_in):
    client = sign_in(team.coordinator)
    assert "No pair is to be looked at now" in client.get(reverse("mentorship:reviews")).content.decode()
    review = review_of(team)
    url = reverse("mentorship:review", args=[review.ref])
    assert "Follow-up questions" in client.get(url).content.decode()
    wrong = client.post(url, {"outcome": "", "words": "They like it.", "version": 1})
    assert "They like it." in wrong.content.decode()
    client.post(url, {"outcome": "well", "words": "They like it.", "version": 1})
    assert "They like it." in client.get(url).content.decode()
    assert sign_in(team.clinician).get(url).status_code == 200


# The agenda -----------------------------------------------------------------------------------


def raised(team, match, route="clinical"):
    category = FlagCategory.objects.create(
        clinic=team.clinic, key=f"{route}-{match.pk}", name="Low mood", severity="S3", route=route,
        about="person" if route == "clinical" else "mentor",
    )  # fmt: skip
    conduct = route == "conduct"
    return RedFlag.objects.create(
        clinic=team.clinic, category=category, route=route, severity="S3", referral=match.referral, match=match,
        source="home", owner=team.clinician, answer_by=clock.now(), next_climb_at=clock.now(), details="Secret words",
        raised_by=team.nurse if conduct else match.mentor.person.user,
        about_user=match.mentor.person.user if conduct else None,
    )  # fmt: skip


def texts(make, match):
    found = make(match.mentor, clock.now() - 30 * DAY, clock.now() + DAY)
    return " ".join(f"{item.title} {item.text}" for item in found)


def test_a_worry_the_mentor_told_is_there_without_what_it_was(team):
    match = pairs(team, 1)[0]
    raised(team, match)
    said = texts(agenda.flags, match)
    assert match.referral.mentee.first_name in said
    for secret in ("Low mood", "Secret words", match.referral.mentee.last_name):
        assert secret not in said


def test_a_worry_about_the_mentor_is_never_there(team):
    match = pairs(team, 1)[0]
    raised(team, match, route="conduct")
    for make in (agenda.flags, agenda.answers, agenda.misses, agenda.endings, agenda.declined):
        assert texts(make, match) == ""
    assert [fact.value for fact in agenda.facts(match.mentor, clock.now() - 30 * DAY, clock.now() + DAY)] == [
        "None"
    ] * 4


def test_misses_stand_once_for_each_person(team):
    match = pairs(team, 1)[0]
    for n in (3, 1):
        Contact.objects.create(match=match, status="no-answer", happened_at=clock.now() - n * DAY)
    assert "2 talks did not happen" in texts(agenda.misses, match)


def test_of_a_lent_mentor_no_name_of_the_other_clinics_mentee_is_said(team, other_team):
    mentor = factories.make_mentor(team)
    match = factories.make_match(other_team, mentor=mentor, days_ago=5)
    Contact.objects.create(match=match, status="no-answer", happened_at=clock.now() - DAY)
    raised(other_team, match)
    for make in (agenda.misses, agenda.flags):
        said = texts(make, match)
        assert match.referral.mentee.first_name not in said
        assert other_team.clinic.name in said
        assert all(item.people == () for item in make(mentor, clock.now() - 30 * DAY, clock.now() + DAY))
