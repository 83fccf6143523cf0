"""Meetings: moved, cancelled, who came, what the team must know; and what follows from it."""

import datetime as dt

import pytest

from clinics.models import Membership
from common import clock
from common.errors import Denied, Invalid, Stale, WrongState
from desk.today.groups import not_noted
from desk.today.rows import Desk
from mentorship import reminders, reminders_groups
from mentorship.actions import groups_panel
from mentorship.actions import groups_sessions as sessions
from mentorship.models import Attendance, Enrolment, GroupSession
from messaging.models import Message
from tests import factories
from tests.mentorship.groups.world import DAY, HOUR, NOW, make_group, sign_up


@pytest.fixture
def place(team, group):
    return sign_up(team, group)


@pytest.fixture
def first(group, place):
    return group.sessions.first()


def hold(team, session, came, by=None):
    with clock.at(session.planned_at + 2 * HOUR):
        return sessions.mark_attendance(session=session.pk, by=by or team.coordinator, came=came)


def test_one_more_meeting_is_planned_by_hand_where_the_format_draws_none(team):
    circle = make_group(team, "emb_struthers")
    assert not circle.sessions.exists()
    at = NOW + 3 * DAY
    made = sessions.add_session(group=circle.pk, by=team.coordinator, at=at)
    assert sessions.add_session(group=circle.pk, by=team.coordinator, at=at) == made
    with pytest.raises(Invalid):
        sessions.add_session(group=circle.pk, by=team.coordinator, at=NOW - HOUR)
    with pytest.raises(Denied):
        sessions.add_session(group=circle.pk, by=team.clinician, at=at + DAY)


def test_a_moved_meeting_tells_who_has_a_place_and_who_leads(team, group, place, first):
    at = first.planned_at + HOUR
    sessions.change_session(session=first.pk, by=team.coordinator, version=1, at=at)
    sessions.change_session(session=first.pk, by=team.coordinator, version=1, at=at)
    assert Message.objects.filter(kind="group.moved", subject=place.ref).count() == 1
    led = {m.recipient for m in Message.objects.filter(kind="group.lead")}
    assert led == {f"user:{group.mentors.get().person.user.ref}", f"user:{team.clinician.ref}"}
    with pytest.raises(Stale):
        sessions.change_session(session=first.pk, by=team.coordinator, version=1, at=at + HOUR)
    assert "moved" in first.history.values_list("note", flat=True)


def test_somebody_else_moderates_for_once(team, group, first):
    keep = {"session": first.pk, "by": team.coordinator, "version": 1, "at": first.planned_at}
    with pytest.raises(Invalid):
        sessions.change_session(**keep, moderator=team.nurse.pk)
    sessions.change_session(**keep, moderator=team.backup.pk)
    assert GroupSession.objects.visible_to(team.backup).get() == first
    assert not Message.objects.filter(kind="group.moved").exists()


def test_a_cancelled_meeting_tells_people_only_while_it_is_to_come(team, group, place, first):
    with pytest.raises(Denied):
        sessions.cancel_session(session=first.pk, by=team.clinician)
    sessions.cancel_session(session=first.pk, by=team.coordinator)
    sessions.cancel_session(session=first.pk, by=team.coordinator)
    assert Message.objects.filter(kind="group.off", subject=place.ref).count() == 1
    second = group.sessions.all()[1]
    with clock.at(second.planned_at + HOUR):
        sessions.cancel_session(session=second.pk, by=group.mentors.get().person.user)
    assert Message.objects.filter(kind="group.off").count() == 1


def test_who_came_is_noted_by_the_mentor_who_leads_and_may_be_put_right(team, group, place, first):
    mentor = group.mentors.get().person.user
    held = hold(team, first, {place.ref: "came"}, by=mentor)
    assert held.status == "held" and held.noted_by == mentor
    hold(team, first, {place.ref: "said-no"}, by=team.clinician)
    mark = Attendance.objects.get()
    assert (mark.came, mark.by) == ("said-no", team.clinician) and first.history.count() == 2


def test_others_do_not_note_who_came(team, other_team, first, place):
    stranger = factories.make_mentor(team).person.user
    for user in (team.nurse, team.backup, other_team.coordinator, stranger):
        with pytest.raises(Denied):
            hold(team, first, {place.ref: "came"}, by=user)


def test_it_is_noted_from_an_hour_before_and_only_for_people_on_the_list(team, first, place):
    with pytest.raises(WrongState, match="still to come"):
        sessions.mark_attendance(session=first.pk, by=team.coordinator, came={place.ref: "came"})
    for came in ({"nobody": "came"}, {place.ref: "perhaps"}):
        with pytest.raises(Invalid):
            hold(team, first, came)
    assert not Attendance.objects.exists()


def test_a_meeting_is_not_held_without_its_moderator(team, first, place):
    Membership.objects.filter(user=team.clinician).update(ended_at=clock.now(), ended_by=team.admin)
    with pytest.raises(WrongState, match="moderator"):
        hold(team, first, {place.ref: "came"})
    assert GroupSession.objects.get(pk=first.pk).status == "planned"


