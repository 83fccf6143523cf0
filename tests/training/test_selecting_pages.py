"""The pages of choosing mentors: who reads what, bad input, and the way from a decision to its letter."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clinics.roles import Role
from tests import factories
from tests.training import selecting_world as world
from training.actions import selecting_papers
from training.models import Letter, Mentor, Rating

WORDS = "She told a neighbour which painkiller helped her"


@pytest.fixture
def applicant(team):
    return world.applicant(team)


def at(mentor, *more):
    return "/".join(["", "mentors", mentor.ref, "selection", *more, ""])


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_page_names_what_is_missing_and_the_step_that_puts_it_right(team, applicant, sign_in):
    page = text(sign_in(team.coordinator).get(at(applicant)))
    assert "Still to come: a talk" in page and "version 1" in page
    for key in ("talk", "raters", "reference", "paper", "sponsor", "insurance", "conflicts"):
        assert at(applicant, key) in page
    assert "A yes needs first" in page and "Nobody is asked to rate yet" in page


def test_every_step_has_a_page(team, applicant, sign_in):
    world.complete(team, applicant)
    client = sign_in(team.coordinator)
    for key in (
        "talk",
        "raters",
        "release",
        "reference",
        "rung",
        "sponsor",
        "paper",
        "remove",
        "insurance",
        "conflicts",
        "known",
        "again",
    ):
        assert client.get(at(applicant, key)).status_code == 200, key
    assert client.get(at(applicant, "nothing")).status_code == 404


def test_nobody_else_reaches_an_applicant(team, other_team, applicant, sign_in):
    for who in (team.nurse, team.clinician, team.admin, team.trainer, other_team.coordinator):
        assert sign_in(who).get(at(applicant)).status_code == 404
        assert sign_in(who).get(at(applicant, "talk")).status_code == 404


def test_a_clinician_whom_the_rules_let_ring_references_reaches_only_that(team, applicant, sign_in):
    team.clinic.admission_policies.update(who={"references": ["clinician"]})
    client = sign_in(team.clinician)
    assert applicant.person.full_name in text(client.get("/asked/"))
    assert client.get(at(applicant)).status_code == 200
    assert client.get(at(applicant, "reference")).status_code == 200
    assert client.get(at(applicant, "talk")).status_code == 403
    assert "What do you decide?" not in text(client.get(at(applicant)))
    assert client.post(at(applicant), {"decision": "decline", "why": "No"}).status_code == 403
    assert sign_in(team.coordinator).get(at(applicant, "reference")).status_code == 403


def test_a_coordinator_who_applies_does_not_read_about_themselves(team, applicant, sign_in):
    applicant.person.user = team.coordinator
    applicant.person.save()
    client = sign_in(team.coordinator)
    assert client.get(at(applicant)).status_code == 404
    assert "How they are chosen" not in text(client.get(f"/mentors/{applicant.ref}/"))


def test_an_assessor_cannot_peek_before_saving(team, applicant, sign_in):
    own, piets = world.raters(team, applicant)
    world.rate(piets, words=WORDS)
    client = sign_in(team.coordinator)
    assert client.get(f"/ratings/{piets.ref}/").status_code == 404
    for address in (at(applicant), f"/ratings/{own.ref}/", f"/mentors/{applicant.ref}/", "/asked/"):
        assert WORDS not in text(client.get(address))
    world.rate(own, professionalism=2)
    for address in (at(applicant), f"/ratings/{own.ref}/"):
        page = text(client.get(address))
        assert WORDS in page and "You differ here" in page and "The same sentence" in page


def test_a_rating_is_given_once_and_its_draft_keeps_itself(team, applicant, sign_in):
    _own, piets = world.raters(team, applicant)
    client, address = sign_in(team.clinician), f"/ratings/{piets.ref}/"
    assert "Draft saved at" in text(client.post(address, {"do": "draft", "insight": "3", "words": "Calm"}))
    page = text(client.get(address))
    assert "Calm" in page and "hard times behind them" in page
    half = client.post(address, {"communication": "3", "insight": "9", "words": "Calm"})
    assert half.status_code == 200 and "Calm" in text(half) and "error-summary" in text(half)
    sent = client.post(address, {**world.CHOSEN, "words": "Calm"})
    assert sent.status_code == 302
    piets.refresh_from_db()
    assert piets.saved_at and piets.words == "Calm" and piets.draft == {}
    assert "stays as it was saved" in text(client.get(address))
    changed = client.post(address, {**world.CHOSEN, "communication": "1"})
    assert changed.status_code == 200
    assert client.post(address, {"do": "draft", "insight": "1"}).status_code == 200
    piets.refresh_from_db()
    assert piets.communication == 3


def test_asked_of_you_lists_what_is_open_and_says_when_nothing_is(team, applicant, sign_in):
    client = sign_in(team.clinician)
    assert "Nothing is asked of you now" in text(client.get("/asked/"))
    _own, piets = world.raters(team, applicant)
    row = selecting_papers.ask_sponsor(mentor=applicant.pk, by=team.coordinator, sponsor=team.clinician.pk)
    page = text(client.get("/asked/"))
    assert f"/ratings/{piets.ref}/" in page and f"/sponsors/{row.ref}/" in page and "2 people" in page


def test_the_list_of_what_is_asked_costs_the_same_for_two_and_twenty(team, sign_in, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = sign_in(team.clinician), []
    made = 0
    for many in (2, 20):
        while made < many:
            made += 1
            mentor = world.applicant(team, f"Name{made}")
            Rating.objects.create(mentor=mentor, assessor=team.clinician, asked_by=team.coordinator)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get("/asked/")
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_a_sponsor_gives_a_word_once_and_only_they(team, applicant, sign_in):
    row = selecting_papers.ask_sponsor(mentor=applicant.pk, by=team.coordinator, sponsor=team.clinician.pk)
    assert sign_in(team.backup).get(f"/sponsors/{row.ref}/").status_code == 404
    client = sign_in(team.clinician)
    bad = client.post(f"/sponsors/{row.ref}/", {"known_years": "many", "vouches": "yes", "words": "Kind"})
    assert "figures only" in text(bad) and "Kind" in text(bad)
    assert (
        client.post(f"/sponsors/{row.ref}/", {"known_years": "6", "vouches": "yes", "words": "Kind"}).status_code == 302
    )
    assert "What you said" in text(client.get(f"/sponsors/{row.ref}/"))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("check.png", world.PDF, "inside it is a PDF"),
        ("check.pdf", b"MZ", "something else"),
        ("check.pdf", b"", "empty"),
        ("check.pdf", world.PDF + b" " * 5 * 1024 * 1024, "too big"),
    ],
)
def test_a_wrong_file_is_refused_at_its_field_and_the_rest_stays(team, applicant, sign_in, name, content, says):
    until = team.clinic.today + dt.timedelta(days=200)
    answer = sign_in(team.coordinator).post(
        at(applicant, "paper"), {"kind": "background", "valid_until": until, "file": SimpleUploadedFile(name, content)}
    )
    page = text(answer)
    assert answer.status_code == 200 and says in page and until.isoformat() in page
    assert not applicant.papers.exists()


def test_a_paper_is_added_listed_and_given_out(team, applicant, sign_in):
    client = sign_in(team.coordinator)
    until = team.clinic.today + dt.timedelta(days=200)
    answer = client.post(at(applicant, "paper"), {"kind": "background", "valid_until": until, "file": world.pdf()})
    assert answer.status_code == 302
    address = f"/files/{applicant.papers.get().upload.ref}/"
    assert address in text(client.get(at(applicant))) and client.get(address).content == world.PDF


def test_a_step_that_makes_no_sense_keeps_what_was_typed(team, applicant, sign_in):
    client = sign_in(team.coordinator)
    answer = client.post(at(applicant, "talk"), {"on": "2999-01-01", "channel": "phone", "notes": "A kind voice"})
    assert "A kind voice" in text(answer) and "still to come" in text(answer)
    forged = client.post(at(applicant, "raters"), {"assessors": [team.admin.pk]})
    assert forged.status_code == 200 and not applicant.ratings.exists()
    conflict = client.post(at(applicant, "conflicts"), {"conflicts": "yes", "words": ""})
    assert "what was agreed" in text(conflict) and not applicant.selection_notes.exists()


def decide(client, mentor, decision="accept", **more):
    first = client.post(at(mentor), {"do": "write", "decision": decision, "why": "We trust her", "until": "", **more})
    return first, first.context["form"].initial if "letter" in (first.context["form"].fields) else None


def test_from_yes_to_the_letter_to_the_training(team, applicant, sign_in):
    mentor = world.complete(team, applicant)
    client = sign_in(team.coordinator)
    page, letter = decide(client, mentor)
    assert "Nothing is decided yet" in text(page) and letter["letter"].startswith("Dear Amélie,")
    assert Mentor.objects.get(pk=mentor.pk).status == "interviewed" and not Letter.objects.exists()
    send = {**letter, "until": "", "letter": letter["letter"] + "\n\nSee you soon.", "do": "send"}
    for _twice in range(2):
        assert client.post(at(mentor), send).status_code == 302
    mentor.refresh_from_db()
    assert mentor.status == "in-training" and mentor.vetted_by == team.coordinator and mentor.policy.version == 1
    assert Letter.objects.get(mentor=mentor).body.endswith("See you soon.")
    assert mentor.person.user is not None and mentor.learnings.exists()


def test_a_yes_that_lacks_something_stays_on_the_page_with_each_thing_in_words(team, applicant, sign_in):
    world.talk(team, applicant)
    page, letter = decide(sign_in(team.coordinator), applicant)
    assert letter is None and "No clinician vouches for them yet." in text(page) and "We trust her" in text(page)


def test_not_now_takes_a_day(team, applicant, sign_in):
    client = sign_in(team.coordinator)
    page, letter = decide(client, applicant, "later")
    assert letter is None and "Choose the day to ask again" in text(page)
    day = team.clinic.today + dt.timedelta(days=90)
    page, letter = decide(client, applicant, "later", until=day.isoformat())
    assert client.post(at(applicant), {**letter, "do": "send"}).status_code == 302
    applicant.refresh_from_db()
    assert (applicant.status, applicant.ask_again_on) == ("later", day)
    assert "Open the way back" in text(client.get(at(applicant)))
    client.post(at(applicant, "again"), {})
    applicant.refresh_from_db()
    assert applicant.status == "applied" and applicant.ask_again_on is None


def test_what_changed_while_the_letter_was_written_is_said_and_the_letter_kept(team, applicant, sign_in):
    client = sign_in(team.coordinator)
    _page, letter = decide(client, applicant, "decline")
    world.talk(team, applicant)
    send = {**letter, "until": "", "letter": "My own words", "do": "send"}
    answer = client.post(at(applicant), send)
    assert answer.status_code == 409 and "My own words" in text(answer)
    assert not Letter.objects.exists()
    again = client.post(at(applicant), send | {"version": answer.context["form"]["version"].value()})
    assert again.status_code == 302 and Letter.objects.get().body == "My own words"


def test_an_empty_letter_decides_nothing(team, applicant, sign_in):
    client = sign_in(team.coordinator)
    _page, letter = decide(client, applicant, "decline")
    answer = client.post(at(applicant), {**letter, "until": "", "letter": " ", "do": "send"})
    applicant.refresh_from_db()
    assert answer.status_code == 200 and applicant.status == "applied"


def test_somebody_chosen_before_is_accepted_with_a_reason(team, applicant, sign_in):
    client = sign_in(team.coordinator)
    client.post(at(applicant, "known"), {"on": team.clinic.today, "why": ""})
    applicant.refresh_from_db()
    assert applicant.status == "applied"
    client.post(at(applicant, "known"), {"on": team.clinic.today, "why": "By the pilot of 2024"})
    applicant.refresh_from_db()
    assert applicant.status == "in-training" and not applicant.letters.exists()
    assert applicant.history.filter(note__contains="pilot of 2024").exists()


def test_the_old_step_leads_to_the_page_of_choosing(team, applicant, sign_in):
    answer = sign_in(team.coordinator).get(f"/mentors/{applicant.ref}/steps/decision/")
    assert answer.status_code == 302 and answer.url == at(applicant)


def test_who_has_something_to_answer_sees_it_where_they_work(team, applicant, sign_in):
    another = factories.make_user(team.clinic, Role.NURSE)
    client = sign_in(another)
    asked = f'href="{reverse("training:asked")}"'
    assert asked not in text(client.get("/referrals/"))
    Rating.objects.create(mentor=applicant, assessor=another, asked_by=team.coordinator)
    assert asked in text(client.get("/referrals/"))
    Rating.objects.create(mentor=applicant, assessor=team.clinician, asked_by=team.coordinator)
    assert asked in text(sign_in(team.clinician).get("/flags/"))
