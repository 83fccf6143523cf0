"""Pages about costs and hours: the right people, empty, bad input that stays, and a fixed number of questions."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clinics.models import Membership, SettingChange
from common import clock
from common.errors import Denied, Invalid, Stale, WrongState
from tests.training.costs_world import (
    AMOUNTS,
    NOON,
    TODAY,
    approved,
    make_amounts,
    make_claim,
    make_mentor,
    photo,
    send,
)
from training import csv_files, starter_costs
from training.actions import costs as actions
from training.actions.costs_export import export_claims
from training.actions.costs_settings import Amounts, set_cost_year
from training.models import Claim, CostYear, Export
from training.workflow import ClaimStatus

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def mentor(team):
    make_amounts(team.clinic)
    return make_mentor(team)


def url(name, *args):
    return reverse(f"training:{name}", args=args)


def words(response):
    return " ".join(response.content.decode().split())


# The mentor's own pages -------------------------------------------------------------------


def test_an_empty_page_says_what_is_left_and_what_can_be_claimed(sign_in, mentor):
    text = words(sign_in(mentor.person.user).get(url("my-costs")))
    assert "For 2026, €1,760.83 at the flat rate and 2000 kilometres are left." in text
    assert "Nothing yet. What you send stands here, with the answer." in text
    assert "For 2026 nothing is noted yet." in text


def test_a_year_without_amounts_offers_nothing_and_says_why(sign_in, team):
    text = words(sign_in(make_mentor(team).person.user).get(url("my-costs")))
    assert "The clinic has not set the amounts of 2026 yet." in text
    assert url("claim", "flat") not in text


def test_a_claim_with_its_receipt_is_sent_from_the_phone(sign_in, mentor):
    client = sign_in(mentor.person.user)
    answers = {"on": "2026-06-14", "amount": "12,50", "what": "Train", "receipt": photo(), "form_key": "k"}
    response = client.post(url("claim", "fares"), answers, follow=True)
    assert "Sent: Bus, train or parking, €12.50." in words(response)
    claim = Claim.objects.get()
    assert (claim.cents, claim.receipt.name) == (1250, "ticket.png")


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"amount": "a lot"}, "Write the amount in euro, for example 12.50"),
        ({"on": "2026-06-16"}, "This day is still to come"),
        ({"on": "31/31/2026"}, "Write the date as day, month and year"),
        ({"amount": ""}, "This still needs an answer"),
        ({"what": ""}, "This still needs an answer"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_all_that_was_typed_stays(sign_in, mentor, answers, says):
    typed = {"on": "2026-06-14", "amount": "12,50", "what": "A long way by train", "receipt": photo()} | answers
    text = words(sign_in(mentor.person.user).post(url("claim", "fares"), typed))
    assert says in text
    assert "Choose the receipt once more: a browser does not keep files" in text
    assert typed["what"] in text
    assert f'value="{typed["amount"]}"' in text or not typed["amount"]
    assert Claim.objects.count() == 0


def test_a_wrong_file_keeps_what_was_typed(sign_in, mentor):
    wrong = SimpleUploadedFile("ticket.pdf", b"MZ not a receipt")
    typed = {"on": "2026-06-14", "amount": "12,50", "what": "Train", "receipt": wrong}
    text = words(sign_in(mentor.person.user).post(url("claim", "fares"), typed))
    assert "Choose a PDF, or a photo as JPEG or PNG: this file is something else" in text
    assert 'value="12,50"' in text


def test_an_unknown_kind_is_not_found(sign_in, mentor):
    assert sign_in(mentor.person.user).get(url("claim", "gold")).status_code == 404


def test_a_refused_claim_shows_why_and_is_sent_again_with_its_answers(sign_in, team, mentor):
    claim = actions.refuse_claim(claim=send(mentor, "km", km=37).pk, by=team.coordinator, why="Which trip?")
    client = sign_in(mentor.person.user)
    assert "Not approved: Which trip?" in words(client.get(url("my-costs")))
    assert 'value="37"' in words(client.get(f"{url('claim', 'km')}?again={claim.ref}"))


def test_a_claim_is_taken_back_and_only_ones_own(sign_in, team, mentor):
    claim, other = send(mentor), make_claim(make_mentor(team))
    client = sign_in(mentor.person.user)
    assert "You took it back." in words(client.post(url("claim-back", claim.ref), follow=True))
    assert client.post(url("claim-back", other.ref)).status_code == 404


# The office -------------------------------------------------------------------------------


def test_the_list_is_oldest_first_and_shows_what_waits(sign_in, team, mentor):
    with clock.at(NOON - DAY):
        make_claim(mentor, what="First of all")
    make_claim(mentor, what="Then this")
    make_claim(mentor, what="Long done", status="refused")
    text = words(sign_in(team.coordinator).get(url("costs")))
    assert text.index("First of all") < text.index("Then this")
    assert "Long done" not in text
    assert "2 claims wait for your answer." in text


def test_the_list_is_filtered_by_state_and_year_and_nonsense_shows_what_waits(sign_in, team, mentor):
    make_claim(mentor, what="Refused one", status="refused")
    make_claim(mentor, what="Waiting one")
    client = sign_in(team.coordinator)
    assert "Refused one" in words(client.get(url("costs"), {"state": "refused", "year": "2026"}))
    assert "No claim is like that" in words(client.get(url("costs"), {"state": "refused", "year": "2025"}))
    for nonsense in ({"state": "gone"}, {"year": "abc"}, {"page": "x"}, {"year": "9" * 30}):
        assert "Waiting one" in words(client.get(url("costs"), nonsense))


def test_those_ticked_are_approved_and_the_others_wait(sign_in, team, mentor):
    one, two, three = (make_claim(mentor, on=TODAY - n * DAY) for n in range(3))
    client = sign_in(team.coordinator)
    assert "2 claims are approved." in words(client.post(url("costs"), {"claim": [one.ref, two.ref]}, follow=True))
    three.refresh_from_db()
    assert three.status == ClaimStatus.SENT
    client.post(url("costs"), {"one": three.ref})
    three.refresh_from_db()
    assert three.status == ClaimStatus.APPROVED
    assert "Tick at least one claim." in words(client.post(url("costs"), {"claim": ["nobody", ""]}, follow=True))


def test_a_claim_is_refused_with_a_reason_and_its_page_says_what_became_of_it(sign_in, team, mentor):
    claim = make_claim(mentor)
    client = sign_in(team.coordinator)
    assert "This still needs an answer" in words(client.post(url("cost", claim.ref), {"refuse": "yes", "why": ""}))
    client.post(url("cost", claim.ref), {"refuse": "yes", "why": "The ticket cannot be read."})
    text = words(client.get(url("cost", claim.ref)))
    assert "The ticket cannot be read." in text
    assert "Do not approve" not in text


def test_ones_own_claim_has_no_button_and_a_post_is_refused(sign_in, team, mentor):
    user = mentor.person.user
    Membership.objects.create(clinic=team.clinic, user=user, role="coordinator")
    claim = make_claim(mentor)
    client = sign_in(user)
    assert "Your own: somebody else answers" in words(client.get(url("costs")))
    assert "nobody decides about their own costs" in words(client.get(url("cost", claim.ref)))
    assert client.post(url("cost", claim.ref)).status_code == 403
    assert client.post(url("cost", claim.ref), {"refuse": "yes", "why": ""}).status_code == 403


def test_a_receipt_is_seen_by_its_mentor_and_who_decides_and_nobody_else(sign_in, team, other_team, mentor):
    receipt = send(mentor, "fares", cents=100, receipt=photo()).receipt
    for user, status in (
        (mentor.person.user, 200), (team.coordinator, 200), (team.nurse, 404), (team.admin, 404),
        (other_team.coordinator, 404), (make_mentor(team).person.user, 404),
    ):  # fmt: skip
        assert sign_in(user).get(url("file", receipt.ref)).status_code == status, user


@pytest.mark.parametrize("name", ["costs", "my-costs", "exports", "hours"])
def test_a_list_asks_the_same_number_of_questions_for_2_and_20_rows(
    sign_in, team, mentor, name, django_assert_max_num_queries
):
    def asked():
        with django_assert_max_num_queries(60) as found:
            assert client.get(url(name)).status_code == 200
        return len(found)

    client = sign_in(mentor.person.user if name == "my-costs" else team.coordinator)
    for number in range(2):
        row_for(name, team, mentor, number)
    client.get(url(name))
    few = asked()
    for number in range(2, 20):
        row_for(name, team, mentor, number)
    assert asked() == few


def row_for(name, team, mentor, number):
    if name == "exports":
        return Export.objects.create(clinic=team.clinic, by=team.coordinator, content=b"")
    if name == "hours":
        return make_mentor(team).other_hours.create(on=TODAY, minutes=30, what="A stand")
    who = mentor if name == "my-costs" else make_mentor(team)
    return make_claim(who, "km", on=TODAY - number * DAY)


# Files for the finance office -------------------------------------------------------------


def test_each_claim_is_in_one_file_and_a_second_file_has_nothing_to_pay(team, mentor):
    one, two = approved(team, mentor), approved(team, mentor, on=TODAY - DAY)
    waiting = send(mentor, on=TODAY - 2 * DAY)
    made = export_claims(clinic=team.clinic, by=team.coordinator)
    assert set(made.claims.all()) == {one, two}
    with pytest.raises(WrongState):
        export_claims(clinic=team.clinic, by=team.admin)
    waiting.refresh_from_db()
    assert (waiting.status, Export.objects.count()) == (ClaimStatus.SENT, 1)


def test_a_claim_in_a_file_is_refused_no_more(team, mentor):
    claim = approved(team, mentor)
    export_claims(clinic=team.clinic, by=team.coordinator)
    with pytest.raises(WrongState):
        actions.refuse_claim(claim=claim.pk, by=team.coordinator, why="Too late")


def test_a_nurse_makes_no_file(team, mentor):
    approved(team, mentor)
    with pytest.raises(Denied):
        export_claims(clinic=team.clinic, by=team.nurse)


def test_the_file_opens_in_a_spreadsheet_without_formulas(team, mentor):
    claim = approved(team, mentor, kind="km", km=40, what='=HYPERLINK("x");a')
    text = bytes(export_claims(clinic=team.clinic, by=team.coordinator).content).decode()
    assert text.startswith("\ufeff")
    head, row, end = text.split("\r\n")
    assert head.count(";") == 6
    assert row.startswith(f"2026-06-15;{mentor.person.full_name};")
    assert ";40;17,20;" in row  # the clinic's first language is Dutch
    assert """"'=HYPERLINK(""x"");a\"""" in row
    assert row.endswith(claim.ref)
    assert end == ""


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", " =1", "\t=1", "＝1"])
def test_a_cell_that_begins_like_a_formula_is_only_text(cell):
    assert csv_files.safe(cell).startswith("'")