def test_two_misses_in_a_row_tell_the_coordinator_once(team, group, place):
    one, two, three = group.sessions.all()[:3]
    hold(team, one, {place.ref: "not"})
    assert not Message.objects.filter(kind="group.missed").exists()
    hold(team, two, {place.ref: "said-no"})
    hold(team, two, {place.ref: "not"})
    assert Message.objects.get(kind="group.missed").recipient == f"user:{team.coordinator.ref}"
    hold(team, three, {place.ref: "came"})
    assert Message.objects.filter(kind="group.missed").count() == 1


def test_what_happened_is_read_by_moderator_and_coordinator_only(team, group, first):
    note = {"session": first.pk, "version": 1, "note": "Somebody cried."}
    for user in (group.mentors.get().person.user, team.backup, team.nurse):
        with pytest.raises(Denied):
            sessions.keep_note(**note, by=user)
    sessions.keep_note(**note, by=team.clinician)
    sessions.keep_note(**note, by=team.clinician)
    with pytest.raises(Stale):
        sessions.keep_note(session=first.pk, version=1, note="Else", by=team.coordinator)
    with pytest.raises(Invalid):
        sessions.keep_note(session=first.pk, version=2, note="x" * 1001, by=team.coordinator)


def test_today_asks_for_meetings_that_nobody_noted(team, first, place):
    after = first.planned_at + 4 * HOUR
    assert not_noted(Desk(team.coordinator, team.clinic, first.planned_at)).total == 0
    assert not_noted(Desk(team.coordinator, team.clinic, after)).total == 1
    hold(team, first, {place.ref: "came"})
    assert not_noted(Desk(team.coordinator, team.clinic, after)).total == 0


def test_the_morning_before_reminds_people_and_leaders_once(team, group, place, first):
    on = first.planned_at.date() - DAY
    with clock.at(clock.at_local(on, dt.time(9, 5), team.clinic.time_zone)):
        due = reminders.due(on, team.clinic).groups
        assert sorted(row.kind for row in due) == ["group.soon", "group.soon-lead", "group.soon-lead"]
        assert all(reminders_groups.store(row) for row in due)
        assert not reminders_groups.group_sessions_due(on, team.clinic)
    assert not reminders_groups.group_sessions_due(on - DAY, team.clinic)


def test_a_moved_meeting_is_reminded_of_anew_and_a_cancelled_one_not(team, group, place, first):
    on = first.planned_at.date() - DAY
    for row in reminders_groups.group_sessions_due(on, team.clinic):
        reminders_groups.store(row)
    sessions.change_session(session=first.pk, by=team.coordinator, version=1, at=first.planned_at - HOUR)
    assert len(reminders_groups.group_sessions_due(on, team.clinic)) == 3
    sessions.cancel_session(session=first.pk, by=team.coordinator)
    assert not reminders_groups.group_sessions_due(on, team.clinic)


# After a panel ------------------------------------------------------------------------------


@pytest.fixture
def panel(team):
    mentors = tuple(factories.make_mentor(team).pk for _n in range(2))
    return make_group(team, "vde_taster", mentors=mentors, size_max=5)


def test_who_came_to_a_panel_chooses_among_its_mentors_and_keeps_its_format(team, panel):
    came, absent = sign_up(team, panel), sign_up(team, panel)
    session = panel.sessions.get()
    with pytest.raises(WrongState):
        groups_panel.let_them_choose(session=session.pk, by=team.coordinator)
    factories.make_mentor(team)  # somebody who did not sit on it
    hold(team, session, {came.ref: "came", absent.ref: "not"})
    told = groups_panel.let_them_choose(session=session.pk, by=team.coordinator)
    assert told.sent == [came.referral] and not told.refused
    choice = came.referral.choices.get()
    assert set(choice.mentors.all()) == set(panel.mentors.all()) and not absent.referral.choices.exists()
    groups_panel.let_them_choose(session=session.pk, by=team.coordinator)
    assert came.referral.choices.count() == 1

    from mentorship.actions import planning

    pair = factories.make_match(team, referral=came.referral, mentor=panel.mentors.first())
    assert planning.format_of(pair) == panel.format
    assert Enrolment.objects.get(place=came).format == panel.format
    other = factories.make_match(team, referral=absent.referral, mentor=panel.mentors.first())
    assert planning.format_of(other) != panel.format


def test_with_too_few_who_fit_it_is_said_for_whom_and_others_go_on(team, panel):
    one = sign_up(team, panel, factories.make_referral(team, languages=["fr"], musts=["language"]))
    two = sign_up(team, panel)
    session = panel.sessions.get()
    hold(team, session, {one.ref: "came", two.ref: "came"})
    told = groups_panel.let_them_choose(session=session.pk, by=team.coordinator)
    assert told.sent == [two.referral] and told.refused[0][0] == one.referral
    with pytest.raises(Denied):
        groups_panel.let_them_choose(session=session.pk, by=team.clinician)
