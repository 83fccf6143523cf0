"""What the clinic does: put forward, write down, take up, say no, open again."""

import pytest

from accounts.models import User
from common.errors import Denied, Invalid, NotReady, WrongState
from messaging import kinds
from messaging.models import Message
from referrals.models import Person
from tests import factories
from tests.training.applying_world import nominated, sent, told
from training.actions import NOBODY
from training.actions import applying as actions
from training.actions import applying_staff as staff
from training.models import Application, Letter, Mentor
from training.pages.applying import outcome
from training.workflow import ApplicationStatus, Status, workflow

pytestmark = pytest.mark.django_db


# Put forward ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["nurse", "clinician", "coordinator"])
def test_a_professional_puts_somebody_forward_and_they_get_a_link(team, who):
    row = nominated(team, by=getattr(team, who))
    assert (row.status, row.source, row.consented_at) == (ApplicationStatus.DRAFT, "nominated", None)
    message = Message.objects.get()
    kind = kinds.get("application.invited")
    text = kind.render(message, kind.recipient(message)).body
    assert kind.still_true(message) and "/l/" in text and "Katrien" not in text and "listens" not in text


@pytest.mark.parametrize("who", ["admin", "trainer"])
def test_others_put_nobody_forward(team, who):
    with pytest.raises(Denied):
        nominated(team, by=getattr(team, who))
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"agreed": False}, "agreed"),
        ({"email": "els"}, "email"),
        ({"why": " "}, "why"),
        ({"first_name": ""}, "first_name"),
    ],
)
def test_a_nomination_without_what_it_needs_is_refused(team, fields, field):
    with pytest.raises(Invalid) as refusal:
        nominated(team, **fields)
    assert refusal.value.field == field and not Application.objects.exists() and not Message.objects.exists()


def test_putting_the_same_person_forward_twice_is_one_message(team):
    assert nominated(team).pk == nominated(team).pk
    assert Application.objects.count() == 1 and Message.objects.count() == 1


def test_they_say_yes_by_the_link_and_their_address_is_known_to_be_right(team):
    row = nominated(team)
    sent_ = actions.send_application(clinic=team.clinic, data=told(), draft=row.ref, by_link=True)
    assert sent_.pk == row.pk and sent_.email_verified_at and sent_.nominated_by == team.nurse
    assert not kinds.get("application.invited").still_true(Message.objects.get(kind="application.invited"))


def test_another_address_than_the_message_went_to_is_not_known_to_be_right(team):
    row = nominated(team)
    sent_ = actions.send_application(
        clinic=team.clinic, data=told(email="other@example.org"), draft=row.ref, by_link=True
    )
    assert sent_.email_verified_at is None


def test_a_no_erases_everything_but_the_count(team):
    row = nominated(team)
    actions.erase_draft(draft=row.ref)
    row.refresh_from_db()
    assert (row.status, row.first_name, row.email) == (ApplicationStatus.WITHDRAWN, "", "")
    assert outcome(row) == "Said no"


def test_who_was_put_forward_twice_and_says_yes_once_is_one_applicant(team):
    first, second = nominated(team), nominated(team, by=team.clinician)
    actions.send_application(clinic=team.clinic, data=told(), draft=first.ref, by_link=True)
    second.refresh_from_db()
    assert second.status == ApplicationStatus.CLOSED and second.erased_at


def test_the_nominator_sees_a_word_for_every_state(team):
    row = nominated(team)
    words = [outcome(row)]
    row = actions.send_application(clinic=team.clinic, data=told(), draft=row.ref, by_link=True)
    words.append(outcome(row))
    staff.take_up(application=row.pk, by=team.coordinator)
    for status in (Status.APPLIED, Status.LATER, Status.IN_TRAINING, Status.ACTIVE, Status.DECLINED):
        Mentor.objects.update(status=status)
        words.append(outcome(Application.objects.get(pk=row.pk)))
    assert words == [
        "Not answered yet", "Said yes", "We are getting to know them", "Later, perhaps", "In training", "A mentor now", "Closed",
    ]  # fmt: skip


# Written down by hand ---------------------------------------------------------------------------


def test_a_coordinator_writes_somebody_down_who_agrees_beside_them(team):
    row = staff.write_down(clinic=team.clinic, by=team.coordinator, data=told())
    assert (row.status, row.source) == (ApplicationStatus.SENT, "coordinator")
    assert row.history.last().note == "They agreed beside the coordinator." and Message.objects.count() == 1


def test_without_an_address_they_are_written_down_and_nothing_is_sent(team):
    assert staff.write_down(clinic=team.clinic, by=team.coordinator, data=told(email="")).status == "sent"
    assert not Message.objects.exists()


def test_nothing_is_written_down_without_their_yes(team):
    with pytest.raises(Invalid):
        staff.write_down(clinic=team.clinic, by=team.coordinator, data=told(consent=False))
    assert not Application.objects.exists()


def test_the_same_form_twice_is_one(team):
    ref = "abcdefgh23456789"
    for _time in range(2):
        staff.write_down(clinic=team.clinic, by=team.coordinator, data=told(), ref=ref)
    assert Application.objects.get().ref == ref


