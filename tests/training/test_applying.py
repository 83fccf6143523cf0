"""An application: kept while it is written, sent once, verified, taken back, erased in time."""

import datetime as dt

import pytest

from accounts.models import User
from common import clock
from common.errors import Denied, Invalid, WrongState
from messaging import kinds
from messaging.models import Message
from messaging.models import Status as MessageStatus
from referrals.models import Person
from tests import factories
from tests.training.applying_world import WORDS, nominated, sent, told
from training.actions import applying as actions
from training.actions import applying_staff as staff
from training.actions.letters import send_letter
from training.models import Application, Interview, Letter, Mentor, Paper, Reference, Upload
from training.workflow import ApplicationStatus, Status, workflow

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def system():
    return User.objects.system()


# Drafts ------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_right_or_wrong_and_nothing_else(team):
    row = actions.save_draft(clinic=team.clinic, typed={"birth_year": ["soon"], "email": ["els@"]})
    assert (row.status, row.email, row.draft_data["typed"]["birth_year"]) == ("draft", "", ["soon"])


def test_the_same_ref_goes_on_with_the_same_draft(team):
    row = actions.save_draft(clinic=team.clinic, typed={"why": ["a"]})
    again = actions.save_draft(clinic=team.clinic, typed={"why": ["b"]}, draft=row.ref)
    assert again.pk == row.pk and again.version > row.version and Application.objects.count() == 1


def test_far_too_much_text_is_refused_and_nothing_stored(team):
    with pytest.raises(Invalid):
        actions.save_draft(clinic=team.clinic, typed={"why": ["x" * 30_000]})
    assert not Application.objects.exists()


def test_a_draft_of_another_clinic_is_not_taken_over(team, other_team):
    row = actions.save_draft(clinic=other_team.clinic, typed={"why": ["a"]})
    with pytest.raises(WrongState):
        actions.save_draft(clinic=team.clinic, typed={"why": ["b"]}, draft=row.ref)
    row.refresh_from_db()
    assert row.draft_data["typed"] == {"why": ["a"]}


def test_a_draft_is_not_kept_over_what_was_sent(team):
    row = sent(team)
    with pytest.raises(WrongState):
        actions.save_draft(clinic=team.clinic, typed={"why": ["b"]}, draft=row.ref)


def test_an_erased_draft_is_gone_and_erasing_again_is_nothing(team):
    row = actions.save_draft(clinic=team.clinic, typed={"why": ["a"]})
    assert (actions.erase_draft(draft=row.ref), actions.erase_draft(draft=row.ref)) == (1, 0)
    assert not Application.objects.exists()


@pytest.mark.parametrize(("age", "left"), [(13, 1), (15, 0)])
def test_a_draft_is_erased_after_two_weeks(team, age, left):
    row = actions.save_draft(clinic=team.clinic, typed={"why": ["a"]})
    Application.objects.filter(pk=row.pk).update(started_at=clock.now() - age * DAY)
    actions.tidy(clock.now())
    assert Application.objects.count() == left


# Sending -----------------------------------------------------------------------------------


def test_sending_stores_consent_history_and_one_message_together(team):
    row = sent(team)
    assert (row.status, row.consent_words, row.draft_data) == (ApplicationStatus.SENT, WORDS, {})
    assert [event.to_status for event in row.history.all()] == ["draft", "sent"]
    message = Message.objects.get()
    assert (message.kind, message.recipient) == ("application.received", f"application:{row.ref}")


def test_the_message_names_nobody_but_its_reader_and_carries_a_link(team):
    row = sent(team)
    kind, message = kinds.get("application.received"), Message.objects.get()
    to = kind.recipient(message)
    text = kind.render(message, to)
    assert (to.first_name, to.email, to.language) == ("Els", "els@example.org", "nl") and kind.still_true(message)
    assert "/l/" in text.body and team.clinic.name not in text.subject + text.body
    assert row.ref not in text.body and "mentor" not in (text.subject + text.body).lower()


def test_the_same_form_sent_twice_is_one_application(team):
    first = sent(team)
    again = actions.send_application(clinic=team.clinic, data=told(why="Other words"), draft=first.ref)
    assert again.pk == first.pk and Application.objects.count() == 1 and Message.objects.count() == 1
    assert again.why == told().answers["why"]


def test_the_same_person_sending_another_form_is_one_application_and_changes_nothing(team):
    first = sent(team)
    again = sent(team, email="ELS@example.org", first_name="els", why="Somebody else's words")
    first.refresh_from_db()
    assert again.pk == first.pk and Application.objects.count() == 1 and "Somebody" not in first.why


