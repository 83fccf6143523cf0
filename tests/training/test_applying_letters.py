"""Letters: kept as they were sent, told by a message that says nothing, read behind sign-in or a link."""

import pytest
from django.urls import reverse

from accounts import links
from common.errors import Invalid
from messaging import kinds
from messaging.models import Message
from tests import factories
from training.actions.letters import send_letter
from training.models import Application, Letter
from training.notices.letters import READ, TO_READ

pytestmark = pytest.mark.django_db
WORDS = "Dear Rita,\n\nWe are glad you will begin the training."


@pytest.fixture
def mentor(team):
    return factories.make_mentor(team)


def send(mentor, team, **fields) -> Letter:
    return send_letter(mentor=mentor, kind="accepted", body=fields.pop("body", WORDS), by=team.coordinator)


def told(letter) -> str:
    """Return the body of the message about a letter."""
    message = Message.objects.get(kind=TO_READ, subject=letter.ref)
    kind = kinds.get(TO_READ)
    assert kind.still_true(message)
    to = kind.recipient(message)
    return f"{to.email} {kind.render(message, to).body}"


def test_a_letter_is_kept_and_its_reader_told_in_one(team, mentor):
    letter = send(mentor, team)
    assert letter.body == WORDS and letter.read_at is None
    assert Message.objects.get(kind=TO_READ).recipient == f"user:{mentor.person.user.ref}"


def test_the_same_letter_again_is_one_letter(team, mentor):
    assert send(mentor, team) == send(mentor, team)
    assert Letter.objects.count() == 1 and Message.objects.count() == 1


@pytest.mark.parametrize("body", ["", "   ", "x" * 5001])
def test_a_letter_without_words_or_without_end_is_refused(team, mentor, body):
    with pytest.raises(Invalid) as refusal:
        send(mentor, team, body=body)
    assert refusal.value.field == "letter" and not Letter.objects.exists()


def test_who_can_sign_in_reads_it_there(team, mentor):
    letter = send(mentor, team)
    assert reverse("training:letter", args=[letter.ref]) in told(letter)
    assert "training" not in told(letter)


def test_who_has_no_password_yet_gets_a_link(team, mentor):
    mentor.person.user.set_unusable_password()
    mentor.person.user.save()
    assert "/l/" in told(send(mentor, team))


def test_an_applicant_reads_it_by_a_link_to_the_address_they_wrote(team):
    row = Application.objects.create(
        clinic=team.clinic,
        first_name="Els",
        email="els@example.org",
        status="closed",
        email_verified_at=team.clinic.created_at,
    )
    letter = send_letter(application=row, kind="declined", body=WORDS, by=team.coordinator)
    assert Message.objects.get().recipient == f"application:{row.ref}" and told(letter).startswith("els@example.org")


def test_a_reader_says_that_they_read_it_and_a_look_writes_nothing(client, team, mentor):
    letter, client_page = send(mentor, team), reverse("training:letter", args=[Letter.objects.get().ref])
    client.force_login(mentor.person.user)
    assert "We are glad" in client.get(client_page).content.decode()
    letter.refresh_from_db()
    assert letter.read_at is None
    client.post(client_page)
    letter.refresh_from_db()
    assert letter.read_at is not None


def test_staff_see_a_letter_and_cannot_say_that_it_was_read(client, team, mentor):
    letter = send(mentor, team)
    client.force_login(team.coordinator)
    page = reverse("training:letter", args=[letter.ref])
    assert "I have read this" not in client.get(page).content.decode()
    client.post(page)
    letter.refresh_from_db()
    assert letter.read_at is None


def test_a_link_opens_the_letter_more_than_once(client, team, mentor):
    letter = send(mentor, team)
    _link, address = links.make(READ, letter.ref)
    for _time in range(2):
        page = client.get(address.removeprefix("https://testserver"), follow=True)
        assert "We are glad" in page.content.decode()
        client.post(reverse("training:letter-link"))
    letter.refresh_from_db()
    assert letter.read_at is not None


def test_without_a_link_there_is_no_letter(client, team, mentor):
    send(mentor, team)
    assert client.get(reverse("training:letter-link")).status_code == 404
