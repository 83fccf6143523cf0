"""The pages about becoming a mentor: open to everybody, behind a link, and for the clinic."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from messaging.models import Message
from tests import factories
from tests.training.applying_world import ANSWERS, arrive, nominated, sent, typed
from training import doors
from training.actions import applying_staff as staff
from training.actions.letters import say_read, send_letter
from training.limits_applying import MOST
from training.models import Application, Letter, Mentor
from training.workflow import Status, workflow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_asked_before():
    """Start every test with nothing counted."""
    cache.clear()


@pytest.fixture
def here(team):
    """The address of the clinic's public page."""
    return reverse("training:apply", args=[team.clinic.ref])


@pytest.fixture
def coordinator(client, team):
    client.force_login(team.coordinator)
    return client


def text(response) -> str:
    return response.content.decode()


# Open to everybody ---------------------------------------------------------------------------


def test_the_page_says_what_it_means_and_looking_stores_nothing(client, here, team):
    shown = text(client.get(here))
    assert "What a mentor does" in shown and team.clinic.name in shown and 'name="consent"' in shown
    assert "checked" not in shown[shown.index('name="consent"') :] and not Application.objects.exists()


def test_an_address_of_no_clinic_is_not_found(client):
    assert client.get(reverse("training:apply", args=["nosuchclinic"])).status_code == 404


def test_the_first_answer_is_kept_and_there_when_they_come_back(client, here):
    reply = client.post(
        here, {"do": "autosave", "draft": "abcdefgh23456789", "first_name": "Els", "birth_year": "soon"}
    )
    assert reply.json()["draft"] == "abcdefgh23456789" and "Saved at" in reply.json()["saved"]
    shown = text(client.get(here))
    assert 'value="Els"' in shown and 'value="soon"' in shown
    assert 'value="Els"' not in text(Client().get(here))


def test_without_script_a_button_keeps_it(client, here):
    client.post(here, {"do": "keep", "first_name": "Els", "languages": ["nl", "fr"]})
    shown = text(client.get(here))
    assert 'value="Els"' in shown and shown.count("checked") >= 2


def test_a_tick_to_agree_is_never_kept_for_them(client, here):
    client.post(here, typed(do="autosave"))
    assert 'name="consent"' in text(client.get(here))
    assert "consent" not in Application.objects.get().draft_data["typed"]


def test_somebody_on_a_shared_device_erases_what_they_typed(client, here):
    client.post(here, {"do": "keep", "first_name": "Els"})
    client.post(here, {"do": "forget"})
    assert not Application.objects.exists() and 'value="Els"' not in text(client.get(here))


def test_a_form_that_is_sent_leads_to_the_same_page_for_everybody(client, here, team):
    sent_page = reverse("training:apply-sent", args=[team.clinic.ref])
    assert client.post(here, typed()).url == sent_page
    row = Application.objects.get()
    assert (row.status, row.first_name, row.languages) == ("sent", "Els", ["nl", "fr"])
    assert team.clinic.name in row.consent_words and "Els" not in text(client.get(sent_page))


def test_a_double_click_is_one_application(client, here):
    for _time in range(2):
        client.post(here, typed(draft="abcdefgh23456789"))
    assert Application.objects.count() == 1 and Message.objects.count() == 1


def test_after_sending_the_form_is_empty_again(client, here):
    client.post(here, typed())
    assert 'value="Els"' not in text(client.get(here))