@pytest.mark.parametrize("who", ["nurse", "clinician", "admin"])
def test_only_who_keeps_the_records_writes_down(team, who):
    with pytest.raises(Denied):
        staff.write_down(clinic=team.clinic, by=getattr(team, who), data=told())


# Taken up ----------------------------------------------------------------------------------------


def test_taking_up_makes_a_person_and_a_record_and_no_account(team):
    row = sent(team)
    mentor = staff.take_up(application=row.pk, by=team.coordinator)
    row.refresh_from_db()
    assert (row.status, row.mentor, mentor.status) == (ApplicationStatus.TAKEN_UP, mentor, Status.APPLIED)
    assert (mentor.languages, mentor.diagnoses, mentor.person.user) == (["nl", "fr"], ["ra"], None)
    assert not User.objects.filter(email="els@example.org").exists()


def test_taking_up_twice_is_once(team):
    row = sent(team)
    assert staff.take_up(application=row.pk, by=team.coordinator) == staff.take_up(
        application=row.pk, by=team.coordinator
    )
    assert Mentor.objects.count() == 1 and Person.objects.count() == 1


def test_somebody_we_may_know_is_asked_about(team):
    known = factories.make_person(team.clinic, first_name="Els", last_name="Maes", birth_year=1970)
    row = sent(team)
    with pytest.raises(Invalid) as refusal:
        staff.take_up(application=row.pk, by=team.coordinator)
    assert refusal.value.field == "same_as"
    assert staff.take_up(application=row.pk, by=team.coordinator, same_as=known.ref).person == known


def test_somebody_else_is_a_person_of_their_own(team):
    known = factories.make_person(team.clinic, first_name="Els", last_name="Maes", birth_year=1970)
    mentor = staff.take_up(application=sent(team).pk, by=team.coordinator, same_as=NOBODY)
    assert mentor.person != known


def test_a_mentee_may_be_taken_up_and_is_not_ready_for_it(team):
    mentee = factories.make_referral(team).mentee
    row = sent(team, first_name=mentee.first_name, last_name=mentee.last_name, birth_year=mentee.birth_year)
    mentor = staff.take_up(application=row.pk, by=team.coordinator, same_as=mentee.ref)
    assert mentor.person == mentee and mentor.status == Status.APPLIED


@pytest.mark.parametrize("who", ["nurse", "clinician", "admin"])
def test_only_who_keeps_the_records_takes_up_and_closes(team, who):
    row = sent(team)
    for act in (staff.take_up, staff.open_again):
        with pytest.raises(Denied):
            act(application=row.pk, by=getattr(team, who))
    with pytest.raises(Denied):
        staff.close_application(application=row.pk, by=getattr(team, who), letter="No")
    assert Application.objects.get().status == ApplicationStatus.SENT


def test_what_was_taken_back_is_not_taken_up(team):
    row = sent(team)
    actions.withdraw(application=row.pk, by=User.objects.system())
    with pytest.raises(WrongState):
        staff.take_up(application=row.pk, by=team.coordinator)
    assert not Mentor.objects.exists()


# A kind no ---------------------------------------------------------------------------------------


def test_a_no_comes_with_a_letter(team):
    row = sent(team)
    staff.close_application(application=row.pk, by=team.coordinator, letter="Dear Els", note="Too soon.")
    assert Letter.objects.get().body == "Dear Els" and Message.objects.filter(kind="letter.to-read").count() == 1
    assert row.history.last().note == "Too soon."


def test_a_no_twice_is_one_letter(team):
    row = sent(team)
    for _time in range(2):
        staff.close_application(application=row.pk, by=team.coordinator, letter="Dear Els")
    assert Letter.objects.count() == 1


def test_a_no_without_a_letter_is_refused_and_nothing_moves(team):
    row = sent(team)
    with pytest.raises(Invalid):
        staff.close_application(application=row.pk, by=team.coordinator, letter=" ")
    row.refresh_from_db()
    assert row.status == ApplicationStatus.SENT


def test_somebody_without_an_address_is_closed_after_a_call(team):
    row = staff.write_down(clinic=team.clinic, by=team.coordinator, data=told(email=""))
    staff.close_application(application=row.pk, by=team.coordinator, letter="", note="Rang her.")
    assert Application.objects.get().status == ApplicationStatus.CLOSED and not Letter.objects.exists()


def test_a_no_can_be_opened_again_until_it_is_erased(team):
    row = sent(team)
    staff.close_application(application=row.pk, by=team.coordinator, letter="Dear Els")
    assert staff.open_again(application=row.pk, by=team.coordinator).status == ApplicationStatus.SENT
    staff.close_application(application=row.pk, by=team.coordinator, letter="Dear Els again")
    Application.objects.update(erased_at=row.sent_at)
    with pytest.raises(NotReady):
        staff.open_again(application=row.pk, by=team.coordinator)


def test_a_record_that_was_retired_is_not_given_a_second_application(team):
    mentor = factories.make_mentor(team)
    workflow.move(mentor, Status.RETIRED, by=team.coordinator)
    person = mentor.person
    row = sent(team, first_name=person.first_name, last_name=person.last_name, birth_year=1975)
    with pytest.raises(Invalid, match="already"):
        staff.take_up(application=row.pk, by=team.coordinator, same_as=person.ref)
