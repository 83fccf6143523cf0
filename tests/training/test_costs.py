"""Claims for expenses: what may be claimed, who decides, and ceilings that hold."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from common import clock
from common.errors import Denied, Invalid, NotReady, WrongState
from messaging import outbox
from messaging.models import Message
from tests.training.costs_world import NOON, TODAY, approved, make_amounts, make_claim, make_mentor, photo, send
from training import money
from training.actions import costs
from training.models import Claim, Upload
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


def refused(**fields):
    """Return the field and the words a claim is refused with; nothing is kept."""
    before = (Claim.objects.count(), Upload.objects.count())
    with pytest.raises(Invalid) as refusal:
        send(**fields)
    assert (Claim.objects.count(), Upload.objects.count()) == before
    return refusal.value.field, str(refusal.value)


# Money in words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cents"),
    [("12", 1200), ("12,5", 1250), ("12.50", 1250), ("€ 12,50", 1250), (" 12.05 EUR", 1205), ("0,01", 1), ("0", 0)],
)
def test_an_amount_is_read_with_a_comma_or_a_point(text, cents):
    assert money.cents(text) == cents


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "-5",
        "+5",
        "1.234,50",
        "1,234",
        "12.505",
        "1e3",
        "NaN",
        "inf",
        "٣",
        "12,,5",
        "=1+1",
        "1 2",
        "99999999999",
        "€",
    ],
)
def test_nonsense_is_no_amount(text):
    with pytest.raises(ValueError, match=r"euro"):
        money.cents(text)


def test_a_rate_has_four_figures_and_kilometres_round_half_a_cent_up():
    assert money.hundredths("0,4326") == 4326
    assert money.of_kilometres(1, 4350) == 44
    assert money.of_kilometres(40, 4326) == 1730


# Sending a claim --------------------------------------------------------------------------


def test_kilometres_come_to_an_amount_by_the_rate_of_the_year(mentor):
    claim = send(mentor, "km", km=40)
    assert (claim.km, claim.cents, claim.status) == (40, 1720, ClaimStatus.SENT)
    assert claim.history.get().to_status == ClaimStatus.SENT


def test_the_whole_flat_rate_is_claimed_unless_less_is_said(mentor):
    assert send(mentor).cents == 4402
    assert send(mentor, on=TODAY - DAY, cents=2000).cents == 2000


def test_fares_carry_their_receipt(mentor):
    claim = send(mentor, "fares", cents=1250, receipt=photo())
    assert claim.receipt.name == "ticket.png"


def test_the_same_form_twice_is_one_claim(mentor):
    first = send(mentor, "km", km=10, form_key="abc")
    assert send(mentor, "km", km=10, form_key="abc") == first
    assert Claim.objects.count() == 1


def test_nobody_claims_for_somebody_else(team, mentor):
    with pytest.raises(Denied):
        costs.send_claim(mentor=mentor.pk, by=team.coordinator, cost=costs.Cost("flat", TODAY))


def test_a_day_to_come_and_one_more_than_a_year_ago_are_refused(mentor):
    make_amounts(mentor.person.clinic, 2025)
    assert refused(mentor=mentor, on=TODAY + DAY)[0] == "on"
    assert refused(mentor=mentor, on=TODAY - 366 * DAY)[0] == "on"


def test_a_day_before_the_training_began_is_refused_and_its_first_day_is_not(mentor):
    first = mentor.vetted_on
    field, text = refused(mentor=mentor, on=first - DAY)
    assert field == "on"
    assert "training began" in text
    assert send(mentor, on=first)


def test_who_is_not_in_training_yet_claims_nothing(team, mentor):
    applicant = make_mentor(team, ready=False)
    assert "not begun" in refused(mentor=applicant)[1]


def test_a_year_without_amounts_is_refused_in_words(team):
    field, text = refused(mentor=make_mentor(team))
    assert field == "on"
    assert text == "The clinic has not set the amounts of 2026 yet"


def test_no_kilometres_or_no_amount_is_refused_where_it_was_asked(mentor):
    assert refused(mentor=mentor, kind="km")[0] == "km"
    assert refused(mentor=mentor, kind="km", km=0)[0] == "km"
    assert refused(mentor=mentor, kind="km", km=99_999)[0] == "km"
    assert refused(mentor=mentor, kind="fares", cents=0, receipt=photo())[0] == "amount"
    assert refused(mentor=mentor, kind="gold", cents=5)[0] == "kind"
    assert refused(mentor=mentor, kind="km", km=5, what="  ")[0] == "what"


def test_a_receipt_is_needed_from_the_amount_of_the_clinic(team, mentor):
    assert refused(mentor=mentor, kind="fares", cents=100)[0] == "receipt"
    team.clinic.cost_years.update(receipt_from=500)
    assert send(mentor, "fares", cents=499).receipt is None
    assert refused(mentor=mentor, kind="fares", cents=500)[0] == "receipt"


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("ticket.pdf", b"MZ\x90 not a receipt"), SimpleUploadedFile("ticket.png", b""),
        SimpleUploadedFile("ticket.exe", photo().read()),
    ],
)  # fmt: skip
def test_a_file_that_is_no_receipt_is_refused_and_nothing_is_kept(mentor, file):
    assert refused(mentor=mentor, kind="fares", cents=1250, receipt=file)[0] == "receipt"


# Ceilings ---------------------------------------------------------------------------------


def test_the_flat_rate_is_for_a_day_once(mentor):
    send(mentor)
    assert refused(mentor=mentor)[0] == "on"
    assert refused(mentor=mentor, on=TODAY - DAY, cents=4403)[0] == "amount"


def test_the_database_holds_one_flat_rate_a_day(mentor):
    make_claim(mentor, "flat")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_claim(mentor, "flat")


def test_a_flat_rate_that_was_refused_may_be_claimed_again(team, mentor):
    costs.refuse_claim(claim=send(mentor).pk, by=team.coordinator, why="Wrong day")
    assert send(mentor).status == ClaimStatus.SENT


def test_the_year_of_the_flat_rate_is_full_to_the_cent(team, mentor):
    team.clinic.cost_years.update(year_ceiling=10_000)
    send(mentor)
    send(mentor, on=TODAY - DAY)
    field, text = refused(mentor=mentor, on=TODAY - 2 * DAY)
    assert field == "amount"
    assert "€11.96 is left" in text
    assert send(mentor, on=TODAY - 2 * DAY, cents=1196)
    assert refused(mentor=mentor, on=TODAY - 3 * DAY, cents=1)[0] == "kind"


def test_kilometres_of_a_year_have_a_ceiling(team, mentor):
    team.clinic.cost_years.update(km_ceiling=100)
    send(mentor, "km", km=60)
    field, text = refused(mentor=mentor, kind="km", km=41)
    assert field == "km"
    assert "40 are left" in text
    assert send(mentor, "km", km=40)


def test_real_costs_and_the_flat_rate_are_not_for_one_day_and_kilometres_may_be(mentor):
    send(mentor)
    assert send(mentor, "km", km=10)
    assert refused(mentor=mentor, kind="phone", cents=100, receipt=photo())[0] == "kind"
    send(mentor, "fares", on=TODAY - DAY, cents=100, receipt=photo())
    assert refused(mentor=mentor, on=TODAY - DAY)[0] == "kind"


def test_another_year_has_its_own_ceiling(team, mentor):
    team.clinic.cost_years.update(year_ceiling=4402)
    make_amounts(team.clinic, 2025)
    mentor.vetted_on = dt.date(2025, 9, 1)
    mentor.save()
    send(mentor)
    assert send(mentor, on=dt.date(2025, 12, 31))


# Deciding ---------------------------------------------------------------------------------


def test_a_claim_is_approved_once_with_who_and_when_and_the_mentor_hears_it(team, mentor):
    claim = send(mentor)
    for _time in range(2):
        claim = costs.approve_claim(claim=claim.pk, by=team.coordinator)
    assert (claim.status, claim.decided_by, claim.decided_at) == (ClaimStatus.APPROVED, team.coordinator, NOON)
    assert [row.to_status for row in claim.history.all()] == ["sent", "approved"]
    assert Message.objects.get(kind="cost.decided").recipient == f"user:{mentor.person.user.ref}"


def test_several_approved_on_a_day_are_one_message(team, mentor):
    claims = [send(mentor, on=TODAY - n * DAY).pk for n in range(3)]
    done, not_done = costs.approve_claims(claims=claims, by=team.coordinator)
    assert (len(done), not_done) == (3, [])
    assert Message.objects.filter(kind="cost.decided").count() == 1


def test_a_ceiling_that_came_lower_stops_the_approval_of_one_and_not_of_the_other(team, mentor):
    older, newer = send(mentor, on=TODAY - DAY), send(mentor)
    team.clinic.cost_years.update(year_ceiling=5000)
    done, not_done = costs.approve_claims(claims=[newer.pk, older.pk], by=team.coordinator)
    assert done == [older]
    assert not_done[0][0] == newer
    assert "€5.98 is left" in not_done[0][1]


def test_nobody_decides_about_their_own_claim(team, mentor):
    from clinics.models import Membership

    user = mentor.person.user
    Membership.objects.create(clinic=team.clinic, user=user, role="coordinator")
    claim = send(mentor)
    for verb in (costs.approve_claim, lambda **kw: costs.refuse_claim(why="x", **kw)):
        with pytest.raises(Denied):
            verb(claim=claim.pk, by=user)
    with pytest.raises(Denied):
        costs.approve_claims(claims=[claim.pk], by=user)


def test_a_coordinator_of_another_clinic_decides_nothing(other_team, mentor):
    with pytest.raises(Denied):
        costs.approve_claim(claim=send(mentor).pk, by=other_team.coordinator)


def test_a_refusal_says_why_and_may_come_after_an_approval(team, mentor):
    claim = approved(team, mentor)
    with pytest.raises(Invalid):
        costs.refuse_claim(claim=claim.pk, by=team.coordinator, why=" ")
    for _time in range(2):
        claim = costs.refuse_claim(claim=claim.pk, by=team.coordinator, why="The ticket cannot be read.")
    assert (claim.status, claim.why_not) == (ClaimStatus.REFUSED, "The ticket cannot be read.")
    assert claim.history.count() == 3


def test_a_refused_claim_is_not_approved_behind_the_mentors_back(team, mentor):
    claim = costs.refuse_claim(claim=send(mentor).pk, by=team.coordinator, why="Wrong day")
    with pytest.raises(WrongState):
        costs.approve_claim(claim=claim.pk, by=team.coordinator)


def test_a_mentor_takes_a_claim_back_while_nobody_answered(team, mentor):
    claim = send(mentor)
    for _time in range(2):
        costs.take_back_claim(claim=claim.pk, by=mentor.person.user)
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.WITHDRAWN
    for verb in (costs.approve_claim, lambda **kw: costs.refuse_claim(why="x", **kw)):
        with pytest.raises(WrongState):
            verb(claim=claim.pk, by=team.coordinator)
    with pytest.raises(WrongState):
        costs.take_back_claim(claim=approved(team, mentor).pk, by=mentor.person.user)


def test_another_mentor_takes_nothing_back(team, mentor):
    claim = send(mentor)
    with pytest.raises(Denied):
        costs.take_back_claim(claim=claim.pk, by=make_mentor(team).person.user)


def test_nothing_ticked_is_said(team):
    with pytest.raises(NotReady):
        costs.approve_claims(claims=[], by=team.coordinator)


def test_nothing_is_approved_when_the_message_cannot_be_written(team, mentor, monkeypatch):
    claim = send(mentor)
    monkeypatch.setattr(outbox, "post", lambda *a, **kw: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        costs.approve_claim(claim=claim.pk, by=team.coordinator)
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.SENT
    assert claim.history.count() == 1


def test_the_message_names_nobody_and_no_amount(team, mentor):
    from messaging import kinds

    approved(team, mentor)
    message = Message.objects.get(kind="cost.decided")
    kind = kinds.get("cost.decided")
    text = kind.render(message, kind.recipient(message)).body
    assert "Rita" in text
    assert "44" not in text
    assert "costs/mine" in text
    assert kind.still_true(message)
