"""Ready to mentor: each missing thing in words, and the same answer from the database."""

import datetime as dt
import itertools

import pytest

from common.errors import NotReady
from tests import factories
from tests.factories import DAY
from training import readiness
from training.models import AdmissionPolicy, AgreementText, CareRules, Mentor
from training.workflow import Status


def fresh(mentor):
    return readiness.with_facts(Mentor.objects.filter(pk=mentor.pk)).get()


def test_a_mentor_with_everything_in_order_lacks_nothing(team):
    mentor = factories.make_mentor(team)
    assert readiness.missing(fresh(mentor), team.clinic.today) == []
    assert mentor in readiness.ready(team.clinic.today)


def publish(team, **days):
    """Store new words to sign."""
    AgreementText.objects.create(
        clinic=team.clinic, kind="code", version=2, body="Be kind.", published_by=team.admin, **days
    )


def spoil(team, mentor, what):
    """Take one fact away from a mentor who was ready."""
    today = team.clinic.today
    fields = {
        "not accepted": {"vetted_on": None}, "accepted tomorrow": {"vetted_on": today + DAY},
        "no code": {"code_signed_on": None}, "no secrecy": {"secrecy_briefing_on": None},
        "no checks": {"checks_valid_until": None}, "checks ended": {"checks_valid_until": today - DAY},
        "no team": {"met_team_on": None}, "trained": {"status": Status.READY},
        "resting status": {"status": Status.RESTING}, "rests today": {"rest_from": today},
        "rests until tomorrow": {"rest_from": today - DAY, "rest_until": today + DAY, "status": Status.RESTING},
        "last day of rest": {"rest_from": today - DAY, "rest_until": today},
        "applied": {"status": Status.APPLIED}, "decertified": {"status": Status.DECERTIFIED},
        "a flare": {"flare_since": today}, "nobody new before tomorrow": {"new_from": today + DAY},
        "supervision late": {"supervise_by": today - DAY}, "no supervision agreed": {"supervise_by": None},
        "gone while resting": {"status": Status.RETIRED, "rest_from": today},
    }  # fmt: skip
    if what in fields:
        Mentor.objects.filter(pk=mentor.pk).update(**fields[what])
    elif what == "certificate ended":
        mentor.certificates.update(valid_from=today - 9 * DAY, valid_until=today - DAY)
    elif what == "certificate to come":
        mentor.certificates.update(valid_from=today + DAY, valid_until=today + 9 * DAY)
    elif what == "certificate revoked":
        mentor.certificates.update(revoked_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC), revoked_by=team.coordinator)
    elif what == "new words not signed":
        publish(team, in_force_from=today - 9 * DAY, sign_by=today - DAY)
    elif what == "account closed":
        mentor.person.user.is_active = False
        mentor.person.user.save()
    elif what == "no account":
        mentor.person.user = None
        mentor.person.save()
    elif what == "is a mentee":
        factories.make_referral(team, mentee=mentor.person)
    else:
        raise ValueError(what)


SPOILED = [
    "not accepted", "accepted tomorrow", "no code", "no secrecy", "no checks", "checks ended", "no team", "trained",
    "resting status", "rests today", "rests until tomorrow", "last day of rest", "applied", "decertified",
    "gone while resting", "certificate ended", "certificate to come", "certificate revoked", "account closed",
    "no account", "is a mentee", "a flare", "nobody new before tomorrow", "supervision late", "no supervision agreed",
    "new words not signed",
]  # fmt: skip


@pytest.mark.parametrize("what", SPOILED)
def test_one_missing_fact_is_named_and_the_database_agrees(team, what):
    mentor = factories.make_mentor(team)
    spoil(team, mentor, what)
    lacking = readiness.missing(fresh(mentor), team.clinic.today)
    assert len(lacking) >= 1 and all(lacking)
    assert mentor not in readiness.ready(team.clinic.today)
    with pytest.raises(NotReady) as refusal:
        readiness.require(fresh(mentor), team.clinic.today)
    assert len(refusal.value.missing) == len(lacking)