@pytest.mark.parametrize("known", ["patient", "mentor", "applicant"])
def test_a_page_never_tells_whether_somebody_is_known(client, here, team, known):
    stranger = client.post(here, typed(email="stranger@example.org", first_name="Zoë", last_name="Nobody"))
    if known == "patient":
        person = factories.make_referral(team).mentee
    elif known == "mentor":
        person = factories.make_mentor(team).person
    else:
        person = sent(team)
    names = {"first_name": person.first_name, "last_name": person.last_name, "birth_year": person.birth_year}
    reply = Client().post(here, typed(email=person.email, **names))
    assert (reply.status_code, reply.url) == (stranger.status_code, stranger.url)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"birth_year": "soon"}, "Write the year of birth"), ({"birth_year": "2015"}, "18 or over"),
        ({"email": "els@"}, "Write the whole e-mail address"), ({"phone": "12"}, "Write the whole number"),
        ({"consent": ""}, "We may only keep this if you agree"), ({"languages": []}, "Choose at least one"),
        ({"channels": ["smoke"]}, "Choose from the answers below"), ({"first_name": "\x00Els"}, "cannot be stored"),
        ({"diagnosed_year": "1950"}, "before they were born"),
    ],
)  # fmt: skip
def test_a_mistake_gets_a_sentence_keeps_what_was_typed_and_stores_nothing(client, here, answers, sentence):
    reply = client.post(here, typed(**answers))
    assert reply.status_code == 200 and sentence in text(reply)
    assert ANSWERS["why"] in text(reply) and not Application.objects.exists()


def test_a_machine_that_fills_in_everything_is_told_the_same_and_nothing_is_kept(client, here, team):
    reply = client.post(here, typed(website="https://example.org"))
    assert reply.url == reverse("training:apply-sent", args=[team.clinic.ref]) and not Application.objects.exists()


def test_a_flood_from_one_address_has_to_wait(client, here):
    for n in range(MOST["send"]):
        client.post(here, typed(email=f"els{n}@example.org"))
    assert client.post(here, typed(email="last@example.org")).status_code == 429
    assert Application.objects.count() == MOST["send"]


def test_begun_forms_are_counted_too(client, here):
    for _n in range(MOST["begin"]):
        Client().post(here, {"do": "autosave", "why": "a"})
    assert client.post(here, {"do": "autosave", "why": "a"}).status_code == 429


def test_odd_things_sent_are_never_our_fault(client, here):
    for odd in (
        {"do": "nonsense"},
        {"draft": "x" * 500},
        {"do": "autosave", "draft": "\x00"},
        {"birth_year": "9" * 400},
    ):
        assert client.post(here, odd).status_code < 500


def test_the_link_is_asked_for_again_without_telling_who_is_known(client, team):
    sent(team)
    Message.objects.all().delete()
    ask = reverse("training:apply-link", args=[team.clinic.ref])
    replies = [text(client.post(ask, {"email": mail}, follow=True)) for mail in ("els@example.org", "no@example.org")]
    assert all("If somebody applied here with this address" in reply for reply in replies)
    assert Message.objects.count() == 1


def test_the_code_leads_to_the_page(client, team):
    reply = client.get(reverse("training:apply-code", args=[team.clinic.ref]))
    assert reply["Content-Type"] == "image/svg+xml" and b"<svg" in reply.content and b"style" not in reply.content


# Behind the link --------------------------------------------------------------------------------


def test_nothing_is_shown_before_they_say_that_the_address_is_theirs(client, team):
    row = sent(team)
    arrive(client, "application.status", row)
    shown = text(client.get(reverse("training:application-status")))
    assert "Are you Els?" in shown and "Maes" not in shown
    row.refresh_from_db()
    assert row.email_verified_at is None
    client.post(reverse("training:application-status"), {"do": "mine"})
    row.refresh_from_db()
    assert row.email_verified_at and "this is where you stand" in text(
        client.get(reverse("training:application-status"))
    )


def verified(client, team) -> Application:
    row = sent(team)
    Application.objects.update(email_verified_at=clock.now())
    arrive(client, "application.status", row)
    return row


def put_at(mentor, status, team):
    """Bring an applicant to a point of their road, as the decision would have."""
    if status in (Status.IN_TRAINING, Status.ACTIVE):
        mentor.history.create(from_status="interviewed", to_status=Status.IN_TRAINING, by=team.coordinator)
    Mentor.objects.filter(pk=mentor.pk).update(status=status)


