"""Somebody watches over every mentor: who, when they talk, what was agreed and who reads it."""

import datetime as dt

import pytest
from django.db import IntegrityError

from clinics.roles import Role
from common import clock
from common.errors import Denied, Invalid, NotReady, Stale, WrongState
from messaging import quiet
from messaging.models import Message
from tests import factories
from tests.training.supervising_world import DAY, past, planned, soon
from training import actions as records
from training import readiness
from training.actions import supervising as actions
from training.actions.supervising_held import Agreed, keep_draft, save_talk
from training.models import CareRules, Mentor, SupervisionPart, SupervisionTalk
from training.workflow import Status

pytestmark = pytest.mark.django_db


def said(talk, **fields):
    """Return the same words about every mentor of a talk."""
    fields = {"came": True, "notes": "Rest on Sundays.", "new": "yes", **fields}
    return {part.ref: Agreed(**fields) for part in talk.parts.all()}


def save(talk, by, **fields):
    more = {key: fields.pop(key) for key in ("next_at", "version", "next_where") if key in fields}
    return save_talk(
        talk=talk.pk, by=by, version=more.pop("version", talk.version), agreed=said(talk, **fields), **more
    )


def kinds():
    return sorted(Message.objects.filter(status="queued").values_list("kind", flat=True))


# Who ----------------------------------------------------------------------------------------


def test_nobody_starts_without_somebody_who_looks_after_them(team):
    mentor = factories.make_mentor(team, status=Status.READY, supervisor=None, supervise_by=None)
    with pytest.raises(NotReady) as refusal:
        records.activate(mentor=mentor.pk, by=team.coordinator)
    assert refusal.value.missing == ["nobody looks after them yet"]
    actions.name_supervisor(mentor=mentor.pk, by=team.coordinator, supervisor=team.clinician.pk)
    started = records.activate(mentor=mentor.pk, by=team.coordinator)
    assert started.supervise_by == team.clinic.today + 60 * DAY


def test_a_supervisor_who_left_counts_as_nobody_when_a_mentor_starts(team):
    mentor = factories.make_mentor(team, status=Status.READY, supervise_by=None)
    team.clinician.memberships.update(ended_at=clock.now(), ended_by=team.admin)
    with pytest.raises(NotReady):
        records.activate(mentor=mentor.pk, by=team.coordinator)


def test_nobody_looks_after_themselves(team):
    mentor = factories.make_mentor(team)
    own = mentor.person.user
    own.memberships.create(clinic=team.clinic, role=Role.CLINICIAN)
    with pytest.raises(Invalid) as refusal:
        actions.name_supervisor(mentor=mentor.pk, by=team.coordinator, supervisor=own.pk)
    assert refusal.value.field == "supervisor"
    assert "themselves" in str(refusal.value)
    assert Mentor.objects.get(pk=mentor.pk).supervisor == team.clinician


@pytest.mark.parametrize("who", ["nurse", "admin", "trainer"])
def test_only_a_clinician_or_coordinator_looks_after_mentors(team, who):
    mentor = factories.make_mentor(team)
    with pytest.raises(Invalid, match="clinician or coordinator"):
        actions.name_supervisor(mentor=mentor.pk, by=team.coordinator, supervisor=getattr(team, who).pk)


def test_somebody_of_another_clinic_cannot_look_after_a_mentor_here(team, other_team):
    mentor = factories.make_mentor(team)
    with pytest.raises(Invalid):
        actions.name_supervisor(mentor=mentor.pk, by=team.coordinator, supervisor=other_team.clinician.pk)


def test_only_who_keeps_the_records_names_a_supervisor(team):
    mentor = factories.make_mentor(team)
    with pytest.raises(Denied):
        actions.name_supervisor(mentor=mentor.pk, by=team.clinician, supervisor=team.backup.pk)


def test_naming_the_same_one_again_changes_nothing(team):
    mentor = factories.make_mentor(team)
    actions.name_supervisor(mentor=mentor.pk, by=team.coordinator, supervisor=team.backup.pk)
    before = Mentor.objects.get(pk=mentor.pk).version
    actions.name_supervisor(mentor=mentor.pk, by=team.coordinator, supervisor=team.backup.pk)
    assert Mentor.objects.get(pk=mentor.pk).version == before