@pytest.mark.parametrize("fields", [
    {"rest_from": 1}, {"rest_from": -9, "rest_until": -1}, {"rest_from": -9, "rest_until": -1, "status": Status.RESTING},
    {"checks_valid_until": 0}, {"supervise_by": 0}, {"new_from": 0}, {"flare_since": 1},
])  # fmt: skip
def test_a_rest_to_come_or_over_and_a_last_day_do_not_stop_anybody(team, fields):
    today = team.clinic.today
    days = {name: today + value * DAY if isinstance(value, int) else value for name, value in fields.items()}
    mentor = factories.make_mentor(team, **days)
    assert readiness.missing(fresh(mentor), today) == []
    assert mentor in readiness.ready(today)


def test_the_words_and_the_database_agree_on_every_mentor_and_every_day(team):
    today = team.clinic.today
    for pair in itertools.combinations(
        ["no code", "rests until tomorrow", "certificate ended", "trained", "is a mentee"], 2
    ):
        mentor = factories.make_mentor(team)
        for what in pair:
            spoil(team, mentor, what)
    factories.make_mentor(team, ready=False)
    for day in (-120, -60, -1, 0, 1, 2, 364, 366):
        on = today + day * DAY
        ready = set(readiness.ready(on))
        for mentor in readiness.with_facts(Mentor.objects.all()):
            assert (mentor in ready) == (readiness.missing(mentor, on) == []), (mentor.pk, day)


def test_what_ends_within_six_weeks_is_named_beforehand(team):
    today = team.clinic.today
    mentor = factories.make_mentor(team, checks_valid_until=today + 20 * DAY)
    mentor.certificates.update(valid_until=today + 42 * DAY)
    assert dict(readiness.ends_soon(fresh(mentor), today)) == {
        "certificate": today + 42 * DAY, "checks": today + 20 * DAY,
    }  # fmt: skip


def test_facts_are_fetched_in_a_fixed_number_of_queries(team, django_assert_num_queries):
    for _number in range(5):
        factories.make_mentor(team)
    with django_assert_num_queries(2):
        for mentor in readiness.with_facts(Mentor.objects.all()):
            readiness.missing(mentor, dt.date(2030, 1, 1))


@pytest.mark.parametrize("sign_by", [0, 5])
def test_new_words_stop_nobody_before_their_last_day_is_over(team, sign_by):
    today = team.clinic.today
    mentor = factories.make_mentor(team)
    publish(team, in_force_from=today - 9 * DAY, sign_by=today + sign_by * DAY)
    assert readiness.missing(fresh(mentor), today) == []
    assert mentor in readiness.ready(today) and mentor not in readiness.ready(today + (sign_by + 1) * DAY)


def test_words_signed_on_the_day_they_count_from_are_signed(team):
    today = team.clinic.today
    mentor = factories.make_mentor(team, code_signed_on=today - 9 * DAY)
    publish(team, in_force_from=today - 9 * DAY, sign_by=today - DAY)
    assert mentor in readiness.ready(today) and readiness.missing(fresh(mentor), today) == []


def test_late_supervision_stops_nobody_where_the_clinic_decided_so(team):
    today = team.clinic.today
    mentor = factories.make_mentor(team, supervise_by=today - DAY)
    CareRules.objects.create(clinic=team.clinic, late_supervision_stops=False)
    assert mentor in readiness.ready(today) and readiness.missing(fresh(mentor), today) == []


@pytest.mark.parametrize("ask, fact", [
    ("needs_check", "checks_valid_until"), ("needs_briefing", "secrecy_briefing_on"), ("needs_team", "met_team_on"),
])  # fmt: skip
def test_what_the_rules_they_were_accepted_under_do_not_ask_is_not_missing(team, ask, fact):
    today = team.clinic.today
    policy = AdmissionPolicy.objects.create(
        clinic=team.clinic, version=1, in_force_from=today, published_by=team.admin, **{ask: False}
    )
    under, strict = (
        factories.make_mentor(team, policy=policy, **{fact: None}),
        factories.make_mentor(team, **{fact: None}),
    )
    assert under in readiness.ready(today) and strict not in readiness.ready(today)
    assert readiness.missing(fresh(under), today) == [] and readiness.missing(fresh(strict), today)


def test_a_mentor_fetched_without_the_facts_gets_the_same_answer(team):
    mentor = factories.make_mentor(team)
    publish(team, in_force_from=team.clinic.today - 9 * DAY, sign_by=team.clinic.today - DAY)
    bare = Mentor.objects.get(pk=mentor.pk)
    assert readiness.missing_keys(bare, team.clinic.today) == readiness.missing_keys(fresh(mentor), team.clinic.today)