@pytest.mark.parametrize(
    ("status", "now", "words"),
    [
        (None, "Sent", "Somebody rings or writes"), (Status.APPLIED, "A talk", "plans a talk"),
        (Status.INTERVIEWED, "Two people look", "Two people each say"), (Status.LATER, "Decision", "Not now"),
        (Status.DECLINED, "Decision", "no this time"), (Status.IN_TRAINING, "Training", "Sign in"),
        (Status.ACTIVE, "", "You did the training"),
    ],
)  # fmt: skip
def test_they_see_where_they_stand(client, team, status, now, words):
    row = verified(client, team)
    if status:
        staff.take_up(application=row.pk, by=team.coordinator)
        put_at(Mentor.objects.get(), status, team)
    shown = text(client.get(reverse("training:application-status")))
    assert words in shown and (f'aria-current="step"><strong>{now}' in shown) == bool(now)


def test_they_read_their_letters_there(client, team):
    row = verified(client, team)
    staff.close_application(application=row.pk, by=team.coordinator, letter="Dear Els, not this time.")
    assert "Dear Els, not this time." in text(client.get(reverse("training:application-status")))


def test_taking_back_asks_once_more_and_then_erases(client, team):
    verified(client, team)
    ask = reverse("training:application-take-back")
    assert "cannot be undone" in text(client.get(ask))
    assert Application.objects.get().status == "sent"
    assert "What you wrote is erased" in text(client.post(ask, follow=True))
    assert Application.objects.get().status == "withdrawn"
    assert client.post(ask).status_code == 302


def test_somebody_in_training_is_told_how_to_stop(client, team):
    row = verified(client, team)
    staff.take_up(application=row.pk, by=team.coordinator)
    put_at(Mentor.objects.get(), Status.IN_TRAINING, team)
    assert "Ring us" in text(client.post(reverse("training:application-take-back")))


def test_a_letter_behind_a_link_asks_first_whose_address_it_is(client, team):
    row = sent(team)
    staff.close_application(application=row.pk, by=team.coordinator, letter="Dear Els, not this time.")
    arrive(client, "letter.read", Letter.objects.get())
    assert "Dear Els" not in text(client.get(reverse("training:letter-link")))
    client.post(reverse("training:letter-link"), {"do": "mine"})
    assert "Dear Els, not this time." in text(client.get(reverse("training:letter-link")))


@pytest.mark.parametrize("name", ["application-status", "application-take-back", "application-fill"])
def test_without_a_link_there_is_nothing(client, team, name):
    sent(team)
    assert client.get(reverse(f"training:{name}")).status_code == 404
    assert client.post(reverse(f"training:{name}")).status_code == 404


# Put forward -------------------------------------------------------------------------------------


def test_who_was_put_forward_reads_why_and_says_yes(client, team):
    row = nominated(team)
    arrive(client, "application.fill", row)
    fill = reverse("training:application-fill")
    shown = text(client.get(fill))
    assert "She listens well." in shown and "Katrien" in shown and 'value="Els"' in shown
    assert client.post(fill, typed(do="autosave")).json()["draft"] == row.ref
    client.post(fill, typed())
    row.refresh_from_db()
    assert (row.status, row.nominated_by) == ("sent", team.nurse) and row.email_verified_at


def test_who_was_put_forward_says_no_and_is_erased(client, team):
    row = nominated(team)
    arrive(client, "application.fill", row)
    client.post(reverse("training:application-fill"), {"do": "forget"})
    row.refresh_from_db()
    assert (row.status, row.first_name) == ("withdrawn", "")


