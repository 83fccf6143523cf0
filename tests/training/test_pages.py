"""The pages about mentors: who sees them, what is kept, what is never shown."""

import pytest
from django.urls import reverse

from clinics.models import AccessLog
from matching.workflow import Status as MatchStatus
from tests import factories
from tests.factories import DAY
from training.models import Mentor
from training.steps import STEPS
from training.workflow import Status


@pytest.fixture
def mentor(team):
    return factories.make_mentor(team)


@pytest.fixture
def coordinator(team, sign_in):
    return sign_in(team.coordinator)


def page_of(mentor, name="mentor"):
    return reverse(f"training:{name}", args=[mentor.ref])


def answers(**changes):
    values = {
        "first_name": "Jean-Luc", "last_name": "Petit", "birth_year": "1965", "gender": "man", "language": "fr",
        "email": "jean-luc@example.org", "phone": "+32470123456", "role_types": ["patient"], "languages": ["fr"],
        "channels": ["phone"], "topics": ["work"], "places": "2", "mentee_gender_must": "any", "phases": ["starting"],
        "version": "1",
    }  # fmt: skip
    return values | changes


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("places", "-1", "Choose from 0 to 10 places"), ("places", "99", "Choose from 0 to 10 places"),
        ("birth_year", "12", "Write the year of birth"), ("diagnosed_year", "-3", "Write the year, for example"),
    ],
)  # fmt: skip
def test_a_number_out_of_range_gets_our_own_words(coordinator, name, value, sentence):
    page = coordinator.post(reverse("training:new"), answers(**{name: value})).content.decode()
    assert sentence in page and "Ensure this value" not in page and not Mentor.objects.exists()


# The list


def test_the_list_names_what_each_mentor_lacks(coordinator, team, mentor):
    factories.make_mentor(team, code_signed_on=None)
    page = coordinator.get(reverse("training:mentors")).content.decode()
    assert "The code of conduct is not signed" in page and "0 of 2" in page and "1 of 2 mentors" in page


@pytest.mark.parametrize(
    ("status", "words"), [("applied", "being chosen"), ("later", "being chosen"), ("redirected", "Not a mentor")]
)
def test_somebody_being_chosen_is_no_mentor_that_lacks_something(coordinator, team, mentor, status, words):
    factories.make_mentor(team, status=status, vetted_on=None)
    page = coordinator.get(reverse("training:mentors")).content.decode()
    assert words in page and "Not accepted yet" not in page and "1 of 1 mentor" in page


@pytest.mark.parametrize(("query", "shown"), [
    ("state=ready", 1), ("state=missing", 1), ("state=active", 2), ("state=retired", 0), ("language=nl", 2),
    ("language=fr", 0), ("name=Rita", 2), ("name=%00", 2), ("state=xx", 2), ("page=99", 2), ("name=" + "x" * 9000, 2),
])  # fmt: skip
def test_filters_and_nonsense(coordinator, team, mentor, query, shown):
    factories.make_mentor(team, code_signed_on=None)
    response = coordinator.get(f"{reverse('training:mentors')}?{query}")
    assert response.status_code == 200
    assert len(response.context["rows"]) == shown


def test_clinicians_see_the_mentors_they_supervise_and_change_nothing(sign_in, team, mentor):
    others = factories.make_mentor(team, supervisor=team.backup)
    client = sign_in(team.clinician)
    page = client.get(reverse("training:mentors")).content.decode()
    assert mentor.ref in page and others.ref not in page and "Add a mentor" not in page
    assert client.get(page_of(mentor)).status_code == 200
    assert "Change the profile" not in client.get(page_of(mentor)).content.decode()
    assert client.get(page_of(others)).status_code == 404
    for url in (reverse("training:new"), page_of(mentor, "edit"), reverse("training:step", args=[mentor.ref, "stop"])):
        assert client.get(url).status_code == 403


@pytest.mark.parametrize("who", ["nurse", "admin"])
def test_others_see_no_mentors(sign_in, team, mentor, who):
    client = sign_in(getattr(team, who))
    for url in (reverse("training:mentors"), page_of(mentor), reverse("training:rest")):
        assert client.get(url).status_code == 403


def test_another_clinic_sees_none_of_them(sign_in, other_team, mentor):
    client = sign_in(other_team.coordinator)
    assert mentor.ref not in client.get(reverse("training:mentors")).content.decode()
    assert client.get(page_of(mentor)).status_code == 404


