"""The pages of pairs, as each person meets them."""

import datetime as dt
import re
import uuid

import pytest
from django.urls import reverse

from accounts import links
from accounts.models import User
from clinics.models import AccessLog
from common import clock
from matching.workflow import Status as MatchStatus
from mentorship.actions import checks as check_actions
from mentorship.actions import pairs as pair_actions
from mentorship.actions import planning
from mentorship.kept import device_key
from mentorship.models import Aftercare, Contact, FollowUpCheck, Question
from mentorship.starter_checks import start_clinic
from tests import factories

DAY = dt.timedelta(days=1)


def talk(match, **values):
    return {
        "match": match.ref, "outcome": "talked", "when": "today", "channel": "phone", "minutes": "30",
        "topics": ["fatigue"], "client_key": str(uuid.uuid4()),
    } | values  # fmt: skip


# A mentor's own page ----------------------------------------------------------------------


def test_a_mentor_sees_whom_to_talk_with_next(match, mentor, sign_in):
    page = sign_in(mentor).get(reverse("mentorship:home")).content.decode()
    mentee = match.referral.mentee
    assert mentee.first_name in page
    assert mentee.last_name not in page
    assert f"tel:{mentee.phone.as_e164}" in page
    assert "about 19:00" in page
    assert AccessLog.objects.about(mentee.ref).count() == 1


def test_a_mentor_with_nobody_is_told_kindly(team, sign_in):
    mentor = factories.make_mentor(team).person.user
    page = sign_in(mentor).get(reverse("mentorship:home")).content.decode()
    assert "that is fine" in page
    assert not AccessLog.objects.exists()


def test_a_mentor_whose_sight_was_taken_sees_nothing_of_the_pair(match, mentor, sign_in):
    check = FollowUpCheck.objects.create(match=match, day=10, to="mentor", due_on=clock.today("Europe/Brussels"))
    contact = Contact.objects.planned().order_by("-planned_at")[0]
    match.status, match.sight_ended_at = MatchStatus.PAUSED, clock.now()
    match.save()
    client = sign_in(mentor)
    page = client.get(reverse("mentorship:home")).content.decode()
    assert match.referral.mentee.first_name not in page
    assert reverse("mentorship:check", args=[check.ref]) not in page
    for url in (
        reverse("mentorship:log-with", args=[match.ref]), reverse("mentorship:plan", args=[match.ref]),
        reverse("mentorship:move", args=[contact.ref]), reverse("mentorship:check", args=[check.ref]),
    ):  # fmt: skip
        assert client.get(url).status_code == 404


def test_a_request_that_waits_leads_to_its_page(team, sign_in):
    match = factories.make_match(team, status=MatchStatus.APPROVED)
    page = sign_in(match.mentor.person.user).get(reverse("mentorship:home")).content.decode()
    assert reverse("matching:request", args=[match.ref]) in page
    assert match.referral.mentee.first_name not in page


def test_after_two_misses_a_mentor_reads_kind_words(match, mentor, sign_in):
    from mentorship.actions.contacts import log_contact

    for n in (2, 1):
        log_contact(
            match=match.pk, by=mentor, client_key=f"key-{n}-{n}-{n}", outcome="no-answer", when=clock.now() - n * DAY
        )
    assert "It is not about you" in sign_in(mentor).get(reverse("mentorship:home")).content.decode()


@pytest.mark.parametrize("people", [2, 9])
def test_a_mentors_page_takes_the_same_few_queries_for_two_and_for_many(
    team, sign_in, django_assert_max_num_queries, people
):
    mentor = factories.make_mentor(team, places=10)
    for _n in range(people):
        match = factories.make_match(team, mentor=mentor, days_ago=3)
        planning.begin_plan(match=match, by=team.coordinator)
    client = sign_in(mentor.person.user)
    with django_assert_max_num_queries(24):  # one a door
        client.get(reverse("mentorship:home"))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, "Would you talk with somebody of another clinic now and then?"),
        ({"share_wish_on": dt.date(2026, 11, 1)}, "Your clinic has not decided yet."),
        ({"share_wish_on": dt.date(2026, 11, 1), "shared_on": dt.date(2026, 11, 2)}, "You may be asked by phone"),
    ],
)
def test_a_mentor_finds_where_to_say_whether_they_help_other_clinics(match, mentor, team, sign_in, state, words):
    row = match.mentor
    for name, value in (state | ({"shared_by": team.coordinator} if "shared_on" in state else {})).items():
        setattr(row, name, value)
    row.save()
    page = sign_in(mentor).get(reverse("mentorship:home")).content.decode()
    assert reverse("training:share") in page and words in page


