"""The verbs of a mentor's record: allowed, refused, repeated, and with their history."""

import datetime as dt

import pytest

from clinics.roles import Role
from common.errors import Denied, Invalid, NotReady, Stale, WrongState
from tests import factories
from tests.factories import DAY
from training import actions, panels, readiness
from training.data import Decision, MentorData
from training.models import Certificate, Mentor
from training.workflow import Status


@pytest.fixture
def applicant(team):
    return factories.make_mentor(team, ready=False)


@pytest.fixture
def mentor(team):
    return factories.make_mentor(team)


def road(mentor):
    return [row.to_status for row in mentor.history.all() if row.to_status != row.from_status]


def test_from_applicant_to_mentor(team, applicant):
    today, by = team.clinic.today, team.coordinator
    actions.vet(mentor=applicant.pk, by=by, decision=Decision.ACCEPT)
    actions.sign_code(mentor=applicant.pk, by=by)
    actions.brief_on_secrecy(mentor=applicant.pk, by=by, on=today - DAY)
    actions.meet_team(mentor=applicant.pk, by=by)
    actions.record_checks(mentor=applicant.pk, by=by, valid_until=today + 300 * DAY)
    actions.issue_certificate(mentor=applicant.pk, by=by, valid_from=today, valid_until=today + 300 * DAY)
    actions.activate(mentor=applicant.pk, by=by)
    assert road(applicant) == ["applied", "interviewed", "in-training", "ready", "active"]
    assert applicant in readiness.ready(today)


def test_accepting_twice_changes_nothing(team, applicant):
    actions.vet(mentor=applicant.pk, by=team.coordinator, decision=Decision.ACCEPT)
    before = road(applicant)
    actions.vet(mentor=applicant.pk, by=team.coordinator, decision=Decision.ACCEPT)
    assert road(applicant) == before


@pytest.mark.parametrize(
    ("decision", "status"), [(Decision.DECLINE, Status.DECLINED), (Decision.REDIRECT, Status.REDIRECTED)]
)
def test_no_and_another_role_are_kept_with_their_reason_and_can_come_back(team, applicant, decision, status):
    for _again in range(2):
        actions.vet(mentor=applicant.pk, by=team.coordinator, decision=decision, note="Not now")
    applicant.refresh_from_db()
    assert applicant.status == status
    assert applicant.history.filter(to_status=status, note="Not now").count() == 1
    actions.apply_again(mentor=applicant.pk, by=team.coordinator)
    applicant.refresh_from_db()
    assert applicant.status == Status.APPLIED


def test_a_decision_that_is_none_is_refused(team, applicant):
    with pytest.raises(Invalid):
        actions.vet(mentor=applicant.pk, by=team.coordinator, decision="perhaps")


