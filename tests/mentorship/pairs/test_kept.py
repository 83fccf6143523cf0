"""What a phone keeps of the log form names nobody; whose it is, is asked again when it is sent."""

from html import unescape

import pytest
from django.urls import reverse

from common import clock
from mentorship.actions import planning
from mentorship.kept import device_key
from mentorship.models import Contact, Question
from tests import factories
from training.models import CareTask

KEY = "0b54cbc1-4a0e-4d0a-9d09-9f3c2b6f3a11"
NUMBER = "Ring her on 0470 12 34 56, she said"


@pytest.fixture
def signed_in(client, mentor):
    client.force_login(mentor)
    return client


def form_of(match, **values):
    return {"match": match.ref, "outcome": "talked", "when": "today", "channel": "phone", "client_key": KEY} | values


def send(client, match, whose=None, whom=None, **values):
    """Send the form; as the page's own script where `whose` is said."""
    headers = {"X-Log": whose} if whose else {}
    with_whom = {} if whom is None else {"match": whom}
    return client.post(reverse("mentorship:log"), form_of(match, **values) | with_whom, headers=headers)


def stored():
    return Contact.objects.exclude(client_key=None)


def choice_of(page, which: str) -> str:
    """Return the value of one of the two buttons."""
    return page.context["form"].choice_token and f"{which}:{page.context['form'].choice_token}"


# The empty form


def test_the_form_a_phone_keeps_names_nobody(signed_in, match, mentor):
    page = signed_in.get(reverse("mentorship:log-offline"))
    words = unescape(page.content.decode())
    assert page.status_code == 200
    for word in (match.referral.mentee.first_name, match.ref, mentor.first_name, mentor.ref, "csrfmiddlewaretoken"):
        assert word not in words
    assert device_key(mentor) in words


def test_the_form_a_phone_keeps_uses_up_no_message(signed_in, match):
    send(signed_in, match)
    signed_in.get(reverse("mentorship:log-offline"))
    assert "Saved." in signed_in.get(reverse("mentorship:home")).content.decode()


def test_the_form_a_phone_keeps_is_for_whoever_is_signed_in(client, match):
    assert client.get(reverse("mentorship:log-offline")).status_code == 302


def test_the_script_that_keeps_it_sees_the_pages_to_log_a_talk_and_no_others(client, db):
    answer = client.get(reverse("mentorship:log-worker"))
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "Service-Worker-Allowed" not in answer.headers
    assert reverse("mentorship:log").startswith(reverse("mentorship:log-worker").rpartition("/")[0])
    assert not answer.cookies


def test_the_key_of_a_phone_says_nothing_of_a_user_and_differs(mentor, team):
    assert device_key(mentor) != device_key(team.coordinator)
    assert mentor.ref not in device_key(mentor)


# Whose it is


def test_what_somebody_else_typed_on_this_phone_is_never_sent(signed_in, match, team):
    answer = send(signed_in, match, whose=device_key(team.coordinator))
    assert (answer.status_code, answer.json()) == (409, {"whose": "other"})
    assert not stored().exists()


def test_what_was_typed_by_whoever_is_signed_in_is_stored_once(signed_in, match, mentor):
    for _time in range(2):
        assert send(signed_in, match, whose=device_key(mentor)).json() == {"to": reverse("mentorship:home")}
    assert stored().count() == 1


def test_a_talk_without_a_name_asks_with_whom_it_was(signed_in, match, mentor):
    page = send(signed_in, match, whose=device_key(mentor), whom="")
    assert page.status_code == 422
    assert not page.context["form"]["match"].is_hidden
    assert not stored().exists()


def test_a_talk_with_somebody_who_is_no_pair_any_more_is_not_noted_with_another(signed_in, match, mentor, team):
    ended = factories.make_match(team, mentor=match.mentor, status="ended")
    page = send(signed_in, match, whose=device_key(mentor), whom=ended.ref)
    assert "You do not talk with this person any more" in page.content.decode()
    assert not page.context["form"]["match"].is_hidden
    assert not stored().exists()


# Ways to reach somebody


@pytest.mark.parametrize("field", ["note", "question"])
def test_a_number_in_what_was_typed_is_named_and_nothing_is_stored(signed_in, match, field):
    page = send(signed_in, match, **{field: NUMBER})
    words = page.content.decode()
    assert "0470 12 34 56</strong> (a phone number)" in words
    assert NUMBER in words
    assert not stored().exists()
    assert not Question.objects.exists()