# Log --------------------------------------------------------------------------------------


def test_a_talk_is_noted_and_the_mentor_is_back_home(match, mentor, sign_in):
    client = sign_in(mentor)
    page = client.get(reverse("mentorship:log")).content.decode()
    assert match.referral.mentee.first_name in page
    answer = client.post(reverse("mentorship:log"), talk(match), follow=True)
    assert answer.redirect_chain == [(reverse("mentorship:home"), 302)]
    assert "Saved." in answer.content.decode()
    row = Contact.objects.get(status="talked")
    assert (row.minutes, row.topics, row.logged_by) == (30, ["fatigue"], mentor)


def test_a_form_sent_twice_is_one_talk_and_the_same_answer(match, mentor, sign_in):
    client, form = sign_in(mentor), talk(match)
    answers = [client.post(reverse("mentorship:log"), form) for _n in range(2)]
    assert {(a.status_code, a["Location"]) for a in answers} == {(302, reverse("mentorship:home"))}
    assert Contact.objects.exclude(client_key=None).count() == 1
    assert client.get(reverse("mentorship:home")).content.decode().count("Saved.") == 1


def test_the_pages_script_hears_where_to_go(match, mentor, sign_in):
    client = sign_in(mentor)
    answer = client.post(reverse("mentorship:log"), talk(match), headers={"X-Log": device_key(mentor)})
    assert answer.json() == {"to": reverse("mentorship:home")}
    answer = client.post(reverse("mentorship:log"), talk(match, outcome=""), headers={"X-Log": device_key(mentor)})
    assert answer.status_code == 422


def test_a_talk_kept_on_the_phone_since_yesterday_is_of_yesterday(match, mentor, sign_in, now):
    sign_in(mentor).post(reverse("mentorship:log"), talk(match, saved_on="2026-11-18"))
    assert Contact.objects.get(status="talked").happened_at.date() == dt.date(2026, 11, 18)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"outcome": ""}, "Choose how it went"), ({"when": "other"}, "Choose the day on which it was"),
        ({"when": "other", "day": "2026-12-24"}, "still to come"), ({"when": "other", "day": "x"}, "Write the date"),
        ({"minutes": "17"}, "Choose one of the answers below"), ({"topics": ["heart"]}, "Choose from the answers below"),
        ({"note": "n" * 10000}, "Make this shorter"), ({"note": "a\x00b"}, "cannot be stored"),
        ({"match": "someone-else"}, "You do not talk with this person any more"), ({"channel": "pigeon"}, "answers below"),
        ({"next_day": "2026-01-01"}, "still to come"), ({"next_hour": "10:00"}, "Choose the day of the next talk"),
        ({"client_key": "\x00"}, ""), ({"client_key": "x"}, "Open this page again"), ({"saved_on": "9999-99-99"}, ""),
    ],
)  # fmt: skip
def test_odd_answers_get_a_sentence_and_change_nothing(match, mentor, sign_in, values, words):
    form = talk(match, note="I type a lot", question="May I <b>swim</b>? 🏊") | values
    answer = sign_in(mentor).post(reverse("mentorship:log"), form)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert "May I &lt;b&gt;swim&lt;/b&gt;? 🏊" in page
    assert not Contact.objects.exclude(client_key=None).exists()
    assert not Question.objects.exists()


def test_somebody_elses_pair_is_not_there(match, team, other_team, sign_in):
    stranger = factories.make_mentor(team).person.user
    client = sign_in(stranger)
    assert client.get(reverse("mentorship:log-with", args=[match.ref])).status_code == 404
    client.post(reverse("mentorship:log"), talk(match))
    assert not Contact.objects.exclude(client_key=None).exists()
    assert sign_in(other_team.coordinator).get(reverse("mentorship:log-with", args=[match.ref])).status_code == 404


