"""A mentor's own page says nothing false, and leads to everything a mentor comes for."""

import datetime as dt

import pytest
from django.urls import reverse

from clinics.models import AccessLog
from common import clock
from matching.workflow import Status as MatchStatus
from mentorship.actions.contacts import log_contact
from mentorship.models import Contact, Question
from tests import factories
from training.doors import Door
from training.models import Mentor

DAY = dt.timedelta(days=1)


def home(client) -> str:
    return " ".join(client.get(reverse("mentorship:home")).content.decode().split())


def note(match, by, outcome, days_ago):
    return log_contact(
        match=match.pk, by=by, client_key=f"noted-{days_ago}-{outcome}", outcome=outcome,
        when=clock.now() - days_ago * DAY,
    )  # fmt: skip


# What stands there ------------------------------------------------------------------------


def test_a_try_without_an_answer_is_not_called_a_talk(match, mentor, sign_in):
    Contact.objects.all().delete()
    note(match, mentor, "no-answer", 1)
    page = home(sign_in(mentor))
    assert "You last tried on Wednesday 18 November." in page
    assert "last talked" not in page
    note(match, mentor, "talked", 0)
    assert "You last talked on Thursday 19 November." in home(sign_in(mentor))


def test_a_planned_talk_that_has_gone_by_asks_how_it_went(match, mentor, sign_in):
    Contact.objects.all().delete()
    planned = Contact.objects.create(match=match, planned_at=clock.now() - DAY)
    client = sign_in(mentor)
    page = home(client)
    assert "Planned for Wednesday 18 November, about 11:00. How did it go?" in page
    assert reverse("mentorship:log-with", args=[match.ref]) in page
    note(match, mentor, "talked", 0)
    planned.refresh_from_db()
    assert planned.status == "talked"
    assert "How did it go?" not in home(client)


def test_a_talk_long_gone_by_asks_nothing(match, mentor, sign_in):
    Contact.objects.all().delete()
    Contact.objects.create(match=match, planned_at=clock.now() - 9 * DAY)
    page = home(sign_in(mentor))
    assert "How did it go?" not in page
    assert "Nothing planned, and you have not talked yet." in page


def test_after_a_yes_the_mentor_reads_that_it_goes_on(team, sign_in):
    match = factories.make_match(team, status=MatchStatus.ACCEPTED)
    page = home(sign_in(match.mentor.person.user))
    assert "You said yes to somebody new" in page
    assert reverse("matching:request", args=[match.ref]) in page
    assert match.referral.mentee.first_name not in page


@pytest.mark.parametrize(
    ("begins", "ends", "words"),
    [
        (0, None, "You are resting. Come back"), (0, 5, "You are resting until Tuesday 24 November"),
        (2, 5, "You rest from Saturday 21 November on"), (-9, -2, "Pause for as long as you like"),
    ],
)  # fmt: skip
def test_a_mentor_reads_about_their_rest(match, mentor, sign_in, begins, ends, words):
    person = match.mentor
    person.rest_from = person.person.clinic.today + begins * DAY
    person.rest_until = None if ends is None else person.person.clinic.today + ends * DAY
    person.save()
    client = sign_in(mentor)
    assert words in home(client)
    page = client.get(reverse("training:rest")).content.decode()
    assert ("I am back" in page) == (begins == 0)
    assert ("I do not need this rest after all" in page) == (begins > 0)


# One person -------------------------------------------------------------------------------


def test_the_name_opens_what_the_mentor_may_know_and_how_to_reach_them(match, mentor, sign_in):
    client = sign_in(mentor)
    url = reverse("matching:request", args=[match.ref])
    assert url in home(client)
    page = client.get(url).content.decode()
    mentee = match.referral.mentee
    assert f"About {mentee.first_name}" in page
    assert mentee.last_name not in page
    assert f"tel:{mentee.phone.as_e164}" in page
    assert "Their name comes later" not in page
    assert AccessLog.objects.filter(page="request").about(mentee.ref).count() == 1


