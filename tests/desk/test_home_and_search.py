"""The way in of each role, and finding somebody by name."""

import html

import pytest
from django.urls import reverse

from clinics.models import AccessLog
from clinics.roles import Role
from tests import factories

HOMES = {
    Role.NURSE: "referrals:mine", Role.COORDINATOR: "desk:today", Role.MENTOR: "mentorship:home",
    Role.CLINICIAN: "mentorship:flags", Role.ADMIN: "mentorship:escalations", Role.TRAINER: "training:my-sessions",
}  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_each_role_lands_on_its_own_page(client, team, role):
    client.force_login(factories.make_user(team.clinic, role))
    assert client.get("/").headers["Location"] == reverse(HOMES[role])


def test_somebody_without_a_role_is_told_kindly(client, db):
    client.force_login(factories.make_user())
    assert "you have no task in a programme at the moment" in client.get("/").content.decode()


def search(client, user, words: str) -> str:
    client.force_login(user)
    response = client.get(reverse("desk:search"), {"q": words})
    assert response.status_code == 200
    return html.unescape(response.content.decode())


@pytest.mark.parametrize("who", ["nurse", "coordinator"])
@pytest.mark.parametrize("words", ["amira", "bensalem", "Samira Bens"])
def test_a_person_is_found_by_any_part_of_the_name(client, team, who, words):
    person = factories.make_person(team.clinic, first_name="Samira", last_name="Bensalem")
    referral = factories.make_referral(team, mentee=person)
    text = search(client, getattr(team, who), words)
    assert "Samira Bensalem" in text
    assert reverse("referrals:detail", args=[referral.ref]) in text
    assert AccessLog.objects.get().people == f" {person.ref} "


def test_nobody_of_another_clinic_is_found(client, team, other_team):
    factories.make_referral(other_team, mentee=factories.make_person(other_team.clinic, first_name="Samira"))
    assert "Nobody of that name." in search(client, team.nurse, "Samira")
    assert not AccessLog.objects.exists()


def test_a_mentor_is_found_by_the_coordinator_and_not_by_a_nurse(client, team):
    mentor = factories.make_mentor(team)
    name = mentor.person.full_name
    assert reverse("training:mentor", args=[mentor.ref]) in search(client, team.coordinator, name)
    assert "Nobody of that name." in search(client, team.nurse, name)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("a", "at least two letters"), ("x" * 10_000, "at most 80"), ("ab\x00c", "letters only")],
)
def test_words_that_make_no_sense_get_a_sentence(client, team, words, sentence):
    assert sentence in search(client, team.nurse, words)
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "🙂🙂", "' OR 1=1 --", "%%%"])
def test_strange_words_are_only_words(client, team, words):
    factories.make_referral(team)
    client.force_login(team.nurse)
    response = client.get(reverse("desk:search"), {"q": words})
    assert response.status_code == 200
    assert b"<script>alert" not in response.content


def test_many_hits_are_cut_and_said_so(client, team):
    for _n in range(25):
        factories.make_referral(team, mentee=factories.make_person(team.clinic, first_name="Samira"))
    assert "There are more." in search(client, team.nurse, "Samira")


def test_a_search_asks_as_many_questions_for_two_people_as_for_many(client, team, django_assert_max_num_queries):
    asked = []
    for many in (2, 30):
        for _n in range(many):
            factories.make_referral(team, mentee=factories.make_person(team.clinic, first_name="Samira"))
        search(client, team.coordinator, "samira")
        with django_assert_max_num_queries(12) as seen:
            client.get(reverse("desk:search"), {"q": "samira"})
        asked.append(len(seen))
    assert asked[0] == asked[1]
