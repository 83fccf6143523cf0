"""Medicines, doses and results never stay with a mentor: a note that holds them is offered to the care team."""

import re

import pytest
from django.urls import reverse

from mentorship.models import Contact, Question
from tests.mentorship.pairs.test_pages import talk

NOTE = "She asks if 20 mg is too much"


@pytest.fixture
def client(sign_in, mentor):
    return sign_in(mentor)


def send(client, match, **values) -> str:
    """Send the form of a talk; return the page that follows."""
    return client.post(reverse("mentorship:log"), talk(match, **values), follow=True).content.decode()


def offered(page: str, what: str) -> str:
    """Return the value of one of the two buttons."""
    return re.search(rf'value="([^"]*{what}:[0-9a-f]+)"', page).group(1)


def test_a_note_about_a_dose_is_pointed_out_kindly_and_nothing_is_stored(client, match):
    page = send(client, match, note=NOTE)
    assert "Is this something for the care team?" in page and "20 mg" in page and NOTE in page
    assert not Contact.objects.exclude(client_key=None).exists() and not Question.objects.exists()


def test_one_tap_makes_it_a_question_and_leaves_no_note(client, match):
    page = send(client, match, note=NOTE)
    send(client, match, note=NOTE, said=offered(page, "ask"))
    row = Contact.objects.exclude(client_key=None).get()
    assert (row.note, row.questions.get().text, row.questions.get().topic) == ("", NOTE, "dose")


def test_what_is_no_question_stays_a_note(client, match):
    page = send(client, match, note=NOTE)
    send(client, match, note=NOTE, said=offered(page, "note"))
    assert Contact.objects.exclude(client_key=None).get().note == NOTE and not Question.objects.exists()


def test_a_choice_counts_for_these_words_only(client, match):
    page = send(client, match, note=NOTE)
    again = send(client, match, note="And the blood test?", said=offered(page, "note"))
    assert "Is this something for the care team?" in again
    assert not Contact.objects.exclude(client_key=None).exists()


def test_a_number_that_stays_is_not_asked_about_again(client, match):
    both = f"{NOTE}. Ring 0470 12 34 56"
    page = send(client, match, note=both)
    assert "Nothing is saved yet" in page and "Is this something for the care team?" not in page
    page = send(client, match, note=both, said=offered(page, "as-is"))
    send(client, match, note=both, said=offered(page, "ask"))
    assert Question.objects.get().text == both


def test_an_ordinary_note_and_a_question_are_not_asked_about(client, match):
    send(client, match, note="We laughed a lot")
    assert Contact.objects.exclude(client_key=None).get().note == "We laughed a lot"