def test_a_nurse_puts_somebody_forward_and_sees_a_word(client, team):
    client.force_login(team.nurse)
    page = reverse("training:nominate")
    answers = {
        "first_name": "Els",
        "last_name": "Maes",
        "email": "els@example.org",
        "language": "nl",
        "why": "Listens.",
    }
    refused = text(client.post(page, answers))
    assert "Ask them first whether we may write to them" in refused and "Listens." in refused
    assert not Application.objects.exists()
    shown = text(client.post(page, answers | {"agreed": "on"}, follow=True))
    assert "Els Maes" in shown and "Not answered yet" in shown


def test_nobody_sees_whom_a_colleague_put_forward(client, team):
    nominated(team)
    client.force_login(team.clinician)
    assert "Els" not in text(client.get(reverse("training:nominate")))


# For the clinic ----------------------------------------------------------------------------------


def test_an_empty_list_says_that_it_is_fine(coordinator):
    assert "Nobody waits here now" in text(coordinator.get(reverse("training:applicants")))


def test_the_list_counts_drafts_without_showing_them(coordinator, client, here):
    Client().post(here, {"do": "autosave", "first_name": "Secret"})
    shown = text(coordinator.get(reverse("training:applicants")))
    assert "1 more began to write" in shown and "Secret" not in shown


def test_the_list_has_everybody_longest_first_with_what_is_next(coordinator, team):
    nominated(team, first_name="Nora", email="nora@example.org")
    late = sent(team)
    Application.objects.filter(pk=late.pk).update(sent_at=clock.now() - dt.timedelta(days=9))
    later = factories.make_mentor(team, ready=False, status=Status.LATER)
    shown = text(coordinator.get(reverse("training:applicants")))
    names = ["Els Maes", "Nora Maes", later.person.full_name]
    assert [shown.index(name) for name in names] == sorted(shown.index(name) for name in names)
    assert "Read it, ring them" in shown and "They answer, or it is erased" in shown and "day to ask again" in shown


@pytest.mark.parametrize(("where", "there"), [("sent", True), ("nominated", False), ("applied", False), ("odd", True)])
def test_the_list_is_narrowed_by_where_they_are(coordinator, team, where, there):
    sent(team)
    assert ("Els Maes" in text(coordinator.get(reverse("training:applicants"), {"where": where}))) == there