def test_a_coordinator_notes_a_talk_for_a_pair(match, team, sign_in):
    answer = sign_in(team.coordinator).post(reverse("mentorship:log-with", args=[match.ref]), talk(match))
    assert answer["Location"] == reverse("mentorship:pair", args=[match.ref])


def test_a_subject_for_the_team_is_confirmed_in_words(match, mentor, sign_in):
    form = talk(match, topics=["dose"], question="Later in the day?")
    page = sign_in(mentor).post(reverse("mentorship:log"), form, follow=True).content.decode()
    assert "The care team has the question" in page


# Plan and move ----------------------------------------------------------------------------


def test_a_mentor_plans_moves_and_cancels_a_talk(match, mentor, sign_in):
    Contact.objects.all().delete()
    client = sign_in(mentor)
    form = {"day": "2026-12-01", "hour": "18:30", "channel": "video"}
    page = client.post(reverse("mentorship:plan", args=[match.ref]), form, follow=True).content.decode()
    assert "Planned for Tuesday 1 December, about 18:30" in page
    row = Contact.objects.get()
    url = reverse("mentorship:move", args=[row.ref])
    assert 'value="2026-12-01"' in client.get(url).content.decode()
    client.post(url, {"day": "2026-12-02", "hour": "18:30", "version": row.version})
    stale = client.post(url, {"day": "2026-12-09", "hour": "18:30", "version": row.version}).content.decode()
    assert "moved in the meantime" in stale
    assert 'value="2026-12-09"' in stale
    assert "still to come" in client.post(url, {"day": "2026-01-02", "hour": "18:30"}).content.decode()
    client.post(url, {"cancel": "yes"})
    assert Contact.objects.get().status == "cancelled"
    assert client.post(url, {"day": "2026-12-09", "hour": "18:30"}).status_code == 200


# Follow-up questions ----------------------------------------------------------------------


@pytest.fixture
def check(match):
    return FollowUpCheck.objects.create(match=match, day=10, to="mentee", due_on=clock.today("Europe/Brussels"))


@pytest.fixture
def link(check):
    return links.make("check.answer", check.ref)[1].replace("http://127.0.0.1:8000", "")


PAGE = "/check/"


def test_looking_saves_nothing_and_one_tap_does(client, link, check, match):
    page = client.get(link, follow=True).content.decode()
    assert match.mentor.person.first_name in page
    assert match.referral.mentee.last_name not in page
    assert FollowUpCheck.objects.get().answered_at is None
    page = client.post(PAGE, {"answer": "yes"}, follow=True).content.decode()
    assert "Saved, thank you" in page
    assert FollowUpCheck.objects.get().answer == "yes"


def test_a_second_tap_in_the_same_browser_changes_the_answer(client, link):
    client.get(link)
    client.post(PAGE, {"answer": "yes"})
    page = client.post(PAGE, {"answer": "not-comfortable"}, follow=True).content.decode()
    row = FollowUpCheck.objects.get()
    assert row.answer == "not-comfortable"
    assert reverse("mentorship:worry-link") in page
    assert "tel:112" in page
    page = client.post(PAGE, {"comment": "Too fast <script>"}, follow=True).content.decode()
    assert "Too fast &lt;script&gt;" in page
    assert FollowUpCheck.objects.get().comment == "Too fast <script>"


def test_another_browser_cannot_use_the_link_again(client, link):
    from django.test import Client

    other = Client()
    other.get(link)
    client.get(link)
    client.post(PAGE, {"answer": "yes"})
    assert other.post(PAGE, {"answer": "not-spoken"}).status_code == 404
    assert Client().get(link).status_code == 404
    assert FollowUpCheck.objects.get().answer == "yes"


def test_without_a_link_there_is_nothing(client, db):
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {"answer": "yes"}).status_code == 404