def test_saved_as_it_is_once_somebody_says_so(signed_in, match):
    page = send(signed_in, match, note=NUMBER)
    send(signed_in, match, note=NUMBER, said=choice_of(page, "as-is"))
    assert stored().get().note == NUMBER


def test_taken_out_when_somebody_says_so(signed_in, match):
    page = send(signed_in, match, note=NUMBER)
    send(signed_in, match, note=NUMBER, kept_choice=choice_of(page, "out"))
    assert stored().get().note == "Ring her on …, she said"


def test_a_choice_about_other_words_does_not_count(signed_in, match):
    page = send(signed_in, match, note=NUMBER)
    again = send(signed_in, match, note=NUMBER + " or 016 32 11 11", said=choice_of(page, "as-is"))
    assert "016 32 11 11</strong>" in again.content.decode()
    assert not stored().exists()


def test_a_note_without_a_way_to_reach_somebody_is_stored_at_once(signed_in, match):
    send(signed_in, match, note="Jokes at 10.30 on 12/03/2026")
    assert stored().get().note.startswith("Jokes")


def test_nothing_typed_stands_in_a_log(signed_in, match, caplog):
    caplog.set_level(0)
    send(signed_in, match, note=NUMBER)
    send(signed_in, match, note="the garden")
    assert not [line for line in caplog.messages if "0470" in line or "garden" in line]


# Relatives, money


def test_relatives_are_asked_about_only_where_the_mentee_agreed(signed_in, match, team):
    url = reverse("mentorship:log")
    assert "Somebody close to them" not in signed_in.get(url).content.decode()
    planning.agree_relatives(match=match.pk, by=team.coordinator, agreed=True)
    assert "Somebody close to them" in signed_in.get(url).content.decode()
    send(signed_in, match, with_relatives="on")
    assert stored().get().with_relatives


def test_relatives_ticked_on_a_phone_after_the_mentee_took_it_back_are_refused_in_words(signed_in, match):
    page = send(signed_in, match, with_relatives="on")
    assert "did not agree that relatives join" in page.content.decode()
    assert not stored().exists()


def test_a_mentor_notes_as_the_mentor_and_a_coordinator_as_the_team(signed_in, match, team):
    send(signed_in, match)
    signed_in.force_login(team.coordinator)
    values = form_of(match, client_key=KEY[:-1] + "2")
    signed_in.post(reverse("mentorship:log-with", args=[match.ref]), values)
    assert list(stored().order_by("pk").values_list("logged_side", flat=True)) in (["mentor", ""], ["", "mentor"])


def test_money_that_came_up_asks_the_supervisor_once(signed_in, match, mentor):
    for _time in range(2):
        send(signed_in, match, money="on")
    task = CareTask.objects.get(trigger="gifts")
    assert task.mentor == match.mentor
    assert stored().get().ref in task.key


def test_no_money_no_task(signed_in, match):
    send(signed_in, match)
    assert not CareTask.objects.filter(trigger="gifts").exists()


def test_the_log_page_asks_as_many_questions_for_twenty_pairs_as_for_two(signed_in, match, team):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    url, counts = reverse("mentorship:log"), []
    for more in (1, 18):
        for _time in range(more):
            row = factories.make_match(team, mentor=match.mentor)
            with clock.at(row.introduced_at):
                planning.begin_plan(match=row, by=team.coordinator)
        signed_in.get(url)
        with CaptureQueriesContext(connection) as queries:
            signed_in.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_question_to_the_team_asks_about_a_number_too(signed_in, match):
    values = {"match": match.ref, "topic": "dose", "question": NUMBER}
    page = signed_in.post(reverse("mentorship:ask"), values)
    assert "Nothing is saved yet" in page.content.decode()
    assert not Question.objects.exists()
    signed_in.post(reverse("mentorship:ask"), values | {"said": choice_of(page, "out")})
    assert Question.objects.get().text == "Ring her on …, she said"


def test_today_asks_to_help_with_a_first_talk_where_no_number_is_shared(client, team):
    factories.make_match(team, days_ago=6, mentee_shares_at=None)
    client.force_login(team.coordinator)
    assert "help them with the first talk" in client.get(reverse("desk:today")).content.decode()