def test_while_paused_the_page_gives_no_number_to_ring(match, mentor, sign_in):
    match.status, match.paused_at = MatchStatus.PAUSED, clock.now()
    match.save()
    page = sign_in(mentor).get(reverse("matching:request", args=[match.ref])).content.decode()
    assert f"tel:{match.referral.mentee.phone.as_e164}" not in page


# Ask the team -----------------------------------------------------------------------------


def ask(match, **values):
    return {"match": match.ref, "topic": "dose", "question": "May I take it later in the day?"} | values


def test_a_mentor_asks_the_team_without_a_talk(match, mentor, sign_in):
    client = sign_in(mentor)
    assert reverse("mentorship:ask") in home(client)
    for url in (reverse("mentorship:ask"), reverse("mentorship:ask-about", args=[match.ref])):
        assert f"Ask the care team for {match.referral.mentee.first_name}" in client.get(url).content.decode()
    for _twice in range(2):
        page = client.post(reverse("mentorship:ask"), ask(match), follow=True).content.decode()
        assert "The care team has the question" in page
    question = Question.objects.get()
    assert (question.match, question.topic, question.contact) == (match, "dose", None)
    assert AccessLog.objects.filter(page="ask the team").about(match.referral.mentee.ref).count() == 2


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"topic": "fatigue"}, "Choose one of the answers below"), ({"topic": ""}, "Choose"),
        ({"question": " "}, "in a few words"), ({"question": "q" * 10000}, "Make this shorter"),
        ({"question": "a\x00b"}, "cannot be stored"), ({"match": "somebody-else"}, "answers below"),
    ],
)  # fmt: skip
def test_an_odd_question_is_refused_with_a_sentence(match, mentor, sign_in, values, words):
    answer = sign_in(mentor).post(reverse("mentorship:ask"), ask(match) | values)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Question.objects.exists()


def test_nobody_asks_for_somebody_elses_pair(match, team, sign_in):
    stranger = factories.make_match(team).mentor.person.user
    client = sign_in(stranger)
    assert client.get(reverse("mentorship:ask-about", args=[match.ref])).status_code == 404
    assert client.post(reverse("mentorship:ask"), ask(match)).status_code == 200
    assert not Question.objects.exists()


@pytest.mark.parametrize("name", ["ask", "log"])
def test_without_people_a_mentor_finds_the_way_back_and_can_worry(team, sign_in, name):
    page = sign_in(factories.make_mentor(team).person.user).get(reverse(f"mentorship:{name}")).content.decode()
    assert "That is fine." in page
    assert reverse("mentorship:worry") in page
    assert "My people" in page


# Who does not mentor ----------------------------------------------------------------------


@pytest.mark.parametrize(("status", "said"), [
    ("in-training", "You are on your way to be a mentor."), ("ready", "You are on your way"),
    ("retired", "You do not mentor now."), ("later", "You do not mentor now."),
])  # fmt: skip
def test_who_does_not_mentor_is_promised_nobody_and_offered_no_rest(team, sign_in, status, said):
    other = factories.make_mentor(team)
    assert "We ask you when somebody may fit" in home(sign_in(other.person.user))
    Mentor.objects.filter(pk=other.pk).update(status=status)
    page = home(sign_in(other.person.user))
    assert said in page and "We ask you when" not in page
    assert "The people I talk with" not in page
    assert reverse("training:rest") not in page and reverse("training:share") not in page
    assert "There is nothing to plan" in sign_in(other.person.user).get(reverse("training:rest")).content.decode()


def test_what_asks_for_something_comes_before_the_supervisor(match, mentor, sign_in, monkeypatch):
    page = home(sign_in(mentor))
    assert "Talk it over with" in page
    made = [Door("/asks/", "mail", "It asks", "now", soon=True), Door("/waits/", "mail", "It waits")]
    monkeypatch.setattr("mentorship.views.home.doors.own", lambda mentor: made)
    page = home(sign_in(mentor))
    assert page.index("/asks/") < page.index("Talk it over with") < page.index("/waits/")