def test_two_people_with_one_address_are_two(team):
    sent(team)
    sent(team, first_name="Jan", birth_year=1968)
    assert Application.objects.count() == 2


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"first_name": ""}, "first_name"), ({"birth_year": None}, "birth_year"), ({"birth_year": 2015}, "birth_year"),
        ({"birth_year": 2099}, "birth_year"), ({"email": ""}, "email"), ({"email": "els@"}, "email"),
        ({"languages": []}, "languages"), ({"channels": ["smoke"]}, "channels"), ({"why": ""}, "why"),
        ({"diagnosed_year": 1950}, "diagnosed_year"), ({"consent": False}, "consent"), ({"first_name": "E" * 81}, "first_name"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_at_its_field_and_nothing_is_stored(team, answers, field):
    with pytest.raises(Invalid) as refusal:
        sent(team, **answers)
    assert refusal.value.field == field
    assert not Application.objects.exists() and not Message.objects.exists()


def test_somebody_about_18_says_the_date_and_is_taken_when_old_enough(team):
    year = team.clinic.today.year - 18
    with pytest.raises(Invalid) as refusal:
        sent(team, birth_year=year, diagnosed_year=None)
    assert refusal.value.field == "birth_date"
    assert sent(team, birth_year=year, birth_date=dt.date(year, 1, 1), diagnosed_year=None).status == "sent"


def test_when_the_message_cannot_be_written_nothing_is_sent(team, monkeypatch):
    monkeypatch.setattr(actions.outbox, "post", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sent(team)
    assert not Application.objects.exists()


def test_an_applicant_the_clinic_knows_is_received_like_anybody(team):
    known = factories.make_referral(team).mentee
    row = sent(team, email=known.email, first_name=known.first_name, last_name=known.last_name, birth_year=1980)
    assert row.status == "sent" and row.mentor is None


# The link again, and whose address it is -----------------------------------------------------


def test_the_link_is_sent_again_to_an_address_that_applied_and_to_no_other(team, other_team):
    sent(team)
    Message.objects.all().delete()
    assert actions.send_link_again(clinic=team.clinic, email=" ELS@example.org ") == 1
    assert actions.send_link_again(clinic=team.clinic, email="an@example.org") == 0
    assert actions.send_link_again(clinic=other_team.clinic, email="els@example.org") == 0
    assert Message.objects.count() == 1


def test_asking_twice_within_five_minutes_sends_one_message(team):
    sent(team)
    Message.objects.all().delete()
    for _time in range(3):
        actions.send_link_again(clinic=team.clinic, email="els@example.org")
    assert Message.objects.count() <= 2  # five minutes may begin in between


def test_saying_that_an_address_is_theirs_counts_also_for_the_person(team):
    row = sent(team)
    mentor = staff.take_up(application=row.pk, by=team.coordinator)
    assert mentor.person.email_verified_at is None
    actions.verify_address(application=row.pk)
    assert Person.objects.get(pk=mentor.person_id).email_verified_at
    at = Application.objects.get().email_verified_at
    assert actions.verify_address(application=row.pk).email_verified_at == at


# Taking back --------------------------------------------------------------------------------


def test_taking_back_erases_the_words_and_keeps_the_count(team):
    row = sent(team)
    actions.withdraw(application=row.pk, by=system())
    row.refresh_from_db()
    assert (row.status, row.first_name, row.email, row.why, str(row.phone)) == ("withdrawn", "", "", "", "")
    assert (row.diagnoses, row.birth_year, row.role_types) == ([], None, ["patient"])
    assert row.erased_at and row.sent_at and row.consented_at and row.history.count() == 3
    assert Message.objects.get().status == MessageStatus.CANCELLED


def test_taking_back_again_changes_nothing(team):
    row = sent(team)
    for _time in range(2):
        actions.withdraw(application=row.pk, by=system())
    assert row.history.count() == 3


def test_taking_back_in_selection_ends_the_record_and_what_was_written_there(team):
    row = sent(team)
    mentor = staff.take_up(application=row.pk, by=team.coordinator)
    Interview.objects.create(
        mentor=mentor, on=team.clinic.today, channel="phone", notes="Els told", by=team.coordinator
    )
    Reference.objects.create(mentor=mentor, name="Jan", relation="Friend", by=team.coordinator)
    upload = Upload.objects.create(
        clinic=team.clinic, name="a.pdf", content_type="application/pdf", size=1, digest="x", content=b"x", by=team.coordinator
    )  # fmt: skip
    Paper.objects.create(mentor=mentor, kind="check", upload=upload, added_by=team.coordinator)
    actions.withdraw(application=row.pk, by=system())
    assert not Paper.objects.exists() and not Upload.objects.exists()
    mentor = Mentor.objects.get(pk=mentor.pk)
    assert (mentor.status, mentor.languages, mentor.person.email) == (Status.RETIRED, [], "")
    assert "Els" not in str(mentor.person) and mentor.interviews.get().notes == "" and not mentor.references.exists()
    assert mentor.history.last().note == "Taken back by the applicant."


def test_somebody_the_clinic_knows_as_a_patient_stays_a_patient(team):
    patient = factories.make_referral(team).mentee
    names = {"first_name": patient.first_name, "last_name": patient.last_name, "birth_year": 1980}
    row = sent(team, **names)
    staff.take_up(application=row.pk, by=team.coordinator, same_as=patient.ref)
    actions.withdraw(application=row.pk, by=system())
    patient.refresh_from_db()
    assert patient.first_name == names["first_name"] and patient.email and patient.mentor.status == Status.RETIRED


def test_letters_to_them_go_too(team):
    row = sent(team)
    staff.close_application(application=row.pk, by=team.coordinator, letter="Dear Els")
    actions.withdraw(application=row.pk, by=system())
    assert not Letter.objects.exists()


@pytest.mark.parametrize("who", ["nurse", "coordinator", "admin"])
def test_nobody_else_takes_an_application_back(team, who):
    row = sent(team)
    with pytest.raises(Denied):
        actions.withdraw(application=row.pk, by=getattr(team, who))
    assert Application.objects.get().first_name == "Els"


def test_somebody_in_training_stops_another_way(team):
    row = sent(team)
    mentor = staff.take_up(application=row.pk, by=team.coordinator)
    for step in (Status.INTERVIEWED, Status.IN_TRAINING):
        workflow.move(mentor, step, by=team.coordinator)
    with pytest.raises(WrongState, match="Ring us"):
        actions.withdraw(application=row.pk, by=system())
    assert Application.objects.get().first_name == "Els"


# In time -------------------------------------------------------------------------------------


def test_a_nomination_nobody_answers_is_closed_and_erased_but_counted(team):
    row = nominated(team)
    Application.objects.update(started_at=clock.now() - 15 * DAY)
    assert (actions.tidy(clock.now()), actions.tidy(clock.now())) == (1, 0)
    row.refresh_from_db()
    assert (row.status, row.first_name, row.email, row.nomination) == ("closed", "", "", "")
    assert row.nominated_by == team.nurse


@pytest.mark.parametrize(("days", "name"), [(364, "Els"), (366, "")])
def test_a_closed_application_is_erased_after_a_year_as_was_promised(team, days, name):
    row = sent(team)
    staff.close_application(application=row.pk, by=team.coordinator, letter="Dear Els")
    Application.objects.update(sent_at=clock.now() - dt.timedelta(days=400))
    actions.tidy(clock.now() + dt.timedelta(days=days))
    assert Application.objects.get().first_name == name


def test_somebody_declined_in_selection_is_erased_after_a_year_too(team):
    row = sent(team)
    mentor = staff.take_up(application=row.pk, by=team.coordinator)
    workflow.move(mentor, Status.DECLINED, by=team.coordinator)
    send_letter(mentor=mentor, kind="declined", body="Dear Els", by=team.coordinator)
    assert actions.tidy(clock.now() + dt.timedelta(days=300)) == 0
    assert actions.tidy(clock.now() + dt.timedelta(days=366)) == 1
    assert actions.tidy(clock.now() + dt.timedelta(days=366)) == 0
    assert "Els" not in str(Person.objects.get(pk=mentor.person_id)) and not Letter.objects.exists()


def test_a_mentor_is_never_erased_by_time(team):
    row = sent(team)
    mentor = staff.take_up(application=row.pk, by=team.coordinator)
    Mentor.objects.filter(pk=mentor.pk).update(status=Status.ACTIVE)
    assert actions.tidy(clock.now() + dt.timedelta(days=4000)) == 0


def test_somebody_who_was_a_mentor_and_stopped_is_not_erased_by_an_old_link(team):
    row = sent(team)
    mentor = staff.take_up(application=row.pk, by=team.coordinator)
    for step in (Status.INTERVIEWED, Status.IN_TRAINING, Status.RETIRED):
        workflow.move(mentor, step, by=team.coordinator)
    with pytest.raises(WrongState):
        actions.withdraw(application=row.pk, by=system())
    assert Mentor.objects.get().languages == ["nl", "fr"]


def test_applying_again_with_another_form_brings_the_link_again(team):
    sent(team)
    Message.objects.all().delete()
    sent(team)
    assert Message.objects.count() == 1
