"""The decision, and the clinic's rules as versions: nobody loses anything, and two admins at once are told."""

import datetime as dt

import pytest

from common.errors import Denied, Invalid, NotReady, Stale, WrongState
from messaging.models import Message
from tests import factories
from tests.factories import DAY
from tests.training import selecting_world as world
from training import policy, readiness, starter_policy
from training.actions import selecting_decision, vet
from training.actions.selecting_policy import publish
from training.models import AdmissionPolicy, Letter, Mentor

VALUES = {
    "needed": ["interview", "ratings"], "papers": ["background"], "assessors": 1, "references": 0, "functioning": "mild",
    "check_months": 12, "certificate_months": 12, "needs_check": True, "needs_briefing": True, "needs_team": True,
    "note": "Shorter",
}  # fmt: skip


@pytest.fixture
def applicant(team):
    return world.applicant(team)


def decide(team, mentor, decision="accept", **more):
    values = {"by": team.coordinator, "why": "We trust her", "letter": "Dear Amélie", "version": mentor.version} | more
    return selecting_decision.decide(mentor=mentor.pk, decision=decision, **values)


def new_version(team, version=1, **more):
    values = {"by": team.admin, "in_force_from": team.clinic.today, "who": {}, "values": VALUES} | more
    return publish(clinic=team.clinic, version=version, **values)


def test_a_double_decision_is_one_decision_and_one_letter(team, applicant):
    mentor = world.complete(team, applicant)
    for _again in range(2):
        decide(team, mentor)
    assert Letter.objects.count() == 1 and Message.objects.filter(kind="letter.to-read").count() == 1
    assert mentor.history.filter(to_status="in-training").count() == 1


def test_another_decision_meanwhile_is_told_and_changes_nothing(team, applicant):
    decide(team, applicant, "decline")
    applicant.refresh_from_db()
    with pytest.raises(WrongState, match="in the meantime"):
        decide(team, applicant, "redirect")
    assert Letter.objects.get().kind == "declined"


def test_an_older_page_is_stale(team, applicant):
    world.talk(team, applicant)
    with pytest.raises(Stale):
        decide(team, applicant, "decline", version=1)


def test_nobody_decides_about_themselves(team, applicant):
    applicant.person.user = team.coordinator
    applicant.person.save()
    with pytest.raises(Denied):
        decide(team, applicant, "accept")


@pytest.mark.parametrize("who", ["nurse", "clinician", "admin", "trainer"])
def test_only_who_keeps_the_records_decides(team, applicant, who):
    with pytest.raises(Denied):
        decide(team, applicant, "decline", by=getattr(team, who))


def test_a_yes_names_each_missing_thing_and_nothing_is_sent(team, applicant):
    with pytest.raises(NotReady) as caught:
        decide(team, applicant)
    assert len(caught.value.missing) == 7 and not Letter.objects.exists()
    with pytest.raises(NotReady):
        vet(mentor=applicant.pk, by=team.coordinator, decision="accept")


@pytest.mark.parametrize("status", ["submitted", "returned", "deferred", "open"])
def test_a_mentee_is_not_accepted(team, applicant, status):
    mentor = world.complete(team, applicant)
    factories.make_referral(team, mentee=mentor.person, status=status)
    with pytest.raises(NotReady, match="nobody is both at once"):
        decide(team, mentor)
    with pytest.raises(NotReady, match="nobody is both at once"):
        selecting_decision.accept_known(mentor=mentor.pk, by=team.coordinator, why="The pilot")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"why": " "}, "why"),
        ({"letter": " "}, "letter"),
        ({"decision": "perhaps"}, "decision"),
        ({"decision": "later"}, "until"),
    ],
)
def test_a_decision_without_its_parts_is_refused_at_the_field(team, applicant, changes, field):
    with pytest.raises(Invalid) as caught:
        decide(team, applicant, **{"decision": "decline"} | changes)
    applicant.refresh_from_db()
    assert caught.value.field == field and applicant.status == "applied"


@pytest.mark.parametrize("days", [0, -5, 800])
def test_not_now_is_a_day_within_two_years(team, applicant, days):
    with pytest.raises(Invalid):
        decide(team, applicant, "later", until=team.clinic.today + days * DAY)


def test_a_letter_that_cannot_be_written_rolls_the_decision_back(team, applicant, monkeypatch):
    def fails(**_values):
        raise RuntimeError

    monkeypatch.setattr(selecting_decision, "send_letter", fails)
    with pytest.raises(RuntimeError):
        decide(team, applicant, "decline")
    applicant.refresh_from_db()
    assert applicant.status == "applied"


