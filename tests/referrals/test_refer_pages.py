"""The referral form: the offer first, nothing lost, nothing stored that makes no sense."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from clinics.models import AccessLog
from common.fields import CodesField
from common.models import new_ref
from referrals import actions
from referrals.data import NEEDS
from referrals.forms.refer import ReferForm, is_many
from referrals.models import NotTheSame, Offer, Person, Referral
from tests import factories
from tests.referrals.builders import typed

pytestmark = pytest.mark.django_db
NEW = "/referrals/new/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def nurse(team, sign_in):
    return sign_in(team.nurse)


def words_of(response) -> str:
    return response.content.decode()


def draft_of(team, **values) -> Referral:
    kept = {name: value if isinstance(value, list) else [value] for name, value in typed(**values).items()}
    return actions.save_draft(by=team.nurse, clinic=team.clinic.pk, typed=kept)


def test_every_need_has_its_question():
    assert set(NEEDS) <= set(ReferForm.base_fields)
    assert all(is_many(f.name) for f in Referral._meta.fields if isinstance(f, CodesField))


def test_looking_at_the_form_stores_nothing(nurse):
    for address in (NEW, f"{NEW}?answer=yes", f"{NEW}?answer=later", f"{NEW}?answer=%00&person=%00&offer=x"):
        assert nurse.get(address).status_code == 200
    assert not Referral.objects.exists() and not Offer.objects.exists() and not AccessLog.objects.exists()


def test_the_first_screen_asks_the_offer_and_no_is_one_click(nurse):
    page = words_of(nurse.get(NEW))
    assert "Would you like to talk" in page and 'name="first_name"' not in page
    for _again in range(2):
        assert nurse.post(NEW, {"do": "no", "draft": "a" * 16}).status_code == 302
    assert Offer.objects.get().answer == "no" and not Referral.objects.exists()


def test_later_asks_a_day_and_keeps_a_label(nurse, team):
    wrong = nurse.post(NEW, {"do": "later:first", "draft": new_ref(), "ask_again_on": "2020-01-01", "label": "Room 4"})
    assert "Choose a day after today" in words_of(wrong) and "Room 4" in words_of(wrong)
    day = team.clinic.today + dt.timedelta(days=9)
    nurse.post(NEW, {"do": "later:first", "draft": new_ref(), "ask_again_on": day.isoformat(), "label": "Room 4"})
    assert Offer.objects.get().ask_again_on == day and Offer.objects.get().label == "Room 4"


def test_later_and_no_in_the_whole_form_erase_the_draft(nurse, team):
    draft = draft_of(team)
    address = reverse("referrals:draft", args=[draft.ref])
    wrong = nurse.post(address, typed(offer="later", cautions="keep me"))
    assert "Choose the day on which to ask again" in words_of(wrong) and "keep me" in words_of(wrong)
    assert Referral.objects.exists()
    day = (team.clinic.today + dt.timedelta(days=9)).isoformat()
    nurse.post(address, typed(offer="later", ask_again_on=day))
    assert not Referral.objects.exists() and Offer.objects.get().label == "Isabelle Moreau"
    second = draft_of(team)
    nurse.post(reverse("referrals:draft", args=[second.ref]), typed(offer="no"))
    assert not Referral.objects.exists()


def test_a_whole_form_becomes_a_referral_once(nurse, team):
    ref = new_ref()
    for _again in range(2):
        response = nurse.post(NEW, typed(draft=ref))
        assert response.status_code == 302 and response.url == reverse("referrals:detail", args=[ref])
    referral = Referral.objects.get()
    assert referral.mentee.phone_verified_at and referral.treatments == ["methotrexate"]
    assert referral.consents.get(scope="research").given is False
    assert referral.diagnosed_month == 3 and referral.musts == ["language"] and referral.clinician == team.clinician


ODD = "🙂<script>alert(1)</script>"
BAD = [
    ("birth_year", "last yr", "Write the year of birth"),
    ("birth_year", "2999", "still to come"),
    ("birth_year", "2015", "18 or over"),
    ("birth_year", "9" * 400, "year of birth"),
    ("birth_year", "\x001971", "year of birth"),
    ("birth_date", "31/02/1971", "Write the date"),
    ("first_name", "", "still needs an answer"),
    ("first_name", "x" * 10_000, "Make this shorter"),
    ("last_name", "a\x00b", "cannot be stored"),
    ("phone", "123", "Write the whole number"),
    ("phone", "\x00", "Write"),
    ("phone", "", "Write a phone number or an e-mail address"),
    ("email", "isabelle@", "Write the whole e-mail address"),
    ("diagnosed_year", "1960", "before they were born"),
    ("diagnosed_year", "", "Write the year they were told"),
    ("diagnosed_month", "14", "Choose one of the answers"),
    ("languages", ["tlh"], "Choose from the answers"),
    ("languages", [], "Choose at least one language"),
    ("language", "tlh", "Choose one of the answers"),
    ("relation", "friend", "Choose one of the answers"),
    ("gender", "\x00", "Choose one of the answers"),
    ("musts", ["gender"], "A must needs an answer"),
    ("offer", "maybe", "Choose one of the answers"),
    ("offer", "", "Choose what they answered"),
    ("cautions", "x" * 10_000, "Make this shorter"),
    ("consent_profile", "no", "nobody can look for a mentor"),
    ("consent_research", "", "Choose an answer"),
    ("consent_how", "pigeon", "Choose one of the answers"),
    ("clinician", "2" * 16, "Choose one of the answers"),
    ("clinician", "\x00", "Choose one of the answers"),
    ("person", "2" * 16, "not known in this clinic"),
    ("texts", ["999999999999", "x"], "not of this clinic"),
]


@pytest.mark.parametrize(("field", "value", "sentence"), BAD, ids=lambda value: str(value)[:24])
def test_a_bad_answer_is_named_and_everything_typed_stays(nurse, field, value, sentence):
    response = nurse.post(NEW, typed(**{"draft": new_ref(), "work": "teaching", "cautions": ODD, field: value}))
    page = words_of(response)
    assert response.status_code == 200 and sentence in page and "<title>Error:" in page
    assert re.search(r'value="teaching"[^>]*checked', page)
    if field != "cautions":
        assert "🙂&lt;script&gt;" in page
    assert not Person.objects.exists() and not Offer.objects.exists()
    draft = Referral.objects.get()
    assert draft.status == "draft" and draft.draft["typed"]["work"] == ["teaching"]
    if field != "texts":
        kept = value if isinstance(value, list) else [value.replace("\x00", "\ufffd")]
        assert draft.draft["typed"].get(field, []) == kept


def test_a_draft_brings_back_exactly_what_was_typed(nurse, team):
    draft = draft_of(team, birth_year="last yr", cautions=ODD, topics=["pain", "tlh"], phone="call me")
    page = words_of(nurse.get(reverse("referrals:draft", args=[draft.ref])))
    assert "last yr" in page and "🙂&lt;script&gt;" in page and "call me" in page
    assert re.search(r'value="pain"[^>]*checked', page)


def test_autosave_begins_a_draft_and_goes_on_with_it(nurse):
    first = nurse.post(NEW, typed(do="autosave", draft=new_ref(), version="")).json()
    assert first["saved"].startswith("Draft saved at ") and "Isabelle Moreau" in first["sofar"]
    again = nurse.post(first["url"], typed(do="autosave", version=first["version"], first_name="Isa")).json()
    assert again["draft"] == first["draft"] and again["version"] == first["version"] + 1
    assert Referral.objects.get().draft["typed"]["first_name"] == ["Isa"]
    assert "do" not in Referral.objects.get().draft["typed"]


def test_a_form_open_in_two_tabs_tells_and_keeps_both(nurse):
    first = nurse.post(NEW, typed(do="autosave", draft=new_ref())).json()
    nurse.post(first["url"], typed(do="autosave", version=first["version"], last_name="Morel"))
    stale = nurse.post(first["url"], typed(do="autosave", version=first["version"], last_name="Moreaux")).json()
    assert "another tab" in stale["elsewhere"]
    page = words_of(nurse.get(first["url"]))
    assert "This form was open twice" in page and "Morel" in page and 'value="Moreaux"' in page


def test_autosave_after_sending_says_so(nurse):
    ref = new_ref()
    nurse.post(NEW, typed(draft=ref))
    late = nurse.post(reverse("referrals:draft", args=[ref]), typed(do="autosave"))
    assert late.status_code == 409 and "sent already" in late.json()["problem"]
    sent = nurse.post(reverse("referrals:draft", args=[ref]), typed(do="keep"))
    assert sent.url == reverse("referrals:detail", args=[ref])


def test_far_too_much_text_is_a_sentence_and_not_a_failure(nurse):
    for do in ("autosave", "keep", "send", "unlike:x"):
        response = nurse.post(NEW, typed(do=do, draft=new_ref(), cautions="x" * 250_000))
        assert response.status_code in (200, 400)
    assert not Referral.objects.exists()


def test_save_and_finish_later_leads_home(nurse):
    assert nurse.post(NEW, typed(do="keep", draft=new_ref())).url == "/referrals/"
    assert "Isabelle Moreau" in words_of(nurse.get("/referrals/"))


def test_somebody_elses_draft_is_not_there(team, other_team, sign_in):
    address = reverse("referrals:draft", args=[draft_of(team).ref])
    for user in (factories.make_user(team.clinic, "nurse"), other_team.nurse):
        client = sign_in(user)
        assert client.get(address).status_code == 404
        assert client.post(address, typed(do="keep")).status_code == 404


@pytest.mark.parametrize("htmx", [False, True])
def test_somebody_known_is_found_by_name_with_one_row_in_the_log(nurse, team, other_team, htmx):
    person = factories.make_person(team.clinic, first_name="Omer", last_name="Dewitte")
    factories.make_person(other_team.clinic, first_name="Omer", last_name="Elders")
    headers = HTMX if htmx else {}
    sent = typed(do="find:person", draft=new_ref(), find_person="ome dew", cautions="keep me")
    page = words_of(nurse.post(NEW, sent, headers=headers))
    assert "Omer Dewitte" in page and "Elders" not in page and ("keep me" in page) is not htmx
    assert AccessLog.objects.get().people == f" {person.ref} "
    assert Referral.objects.filter(status="draft").exists() is not htmx


@pytest.mark.parametrize("text", ["", "o", "\x00", "%" * 50, "x" * 10_000, "🙂🙂"])
def test_looking_for_nonsense_finds_nobody(nurse, text):
    page = words_of(nurse.post(NEW, {"do": "find:person", "find_person": text}, headers=HTMX))
    assert "Nobody known" in page and not AccessLog.objects.exists()


def test_going_on_with_somebody_known_takes_over_what_is_known(nurse, team):
    person = factories.make_person(team.clinic, first_name="Omer", last_name="Dewitte", birth_year=1960)
    response = nurse.post(NEW, typed(do=f"use:{person.ref}", draft=new_ref(), phone=""))
    page = words_of(nurse.get(response.url))
    assert "Omer Dewitte" in page and str(person.phone)[-4:] in page and 'name="first_name"' not in page
    draft = Referral.objects.get()
    sent = nurse.post(response.url, typed(person=person.ref, draft=draft.ref, version=draft.version))
    assert sent.status_code == 302 and Referral.objects.get().mentee == person


def test_when_it_is_someone_else_their_address_goes_and_what_was_typed_comes_back(nurse, team):
    person = factories.make_person(team.clinic, first_name="Omer", email="omer@example.org", gender="man")
    chosen = nurse.post(NEW, typed(do=f"use:{person.ref}", draft=new_ref(), phone="", email="", gender="", area="gent"))
    page = words_of(nurse.get(chosen.url))
    shown = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1] for name in ("phone", "email")}
    assert shown["email"] == "omer@example.org" and shown["phone"]
    sent = typed(do="use:", person=person.ref, email_read_back="on", gender="man", area="gent", **shown)
    for name in ("first_name", "last_name", "birth_year"):
        del sent[name]
    back = nurse.post(chosen.url, sent)
    kept = Referral.objects.get().draft["typed"]
    assert kept["first_name"] == ["Isabelle"] and kept["birth_year"] == ["1971"] and kept["area"] == ["gent"]
    assert kept["phone"] == kept["email"] == kept["gender"] == [""] and "email_read_back" not in kept
    page = words_of(nurse.get(back.url))
    assert 'value="Isabelle"' in page and "omer@example.org" not in page


def test_a_stranger_of_another_clinic_is_never_shown(nurse, other_team):
    stranger = factories.make_person(other_team.clinic, first_name="Geheim")
    response = nurse.post(NEW, typed(do=f"use:{stranger.ref}", draft=new_ref()))
    assert "Geheim" not in words_of(nurse.get(response.url))
    assert "Geheim" not in words_of(nurse.get(f"{NEW}?person={stranger.ref}"))


def test_a_lookalike_is_shown_in_place_and_always_before_saving(nurse, team):
    known = factories.make_person(team.clinic, first_name="Isabelle", last_name="Moreau", birth_year=1971)
    ref = new_ref()
    in_place = words_of(nurse.post(NEW, typed(do="check", draft=ref), headers=HTMX))
    assert "We may know this person already" in in_place and AccessLog.objects.get().page == "possible-duplicate"
    stopped = nurse.post(NEW, typed(draft=ref))
    assert "Choose whether it is them" in words_of(stopped) and not Referral.objects.exclude(status="draft").exists()
    other = nurse.post(NEW, typed(do=f"unlike:{known.ref}", draft=ref))
    page = words_of(nurse.get(other.url))
    assert "We may know" not in page and f'name="not_same" value="{known.ref}"' in page
    assert nurse.post(other.url, typed(not_same=[known.ref], draft=ref)).status_code == 302
    assert NotTheSame.objects.count() == 1


def test_the_one_cared_for_is_named_when_they_agreed(nurse, team):
    patient = factories.make_referral(team).mentee
    wrong = words_of(nurse.post(NEW, typed(relation="caregiver", about=patient.ref, draft=new_ref())))
    assert "Tick that they agreed" in wrong and patient.full_name in wrong
    sent = typed(relation="caregiver", about=patient.ref, about_agreed="on", draft=new_ref())
    assert nurse.post(NEW, sent).status_code == 302
    assert Referral.objects.order_by("pk").last().about.person == patient


def test_asking_again_closes_the_earlier_offer(nurse, team):
    person = factories.make_person(team.clinic)
    earlier = actions.make_offer(
        by=team.nurse, clinic=team.clinic.pk, answer="later", person=person.ref,
        ask_again_on=team.clinic.today + dt.timedelta(days=1),
    )  # fmt: skip
    page = words_of(nurse.get(f"{NEW}?offer={earlier.ref}"))
    assert person.full_name in page and f"offer={earlier.ref}" in page
    nurse.post(NEW, {"do": "no", "draft": new_ref(), "earlier": earlier.ref, "person": person.ref})
    earlier.refresh_from_db()
    assert earlier.asked_again_at


def test_only_people_who_refer_see_the_form(team, sign_in, client):
    for user in (team.coordinator, team.clinician, team.admin):
        assert sign_in(user).get(NEW).status_code == 403
        assert client.post(NEW, {"do": "no"}).status_code == 403


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "find:person", "find_person": "x" * 60_000},
        {"do": "find:about", "find_about": "%" * 60_000},
        {"do": "check", "email": "x" * 60_000, "birth_year": "1971"},
        {"do": "check", "first_name": "x" * 90_000, "last_name": "y" * 90_000, "phone": "4" * 60_000},
    ],
)
def test_more_text_than_a_database_can_look_for_is_looked_for_in_part(nurse, team, sent):
    factories.make_person(team.clinic, birth_year=1971)
    assert nurse.post(NEW, typed(**sent), headers=HTMX).status_code == 200
