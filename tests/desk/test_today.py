"""*Today*: what needs the coordinator, in order, whole, and of their own clinic only."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinics.models import AccessLog
from common import clock
from referrals import actions as referrals
from tests.desk import builders

MOST_QUERIES = 40


def page(client, user) -> str:
    client.force_login(user)
    response = client.get(reverse("desk:today"))
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def queries(client, user) -> int:
    client.force_login(user)
    with CaptureQueriesContext(connection) as seen:
        client.get(reverse("desk:today"))
    return len(seen)


def test_a_quiet_day_says_so(client, team):
    text = page(client, team.coordinator)
    assert "Nothing needs you now." in text
    assert "No flags are waiting." in text


@pytest.mark.parametrize("heading", sorted(builders.EVERY))
def test_each_thing_stands_under_its_heading_with_one_step(client, team, heading):
    build, words = builders.EVERY[heading]
    build(team)
    text = page(client, team.coordinator)
    assert heading in text
    assert words in text


@pytest.mark.parametrize("heading", sorted(builders.EVERY))
def test_nothing_of_another_clinic_is_shown(client, team, other_team, heading):
    build, _words = builders.EVERY[heading]
    build(other_team)
    assert "Nothing needs you now." in page(client, team.coordinator)


def test_a_mentee_who_asked_to_be_called_is_called(client, team):
    match = builders.wants_a_call(team)
    text = page(client, team.coordinator)
    assert "Asked to be called first." in text
    assert f"Call {match.referral.mentee.first_name}" in text


def test_a_mentor_with_half_their_time_left_is_left_in_peace(client, team):
    builders.factories.make_match(team, status="approved")
    assert "Nothing needs you now." in page(client, team.coordinator)


def test_the_first_sentence_says_how_urgent_the_flags_are_and_what_else_there_is(client, team):
    builders.flag(team, left=38.5 * builders.HOUR / 60)
    builders.waiting(team)
    builders.submitted(team)
    text = page(client, team.coordinator)
    assert "One flag needs an answer in 38 minutes. 2 other things can wait until after it." in text


def test_a_flag_past_its_deadline_is_said_to_be_late(client, team):
    builders.flag(team, left=-5 * builders.HOUR)
    assert "One flag should have been answered 5 hours ago." in page(client, team.coordinator)


def test_a_conduct_flag_about_the_reader_stays_hidden(client, team):
    builders.flag(team, about_user=team.coordinator, route="conduct")
    assert "No flags are waiting." in page(client, team.coordinator)


def test_a_long_group_shows_ten_and_leads_to_all(client, team):
    for _n in range(12):
        builders.waiting(team)
    text = page(client, team.coordinator)
    assert "All 12" in text
    assert text.count("Find a mentor") == 10


def test_every_new_referral_can_be_reached(client, team):
    rows = [builders.submitted(team) for _n in range(12)]
    text = page(client, team.coordinator)
    assert text.count("Look at it") == 10
    link = re.search(r'href="([^"]*)">All 12', text)[1]
    whole = html.unescape(client.get(link).content.decode())
    assert whole.count("Look at it") == 12 and "All 12" not in whole
    assert all(row.mentee.ref in AccessLog.objects.order_by("pk").last().people for row in rows)
    assert client.get(f"{reverse('desk:today')}?all=%00").status_code == 200


def test_languages_are_named_in_the_readers_own(client, team):
    referral = builders.submitted(team)
    type(referral).objects.filter(pk=referral.pk).update(languages=["nl", "fr"], topics=["fatigue", "work"])
    assert "Dutch and French. Phone. Tiredness and energy and work." in page(client, team.coordinator)


def test_an_answer_to_our_question_is_read_at_a_glance(client, team):
    referral = builders.submitted(team)
    referrals.return_with_question(referral=referral.pk, by=team.coordinator, question="French?")
    assert "Nothing needs you now." in page(client, team.coordinator)
    referrals.answer_return(referral=referral.pk, by=team.nurse, text="Yes, French.")
    assert f"{team.nurse.first_name} answered: “Yes, French.”" in page(client, team.coordinator)


def test_a_question_nobody_answered_for_days_comes_back(client, team):
    referral = builders.submitted(team)
    referrals.return_with_question(referral=referral.pk, by=team.coordinator, question="French?")
    with clock.at(clock.now() + 4 * builders.DAY):
        text = page(client, team.coordinator)
    assert f"{team.nurse.full_name} has not answered our question yet." in text
    assert reverse("referrals:detail", args=[referral.ref]) in text


@pytest.mark.parametrize("build", [builders.waiting, lambda team: builders.refused(team).referral])
def test_without_consent_nobody_is_looked_for(client, team, build):
    referral = build(team)
    find = reverse("matching:find", args=[referral.ref])
    assert find in page(client, team.coordinator)
    referrals.withdraw_consent(referral=referral.pk, scope="contact", by=team.nurse, how="phone")
    text = page(client, team.coordinator)
    assert "A yes is missing or was taken back" in text and find not in text


def test_looking_leaves_one_row_with_everybody_shown(client, team):
    first, second = builders.waiting(team), builders.submitted(team)
    page(client, team.coordinator)
    row = AccessLog.objects.get()
    assert row.page == "today"
    assert f" {first.mentee.ref} " in row.people
    assert f" {second.mentee.ref} " in row.people


def test_whom_a_message_did_not_reach_is_a_look_at_them(client, team):
    lost = builders.undelivered(team)
    assert "Bram" in page(client, team.coordinator)
    assert lost.recipient.removeprefix("person:") in AccessLog.objects.get().people


def test_the_number_of_queries_does_not_grow(client, team):
    for build, _words in builders.EVERY.values():
        build(team)
        build(team)
    few = queries(client, team.coordinator)
    for build, _words in builders.EVERY.values():
        for _n in range(10):
            build(team)
    assert queries(client, team.coordinator) == few <= MOST_QUERIES


def test_what_was_done_today_is_counted(client, team):
    match = builders.to_ask(team)
    match.history.create(from_status="approved", to_status="accepted", by=team.coordinator)
    assert "done today" in page(client, team.coordinator)


def test_whom_no_message_reached_is_to_be_phoned(client, team):
    builders.tell(builders.flag(team), team.clinician, 2, status="dead")
    text = page(client, team.coordinator)
    assert f"{team.clinician.full_name} could not be told by message: please phone." in text
    assert f"Call {team.clinician.full_name}" in text


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (["sent", "queued"], "was told and has not answered."),
        (["queued", "sending"], "No message has gone out yet:"),
        ([], "No message has gone out."),
    ],
)
def test_only_messages_that_went_out_count_as_telling(client, team, states, said):
    flag = builders.flag(team)
    builders.Message.objects.filter(subject=flag.ref).delete()
    for n, status in enumerate(states):
        message = builders.tell(flag, team.clinician, n)
        builders.Message.objects.filter(pk=message.pk).update(status=status, lease_until=clock.now())
    text = page(client, team.coordinator)
    assert said in text and "was told 2 times" not in text


def test_what_was_told_before_a_flag_was_opened_again_does_not_count(client, team):
    flag = builders.flag(team)
    flag.history.create(from_status="resolved", to_status="reopened", by=team.clinician)
    assert "No message has gone out." in page(client, team.coordinator)
    builders.tell(flag, team.clinician, 2)
    assert "was told and has not answered." in page(client, team.coordinator)


def test_a_coordinator_is_led_to_the_undelivered_messages_they_may_see(client, team):
    builders.undelivered(team)
    assert reverse("messaging:undelivered") in page(client, team.coordinator)
    assert client.get(reverse("messaging:undelivered")).status_code == 200