def test_a_file_is_fetched_again_as_it_was(sign_in, team, mentor):
    approved(team, mentor)
    client = sign_in(team.admin)
    assert "The file is made, with 1 claim." in words(client.post(url("exports"), follow=True))
    made = Export.objects.get()
    first = client.get(url("export", made.ref))
    mentor.person.last_name = "Renamed"
    mentor.person.save()
    again = client.get(url("export", made.ref))
    assert first.content == again.content == bytes(made.content)
    assert first["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in first["Content-Disposition"]


def test_nothing_to_pay_is_said(sign_in, team):
    text = words(sign_in(team.coordinator).post(url("exports"), follow=True))
    assert "No approved claim waits for a file." in text
    assert Export.objects.count() == 0


# The amounts of a year --------------------------------------------------------------------


def test_a_new_clinic_has_the_amounts_of_this_year_and_again_changes_nothing(team):
    for _time in range(2):
        row = starter_costs.start_clinic(team.clinic, by=team.admin)
    assert (row.year, row.day_ceiling, row.year_ceiling) == (2026, 4402, 176_083)
    assert CostYear.objects.count() == 1


def save(team, year=2026, version=0, by=None, **values):
    return set_cost_year(
        clinic=team.clinic, by=by or team.admin, year=year, amounts=Amounts(**(AMOUNTS | values)), version=version
    )


def test_amounts_are_set_once_and_the_change_is_kept(team):
    row = save(team)
    assert save(team) == row
    row = save(team, version=1, km_rate=4400)
    assert row.version == 2
    change = SettingChange.objects.first()
    assert change.section == "cost-years"
    assert change.changes == {"2026, for a kilometre": ["0.43", "0.44"]}


def test_only_an_admin_sets_amounts_and_an_old_form_is_noticed(team):
    with pytest.raises(Denied):
        save(team, by=team.coordinator)
    save(team)
    with pytest.raises(Stale):
        save(team, km_rate=4400)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"year": 1999}, "year"), ({"flat_rate": 4403}, "flat_rate"), ({"flat_rate": 0}, "flat_rate"),
        ({"year_ceiling": 4401}, "year_ceiling"), ({"km_rate": 0}, "km_rate"), ({"km_ceiling": 99_999}, "km_ceiling"),
    ],
)  # fmt: skip
def test_amounts_that_make_no_sense_are_refused(team, values, field):
    with pytest.raises(Invalid) as refusal:
        save(team, **values)
    assert refusal.value.field == field


