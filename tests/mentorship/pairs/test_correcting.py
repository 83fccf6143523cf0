"""A talk noted with the wrong outcome is put right by its mentor within a day, by a coordinator any time."""

import datetime as dt

import pytest
from django.urls import reverse

from common import clock
from common.errors import Denied, Invalid, Stale, WrongState
from mentorship.actions.contacts import log_contact
from mentorship.actions.correcting import correct_contact
from mentorship.models import Contact
from messaging.models import Message

DAY = dt.timedelta(days=1)


def log(match, by, outcome="no-answer", key="a", days=0, **more):
    return log_contact(
        match=match.pk, by=by, client_key=key * 36, outcome=outcome, when=clock.now() - days * DAY, **more
    )


@pytest.fixture
def talk(match, mentor):
    return log(match, mentor, "talked", minutes=20, topics=["fatigue", "dose"])


def test_the_mentor_puts_it_right_and_both_stand_in_the_history(talk, mentor):
    for _twice in range(2):
        row = correct_contact(contact=talk.pk, by=mentor, outcome="no-answer", version=talk.version)
    assert (row.status, row.minutes, row.topics) == ("no-answer", None, [])
    steps = row.history.filter(note="corrected").values_list("from_status", "to_status", "by")
    assert list(steps) == [("talked", "no-answer", mentor.pk)]
    assert row.questions.count() == 1  # what was asked of the team is asked


def test_after_a_day_only_a_coordinator_may(talk, mentor, team, now):
    with clock.at(now + DAY + dt.timedelta(minutes=1)):
        with pytest.raises(Denied):
            correct_contact(contact=talk.pk, by=mentor, outcome="no-answer")
        assert correct_contact(contact=talk.pk, by=team.coordinator, outcome="no-answer").status == "no-answer"


def test_only_the_last_one_they_noted(match, talk, mentor, now):
    with clock.at(now + dt.timedelta(hours=1)):
        last = log(match, mentor, key="b")
        with pytest.raises(Denied):
            correct_contact(contact=talk.pk, by=mentor, outcome="no-answer")
        assert correct_contact(contact=last.pk, by=mentor, outcome="talked").status == "talked"


def test_what_somebody_else_noted_is_not_theirs(match, team, mentor):
    row = log(match, team.coordinator)
    with pytest.raises(Denied):
        correct_contact(contact=row.pk, by=mentor, outcome="talked")


@pytest.mark.parametrize("who", ["nurse", "clinician", "admin"])
def test_nobody_else_may(talk, team, who):
    with pytest.raises(Denied):
        correct_contact(contact=talk.pk, by=getattr(team, who), outcome="no-answer")


def test_a_coordinator_of_another_clinic_may_not(talk, other_team):
    with pytest.raises(Denied):
        correct_contact(contact=talk.pk, by=other_team.coordinator, outcome="no-answer")


@pytest.mark.parametrize("outcome", ["planned", "", "x" * 10_000, "\x00"])
def test_an_outcome_nobody_offers_is_refused(talk, mentor, outcome):
    with pytest.raises(Invalid):
        correct_contact(contact=talk.pk, by=mentor, outcome=outcome)


def test_a_planned_talk_is_noted_first(match, team):
    planned = Contact.objects.planned().filter(match=match).first()
    with pytest.raises(WrongState):
        correct_contact(contact=planned.pk, by=team.coordinator, outcome="talked")
    taken_off = Contact.objects.create(match=match, status="cancelled", planned_at=clock.now())
    with pytest.raises(WrongState):
        correct_contact(contact=taken_off.pk, by=team.coordinator, outcome="talked")


def test_an_old_page_is_told(talk, mentor, team):
    correct_contact(contact=talk.pk, by=team.coordinator, outcome="did-not-come", version=talk.version)
    with pytest.raises(Stale):
        correct_contact(contact=talk.pk, by=mentor, outcome="no-answer", version=talk.version)


def test_a_second_miss_by_correction_is_told_and_no_longer_once_they_talked(match, mentor):
    log(match, mentor, key="b", days=3)
    row = log(match, mentor, "talked", key="c")
    correct_contact(contact=row.pk, by=mentor, outcome="no-answer")
    assert Message.objects.get(kind="contact.missed").status == "queued"
    correct_contact(contact=row.pk, by=mentor, outcome="talked")
    assert Message.objects.get(kind="contact.missed").status == "cancelled"


# The page -----------------------------------------------------------------------------------


def test_the_mentor_finds_it_where_they_note_a_talk(match, talk, mentor, sign_in):
    client = sign_in(mentor)
    page = client.get(reverse("mentorship:log")).content.decode()
    url = reverse("mentorship:correct", args=[talk.ref])
    assert "Noted a moment ago, but not right?" in page and url in page
    page = client.get(url).content.decode()
    assert "We talked" in page and match.referral.mentee.first_name in page
    form = {"outcome": "no-answer", "version": talk.version}
    for _twice in range(2):
        assert client.post(url, form).url == reverse("mentorship:home")
    talk.refresh_from_db()
    assert talk.status == "no-answer" and talk.history.filter(note="corrected").count() == 1


def test_without_a_talk_of_today_nothing_is_offered(match, talk, mentor, sign_in, now):
    with clock.at(now + 2 * DAY):
        client = sign_in(mentor)
        assert "but not right?" not in client.get(reverse("mentorship:log")).content.decode()
        response = client.get(reverse("mentorship:correct", args=[talk.ref]), follow=True)
        assert "within a day" in response.content.decode()


def test_the_coordinator_finds_it_in_the_plan(match, talk, team, sign_in):
    client, url = sign_in(team.coordinator), reverse("mentorship:correct", args=[talk.ref])
    assert url in client.get(reverse("mentorship:pair", args=[match.ref])).content.decode()
    assert client.post(url, {"outcome": ""}).status_code == 200
    assert client.post(url, {"outcome": "no-answer", "version": "99"}).status_code == 200
    assert client.post(url, {"outcome": "no-answer", "version": "-1"}).status_code == 200
    talk.refresh_from_db()
    assert talk.status == "talked"
    response = client.post(url, {"outcome": "did-not-come", "version": talk.version})
    assert response.url == reverse("mentorship:pair", args=[match.ref])


def test_another_clinic_finds_no_such_talk(talk, other_team, sign_in):
    url = reverse("mentorship:correct", args=[talk.ref])
    assert sign_in(other_team.coordinator).get(url).status_code == 404