@pytest.mark.parametrize("values", [{"answer": "x"}, {"answer": ""}, {"answer": "\x00"}, {"comment": "no answer yet"}])
def test_an_odd_tap_changes_nothing(client, link, values):
    client.get(link)
    answer = client.post(PAGE, values)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert FollowUpCheck.objects.get().answered_at is None


def test_after_a_month_short_questions_follow_the_tap(client, link, check, team, sign_in, match):
    FollowUpCheck.objects.update(day=30)
    client.get(link)
    assert "How is the pace?" not in client.get(PAGE).content.decode()
    page = client.post(PAGE, {"answer": "yes"}, follow=True).content.decode()
    assert f"Does {match.mentor.person.first_name} leave it to you" in page
    page = client.post(PAGE, {"pace": "too-fast", "comment": "A lot at once"}, follow=True).content.decode()
    assert "gets in touch with you" in page
    assert re.search('<input[^>]*value="too-fast"[^>]*checked', page)
    odd = client.post(PAGE, {"pace": "x", "comment": "Still here"})
    assert odd.status_code == 200
    assert "Still here" in odd.content.decode()
    assert FollowUpCheck.objects.get().more == {"pace": "too-fast"}
    client = sign_in(team.coordinator)
    page = client.get(reverse("mentorship:check", args=[check.ref])).content.decode()
    assert "How is the pace?" in page and "Too fast" in page
    today = client.get(reverse("desk:today")).content.decode()
    assert "answered: “Too fast”" in today and "answered: “Yes”" not in today


def test_a_worry_can_be_raised_from_the_link_whatever_the_answer(client, link):
    client.get(link)
    assert reverse("mentorship:worry-link") in client.get(PAGE).content.decode()
    page = client.post(PAGE, {"answer": "yes"}, follow=True).content.decode()
    assert reverse("mentorship:worry-link") in page
    page = client.post(PAGE, {"comment": "All is well"}, follow=True).content.decode()
    assert "The coordinator reads what you wrote." in page


def test_a_refused_line_is_said_in_the_title_too(client, link):
    client.get(link)
    client.post(PAGE, {"answer": "yes"})
    assert "<title>Error:" in client.post(PAGE, {"comment": "w" * 501}).content.decode()


def test_too_many_words_are_kept_on_the_page(client, link):
    client.get(link)
    client.post(PAGE, {"answer": "yes"})
    page = client.post(PAGE, {"comment": "w" * 501}).content.decode()
    assert "w" * 501 in page
    assert "Make this shorter" in page


def test_a_pause_closes_the_link(client, link, match, team):
    client.get(link)
    pair_actions.hold(match=match, by=team.coordinator)
    assert client.get(PAGE).status_code == 404


def test_a_mentor_answers_at_home(match, mentor, sign_in):
    check = FollowUpCheck.objects.create(match=match, day=3, to="mentor", due_on=clock.today("Europe/Brussels"))
    client, url = sign_in(mentor), reverse("mentorship:check", args=[check.ref])
    assert url in client.get(reverse("mentorship:home")).content.decode()
    assert "Saved, thank you" in client.post(url, {"answer": "not-spoken"}, follow=True).content.decode()
    assert url not in client.get(reverse("mentorship:home")).content.decode()


def test_a_coordinator_reads_an_answer_and_says_what_was_done(check, team, sign_in, match):
    check_actions.answer_check(check=check.pk, by=User.objects.system(), answer="not-comfortable")
    client, url = sign_in(team.coordinator), reverse("mentorship:check", args=[check.ref])
    assert "I am not comfortable with it" in client.get(url).content.decode()
    answer = client.post(url, {"note": "Rang her"})
    assert answer["Location"] == reverse("mentorship:pair", args=[match.ref])
    page = client.get(url).content.decode()
    assert "Rang her" in page
    assert "Dealt with by" in page


def test_a_coordinator_does_not_answer_for_a_mentee(check, team, sign_in):
    sign_in(team.coordinator).post(reverse("mentorship:check", args=[check.ref]), {"answer": "yes"})
    assert FollowUpCheck.objects.get().answered_at is None