def test_the_list_asks_the_same_for_two_as_for_twenty(coordinator, team):
    counts = []
    for n in (2, 18):
        for k in range(n):
            row = sent(team, email=f"els{n}-{k}@example.org")
            if k % 2:
                staff.take_up(application=row.pk, by=team.coordinator, same_as="new")
        with CaptureQueriesContext(connection) as queries:
            coordinator.get(reverse("training:applicants"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_coordinator_reads_and_takes_up(coordinator, team):
    row = sent(team)
    page = reverse("training:applicant", args=[row.ref])
    assert "I had nobody to ask" in text(coordinator.get(page))
    reply = coordinator.post(page)
    assert reply.url == reverse("training:selection", args=[Mentor.objects.get().ref])
    assert "Els" in text(coordinator.get(reply.url))


def test_somebody_we_may_know_is_asked_about_and_a_mentee_is_named_in_words(coordinator, team):
    mentee = factories.make_referral(team).mentee
    row = sent(team, first_name=mentee.first_name, last_name=mentee.last_name, birth_year=mentee.birth_year)
    page = reverse("training:applicant", args=[row.ref])
    assert "is looking for a mentor now" in text(coordinator.get(page))
    assert "Choose whether it is them" in text(coordinator.post(page)) and not Mentor.objects.exists()
    coordinator.post(page, {"same_as": mentee.ref})
    assert Mentor.objects.get().person == mentee


def test_the_records_of_another_clinic_are_not_found(coordinator, other_team):
    row = sent(other_team)
    assert coordinator.get(reverse("training:applicant", args=[row.ref])).status_code == 404


def test_an_old_link_to_say_no_leads_to_what_became_of_it(coordinator, team):
    row = sent(team)
    page = reverse("training:applicant", args=[row.ref])
    coordinator.post(page, {"do": "take"})
    assert Mentor.objects.count() == 1
    assert coordinator.get(reverse("training:applicant-close", args=[row.ref])).headers["Location"] == page


def test_a_no_has_a_letter_to_edit_and_a_mistake_keeps_it(coordinator, team):
    row = sent(team)
    page = reverse("training:applicant-close", args=[row.ref])
    assert "Dear Els" in text(coordinator.get(page))
    reply = text(coordinator.post(page, {"letter": "", "note": "Too soon for her."}))
    assert "This still needs an answer" in reply and "Too soon for her." in reply
    coordinator.post(page, {"letter": "Dear Els, thank you."})
    row.refresh_from_db()
    assert row.status == "closed"
    coordinator.post(reverse("training:applicant-reopen", args=[row.ref]))
    row.refresh_from_db()
    assert row.status == "sent"


def test_somebody_is_written_down_only_with_their_yes(coordinator, team):
    page = reverse("training:write-down")
    refused = text(coordinator.post(page, typed(consent="")))
    assert "Without a yes nothing is stored" in refused and ANSWERS["why"] in refused
    assert not Application.objects.exists()
    coordinator.post(page, typed(email=""))
    row = Application.objects.get()
    assert row.source == "coordinator" and "they said yes" in row.consent_words


def test_the_leaflet_has_the_link_and_the_code(coordinator, team):
    shown = text(coordinator.get(reverse("training:leaflet")))
    assert reverse("training:apply", args=[team.clinic.ref]) in shown
    assert reverse("training:apply-code", args=[team.clinic.ref]) in shown


def test_the_list_of_mentors_leads_here_and_a_clinician_to_putting_forward(client, team):
    sent(team)
    client.force_login(team.coordinator)
    shown = text(client.get(reverse("training:mentors")))
    assert "1 waits to be taken up" in shown
    client.force_login(team.clinician)
    shown = text(client.get(reverse("training:mentors")))
    assert reverse("training:nominate") in shown and reverse("training:applicants") not in shown


# Today ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "there"), [(71, False), (73, True)])
def test_today_names_who_waits_three_days(coordinator, team, hours, there):
    sent(team)
    Application.objects.update(sent_at=clock.now() - dt.timedelta(hours=hours))
    assert ("Els Maes" in text(coordinator.get(reverse("desk:today")))) == there


@pytest.mark.parametrize(("days", "there"), [(1, False), (0, True), (-3, True)])
def test_today_names_who_is_to_be_asked_again(coordinator, team, days, there):
    mentor = factories.make_mentor(team, ready=False)
    on = team.clinic.today + dt.timedelta(days=days)
    workflow.move(mentor, Status.LATER, by=team.coordinator, ask_again_on=on)
    assert ("It was “not now”" in text(coordinator.get(reverse("desk:today")))) == there


def test_a_nurse_finds_the_way_to_put_somebody_forward(client, team):
    client.force_login(team.nurse)
    assert reverse("training:nominate") in text(client.get(reverse("referrals:mine")))


def test_the_record_of_an_applicant_leads_to_what_they_wrote_and_to_the_letters(coordinator, team):
    row = sent(team)
    mentor = staff.take_up(application=row.pk, by=team.coordinator)
    letter = send_letter(mentor=mentor, kind="later", body="Dear Els", by=team.coordinator)
    shown = text(coordinator.get(reverse("training:mentor", args=[mentor.ref])))
    assert reverse("training:applicant", args=[row.ref]) in shown
    assert reverse("training:letter", args=[letter.ref]) in shown


def test_a_mentor_is_led_to_a_letter_until_they_say_that_they_read_it(team):
    mentor = factories.make_mentor(team)
    letter = send_letter(mentor=mentor, kind="accepted", body="Dear Rita", by=team.coordinator)
    assert "A letter for you" in [str(door.title) for door in doors.own(mentor)]
    say_read(letter=letter.pk)
    assert "A letter for you" not in [str(door.title) for door in doors.own(mentor)]