def test_nothing_goes_below_what_was_paid_and_it_is_said_why(team, mentor):
    approved(team, mentor)
    approved(team, mentor, on=TODAY - DAY)
    approved(team, mentor, kind="km", km=50)
    for values, field, paid in (
        ({"flat_rate": 4401}, "flat_rate", "€44.02"), ({"year_ceiling": 8803}, "year_ceiling", "€88.04"),
        ({"km_ceiling": 49}, "km_ceiling", "50 kilometres"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            save(team, version=1, **values)
        assert refusal.value.field == field
        assert paid in str(refusal.value)
    assert save(team, version=1, year_ceiling=8804, km_ceiling=50).version == 2


def form_of(**values):
    typed = {"flat_rate": "44,02", "day_ceiling": "44.02", "year_ceiling": "1760,83", "km_rate": "0,4326"}
    return typed | {"km_ceiling": "2000", "receipt_from": "0", "year": "2027", "version": "0"} | values


def test_an_admin_sets_the_next_year_with_the_amounts_of_the_last_one(sign_in, team, mentor):
    client = sign_in(team.admin)
    text = words(client.get(url("cost-years"), {"year": "2027"}))
    assert 'value="1760.83"' in text
    client.post(url("cost-years"), form_of())
    assert CostYear.objects.get(year=2027).km_rate == 4326


def test_a_mistake_in_the_amounts_keeps_what_was_typed_and_an_old_form_is_said(sign_in, team):
    client = sign_in(team.admin)
    text = words(client.post(url("cost-years"), form_of(day_ceiling="much", km_rate="0.99999")))
    assert "Write the amount in euro, for example 12.50" in text
    assert 'value="much"' in text
    client.post(url("cost-years"), form_of())
    response = client.post(url("cost-years"), form_of(km_ceiling="100"))
    assert response.status_code == 409
    assert "Meanwhile this was changed by someone else" in words(response)
    client.post(url("cost-years"), form_of(km_ceiling="100", version="1"))
    assert CostYear.objects.get(year=2027).km_ceiling == 100