# Pairs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [2, 60])
def test_the_list_of_pairs_takes_few_queries(team, sign_in, django_assert_max_num_queries, many):
    mentors = [factories.make_mentor(team, places=10) for _n in range(-(-many // 10))]
    for n in range(many):
        factories.make_match(team, mentor=mentors[n // 10], days_ago=n)
    client = sign_in(team.coordinator)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("mentorship:pairs")).content.decode()
    assert page.count("No talk yet") == min(many, 50)


def test_pairs_without_a_talk_come_first(match, team, mentor, sign_in):
    from mentorship.actions.contacts import log_contact

    log_contact(match=match.pk, by=mentor, client_key="a-key-of-mine", outcome="talked", when=clock.now())
    newer = factories.make_match(team, days_ago=1)
    page = sign_in(team.coordinator).get(reverse("mentorship:pairs")).content.decode()
    assert page.index(newer.ref) < page.index(match.ref)
    assert "1 has not talked yet" in page


def test_only_coordinators_of_the_clinic_see_its_pairs(match, team, other_team, sign_in):
    for user in (team.nurse, team.clinician, team.admin, match.mentor.person.user):
        assert sign_in(user).get(reverse("mentorship:pairs")).status_code == 403
        assert sign_in(user).get(reverse("mentorship:pair", args=[match.ref])).status_code == 403
    client = sign_in(other_team.coordinator)
    assert match.ref not in client.get(reverse("mentorship:pairs")).content.decode()
    assert client.get(reverse("mentorship:pair", args=[match.ref])).status_code == 404


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "9999-12-31"])
def test_a_day_out_of_the_calendar_is_refused_in_words(match, mentor, sign_in, day):
    client, planned = sign_in(mentor), Contact.objects.planned().first()
    for name, ref in (("plan", match.ref), ("move", planned.ref)):
        page = client.post(reverse(f"mentorship:{name}", args=[ref]), {"day": day, "hour": "00:00", "channel": "phone"})
        assert page.status_code == 200 and "Choose a day" in page.content.decode()
    form = {"match": match.ref, "outcome": "talked", "when": "today", "channel": "phone", "client_key": "a-key-of-mine"}
    page = client.post(reverse("mentorship:log"), form | {"next_day": day, "next_hour": "00:00"})
    assert page.status_code == 200 and "Choose a day" in page.content.decode()
    assert not Contact.objects.outcomes().exists()


def test_a_talk_that_is_not_planned_any_more_shows_no_form_to_move_it(match, mentor, sign_in):
    client, row = sign_in(mentor), Contact.objects.planned().first()
    url = reverse("mentorship:move", args=[row.ref])
    client.post(url, {"cancel": "yes"})
    page = client.get(url, follow=True).content.decode()
    assert "noted or taken off the plan in the meantime" in page and 'name="hour"' not in page


def test_a_pairs_page_shows_the_plan_and_that_it_was_looked_at(
    match, team, mentor, sign_in, django_assert_max_num_queries
):
    from mentorship.actions.contacts import log_contact

    log_contact(
        match=match.pk, by=mentor, client_key="a-key-of-mine", outcome="talked", when=clock.now(), minutes=30,
        note="She likes the garden", question="SECRET QUESTION",
    )  # fmt: skip
    FollowUpCheck.objects.create(match=match, day=10, to="mentee", due_on=clock.today("Europe/Brussels"))
    client = sign_in(team.coordinator)
    with django_assert_max_num_queries(25):
        page = client.get(reverse("mentorship:pair", args=[match.ref])).content.decode()
    assert "She likes the garden" in page
    assert "SECRET QUESTION" not in page
    assert "They talked once." in page
    assert "no answer yet" in page
    assert AccessLog.objects.about(match.referral.mentee.ref).filter(page="pair").count() == 1


@pytest.mark.parametrize("status", [MatchStatus.PAUSED, MatchStatus.ENDED])
def test_a_pairs_page_opens_in_every_state(team, sign_in, status):
    match = factories.make_match(team, status=status, days_ago=20)
    client = sign_in(team.coordinator)
    assert client.get(reverse("mentorship:pair", args=[match.ref])).status_code == 200
    show = "paused" if status == MatchStatus.PAUSED else "ended"
    assert match.ref in client.get(reverse("mentorship:pairs") + f"?show={show}").content.decode()


def test_the_plan_for_an_ending_is_saved_or_says_why_not(match, team, sign_in):
    client, url = sign_in(team.coordinator), reverse("mentorship:closing", args=[match.ref])
    page = client.post(url, {"bridge": "The group", "last_contact_on": "2020-01-01", "future": "none"}).content.decode()
    assert "after they were introduced" in page
    assert "The group" in page
    page = client.post(
        url, {"bridge": "The group", "last_contact_on": "2026-12-10", "future": "none"}, follow=True
    ).content.decode()
    assert "Thursday 10 December" in page


def test_a_pair_is_paused_goes_on_and_ends(match, team, sign_in):
    client = sign_in(team.coordinator)
    assert client.get(reverse("mentorship:pause", args=[match.ref])).status_code == 200
    client.post(reverse("mentorship:pause", args=[match.ref]), {"reason": "Holiday"})
    match.refresh_from_db()
    assert match.status == MatchStatus.PAUSED
    client.post(reverse("mentorship:resume", args=[match.ref]))
    match.refresh_from_db()
    assert match.status == MatchStatus.INTRODUCED
    page = client.post(reverse("mentorship:end", args=[match.ref]), {"reason": "planned"}).content.decode()
    assert "Other support has not been written down yet" in page
    client.post(reverse("mentorship:end", args=[match.ref]), {"reason": "died"})
    match.refresh_from_db()
    assert (match.status, match.end_reason) == (MatchStatus.ENDED, "died")
    task = Aftercare.objects.get(kind="ring")
    page = client.get(reverse("mentorship:pair", args=[match.ref])).content.decode()
    assert "One of them died" in page
    client.post(reverse("mentorship:aftercare", args=[task.ref]), {f"{task.ref}-note": "Rang"})
    task.refresh_from_db()
    assert (task.done_by, task.note) == (team.coordinator, "Rang")


# Settings ---------------------------------------------------------------------------------


def test_a_change_of_days_is_shown_before_it_is_saved(match, team, sign_in):
    start_clinic(team.clinic)
    client, url = sign_in(team.admin), reverse("mentorship:check-days")
    before = '{"mentee": [10, 30, 56, 84, 180], "mentor": [3, 10, 21, 30, 56, 84]}'
    form = {"mentee": "10, 14, 56", "mentor": "3, 21", "before": before}
    page = client.post(url, form).content.decode()
    assert "Also asked on day 14" in page
    assert "No longer asked on day 30, 84, 180" in page
    assert "For 1 pair the next question moves" in page
    assert check_actions.days_of(team.clinic)["mentor"] == [3, 10, 21, 30, 56, 84]
    client.post(url, form | {"save": "yes"})
    assert check_actions.days_of(team.clinic) == {"mentee": [10, 14, 56], "mentor": [3, 21]}
    stale = client.post(url, form | {"mentee": "10", "save": "yes"}).content.decode()
    assert "Somebody changed these days" in stale


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"mentee": ""}, "still needs an answer"), ({"mentee": "ten"}, "numbers with commas"),
        ({"mentee": "0"}, "from 1 to 365"), ({"mentor": "5, 5"}, "each day once"), ({"mentee": "9" * 10000}, "commas"),
        ({"before": "{"}, ""), ({"before": "[1]", "save": "yes"}, "Somebody changed"),
    ],
)  # fmt: skip
def test_days_that_make_no_sense_keep_their_words(team, sign_in, values, words):
    start_clinic(team.clinic)
    form = {"mentee": "10, 30", "mentor": "3", "before": "{}"} | values
    page = sign_in(team.admin).post(reverse("mentorship:check-days"), form)
    assert page.status_code == 200
    assert words in page.content.decode()
    assert check_actions.days_of(team.clinic)["mentor"] == [3, 10, 21, 30, 56, 84]


def test_only_who_keeps_the_settings_changes_days(team, sign_in):
    assert sign_in(team.coordinator).get(reverse("mentorship:check-days")).status_code == 403
