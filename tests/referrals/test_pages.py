"""My referrals, one referral, what a mentor does, and the consent words in the settings."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinics.models import AccessLog
from common import clock
from referrals import actions, progress
from referrals.models import ConsentText
from referrals.workflow import Status
from tests import factories

pytestmark = pytest.mark.django_db
S = Status
MINE = "/referrals/"


def page_of(referral) -> str:
    return reverse("referrals:detail", args=[referral.ref])


def words_of(response) -> str:
    return response.content.decode()


def queries(client, address: str) -> int:
    client.get(address)  # the first look fills what is kept per process
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def fill(team, n: int) -> None:
    day = team.clinic.today + dt.timedelta(days=1)
    for number in range(n):
        factories.make_referral(team, status=[S.OPEN, S.SUBMITTED][number % 2])
        returned = factories.make_referral(team, status=S.SUBMITTED)
        actions.return_with_question(referral=returned.pk, by=team.coordinator, question="French?")
        person = factories.make_person(team.clinic)
        actions.make_offer(by=team.nurse, clinic=team.clinic.pk, answer="later", ask_again_on=day, person=person.ref)
        actions.save_draft(
            by=team.nurse, clinic=team.clinic.pk, typed={"first_name": [f"Isa{number}"], "person": [person.ref]}
        )  # fmt: skip


def test_what_waits_for_me_comes_first_and_one_row_names_everybody_shown(team, sign_in):
    returned = factories.make_referral(team, status=S.SUBMITTED)
    actions.return_with_question(referral=returned.pk, by=team.coordinator, question="French or Dutch?")
    person = factories.make_person(team.clinic)
    with clock.at(clock.now() - dt.timedelta(days=5)):
        actions.make_offer(
            by=team.nurse, clinic=team.clinic.pk, answer="later", person=person.ref,
            ask_again_on=team.clinic.today + dt.timedelta(days=2),
        )  # fmt: skip
    actions.save_draft(by=team.nurse, clinic=team.clinic.pk, typed={"first_name": ["Draftje"]})
    running = factories.make_referral(team)
    page = words_of(sign_in(team.nurse).get(MINE))
    order = [page.index(text) for text in ("French or Dutch?", person.full_name, "Draftje", running.mentee.full_name)]
    assert order == sorted(order) and "3 things wait for you." in page
    row = AccessLog.objects.get()
    assert set(row.people.split()) == {returned.mentee.ref, person.ref, running.mentee.ref}


def test_the_list_shows_mine_or_my_teams_and_nobody_elses(team, other_team, sign_in):
    colleague = factories.make_user(team.clinic, "nurse")
    theirs = factories.make_referral(team, created_by=colleague).mentee.full_name
    strange = factories.make_referral(other_team).mentee.full_name
    client = sign_in(team.nurse)
    assert theirs not in words_of(client.get(MINE))
    page = words_of(client.get(f"{MINE}?whose=team&show=all&page=%00"))
    assert theirs in page and strange not in page


def test_a_colleagues_question_is_found_in_the_teams_list_and_ones_own_stands_above_it_once(team, sign_in):
    colleague = factories.make_user(team.clinic, "nurse")
    theirs = factories.make_referral(team, status=S.SUBMITTED, created_by=colleague)
    mine = factories.make_referral(team, status=S.SUBMITTED)
    for referral in (theirs, mine):
        actions.return_with_question(referral=referral.pk, by=team.coordinator, question="French?")
    client = sign_in(team.nurse)
    assert theirs.mentee.full_name not in words_of(client.get(MINE))
    page = words_of(client.get(f"{MINE}?whose=team"))
    assert "The coordinators have a question first." in page
    assert page.count(f'"{page_of(theirs)}"') == page.count(f'"{page_of(mine)}"') == 1
    assert client.post(page_of(theirs), {"step": "answer", "answer-text": "Yes"}).status_code == 302


def test_a_draft_about_somebody_known_bears_their_name(team, other_team, sign_in):
    known, stranger = factories.make_person(team.clinic), factories.make_person(other_team.clinic, last_name="Geheim")
    for person in (known, stranger):
        actions.save_draft(by=team.nurse, clinic=team.clinic.pk, typed={"person": [person.ref]})
    page = words_of(sign_in(team.nurse).get(MINE))
    assert known.full_name in page and "Geheim" not in page and "Somebody without a name yet" in page
    assert known.ref in AccessLog.objects.get().people


def test_the_list_keeps_its_number_of_queries(team, sign_in):
    client = sign_in(team.nurse)
    fill(team, 2)
    few = queries(client, MINE)
    fill(team, 30)
    assert queries(client, MINE) == few <= 15


def test_a_mentor_found_upstairs_is_told_in_plain_words(team, sign_in, monkeypatch):
    referral = factories.make_referral(team)
    said = progress.Progress(progress.HAS, "They talk about once a week.", clock.now(), "Luc")
    monkeypatch.setattr(progress, "_words", [lambda rows: {row.pk: said for row in rows}])
    client = sign_in(team.nurse)
    assert f"{referral.mentee.full_name}, with Luc" in words_of(client.get(MINE))
    assert "They talk about once a week." in words_of(client.get(page_of(referral)))


def test_a_referral_shows_its_road_and_writes_who_looked(team, sign_in):
    referral = factories.make_referral(team, status=S.SUBMITTED)
    actions.accept(referral=referral.pk, by=team.coordinator)
    page = words_of(sign_in(team.nurse).get(page_of(referral)))
    assert "Leen accepted the referral" in page and "What happened" in page and "Accept the referral" not in page
    assert AccessLog.objects.get().people == f" {referral.mentee.ref} "


def test_who_may_see_a_referral(team, other_team, sign_in, client):
    referral = factories.make_referral(team)
    seen = {user: sign_in(user).get(page_of(referral)).status_code for user in (
        team.nurse, team.coordinator, team.clinician, team.backup, team.admin, other_team.nurse, other_team.coordinator
    )}  # fmt: skip
    assert list(seen.values()) == [200, 200, 200, 404, 403, 404, 404]
    client.logout()
    assert client.get(page_of(referral)).status_code == 302


def test_a_named_clinician_reads_only(team, sign_in):
    referral = factories.make_referral(team, status=S.SUBMITTED)
    client = sign_in(team.clinician)
    page = words_of(client.get(page_of(referral)))
    assert "What they asked for" in page and '<form method="post" class="stack"' not in page
    assert client.post(page_of(referral), {"step": "accept"}).status_code == 403
    assert client.post(page_of(referral), {"step": "consent", "consent-scope": "profile"}).status_code == 403


TRIAGE = {
    "accept": (S.SUBMITTED, {}, S.OPEN),
    "return": (S.SUBMITTED, {"return-question": "French?"}, S.RETURNED),
    "defer": (S.OPEN, {"defer-ask_again_on": "2027-06-01"}, S.DEFERRED),
    "resume": (S.DEFERRED, {}, S.SUBMITTED),
    "close": (S.RETURNED, {"close-reason": "wish", "close-note": "Rang on Monday"}, S.CLOSED),
    "reopen": (
        S.CLOSED,
        {f"reopen-consent_{s}": "yes" for s in ("profile", "contact", "evaluation", "research")}
        | {"reopen-consent_how": "phone"},
        S.OPEN,
    ),
}


@pytest.mark.parametrize("step", TRIAGE)
def test_a_coordinator_decides_on_the_page(team, sign_in, step):
    before, sent, after = TRIAGE[step]
    referral = factories.make_referral(team, status=before)
    client = sign_in(team.coordinator)
    assert f'value="{step}"' in words_of(client.get(page_of(referral)))
    with clock.at(dt.datetime(2026, 12, 1, tzinfo=dt.UTC)):
        assert client.post(page_of(referral), {"step": step} | sent).status_code == 302
    referral.refresh_from_db()
    assert referral.status == after


def test_a_nurse_answers_a_question(team, sign_in):
    referral = factories.make_referral(team, status=S.SUBMITTED)
    actions.return_with_question(referral=referral.pk, by=team.coordinator, question="French or Dutch?")
    client = sign_in(team.nurse)
    assert "French or Dutch?" in words_of(client.get(page_of(referral)))
    for _again in range(2):
        assert client.post(page_of(referral), {"step": "answer", "answer-text": "French"}).status_code == 302
    referral.refresh_from_db()
    assert referral.status == S.SUBMITTED and referral.triage_notes.count() == 2


BAD = [
    ("answer", {"answer-text": ""}, "still needs an answer"),
    ("answer", {"answer-text": "x" * 10_000}, "Make this shorter"),
    ("answer", {"answer-text": "a\x00b"}, "cannot be stored"),
    ("consent", {"consent-scope": "all", "consent-given": "no", "consent-how": "phone"}, "Choose one of the answers"),
    ("phase", {"phase-phase": "\x00"}, "Choose one of the answers"),
    ("reach", {"reach-phone": "123", "reach-version": "1"}, "Write the whole number"),
    ("reach", {"reach-email": "new@example.org", "reach-version": "7"}, "while you were writing"),
    ("reach", {"reach-email": "new@example.org", "reach-version": "x"}, "Write a number"),
]


@pytest.mark.parametrize(("step", "sent", "sentence"), BAD)
def test_a_bad_answer_changes_nothing_and_stays_on_the_page(team, sign_in, step, sent, sentence):
    referral = factories.make_referral(team, status=S.RETURNED)
    response = sign_in(team.nurse).post(page_of(referral), {"step": step} | sent)
    assert response.status_code == 200 and sentence in words_of(response)
    referral.refresh_from_db()
    assert referral.status == S.RETURNED and referral.history.count() == 1 and referral.consents.count() == 4
    assert not referral.mentee.email.startswith("new")


def test_a_step_on_something_that_moved_on_says_so_and_keeps_the_words(team, sign_in):
    referral = factories.make_referral(team, status=S.CLOSED, close_reason="wish")
    response = sign_in(team.coordinator).post(page_of(referral), {"step": "return", "return-question": "My long words"})
    assert "this has changed in the meantime" in words_of(response) and "My long words" in words_of(response)
    assert sign_in(team.coordinator).post(page_of(referral), {"step": "fly"}).status_code == 302


def test_a_change_of_mind_counts_at_once(team, sign_in):
    referral = factories.make_referral(team)
    client = sign_in(team.nurse)
    client.post(
        page_of(referral),
        {"step": "consent", "consent-scope": "contact", "consent-given": "no", "consent-how": "phone"},
    )
    page = words_of(client.get(page_of(referral)))
    assert "A consent is missing" in page and "You wrote down a change of mind" in page
    assert "so nobody looks for a mentor now" in words_of(client.get(MINE))
    assert not type(referral).objects.with_live_consent().exists()


def test_a_new_phase_after_the_end_asks_to_offer_again(team, sign_in):
    with clock.at(clock.now() - dt.timedelta(days=9)):
        referral = factories.make_referral(team)
        actions.close(referral=referral.pk, by=team.coordinator, reason="finished")
    client = sign_in(team.nurse)
    assert "Ask again" not in words_of(client.get(page_of(referral)))
    client.post(page_of(referral), {"step": "phase", "phase-phase": "flare"})
    page = words_of(client.get(page_of(referral)))
    assert "Ask again" in page and f"person={referral.mentee.ref}" in page


def test_a_caregivers_patient_without_a_name_has_no_phase_to_change(team, sign_in):
    referral = factories.make_referral(team, about=None, relation="caregiver")
    client = sign_in(team.nurse)
    assert "not named here" in words_of(client.get(page_of(referral)))
    assert client.post(page_of(referral), {"step": "phase", "phase-phase": "flare"}).status_code == 302


def test_everybody_signed_in_may_read_what_a_mentor_does(team, sign_in, client):
    for user in (team.nurse, team.coordinator, team.clinician, team.admin):
        assert sign_in(user).get("/what-a-mentor-does/").status_code == 200
    client.logout()
    assert client.get("/what-a-mentor-does/").status_code == 302


def test_an_admin_adds_consent_words_and_the_old_ones_stay(team, other_team, sign_in):
    client = sign_in(team.admin)
    sent = {"scope": "profile", "language": "nl", "text": "Nieuwe <b>woorden</b>"}
    assert client.post("/settings/consent/", sent).status_code == 302
    page = words_of(client.get("/settings/consent/"))
    assert "Nieuwe &lt;b&gt;woorden" in page and "Earlier words" in page
    for bad in ({"text": ""}, {"text": "x" * 10_000}, {"text": "a\x00"}, {"scope": "all"}, {"language": "pl"}):
        assert client.post("/settings/consent/", sent | bad).status_code == 200
    assert ConsentText.objects.filter(clinic=team.clinic).count() == 13
    assert ConsentText.objects.filter(clinic=other_team.clinic).count() == 12
    assert sign_in(team.nurse).get("/settings/consent/").status_code == 403


def test_addresses_with_odd_refs_are_not_found(team, sign_in):
    client = sign_in(team.nurse)
    for address in ("/referrals/%00/", "/referrals/draft/%00/", "/referrals/nobody/", "/referrals/draft/nobody/"):
        assert client.get(address).status_code == 404
