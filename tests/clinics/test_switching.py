"""A clinic is switched on by an admin, and only when somebody stands on every last rung; until then nobody is matched."""

import importlib

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from clinics import actions, switching
from clinics.models import Clinic, Membership, SettingChange
from clinics.roles import Role
from common import clock
from common.errors import Denied, NotReady, Stale
from matching import actions as matching
from matching.actions import choosing
from matching.models import Match
from mentorship import ladder, staffing
from mentorship.models import LadderRung, RedFlag, Route
from mentorship.starter import start_clinic
from tests import factories
from tests.mentorship.flags.conftest import pick, raised

pytestmark = pytest.mark.django_db
Who = LadderRung.Who
calm = settings(
    deadline=None, max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip


@pytest.fixture
def off(team):
    """A clinic with its settings and its people that is not switched on yet."""
    start_clinic(team.clinic, team.admin)
    Clinic.objects.filter(pk=team.clinic.pk).update(switched_on_at=None)
    team.clinic.refresh_from_db()
    return team


def fresh(team):
    return Clinic.objects.get(pk=team.clinic.pk)


def press(team, by=None, version=None):
    seen = fresh(team).version if version is None else version
    return actions.switch_on(clinic=team.clinic, by=by or team.admin, version=seen)


def nobody_is(team, role):
    Membership.objects.filter(clinic=team.clinic, role=role).update(ended_at=clock.now(), ended_by=team.admin)


def ends_with(team, route, who, category=None, user=None):
    LadderRung.objects.filter(clinic=team.clinic, route=route, category=category).delete()
    LadderRung.objects.create(clinic=team.clinic, route=route, category=category, position=1, who=who, user=user)


def test_an_admin_switches_it_on_and_it_is_kept_who_and_when(off):
    before = clock.now()
    press(off)
    clinic = fresh(off)
    assert clinic.is_on and clinic.switched_on_by == off.admin and clinic.switched_on_at >= before
    change = SettingChange.objects.get(section="switch-on")
    assert change.by == off.admin and list(change.changes.values()) == [["not switched on", "on"]]


@pytest.mark.parametrize("part", ["coordinator", "nurse", "clinician", "trainer"])
def test_nobody_but_an_admin_switches_it_on(off, part):
    with pytest.raises(Denied):
        press(off, by=getattr(off, part))
    assert not fresh(off).is_on


def test_the_admin_of_another_clinic_does_not_switch_it_on(off):
    with pytest.raises(Denied):
        press(off, by=factories.Team("Kust").admin)


def test_over_a_page_that_is_old_it_is_refused(off):
    with pytest.raises(Stale):
        press(off, version=fresh(off).version + 1)
    assert not fresh(off).is_on


def test_again_changes_nothing_also_over_an_old_page(off):
    seen = fresh(off).version
    first = press(off, version=seen)
    again = press(off, version=seen)
    assert (again.switched_on_at, again.version) == (first.switched_on_at, first.version)
    assert SettingChange.objects.filter(section="switch-on").count() == 1


@pytest.mark.parametrize("route", Route.values)
def test_a_route_that_ends_with_nobody_keeps_it_off_and_is_named(off, route):
    ends_with(off, route, Who.COORDINATOR)
    nobody_is(off, Role.COORDINATOR)
    with pytest.raises(NotReady) as refusal:
        press(off)
    assert len(refusal.value.missing) == 1 and str(Route(route).label) in refusal.value.missing[0]
    assert not fresh(off).is_on and not SettingChange.objects.filter(section="switch-on").exists()


def test_a_worry_with_an_own_ladder_that_ends_with_nobody_keeps_it_off_and_is_named(off):
    worry = pick(off, "flare")
    ends_with(off, worry.route, Who.COORDINATOR, category=worry)
    nobody_is(off, Role.COORDINATOR)
    with pytest.raises(NotReady) as refusal:
        press(off)
    assert len(refusal.value.missing) == 1 and worry.name in refusal.value.missing[0]


def test_a_last_rung_held_by_a_closed_account_is_empty(off):
    ends_with(off, Route.CONDUCT, Who.COORDINATOR, user=off.coordinator)
    off.coordinator.is_active = False
    off.coordinator.save()
    with pytest.raises(NotReady, match="Nobody stands on the last rung"):
        press(off)


def test_a_last_rung_that_leans_on_each_flags_own_clinician_is_empty(off):
    ends_with(off, Route.CLINICAL, Who.RESPONSIBLE)
    with pytest.raises(NotReady, match="Nobody stands on the last rung"):
        press(off)


def test_a_last_rung_whose_people_never_opened_their_invitation_is_not_reached(off, settings):
    User.objects.filter(pk=off.admin.pk).update(email_verified_at=None)
    with pytest.raises(NotReady, match="has to open their invitation first"):
        press(off)
    User.objects.filter(pk=off.admin.pk).update(phone="+32470000012", phone_verified_at=clock.now())
    with pytest.raises(NotReady):  # a number alone reaches nobody where no text messages are sent
        press(off)
    settings.SMS_PROVIDER = "gatewayapi"
    assert press(off).is_on


def test_without_a_number_to_ring_it_stays_off_and_either_number_is_enough(off):
    Clinic.objects.filter(pk=off.clinic.pk).update(phone="", flag_phone="")
    with pytest.raises(NotReady, match="no number to ring"):
        press(off)
    Clinic.objects.filter(pk=off.clinic.pk).update(flag_phone="+3290000012")
    assert press(off).is_on


def test_every_missing_thing_has_a_sentence(off):
    Clinic.objects.filter(pk=off.clinic.pk).update(phone="", flag_phone="")
    for route in Route.values:
        ends_with(off, route, Who.COORDINATOR)
    nobody_is(off, Role.COORDINATOR)
    with pytest.raises(NotReady) as refusal:
        press(off)
    assert len(set(refusal.value.missing)) == 3


def test_once_it_is_on_the_last_person_on_a_last_rung_cannot_leave(off):
    """Of either route and of a worry's own: what was asked at the start goes on to hold."""
    worry = pick(off, "flare")
    ends_with(off, worry.route, Who.COORDINATOR, category=worry)
    press(off)
    with pytest.raises(NotReady, match="last rung"):
        actions.end_role(clinic=off.clinic, by=off.admin, user=off.coordinator, role=Role.COORDINATOR)


rungs = st.tuples(st.sampled_from(Who.values), st.sampled_from([None, "coordinator", "clinician", "backup", "admin"]))


@calm
@given(
    gone=st.sets(st.sampled_from(["coordinator", "clinician", "backup"])),
    closed=st.sets(st.sampled_from(["coordinator", "clinician", "backup"])),
    ends=st.dictionaries(st.sampled_from([*Route.values, "own"]), rungs),
)
def test_whatever_the_roster_a_clinic_that_was_accepted_has_somebody_on_every_last_rung(off, gone, closed, ends):
    with transaction.atomic():
        worry = pick(off, "flare")
        for key, (who, name) in ends.items():
            route, category = (worry.route, worry) if key == "own" else (key, None)
            ends_with(off, route, who, category, getattr(off, name) if name else None)
        for name in gone:
            off.clinic.memberships.filter(user=getattr(off, name)).update(ended_at=clock.now(), ended_by=off.admin)
        for name in closed:
            type(off.admin).objects.filter(pk=getattr(off, name).pk).update(is_active=False)
        team = staffing.of(fresh(off))
        # Said anew from the tables: a live role of an active account, of the rung's own kind, and of the person named.
        live = {(m.user_id, m.role) for m in Membership.objects.filter(
            clinic=off.clinic, ended_at=None, user__is_active=True
        )}  # fmt: skip
        held = all(
            ends_[-1].who != Who.RESPONSIBLE
            and any(
                role == ladder.ROLE_OF[Who(ends_[-1].who)] and ends_[-1].user_id in (None, user) for user, role in live
            )
            for ends_ in team.every_ladder()
        )
        try:
            press(off)
        except NotReady:
            assert not held and not fresh(off).is_on
        else:
            assert held and fresh(off).is_on
        transaction.set_rollback(True)


# Until then ---------------------------------------------------------------------------------


def test_no_mentor_is_proposed_or_asked_before_it_is_on(off):
    referral, mentor = factories.make_referral(off), factories.make_mentor(off)
    for verb in (matching.propose, matching.ask_mentor):
        with pytest.raises(NotReady, match="not switched on yet"):
            verb(referral=referral.pk, mentor=mentor.pk, by=off.coordinator)
    assert not Match.objects.exists()


def test_a_proposal_that_is_there_is_not_approved_before_it_is_on(off):
    match = factories.make_match(off, status="proposed")
    with pytest.raises(NotReady, match="not switched on yet"):
        matching.approve(match=match.pk, by=off.coordinator)


def test_nobody_is_let_choose_before_it_is_on(off):
    referral = factories.make_referral(off)
    mentors = [factories.make_mentor(off).pk for _n in range(2)]
    with pytest.raises(NotReady, match="not switched on yet"):
        choosing.offer_choice(referral=referral.pk, mentors=mentors, by=off.coordinator)


def test_nobody_is_introduced_before_it_is_on(off):
    match = factories.make_match(off, status="accepted")
    with pytest.raises(NotReady, match="not switched on yet"):
        matching.introduce(match=match.pk, by=off.coordinator)


def test_once_it_is_on_a_mentor_is_asked(off):
    press(off)
    referral, mentor = factories.make_referral(off), factories.make_mentor(off)
    assert matching.ask_mentor(referral=referral.pk, mentor=mentor.pk, by=off.coordinator).status == "approved"


def test_a_worry_is_taken_before_it_is_on(off):
    raised(off, factories.make_match(off))
    assert RedFlag.objects.count() == 1


def test_to_ask_whether_it_is_on_takes_no_query(off):
    clinic = fresh(off)
    with (
        CaptureQueriesContext(
            connection,
        ) as seen,
        pytest.raises(NotReady),
    ):
        switching.require_on(clinic)
    assert not seen.captured_queries


def test_somebody_who_switched_on_did_so_at_a_moment(off):
    with pytest.raises(IntegrityError), transaction.atomic():
        Clinic.objects.filter(pk=off.clinic.pk).update(switched_on_by=off.admin)


def test_a_clinic_that_worked_before_counts_as_on_by_nobody(off):
    importlib.import_module("clinics.migrations.0006_on_already").on_already(apps, None)
    assert fresh(off).is_on and fresh(off).switched_on_by is None


# The page -----------------------------------------------------------------------------------


def page(client, user, **posted):
    client.force_login(user)
    url = reverse("clinics:switch-on")
    return client.post(url, posted) if posted else client.get(url)


def test_the_page_shows_what_is_missing_with_where_to_put_it_right_and_no_button(client, off):
    ends_with(off, Route.CONDUCT, Who.RESPONSIBLE)
    text = page(client, off.admin).content.decode()
    assert "Not switched on yet" in text and "Nobody stands on the last rung" in text
    assert reverse("mentorship:ladder-settings") in text and "Switch the clinic on" not in text


def test_an_admin_presses_and_the_page_says_since_when_and_by_whom(client, off):
    assert "Switch the clinic on" in page(client, off.admin).content.decode()
    assert page(client, off.admin, version=fresh(off).version).status_code == 302
    text = page(client, off.admin).content.decode()
    assert "On since" in text and f"by {off.admin.full_name}" in text and "Switch the clinic on" not in text


def test_a_coordinator_sees_it_and_may_not_press(client, off):
    text = page(client, off.coordinator).content.decode()
    assert "Only an admin of this clinic switches it on." in text and "Switch the clinic on" not in text
    assert page(client, off.coordinator, version=fresh(off).version).status_code == 403
    assert not fresh(off).is_on


@pytest.mark.parametrize("version", ["", "x", "-3", "99999", "9" * 40])
def test_an_old_or_odd_form_is_refused_in_words_and_changes_nothing(client, off, version):
    answer = page(client, off.admin, version=version)
    assert answer.status_code == 409 and "The clinic was not switched on" in answer.content.decode()
    assert not fresh(off).is_on


def test_who_lost_people_meanwhile_reads_what_is_missing_now(client, off):
    ends_with(off, Route.CONDUCT, Who.COORDINATOR)
    assert "Switch the clinic on" in page(client, off.admin).content.decode()
    nobody_is(off, Role.COORDINATOR)
    answer = page(client, off.admin, version=fresh(off).version)
    assert answer.status_code == 409 and "Nobody stands on the last rung" in answer.content.decode()


def test_coordinators_read_it_where_they_look_for_mentors(client, off):
    referral = factories.make_referral(off)
    client.force_login(off.coordinator)
    urls = [reverse("matching:waiting"), reverse("matching:find", args=[referral.ref])]
    assert all("not switched on yet" in client.get(url).content.decode() for url in urls)
    press(off)
    assert not any("not switched on yet" in client.get(url).content.decode() for url in urls)