STEPS = {
    "vet": {"decision": Decision.ACCEPT}, "sign_code": {}, "brief_on_secrecy": {}, "meet_team": {},
    "record_checks": {"valid_until": dt.date(2027, 6, 1)}, "activate": {}, "decertify": {"note": "A worry"},
    "issue_certificate": {"valid_from": dt.date(2026, 6, 1), "valid_until": dt.date(2027, 6, 1)}, "apply_again": {},
    "retire": {},
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("who", ["nurse", "clinician", "admin", "stranger"])
def test_only_who_keeps_the_records_may(team, other_team, mentor, name, who):
    by = other_team.coordinator if who == "stranger" else getattr(team, who)
    with pytest.raises(Denied):
        getattr(actions, name)(mentor=mentor.pk, by=by, **STEPS[name])


@pytest.mark.parametrize("name", [name for name in STEPS if name != "retire"])
def test_nobody_decides_about_themselves(team, mentor, name):
    factories.Membership.objects.create(clinic=team.clinic, user=mentor.person.user, role=Role.COORDINATOR)
    with pytest.raises(Denied):
        getattr(actions, name)(mentor=mentor.pk, by=mentor.person.user, **STEPS[name])


def test_days_to_come_and_days_before_birth_are_refused_for_what_happened(team, applicant):
    today = team.clinic.today
    for action in (actions.sign_code, actions.brief_on_secrecy, actions.meet_team):
        for day in (today + DAY, dt.date(1900, 1, 1)):
            with pytest.raises(Invalid) as refusal:
                action(mentor=applicant.pk, by=team.coordinator, on=day)
            assert refusal.value.field == "on"


def test_a_background_check_needs_a_day_to_come(team, applicant):
    for day in (team.clinic.today - DAY, dt.date(9999, 1, 1)):
        with pytest.raises(Invalid):
            actions.record_checks(mentor=applicant.pk, by=team.coordinator, valid_until=day)


def test_a_certificate_needs_its_days_in_order_and_an_accepted_mentor(team, applicant, mentor):
    today = team.clinic.today
    with pytest.raises(WrongState):
        actions.issue_certificate(mentor=applicant.pk, by=team.coordinator, valid_from=today, valid_until=today + DAY)
    with pytest.raises(Invalid):
        actions.issue_certificate(mentor=mentor.pk, by=team.coordinator, valid_from=today, valid_until=today)


def test_the_same_certificate_twice_is_one_and_taking_it_back_stops_new_matches(team, mentor):
    today = team.clinic.today
    dates = {"valid_from": today, "valid_until": today + 100 * DAY}
    one = actions.issue_certificate(mentor=mentor.pk, by=team.coordinator, **dates)
    assert actions.issue_certificate(mentor=mentor.pk, by=team.coordinator, **dates) == one
    for certificate in Certificate.objects.filter(mentor=mentor):
        for _again in range(2):
            actions.revoke_certificate(certificate=certificate.pk, by=team.coordinator)
    assert mentor not in readiness.ready(today)


def test_starting_names_everything_that_is_missing(team, applicant):
    actions.vet(mentor=applicant.pk, by=team.coordinator, decision=Decision.ACCEPT)
    with pytest.raises(WrongState):
        actions.activate(mentor=applicant.pk, by=team.coordinator)
    today = team.clinic.today
    actions.issue_certificate(mentor=applicant.pk, by=team.coordinator, valid_from=today, valid_until=today + DAY)
    with pytest.raises(NotReady) as refusal:
        actions.activate(mentor=applicant.pk, by=team.coordinator)
    assert len(refusal.value.missing) == 4


def test_a_rest_from_today_follows_at_once_and_ends_when_they_say_so(team, mentor):
    user, today = mentor.person.user, team.clinic.today
    for _again in range(2):
        actions.rest(mentor=mentor.pk, by=user, from_=today)
    mentor.refresh_from_db()
    assert mentor.status == Status.RESTING
    assert road(mentor) == ["active", "resting"]
    for _again in range(2):
        actions.back_from_rest(mentor=mentor.pk, by=user)
    mentor.refresh_from_db()
    assert (mentor.status, mentor.rest_from) == (Status.ACTIVE, None)


def test_a_rest_to_come_is_a_question_of_dates_and_the_status_follows(team, mentor):
    today = team.clinic.today
    actions.rest(mentor=mentor.pk, by=mentor.person.user, from_=today + 2 * DAY, until=today + 4 * DAY)
    mentor.refresh_from_db()
    assert mentor.status == Status.ACTIVE
    assert mentor in readiness.ready(today) and mentor not in readiness.ready(today + 3 * DAY)
    now = factories.clock.now()
    for days, status in ((0, Status.ACTIVE), (2, Status.RESTING), (4, Status.RESTING), (5, Status.ACTIVE)):
        with factories.clock.at(now + days * DAY):
            actions.follow_rests(factories.clock.now())
            actions.follow_rests(factories.clock.now())
        mentor.refresh_from_db()
        assert mentor.status == status, days
    assert mentor.history.filter(to_status="resting").count() == 1


@pytest.mark.parametrize("dates", [(-1, None), (0, -1), (400, None), (0, 500)])
def test_a_rest_with_days_that_make_no_sense_is_refused(team, mentor, dates):
    today = team.clinic.today
    until = None if dates[1] is None else today + dates[1] * DAY
    with pytest.raises(Invalid):
        actions.rest(mentor=mentor.pk, by=mentor.person.user, from_=today + dates[0] * DAY, until=until)


def test_nobody_else_rests_a_mentor_and_an_applicant_does_not_rest(team, mentor, applicant):
    today = team.clinic.today
    with pytest.raises(Denied):
        actions.rest(mentor=mentor.pk, by=applicant.person.user, from_=today)
    with pytest.raises(WrongState):
        actions.rest(mentor=applicant.pk, by=team.coordinator, from_=today)


def test_stopping_waits_for_the_people_who_count_on_them(team, mentor, monkeypatch):
    monkeypatch.setattr(panels, "_holding", [lambda m: ["Two people count on them."]])
    with pytest.raises(NotReady):
        actions.retire(mentor=mentor.pk, by=team.coordinator)
    monkeypatch.setattr(panels, "_holding", [])
    for _again in range(2):
        actions.retire(mentor=mentor.pk, by=team.coordinator, note="Moved away")
    assert road(mentor) == ["active", "retired"]


def test_taking_a_certificate_back_for_good_needs_a_reason_and_has_a_way_back(team, mentor):
    with pytest.raises(Invalid):
        actions.decertify(mentor=mentor.pk, by=team.coordinator, note="  ")
    for _again in range(2):
        actions.decertify(mentor=mentor.pk, by=team.coordinator, note="Gave advice about medicines")
    assert not mentor.certificates.filter(revoked_at=None).exists()
    for _again in range(2):
        actions.apply_again(mentor=mentor.pk, by=team.coordinator)
    assert road(mentor) == ["active", "decertified", "in-training"]


def profile(**changes):
    person = {
        "first_name": "Jean-Luc", "last_name": "Petit", "birth_year": 1965, "birth_date": None, "gender": "man",
        "language": "fr", "email": "jean-luc@example.org", "phone": "+32470123456",
    }  # fmt: skip
    values = {
        "role_types": ["patient"], "languages": ["fr"], "channels": ["phone"], "topics": ["work"], "places": 2,
        "phases": ["starting"], "treatments": [], "wont_discuss": [], "diagnosed_year": 2014,
    }  # fmt: skip
    return MentorData(
        person=person | {k: v for k, v in changes.items() if k in person},
        profile=values | {k: v for k, v in changes.items() if k not in person},
    )


def test_a_mentor_is_added_as_an_applicant_with_an_invited_account(team):
    made = actions.add_mentor(clinic=team.clinic, by=team.coordinator, data=profile())
    assert (made.status, road(made)) == (Status.APPLIED, ["applied"])
    assert made.person.user.email == "jean-luc@example.org"
    assert made.person.user.memberships.get().role == Role.MENTOR


def test_somebody_with_an_account_becomes_a_mentor_with_that_account(team):
    nurse = team.nurse
    made = actions.add_mentor(clinic=team.clinic, by=team.coordinator, data=profile(email=nurse.email))
    assert made.person.user == nurse


def test_the_same_mentor_twice_is_refused(team):
    actions.add_mentor(clinic=team.clinic, by=team.coordinator, data=profile())
    with pytest.raises(Invalid) as refusal:
        actions.add_mentor(clinic=team.clinic, by=team.coordinator, data=profile())
    assert refusal.value.field == "email"
    assert Mentor.objects.count() == 1


@pytest.mark.parametrize(("changes", "field"), [
    ({"birth_year": 2020}, "birth_year"), ({"birth_year": 3000}, "birth_year"), ({"birth_year": 1700}, "birth_year"),
    ({"diagnosed_year": 1950}, "diagnosed_year"), ({"diagnosed_year": 2999}, "diagnosed_year"),
    ({"places": 11}, "places"), ({"wont_discuss": ["work"]}, "wont_discuss"), ({"languages": ["xx"]}, "languages"),
    ({"first_name": "A\x00"}, "first_name"), ({"email": ""}, "email"), ({"about_me": "x" * 601}, "about_me"),
])  # fmt: skip
def test_a_profile_that_makes_no_sense_is_refused_at_its_field(team, changes, field):
    with pytest.raises(Invalid) as refusal:
        actions.add_mentor(clinic=team.clinic, by=team.coordinator, data=profile(**changes))
    assert refusal.value.field == field
    assert not Mentor.objects.exists()


def test_a_changed_address_has_to_be_verified_again(team, mentor):
    data = profile(first_name="Rita", email="new@example.org")
    actions.change_mentor(mentor=mentor.pk, by=team.coordinator, data=data, version=mentor.version)
    mentor.person.refresh_from_db()
    assert (mentor.person.email, mentor.person.email_verified_at) == ("new@example.org", None)


def test_a_stale_profile_is_refused_and_changes_nothing(team, mentor):
    actions.change_mentor(mentor=mentor.pk, by=team.coordinator, data=profile(), version=mentor.version)
    with pytest.raises(Stale):
        actions.change_mentor(mentor=mentor.pk, by=team.coordinator, data=profile(places=5), version=mentor.version)
    mentor.refresh_from_db()
    assert mentor.places == 2


def test_others_do_not_add_or_change(team, other_team, mentor):
    for by in (team.nurse, team.clinician, other_team.coordinator):
        with pytest.raises(Denied):
            actions.add_mentor(clinic=team.clinic, by=by, data=profile())
        with pytest.raises(Denied):
            actions.change_mentor(mentor=mentor.pk, by=by, data=profile(), version=mentor.version)