def test_a_new_supervisor_takes_over_the_talk_without_what_was_typed_for_it(team):
    talk = planned(team)
    part = talk.parts.get()
    keep_draft(talk=talk.pk, by=team.clinician, version=talk.version, typed={part.ref: {"notes": "Between us."}})
    actions.name_supervisor(mentor=part.mentor_id, by=team.coordinator, supervisor=team.backup.pk)
    talk.refresh_from_db()
    assert talk.supervisor == team.backup
    assert talk.parts.get().draft == {}


def test_a_group_goes_on_without_a_mentor_who_gets_another_supervisor(team):
    two = [factories.make_mentor(team), factories.make_mentor(team)]
    talk = planned(team, *two)
    actions.name_supervisor(mentor=two[0].pk, by=team.coordinator, supervisor=team.backup.pk)
    assert [part.mentor for part in talk.parts.all()] == [two[1]]


# When ---------------------------------------------------------------------------------------


def test_planning_tells_the_mentor_and_reminds_them_a_day_before_once(team):
    talk = planned(team)
    assert kinds() == ["supervision.planned", "supervision.reminder"]
    reminder = Message.objects.get(kind="supervision.reminder")
    assert reminder.due_at == quiet.of(talk.parts.get().mentor.person.user).after(talk.planned_at - DAY)
    actions.tell(talk)
    assert kinds() == ["supervision.planned", "supervision.reminder"]


def test_planning_the_same_talk_twice_is_one_talk(team):
    mentor = factories.make_mentor(team)
    moment = soon()
    first = actions.plan_talk(mentors=[mentor.pk], by=team.clinician, planned_at=moment)
    again = actions.plan_talk(mentors=[mentor.pk], by=team.clinician, planned_at=moment)
    assert first == again
    assert SupervisionTalk.objects.count() == 1


def test_a_supervisor_holds_one_talk_at_a_time(team):
    talk = planned(team)
    with pytest.raises(Invalid) as refusal:
        planned(team, factories.make_mentor(team))
    assert refusal.value.field == "hour"
    with pytest.raises(IntegrityError):
        SupervisionTalk.objects.create(
            clinic=team.clinic, supervisor=team.clinician, planned_at=talk.planned_at, planned_by=team.clinician
        )


@pytest.mark.parametrize("days", [-1, 400])
def test_a_talk_is_neither_past_nor_more_than_a_year_ahead(team, days):
    mentor = factories.make_mentor(team)
    with pytest.raises(Invalid) as refusal:
        actions.plan_talk(mentors=[mentor.pk], by=team.clinician, planned_at=clock.now() + days * DAY)
    assert refusal.value.field == "day"


def test_a_group_is_of_mentors_whom_one_person_looks_after(team):
    two = [factories.make_mentor(team), factories.make_mentor(team, supervisor=team.backup)]
    with pytest.raises(Invalid) as refusal:
        planned(team, *two, by=team.coordinator)
    assert refusal.value.field == "mentors"


def test_another_clinician_plans_nothing_and_a_coordinator_does(team):
    mentor = factories.make_mentor(team)
    with pytest.raises(Denied):
        planned(team, mentor, by=team.backup)
    assert planned(team, mentor, by=team.coordinator).supervisor == team.clinician


def test_somebody_who_stopped_is_not_asked_for_a_talk(team):
    mentor = factories.make_mentor(team, status=Status.RETIRED)
    with pytest.raises(NotReady):
        planned(team, mentor)


def test_moving_tells_them_again_and_the_old_reminder_is_no_longer_true(team):
    from messaging import kinds as known

    talk = planned(team)
    old = Message.objects.get(kind="supervision.reminder")
    actions.move_talk(talk=talk.pk, by=team.clinician, version=talk.version, planned_at=soon(9), where="Room 2")
    assert not known.get(old.kind).still_true(old)
    new = Message.objects.filter(kind="supervision.reminder").exclude(pk=old.pk).get()
    assert known.get(new.kind).still_true(new)


def test_moving_twice_changes_nothing_and_an_old_form_is_stale(team):
    talk = planned(team)
    for _click in range(2):
        actions.move_talk(talk=talk.pk, by=team.clinician, version=talk.version, planned_at=soon(9), where="")
    assert Message.objects.filter(kind="supervision.planned").count() == 2
    with pytest.raises(Stale):
        actions.move_talk(talk=talk.pk, by=team.clinician, version=talk.version, planned_at=soon(10), where="")


