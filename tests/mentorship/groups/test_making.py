"""Making a group, changing it, its moderator, and that it does not go on."""

import dataclasses
import datetime as dt

import pytest
from django.urls import reverse

from clinics.models import Membership
from common import clock
from common.errors import Denied, Invalid, NotReady, Stale, WrongState
from desk.today.groups import lacking
from desk.today.rows import Desk
from mentorship.actions import groups, groups_places
from mentorship.models import GroupKind, PeerGroup, Programme
from messaging.models import Message
from tests import factories
from tests.mentorship.groups.world import DAY, FIRST, NOW, data, invite, make_group, preset, sign_up
from training import actions as training


def test_a_course_draws_its_meetings_on_the_clinics_clocks(group):
    sessions = list(group.sessions.all())
    assert len(sessions) == 6 and {s.minutes for s in sessions} == {150}
    assert [(s.planned_at.astimezone(dt.UTC).date() - FIRST).days for s in sessions] == [0, 7, 14, 21, 28, 35]
    assert sessions[0].planned_at == clock.at_local(FIRST, dt.time(19), "Europe/Brussels")
    assert sessions[0].history.get().to_status == "planned"


def test_a_panel_needs_two_mentors_and_is_called_one(team):
    with pytest.raises(Invalid) as refused:
        make_group(team, "vde_taster")
    assert refused.value.field == "mentors"
    two = tuple(factories.make_mentor(team).pk for _n in range(2))
    assert make_group(team, "vde_taster", mentors=two).kind == GroupKind.PANEL


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("name", {"name": " "}), ("size_max", {"size_max": 0}), ("size_max", {"size_max": 201}),
        ("size_min", {"size_min": 3}), ("place", {"place": ""}), ("starts_on", {"starts_on": NOW.date() - DAY}),
        ("starts_on", {"starts_on": NOW.date() + 800 * DAY}), ("mentors", {"mentors": ()}), ("mentors", {"mentors": (999,)}),
        ("sign_up_until", {"sign_up_until": NOW.date() - DAY}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_at_its_field_and_nothing_is_made(team, field, fields):
    with pytest.raises(Invalid) as refused:
        make_group(team, **fields)
    assert refused.value.field == field and not PeerGroup.objects.exists()


def test_a_mentor_who_is_not_ready_today_does_not_lead(team):
    unready = factories.make_mentor(team, code_signed_on=None)
    with pytest.raises(NotReady, match="Rita cannot lead now"):
        make_group(team, mentors=(unready.pk,))


def test_only_a_coordinator_of_the_clinic_makes_one(team, other_team):
    for user in (team.nurse, team.clinician, other_team.coordinator):
        with pytest.raises(Denied):
            groups.make_group(clinic=team.clinic.pk, format=preset("emb_epp").pk, component=1, by=user, data=data(team))


def test_a_pairs_part_is_no_group(team):
    for format, component in ((preset("emb_brown"), 1), (preset("emb_epp"), 2)):
        with pytest.raises(Invalid):
            groups.make_group(
                clinic=team.clinic.pk, format=format.pk, component=component, by=team.coordinator, data=data(team)
            )


def test_a_clinic_may_do_without_a_moderator_unless_the_format_says_one(team):
    Programme.objects.create(clinic=team.clinic, needs_moderator=False)
    assert not make_group(team, moderator=None).needs_moderator
    strict = make_group(team, "vde_moderated_group", moderator=None)
    assert strict.needs_moderator
    with pytest.raises(NotReady, match="moderator is needed"):
        invite(team, strict)


def test_nobody_is_asked_once_the_moderator_left_and_today_says_so(team, group):
    desk = Desk(team.coordinator, team.clinic, NOW)
    assert not lacking(desk).total
    Membership.objects.filter(user=team.clinician).update(ended_at=clock.now(), ended_by=team.admin)
    with pytest.raises(NotReady, match="does not work at this clinic any more"):
        invite(team, group)
    assert "Nobody moderates" in lacking(desk).rows[0].text
    with pytest.raises(Invalid):
        make_group(team, moderator=team.nurse.pk)


def test_a_mentor_who_leads_a_group_is_kept_until_somebody_else_does(team, group):
    leads, other = group.mentors.get(), factories.make_mentor(team)
    with pytest.raises(NotReady, match=f"Choose who leads {group.name} instead"):
        training.retire(mentor=leads.pk, by=team.coordinator)
    groups.change_group(group=group.pk, by=team.coordinator, version=1, data=data(team, mentors=(other.pk,)))
    assert training.retire(mentor=leads.pk, by=team.coordinator).status == "retired"


def test_a_group_whose_mentor_lost_the_certificate_stands_on_today(team, group):
    desk = Desk(team.coordinator, team.clinic, NOW)
    mentor = group.mentors.get()
    training.decertify(mentor=mentor.pk, by=team.coordinator, note="Was not kind in a meeting.")
    row = lacking(desk).rows[0]
    assert row.text == f"{mentor.person.first_name} stopped as a mentor and was to lead it."
    assert row.action_url == reverse("mentorship:group-change", args=[group.ref])


def test_a_change_counts_its_versions_and_keeps_the_meetings(team, group):
    new = dataclasses.replace(
        data(team, mentors=tuple(group.mentors.values_list("pk", flat=True))), name="A new name", size_max=3
    )
    groups.change_group(group=group.pk, by=team.coordinator, version=1, data=new)
    group.refresh_from_db()
    assert (group.name, group.version, group.sessions.count()) == ("A new name", 2, 6)
    with pytest.raises(Stale):
        groups.change_group(group=group.pk, by=team.coordinator, version=1, data=new)


def test_places_that_are_taken_stay(team, group):
    for _n in range(2):
        sign_up(team, group)
    mentors = tuple(group.mentors.values_list("pk", flat=True))
    with pytest.raises(Invalid, match="2 places are taken"):
        groups.change_group(
            group=group.pk, by=team.coordinator, version=1, data=data(team, mentors=mentors, size_max=1)
        )


def test_more_places_are_held_for_who_waits(team, group):
    for _n in range(2):
        sign_up(team, group)
    place = groups_places.wait(place=invite(team, group).pk, by=team.coordinator)
    mentors = tuple(group.mentors.values_list("pk", flat=True))
    groups.change_group(group=group.pk, by=team.coordinator, version=1, data=data(team, mentors=mentors, size_max=3))
    place.refresh_from_db()
    assert place.offered_until == NOW + 2 * DAY


def test_a_group_that_does_not_go_on_tells_everybody_and_keeps_its_history(team, group):
    signed, asked = sign_up(team, group), invite(team, group)
    groups.cancel_group(group=group.pk, by=team.coordinator, reason="Too few")
    groups.cancel_group(group=group.pk, by=team.coordinator, reason="Again")
    group.refresh_from_db()
    assert group.cancel_reason == "Too few"
    assert set(group.sessions.values_list("status", flat=True)) == {"cancelled"}
    for place in (signed, asked):
        place.refresh_from_db()
        assert place.status == "left" and place.seat is None
        assert Message.objects.filter(kind="group.gone", subject=place.ref).count() == 1
    assert Message.objects.filter(kind="group.invite", subject=asked.ref).get().status == "cancelled"
    with pytest.raises(WrongState):
        invite(team, group)


def test_why_it_does_not_go_on_is_asked(team, group):
    with pytest.raises(Invalid) as refused:
        groups.cancel_group(group=group.pk, by=team.coordinator, reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(Denied):
        groups.cancel_group(group=group.pk, by=team.clinician, reason="x")