def test_who_comes_back_is_chosen_anew(team, applicant):
    from training.actions import apply_again

    mentor = world.complete(team, applicant)
    decide(team, mentor, "decline")
    apply_again(mentor=mentor.pk, by=team.coordinator)
    mentor.refresh_from_db()
    with pytest.raises(NotReady) as caught:
        decide(team, mentor)
    assert "There was no talk with them yet." in caught.value.missing
    assert len(world.raters(team, mentor)) == 2 and mentor.ratings.filter(round=2).count() == 2


def test_the_starter_rules_are_stored_once(team):
    assert policy.current(team.clinic) is None
    first = starter_policy.start_clinic(team.clinic, team.admin)
    assert starter_policy.start_clinic(team.clinic, team.admin) == first == policy.current(team.clinic)


def test_a_new_version_counts_from_its_day(team):
    first = starter_policy.start_clinic(team.clinic, team.admin)
    later = new_version(team, in_force_from=team.clinic.today + 30 * DAY)
    assert policy.current(team.clinic) == first and policy.coming(team.clinic) == later
    assert policy.on(team.clinic, later.in_force_from) == later
    assert policy.on(team.clinic, later.in_force_from - DAY) == first


def test_publishing_twice_is_one_version(team):
    starter_policy.start_clinic(team.clinic, team.admin)
    assert new_version(team) == new_version(team)
    assert team.clinic.admission_policies.count() == 2


def test_two_admins_at_once_and_the_second_is_told(team):
    starter_policy.start_clinic(team.clinic, team.admin)
    new_version(team)
    another = factories.make_user(team.clinic, "admin")
    with pytest.raises(Stale):
        new_version(team, by=another)
    with pytest.raises(Stale):
        new_version(team, values=VALUES | {"assessors": 2})
    assert team.clinic.admission_policies.count() == 2


@pytest.mark.parametrize("who", ["coordinator", "nurse", "clinician", "trainer"])
def test_only_an_admin_publishes(team, who):
    with pytest.raises(Denied):
        new_version(team, version=0, by=getattr(team, who))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("assessors", 0),
        ("assessors", 4),
        ("references", 5),
        ("check_months", 0),
        ("certificate_months", 61),
        ("functioning", "rich"),
        ("needed", ["blood"]),
        ("papers", ["passport"]),
        ("note", ""),
    ],
)
def test_a_version_that_makes_no_sense_is_refused_at_its_field(team, field, value):
    starter_policy.start_clinic(team.clinic, team.admin)
    with pytest.raises(Invalid) as caught:
        new_version(team, values=VALUES | {field: value})
    assert caught.value.field == field and team.clinic.admission_policies.count() == 1


@pytest.mark.parametrize("days", [-1, 400])
def test_a_version_counts_from_today_or_a_day_within_a_year(team, days):
    with pytest.raises(Invalid):
        new_version(team, version=0, in_force_from=team.clinic.today + days * DAY)


def test_a_version_never_counts_before_the_one_it_follows(team):
    starter_policy.start_clinic(team.clinic, team.admin)
    new_version(team, in_force_from=team.clinic.today + 30 * DAY)
    with pytest.raises(Invalid):
        new_version(team, version=2, values=VALUES | {"assessors": 2})


def test_mentors_and_patients_choose_nobody(team):
    for role in ("mentor", "admin", "somebody"):
        with pytest.raises(Invalid):
            new_version(team, version=0, who={"ratings": [role]})


def test_a_new_version_never_changes_who_is_ready(team):
    """On no day up to the end of their certificates, whatever the new rules ask and whatever each of them lacks."""
    first = starter_policy.start_clinic(team.clinic, team.admin)
    AdmissionPolicy.objects.filter(pk=first.pk).update(needs_check=False, needs_briefing=False, needs_team=False)
    today = team.clinic.today
    lacks = [{}, {"checks_valid_until": None}, {"secrecy_briefing_on": None}, {"met_team_on": None}]
    for n, facts in enumerate(lacks):
        for rules in (first, None):
            person = factories.make_person(team.clinic, first_name=f"M{n}")
            factories.make_mentor(team, person=person, policy=rules, **facts)
    days = [today + n * DAY for n in (0, 1, 29, 30, 31, 200, 365, 366)]
    before = [set(readiness.ready(day)) for day in days]
    said = [[readiness.missing(m, day) for m in Mentor.objects.order_by("pk")] for day in days]
    new_version(team, in_force_from=today + 30 * DAY)
    assert [set(readiness.ready(day)) for day in days] == before and len(before[0]) == 5
    assert [[readiness.missing(m, day) for m in Mentor.objects.order_by("pk")] for day in days] == said