def test_calling_off_tells_them_once_and_sends_nothing_else(team):
    talk = planned(team)
    actions.cancel_talk(talk=talk.pk, by=team.clinician)
    actions.cancel_talk(talk=talk.pk, by=team.clinician)
    assert kinds() == ["supervision.cancelled"]
    with pytest.raises(WrongState):
        actions.move_talk(talk=talk.pk, by=team.clinician, version=9, planned_at=soon(9))


def test_a_mentor_adds_a_topic_until_the_talk_and_nobody_else_does(team):
    talk = planned(team)
    part = talk.parts.get()
    own = part.mentor.person.user
    actions.add_topic(part=part.pk, by=own, topic="  How do I say no? ")
    assert SupervisionPart.objects.get(pk=part.pk).topic == "How do I say no?"
    with pytest.raises(Denied):
        actions.add_topic(part=part.pk, by=team.clinician, topic="Mine")
    save(talk, team.clinician)
    with pytest.raises(WrongState):
        actions.add_topic(part=part.pk, by=own, topic="Too late")


# What was agreed ------------------------------------------------------------------------------


def test_saving_says_until_when_the_next_talk_is_due(team):
    talk = past(planned(team), days=2)
    held = save(talk, team.clinician, notes="Rest on Sundays.")
    assert held.held_on == team.clinic.today - 2 * DAY
    mentor = talk.parts.get().mentor
    assert mentor.supervise_by == held.held_on + 60 * DAY


def test_a_clinics_own_number_of_days_counts(team):
    CareRules.objects.create(clinic=team.clinic, supervision_days=90)
    talk = past(planned(team))
    save(talk, team.clinician)
    assert talk.parts.get().mentor.supervise_by == team.clinic.today + 90 * DAY


def test_an_old_talk_saved_late_does_not_bring_the_next_day_nearer(team):
    mentor = factories.make_mentor(team, supervise_by=team.clinic.today + 50 * DAY)
    talk = past(planned(team, mentor), days=30)
    save(talk, team.clinician)
    mentor.refresh_from_db()
    assert mentor.supervise_by == team.clinic.today + 50 * DAY


def test_saving_twice_is_saving_once(team):
    talk = past(planned(team))
    for _click in range(2):
        save(talk, team.clinician, version=1, next_at=soon(40))
    assert SupervisionTalk.objects.count() == 2
    assert SupervisionTalk.objects.to_come().count() == 1


def test_other_words_over_a_saved_talk_are_stale_and_change_nothing(team):
    talk = past(planned(team))
    save(talk, team.clinician)
    with pytest.raises(Stale):
        save(talk, team.clinician, notes="Something else.")
    assert talk.parts.get().notes == "Rest on Sundays."


def test_nobody_but_the_supervisor_of_the_talk_saves_it(team):
    talk = past(planned(team))
    for by in (team.coordinator, team.backup, team.admin, talk.parts.get().mentor.person.user):
        with pytest.raises(Denied):
            save(talk, by)


def test_a_talk_that_was_called_off_is_not_saved(team):
    talk = planned(team)
    actions.cancel_talk(talk=talk.pk, by=team.clinician)
    with pytest.raises(WrongState):
        save(talk, team.clinician)


def test_not_yet_stops_somebody_new_until_the_day_itself(team):
    today = team.clinic.today
    talk = past(planned(team))
    save(talk, team.clinician, new="later", new_from=today + 20 * DAY)
    mentor = Mentor.objects.get()
    assert readiness.missing_keys(mentor, today + 19 * DAY) == ["new-from"]
    assert readiness.missing_keys(mentor, today + 20 * DAY) == []


@pytest.mark.parametrize(
    ("new", "days", "field"),
    [("later", None, "new_from"), ("later", 0, "new_from"), ("later", 500, "new_from"), ("maybe", None, "new")],
)
def test_an_answer_about_somebody_new_makes_sense(team, new, days, field):
    talk = past(planned(team))
    new_from = None if days is None else team.clinic.today + days * DAY
    with pytest.raises(Invalid) as refusal:
        save(talk, team.clinician, new=new, new_from=new_from)
    assert refusal.value.field == f"{talk.parts.get().ref}-{field}"
    assert SupervisionTalk.objects.get().saved_at is None


def test_yes_takes_an_earlier_not_yet_away(team):
    mentor = factories.make_mentor(team, new_from=team.clinic.today + 90 * DAY)
    save(past(planned(team, mentor)), team.clinician, new="yes")
    assert Mentor.objects.get().new_from is None