def test_the_list_asks_the_database_the_same_for_2_and_20(coordinator, team):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for more in (2, 18):
        for _number in range(more):
            factories.make_match(team)
        with CaptureQueriesContext(connection) as queries:
            coordinator.get(reverse("training:mentors"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20  # eight of them for the ways in above the list


# One mentor


def test_a_mentors_page_has_what_is_missing_first_and_the_people_with_a_look_logged(coordinator, team, mentor):
    Mentor.objects.update(met_team_on=None)
    match = factories.make_match(team, mentor=mentor, status=MatchStatus.APPROVED)
    page = coordinator.get(page_of(mentor)).content.decode()
    assert page.index("Has not met the team") < page.index("Code of conduct signed")
    assert match.referral.mentee.full_name in page and "1 of 2 in use" in page
    look = AccessLog.objects.get()
    assert look.page == "mentor" and match.referral.mentee.ref in look.people


def test_a_mentors_own_record_as_a_patient_cannot_be_reached_from_their_page(coordinator, team, mentor):
    own = factories.make_referral(team, mentee=mentor.person, status="closed", topics=["intimacy"])
    page = coordinator.get(page_of(mentor)).content.decode()
    assert (
        own.ref not in page
        and mentor.person.ref not in page
        and "Love and intimacy" not in page.replace("love", "Love")
    )


@pytest.mark.parametrize("status", list(Status))
def test_the_page_opens_in_every_state(coordinator, team, mentor, status):
    Mentor.objects.update(status=status)
    assert coordinator.get(page_of(mentor)).status_code == 200


# Add and change


def test_adding_a_mentor(coordinator, team):
    response = coordinator.post(reverse("training:new"), answers())
    made = Mentor.objects.get()
    assert response.url == page_of(made) and made.person.last_name == "Petit"


@pytest.mark.parametrize(("changes", "words"), [
    ({"birth_year": "2015"}, "18 or over"), ({"birth_year": "abc"}, "Write the year of birth"), ({"phone": "12"}, "Write the whole number"),
    ({"email": "x"}, "Write the whole e-mail"), ({"languages": ["xx"]}, "Choose from the answers"),
    ({"languages": []}, "Choose at least one"), ({"places": "99"}, "Choose from 0 to 10 places"), ({"places": "-1"}, "Choose from 0 to 10 places"),
    ({"first_name": "A\x00"}, "cannot be stored"), ({"about_me": "x" * 10_000}, "Make this shorter"),
    ({"supervisor": "1"}, "Choose one of the answers"), ({"wont_discuss": ["work"]}, "both under"),
    ({"diagnosed_year": "1900"}, "before they were born"), ({"topics": ["dose"]}, "Choose from the answers"),
])  # fmt: skip
def test_answers_that_make_no_sense_are_explained_and_all_the_others_kept(coordinator, team, changes, words):
    response = coordinator.post(reverse("training:new"), answers(last_name="Petit <b>🙂", **changes))
    page = response.content.decode()
    assert response.status_code == 200 and words in page and "Petit &lt;b&gt;🙂" in page
    assert not Mentor.objects.exists()


def test_changing_a_profile_and_a_stale_form_keeps_what_was_typed(coordinator, team, mentor):
    url = page_of(mentor, "edit")
    assert 'value="1"' in coordinator.get(url).content.decode()
    mine = answers(email=mentor.person.email)
    assert coordinator.post(url, mine | {"places": "3"}).status_code == 302
    stale = coordinator.post(url, mine | {"places": "5", "about_me": "Mine"})
    page = stale.content.decode()
    assert stale.status_code == 409 and "Mine" in page and "while you were writing" in page
    mentor.refresh_from_db()
    assert mentor.places == 3
    assert coordinator.post(url, mine | {"places": "5", "version": str(mentor.version)}).status_code == 302


def test_a_forged_version_counts_as_old(coordinator, mentor):
    for version in ("", "0", "-5"):
        response = coordinator.post(page_of(mentor, "edit"), answers(email=mentor.person.email, version=version))
        assert response.status_code in (200, 409)
    mentor.refresh_from_db()
    assert mentor.version == 1


# Steps


@pytest.mark.parametrize("key", list(STEPS))
def test_every_step_has_its_page(coordinator, mentor, key):
    assert coordinator.get(reverse("training:step", args=[mentor.ref, key]), follow=True).status_code == 200


def test_the_road_on_the_pages(coordinator, team):
    applicant, today = factories.make_mentor(team, ready=False), team.clinic.today
    day = today.isoformat()
    for key, data in (
        ("decision", {"decision": "accept", "on": day}), ("code", {"on": day}), ("secrecy", {"on": day}), ("team", {"on": day}),
        ("checks", {"valid_until": (today + 99 * DAY).isoformat()}),
        ("certificate", {"valid_from": day, "valid_until": (today + 99 * DAY).isoformat()}), ("active", {}),
        ("rest", {"rest_from": day, "plan": "keep"}), ("back", {}), ("stop", {"note": "Moved"}), ("again", {}),
    ):  # fmt: skip
        assert coordinator.post(reverse("training:step", args=[applicant.ref, key]), data).status_code == 302, key
    applicant.refresh_from_db()
    assert applicant.status == Status.APPLIED


def test_a_refused_step_says_why_and_an_unknown_one_is_not_there(coordinator, mentor):
    url = reverse("training:step", args=[mentor.ref, "code"])
    assert "still to come" in coordinator.post(url, {"on": "2099-01-01"}).content.decode()
    assert "Write the date" in coordinator.post(url, {"on": "soon\x00"}).content.decode()
    assert coordinator.get(reverse("training:step", args=[mentor.ref, "fly"])).status_code == 404


# Rest


def test_a_mentor_plans_a_rest_and_comes_back(sign_in, team, mentor):
    client, url = sign_in(mentor.person.user), reverse("training:rest")
    assert client.get(url).status_code == 200
    assert client.post(url, {"rest_from": team.clinic.today.isoformat(), "plan": "keep"}).url == url
    mentor.refresh_from_db()
    assert mentor.status == Status.RESTING
    assert "You are resting" in client.get(url).content.decode()
    client.post(reverse("training:back"))
    mentor.refresh_from_db()
    assert mentor.status == Status.ACTIVE


def test_a_rest_with_days_that_make_no_sense_is_explained(sign_in, team, mentor):
    client, today = sign_in(mentor.person.user), team.clinic.today
    for data in ({"rest_from": "x"}, {"rest_from": (today - DAY).isoformat()},
                 {"rest_from": today.isoformat(), "rest_until": (today - DAY).isoformat()}):  # fmt: skip
        assert client.post(reverse("training:rest"), data).status_code == 200
    mentor.refresh_from_db()
    assert mentor.rest_from is None