def form(team, **changes):
    values = VALUES | {
        "who_ratings": ["nurse"], "before": ["check", "briefing", "team"], "in_force_from": team.clinic.today.isoformat(),
        "version": 1, "seen": "", "do": "look",
    }  # fmt: skip
    return {key: value for key, value in (values | changes).items() if not key.startswith("needs_")}


ADDRESS = "/settings/choosing/new/"


def test_whom_it_concerns_is_seen_before_it_is_published(team, sign_in):
    first = starter_policy.start_clinic(team.clinic, team.admin)
    mentor = factories.make_mentor(team, policy=first, checks_valid_until=team.clinic.today + 100 * DAY)
    mentor.certificates.update(valid_until=team.clinic.today + 200 * DAY)
    world.applicant(team)
    under_way = world.applicant(team, "Bo")
    world.talk(team, under_way)
    client = sign_in(team.admin)
    seen = client.post(ADDRESS, form(team))
    page = " ".join(seen.content.decode().split())
    assert "Nobody who is a mentor now loses anything" in page and "One applicant goes on" in page
    assert "One applicant has not begun" in page and mentor.person.full_name in page
    assert "Would lack a background check that counts on that day." in page
    assert seen.context["shown"]["rows"][0]["from"] == team.clinic.today + 201 * DAY
    mark = seen.context["form"]["seen"].value()
    unseen = client.post(ADDRESS, form(team, seen=mark, do="publish", references=1))
    assert unseen.status_code == 200 and "nothing is published yet" in unseen.content.decode()
    assert team.clinic.admission_policies.count() == 1
    done = client.post(ADDRESS, form(team, seen=mark, do="publish"))
    assert done.status_code == 302
    made = policy.current(team.clinic)
    assert (made.version, made.assessors, made.who) == (2, 1, {"ratings": ["nurse"]})
    mentor.refresh_from_db()
    assert mentor.policy == first


def test_who_is_in_training_lacks_nothing_by_a_version_that_asks_nothing_new_of_them(team, sign_in):
    first = starter_policy.start_clinic(team.clinic, team.admin)
    last = team.clinic.today + 400 * DAY
    learner = factories.make_mentor(
        team, policy=first, status="in-training", checks_valid_until=last, secrecy_briefing_on=None, met_team_on=None
    )
    learner.certificates.all().delete()
    seen = sign_in(team.admin).post(ADDRESS, form(team)).context["shown"]
    assert seen["present"] == 1 and seen["rows"] == []


def test_the_second_of_two_admins_gets_a_clear_page_and_keeps_what_they_typed(team, sign_in):
    starter_policy.start_clinic(team.clinic, team.admin)
    new_version(team, by=factories.make_user(team.clinic, "admin", first_name="Joris"))
    client = sign_in(team.admin)
    answer = client.post(ADDRESS, form(team, do="publish", note="My own reason"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "My own reason" in page and "Joris" in page and "Look at it" in page
    again = client.post(ADDRESS, form(team, version=answer.context["form"]["version"].value(), note="My own reason"))
    mark = again.context["form"]["seen"].value()
    assert client.post(ADDRESS, form(team, version=2, note="My own reason", seen=mark, do="publish")).status_code == 302
    assert policy.current(team.clinic).version == 3


def test_a_mistake_keeps_everything_and_publishes_nothing(team, sign_in):
    starter_policy.start_clinic(team.clinic, team.admin)
    answer = sign_in(team.admin).post(ADDRESS, form(team, assessors="9", in_force_from="yesterday", note="Because"))
    page = answer.content.decode()
    assert answer.status_code == 200 and "from 1 to 3" in page and "Because" in page and "day, month and year" in page
    assert team.clinic.admission_policies.count() == 1


def test_coordinators_read_the_rules_and_admins_write_them(team, sign_in):
    client = sign_in(team.coordinator)
    assert "There are no rules yet" in client.get("/settings/choosing/").content.decode()
    starter_policy.start_clinic(team.clinic, team.admin)
    page = client.get("/settings/choosing/").content.decode()
    assert "Version 1" in page and "In force" in page and "Make a new version" not in page
    assert client.get(ADDRESS).status_code == 403
    assert "Make a new version" in sign_in(team.admin).get("/settings/choosing/").content.decode()


def test_the_first_version_is_written_over_what_a_clinic_begins_with(team, sign_in):
    page = sign_in(team.admin).get(ADDRESS)
    assert page.status_code == 200 and page.context["form"]["assessors"].value() == 2
    assert "&lt;" not in page.content.decode()
    day = dt.date.fromisoformat(str(page.context["form"]["in_force_from"].value()))
    assert day == team.clinic.today
