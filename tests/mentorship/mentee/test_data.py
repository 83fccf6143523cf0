"""My data: everything the programme holds on a mentee, nothing of anybody else."""

import json

from django.urls import reverse

from clinics.models import AccessLog
from mentorship.actions.flags import raise_flag
from mentorship.models import FlagCategory, FollowUpCheck, Goal, Question
from tests import factories
from tests.mentorship.mentee.conftest import NOW, open_page, text

PAGE, FILE = reverse("mentorship:own-data"), reverse("mentorship:own-data-file")


def filled(pair, team, system) -> dict:
    """Store something of every kind about the mentee of a pair; return the words to look for."""
    referral, mentee = pair.referral, pair.referral.mentee
    FollowUpCheck.objects.create(
        match=pair, day=10, to="mentee", due_on=NOW.date(), answer="yes", answered_at=NOW, comment="It helps me"
    )
    FollowUpCheck.objects.create(
        match=pair, day=10, to="mentor", due_on=NOW.date(), answer="yes", answered_at=NOW, comment="Mentors words"
    )
    Question.objects.create(
        referral=referral, topic="fatigue", text="May I swim?", asked_by=system, routed_to=team.clinician, due_at=NOW,
        status="answered", answer="Yes, gladly.", answered_by=team.clinician, answered_at=NOW, how="link",
    )  # fmt: skip
    Goal.objects.create(referral=referral, text="Cycling again", by=system)
    pair.contacts.create(status="talked", happened_at=NOW, minutes=25, note="What the mentor wrote down")
    category = FlagCategory.objects.filter(clinic=team.clinic, route="clinical").first()
    raise_flag(category=category, by=system, person=mentee, referral=referral, source="page", details="I cannot sleep")
    raise_flag(
        category=category, by=pair.mentor.person.user, match=pair, source="home", details="The mentor is worried"
    )
    return {
        "It helps me",
        "May I swim?",
        "Yes, gladly.",
        "Cycling again",
        "I cannot sleep",
        mentee.email,
        mentee.last_name,
    }


def test_the_page_and_the_file_hold_the_same_and_every_kind(mine, pair, team, system):
    wanted = filled(pair, team, system)
    shown, answer = text(mine.get(PAGE)), mine.get(FILE)
    stored = json.loads(answer.content)

    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    for words in wanted:
        assert words in shown and words in text(answer), words
    filled_in = {key for key, rows in stored.items() if isinstance(rows, list) and rows}
    assert {
        "about_you",
        "requests",
        "agreed",
        "mentors",
        "talks",
        "follow_up",
        "questions",
        "goals",
        "worries",
    } <= filled_in
    assert stored["mentors"][0]["mentor"] == pair.mentor.person.first_name
    assert stored["made_at"] == "2026-11-19T10:00:00+00:00"


def test_nothing_of_the_mentor_but_the_first_name_and_nothing_others_noted(mine, pair, team, system):
    filled(pair, team, system)
    mentor = pair.mentor.person
    for answer in (mine.get(PAGE), mine.get(FILE)):
        for private in (
            mentor.last_name, mentor.email, str(mentor.phone), "Mentors words", "What the mentor wrote down",
            "The mentor is worried",
        ):  # fmt: skip
            assert private not in text(answer), private


def test_nothing_of_another_mentee(mine, team):
    other = factories.make_match(team, days_ago=3)
    Goal.objects.create(referral=other.referral, text="Somebody else's goal", by=team.coordinator)
    for answer in (mine.get(PAGE), mine.get(FILE)):
        assert "Somebody else" not in text(answer) and other.referral.mentee.last_name not in text(answer)


def test_somebody_who_cares_for_a_patient_gets_nothing_of_the_patient(team):
    patient = factories.make_person(team.clinic, first_name="Godelieve", last_name="Van Kerckhoven")
    cared_for = factories.make_referral(team, mentee=patient)
    carer = factories.make_person(team.clinic)
    referral = factories.make_referral(team, mentee=carer, relation="caregiver", about=cared_for.about)
    browser = open_page(referral)

    for answer in (browser.get(PAGE), browser.get(FILE)):
        for private in ("Godelieve", "Van Kerckhoven", "heumatoid", "ethotrexate"):
            assert private not in text(answer), private


def test_each_look_is_in_the_access_log(mine, referral):
    mine.get(PAGE)
    mine.get(FILE)

    rows = AccessLog.objects.filter(page__startswith="own data").order_by("pk")
    assert [(row.by, referral.mentee.ref in row.people) for row in rows] == [(None, True)] * 2


def test_after_stopping_the_data_are_still_theirs(mine):
    mine.post(reverse("mentorship:own-stop"))

    assert mine.get(PAGE).status_code == mine.get(FILE).status_code == 200


def test_as_many_queries_for_twenty_of_each_as_for_two(mine, pair, team, system, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    filled(pair, team, system)
    with CaptureQueriesContext(connection) as few:
        mine.get(PAGE)
    for n in range(20):
        Goal.objects.create(referral=pair.referral, text=f"Goal {n}", by=system)
        pair.contacts.create(status="talked", happened_at=NOW)
    with django_assert_num_queries(len(few)):
        mine.get(PAGE)