def test_who_would_rather_rest_hears_where_to_choose_the_days_and_gets_nobody_new(team):
    talk = past(planned(team))
    save(talk, team.clinician, new="rest")
    mentor = Mentor.objects.get()
    assert mentor.new_from == team.clinic.today + 60 * DAY
    assert Message.objects.get(kind="supervision.rest").recipient == f"user:{mentor.person.user.ref}"


def test_who_did_not_come_still_needs_a_talk(team):
    mentor = factories.make_mentor(team, supervise_by=team.clinic.today)
    save(past(planned(team, mentor)), team.clinician, came=False, new="")
    mentor.refresh_from_db()
    assert mentor.supervise_by == team.clinic.today
    assert SupervisionTalk.objects.get().held_on is None


def test_in_a_group_each_one_has_their_own_words(team):
    two = [factories.make_mentor(team), factories.make_mentor(team)]
    talk = past(planned(team, *two))
    parts = {part.mentor_id: part for part in talk.parts.all()}
    agreed = {
        parts[two[0].pk].ref: Agreed(came=True, notes="A", new="yes"), parts[two[1].pk].ref: Agreed(came=False, notes="B")
    }  # fmt: skip
    save_talk(talk=talk.pk, by=team.clinician, version=talk.version, agreed=agreed, next_at=soon(30))
    assert {part.notes for part in talk.parts.all()} == {"A", "B"}
    following = SupervisionTalk.objects.to_come().get()
    assert following.kind == "group"
    assert following.parts.count() == 2


def test_saving_goes_wrong_as_a_whole_when_the_next_talk_cannot_be_planned(team):
    talk = past(planned(team))
    other = planned(team, factories.make_mentor(team), days=9)
    with pytest.raises(Invalid):
        save(talk, team.clinician, next_at=other.planned_at)
    assert SupervisionTalk.objects.get(pk=talk.pk).saved_at is None
    assert talk.parts.get().notes == ""


def test_only_the_mentor_and_the_supervisor_read_what_was_agreed(team, other_team):
    talk = past(planned(team))
    save(talk, team.clinician)
    own = talk.parts.get().mentor.person.user
    readers = {
        who: SupervisionPart.objects.visible_to(getattr(team, who)).exists()
        for who in ("clinician", "coordinator", "admin", "backup", "nurse")
    }
    assert readers == {"clinician": True, "coordinator": False, "admin": False, "backup": False, "nurse": False}
    assert SupervisionPart.objects.visible_to(own).exists()
    assert not SupervisionPart.objects.visible_to(other_team.clinician).exists()


def test_a_supervisor_who_left_reads_nothing_any_more(team):
    talk = past(planned(team))
    save(talk, team.clinician)
    team.clinician.memberships.update(ended_at=clock.now(), ended_by=team.admin)
    reader = type(team.clinician).objects.get(pk=team.clinician.pk)
    assert not SupervisionPart.objects.visible_to(reader).exists()
    assert not SupervisionTalk.objects.visible_to(reader).exists()


def test_a_later_supervisor_does_not_read_what_was_agreed_before(team):
    talk = past(planned(team))
    save(talk, team.clinician)
    actions.name_supervisor(mentor=talk.parts.get().mentor_id, by=team.coordinator, supervisor=team.backup.pk)
    assert not SupervisionPart.objects.visible_to(team.backup).exists()


def test_a_draft_is_kept_as_typed_and_gone_once_saved(team):
    talk = past(planned(team))
    part = talk.parts.get()
    keep_draft(
        talk=talk.pk, by=team.clinician, version=talk.version, typed={part.ref: {"new_from": "soon", "notes": "Half"}}
    )
    assert talk.parts.get().draft == {"new_from": "soon", "notes": "Half"}
    save(talk, team.clinician)
    assert talk.parts.get().draft == {}
    with pytest.raises(WrongState):
        keep_draft(talk=talk.pk, by=team.clinician, version=talk.version, typed={})


def test_held_on_is_the_day_at_the_clinic(team):
    mentor = factories.make_mentor(team)
    evening = dt.datetime(2027, 1, 10, 23, 30, tzinfo=dt.UTC)  # half past midnight in Brussels
    with clock.at(evening - dt.timedelta(days=2)):
        talk = actions.plan_talk(mentors=[mentor.pk], by=team.clinician, planned_at=evening)
    with clock.at(evening + dt.timedelta(hours=2)):
        assert save(talk, team.clinician).held_on == dt.date(2027, 1, 11)
