"""Answering a flag: who may, in which order, and what the ladder does meanwhile."""

import datetime as dt
import threading

import pytest
from django.db import connection, connections

from accounts.models import User
from clinics.models import Membership
from common import clock
from common.errors import Denied, Invalid, WrongState
from mentorship.actions.climbing import SomeDidNotClimb, climb_due
from mentorship.actions.flags import acknowledge, add_details, attempt, reopen, resolve
from mentorship.models import Attempt, RedFlag
from mentorship.rules.flags import sees_details
from messaging import outbox
from messaging.models import Message
from tests import factories
from tests.mentorship.flags.conftest import MINUTE, MONDAY, again, raised, told

pytestmark = pytest.mark.django_db
LATER = MONDAY + 5 * MINUTE


def at(moment, action, **more):
    with clock.at(moment):
        return action(**more)


# I have this --------------------------------------------------------------------------------


def test_i_have_this_stops_the_ladder_and_starts_the_time_to_resolve(team, pair):
    flag = at(LATER, acknowledge, flag=raised(team, pair), by=team.backup)
    assert (flag.status, flag.owner, flag.acknowledged_by) == ("acknowledged", team.backup, team.backup)
    assert flag.resolve_by == flag.next_climb_at == LATER + dt.timedelta(hours=24)
    assert flag.half_time_at is None
    assert [h.to_status for h in flag.history.all()] == ["raised", "acknowledged"]


def test_the_mentor_hears_once_that_somebody_has_it(team, pair):
    flag = raised(team, pair)
    acknowledge(flag=flag, by=team.clinician)
    acknowledge(flag=flag, by=team.backup, take_over=True)
    assert told(flag, "flag.answered") == [("flag.answered", pair.mentor.person.first_name)]


def test_saying_it_twice_changes_nothing(team, pair):
    flag = acknowledge(flag=raised(team, pair), by=team.clinician)
    assert acknowledge(flag=flag, by=team.clinician).version == flag.version


def test_another_hears_who_has_it_unless_they_take_over(team, pair):
    flag = acknowledge(flag=raised(team, pair), by=team.clinician)
    with pytest.raises(WrongState, match="Piet"):
        acknowledge(flag=flag, by=team.backup)
    assert acknowledge(flag=flag, by=team.backup, take_over=True).owner == team.backup
    assert flag.history.order_by("pk").last().by == team.backup


@pytest.mark.parametrize("who", ["nurse", "mentor", "other clinic", "system", "left", "switched off"])
def test_who_may_not_answer(team, pair, other_team, who):
    flag = raised(team, pair)
    if who == "left":
        Membership.objects.filter(user=team.clinician).update(ended_at=clock.now(), ended_by=team.admin)
    if who == "switched off":
        User.objects.filter(pk=team.clinician.pk).update(is_active=False)
    people = {
        "nurse": team.nurse,
        "mentor": pair.mentor.person.user,
        "other clinic": other_team.clinician,
        "system": User.objects.system(),
        "left": again(team.clinician),
        "switched off": again(team.clinician),
    }
    for action, more in [(acknowledge, {}), (attempt, {"kind": "note", "text": "x"}), (resolve, {"outcome": "seen"})]:
        with pytest.raises(Denied):
            action(flag=flag, by=people[who], **more)
    flag.refresh_from_db()
    assert flag.status == "raised"


def test_when_the_mentor_cannot_be_told_nothing_is_stored(team, pair, monkeypatch):
    flag = raised(team, pair)

    def broken(*args, **kwargs):
        raise RuntimeError("no room")

    monkeypatch.setattr(outbox, "post", broken)
    with pytest.raises(RuntimeError):
        acknowledge(flag=flag, by=team.clinician)
    flag.refresh_from_db()
    assert flag.status == "raised"
    assert flag.history.count() == 1


# What was tried, and the end ----------------------------------------------------------------


def test_not_reaching_somebody_is_an_attempt_and_never_an_outcome(team, pair):
    flag = acknowledge(flag=raised(team, pair), by=team.clinician)
    attempt(flag=flag, by=team.clinician, kind="not-reached")
    flag.refresh_from_db()
    assert flag.status == "acknowledged"
    with pytest.raises(Invalid):
        resolve(flag=flag, by=team.clinician, outcome="not-reached")


def test_an_attempt_sent_twice_is_one(team, pair):
    flag = raised(team, pair)
    assert attempt(flag=flag, by=team.clinician, kind="reached") == attempt(
        flag=flag, by=team.clinician, kind="reached"
    )
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(("kind", "text"), [("shrug", ""), ("note", " \x00 "), ("note", "x" * 1001)])
def test_attempts_that_make_no_sense_are_refused(team, pair, kind, text):
    with pytest.raises(Invalid):
        attempt(flag=raised(team, pair), by=team.clinician, kind=kind, text=text)


def test_nobody_closes_a_flag_that_nobody_has(team, pair):
    with pytest.raises(WrongState):
        resolve(flag=raised(team, pair), by=team.clinician, outcome="seen")


def test_resolving_needs_an_outcome_and_ends_the_ladder(team, pair):
    flag = acknowledge(flag=raised(team, pair), by=team.clinician)
    for outcome in ("", "conduct", "nonsense"):
        with pytest.raises(Invalid):
            resolve(flag=flag, by=team.clinician, outcome=outcome)
    with pytest.raises(Invalid):
        resolve(flag=flag, by=team.clinician, outcome="seen", done="x" * 2001)
    flag = resolve(flag=flag, by=team.clinician, outcome="seen", done="Came in at noon.")
    assert (flag.status, flag.next_climb_at, flag.resolved_by) == ("resolved", None, team.clinician)
    assert flag.history.order_by("pk").last().note == "seen\nCame in at noon."
    assert resolve(flag=flag, by=team.clinician, outcome="seen", done="Came in at noon.").version == flag.version


def test_another_handler_may_resolve_but_not_twice(team, pair):
    flag = acknowledge(flag=raised(team, pair), by=team.clinician)
    resolve(flag=flag, by=team.backup, outcome="spoken")
    with pytest.raises(WrongState):
        resolve(flag=flag, by=team.clinician, outcome="seen")
    for action, more in [(acknowledge, {}), (attempt, {"kind": "reached"})]:
        with pytest.raises(WrongState):
            action(flag=flag, by=team.clinician, **more)


def test_a_reopened_flag_starts_again_from_the_first_rung(team, pair):
    flag = acknowledge(flag=raised(team, pair), by=team.backup)
    flag = resolve(flag=flag, by=team.backup, outcome="spoken", done="Felt better.")
    flag = at(LATER, reopen, flag=flag, by=team.clinician, note="She rang again.")
    assert (flag.status, flag.owner, flag.outcome) == ("reopened", team.clinician, "")
    assert flag.answer_by == LATER + dt.timedelta(hours=2)
    assert told(flag, "flag.raised") == [("flag.raised", "Piet")] * 2
    assert reopen(flag=flag, by=team.clinician).version == flag.version
    assert acknowledge(flag=flag, by=team.clinician).status == "acknowledged"


def test_details_come_from_whoever_raised_it_and_are_kept_once(team, pair):
    mentor = pair.mentor.person.user
    flag = raised(team, pair)
    add_details(flag=flag, by=mentor, text="Shivering\x00 since last night.")
    flag = add_details(flag=flag, by=mentor, text="Shivering since last night.")
    assert flag.details == "Shivering since last night."
    assert add_details(flag=flag, by=mentor, text="Her husband is there.").details.count("\n\n") == 1
    with pytest.raises(Denied):
        add_details(flag=flag, by=team.clinician, text="x")
    with pytest.raises(Invalid):
        add_details(flag=flag, by=mentor, text="y" * 2000)


def test_details_of_a_mentees_flag_come_from_that_mentee_only(team, pair):
    system, mentee = User.objects.system(), pair.referral.mentee
    flag = raised(team, pair, by=system, person=mentee)
    assert add_details(flag=flag, by=system, person=mentee, text="Yes.").details == "Yes."
    for person in (None, factories.make_person(team.clinic)):
        with pytest.raises(Denied):
            add_details(flag=flag, by=system, person=person, text="No.")


def test_details_after_the_end_are_a_new_worry(team, pair):
    flag = acknowledge(flag=raised(team, pair), by=team.clinician)
    resolve(flag=flag, by=team.clinician, outcome="seen")
    with pytest.raises(WrongState):
        add_details(flag=flag, by=pair.mentor.person.user, text="Still ill.")


# What time does -----------------------------------------------------------------------------


def test_the_owner_is_told_again_at_half_time_once(team, pair):
    flag = raised(team, pair)
    assert climb_due(MONDAY + 59 * MINUTE) == 0
    assert climb_due(MONDAY + 60 * MINUTE) == 1
    assert climb_due(MONDAY + 61 * MINUTE) == 0
    assert told(flag, "flag.half") == [("flag.half", "Piet")]
    assert RedFlag.objects.get().owner == team.clinician


def test_an_unanswered_flag_climbs_each_rung_once_and_then_repeats_the_last(team, pair):
    flag = raised(team, pair, "suicide-plan")
    climbed, moment = [], MONDAY
    for minute in range(121):
        moment = MONDAY + minute * MINUTE
        with clock.at(moment):
            climb_due(moment)
            climb_due(moment)  # a second sweeper
    climbed = [name for _kind, name in told(flag, "flag.climb")]
    assert climbed == ["Nora", "Leen", "Ana", "Ana", "Ana", "Ana", "Ana"]  # at 30, 45, 60 ... 120 minutes
    flag.refresh_from_db()
    assert (flag.owner, flag.climbs, flag.status) == (team.admin, 7, "raised")
    assert flag.answer_by == MONDAY + 30 * MINUTE
    assert flag.history.count() == 8


@pytest.mark.parametrize(("key", "minutes"), [("suicide-plan", 15), ("fever", 30)])
def test_the_next_rung_follows_after_minutes(team, pair, key, minutes):
    flag = raised(team, pair, key)
    climb_due(flag.answer_by)
    assert RedFlag.objects.get().next_climb_at == flag.answer_by + minutes * MINUTE


def test_the_next_rung_of_what_may_wait_follows_after_a_working_day(team, pair):
    flag = raised(team, pair, "flare")
    climb_due(flag.answer_by)
    assert RedFlag.objects.get().next_climb_at == flag.answer_by + dt.timedelta(days=1)


def test_after_an_outage_a_flag_climbs_one_rung_and_not_all_at_once(team, pair):
    flag = raised(team, pair, "suicide-plan")
    assert climb_due(MONDAY + dt.timedelta(hours=9)) == 1
    assert told(flag, "flag.climb") == [("flag.climb", "Nora")]
    assert told(flag, "flag.half") == []


def test_missing_the_time_to_resolve_climbs_again_and_the_owner_keeps_it(team, pair):
    flag = at(MONDAY, acknowledge, flag=raised(team, pair, "suicide-plan"), by=team.clinician)
    assert climb_due(MONDAY + dt.timedelta(hours=4)) == 1
    flag.refresh_from_db()
    assert (flag.status, flag.owner) == ("acknowledged", team.clinician)
    assert told(flag, "flag.climb") == [("flag.climb", "Nora"), ("flag.climb", "Piet")]
    assert flag.next_climb_at == MONDAY + dt.timedelta(hours=4) + 15 * MINUTE


def test_a_resolved_flag_never_climbs(team, pair):
    flag = acknowledge(flag=raised(team, pair), by=team.clinician)
    resolve(flag=flag, by=team.clinician, outcome="seen")
    assert climb_due(MONDAY + dt.timedelta(days=300)) == 0


def test_people_who_left_are_passed_over(team, pair):
    flag = raised(team, pair, "suicide-plan")
    Membership.objects.filter(user=team.backup).update(ended_at=clock.now(), ended_by=team.admin)
    User.objects.filter(pk=team.coordinator.pk).update(is_active=False)
    climb_due(flag.answer_by)
    assert told(flag, "flag.climb") == [("flag.climb", "Ana")]


def test_when_everybody_on_the_ladder_left_a_new_one_is_drawn(team, pair):
    flag = raised(team, pair, "suicide-plan")
    Membership.objects.exclude(role="mentor").update(ended_at=clock.now(), ended_by=team.admin)
    fresh = factories.make_user(team.clinic, "admin", first_name="New")
    climb_due(flag.answer_by)
    assert told(flag, "flag.climb") == [("flag.climb", "New")]
    assert RedFlag.objects.get().owner == fresh


def test_when_nobody_at_all_is_left_the_flag_goes_on_climbing(team, pair):
    flag = raised(team, pair, "suicide-plan")
    Membership.objects.exclude(role="mentor").update(ended_at=clock.now(), ended_by=team.admin)
    for n in range(3):
        assert climb_due(flag.answer_by + n * 15 * MINUTE) == 1
    assert told(flag, "flag.climb") == [("flag.climb", "Piet")] * 3


def test_one_flag_that_fails_holds_up_no_other(team, pair, monkeypatch):
    first, second = raised(team, pair, "suicide-plan"), raised(team, pair, "chest")
    post = outbox.post

    def picky(kind, subject, **more):
        if subject == first.ref:
            raise RuntimeError("no room")
        return post(kind, subject, **more)

    monkeypatch.setattr(outbox, "post", picky)
    with pytest.raises(SomeDidNotClimb):
        climb_due(first.answer_by)
    assert told(second, "flag.climb") == [("flag.climb", "Nora")]
    first.refresh_from_db()
    assert (first.climbs, first.owner) == (0, team.clinician)  # nothing half done: the next round tries again


def test_withdrawn_consent_and_an_ended_match_do_not_silence_an_open_flag(team, pair):
    flag = raised(team, pair, "suicide-plan")
    for consent in pair.referral.consents.all():
        consent.withdrawn_at, consent.withdrawn_by = clock.now(), team.nurse
        consent.save()
    type(pair).objects.filter(pk=pair.pk).update(
        status="ended", slot=None, ended_at=clock.now(), ended_by=team.coordinator, end_reason="consent"
    )
    outbox.cancel(subject=flag.ref)
    assert not Message.objects.filter(subject=flag.ref, status="cancelled").exists()
    climb_due(flag.answer_by)
    assert told(flag, "flag.climb") == [("flag.climb", "Nora")]
    assert RedFlag.objects.visible_to(again(team.backup)).exists()
    acknowledge(flag=flag, by=team.backup)
    resolve(flag=flag, by=team.backup, outcome="seen")
    assert not RedFlag.objects.visible_to(again(team.backup)).exists()
    assert RedFlag.objects.visible_to(again(team.admin)).exists()


# Who sees what ------------------------------------------------------------------------------


def test_a_flag_is_seen_by_its_ladder_and_its_programme_only(team, pair, other_team):
    raised(team, pair)
    seen = lambda user: RedFlag.objects.visible_to(again(user)).count()  # noqa: E731
    assert [seen(u) for u in (team.clinician, team.backup, team.coordinator, team.admin)] == [1, 1, 1, 1]
    third = factories.make_user(team.clinic, "clinician")
    strangers = [
        team.nurse,
        pair.mentor.person.user,
        third,
        other_team.clinician,
        other_team.coordinator,
        other_team.admin,
    ]
    assert [seen(u) for u in strangers] == [0] * 6


def test_a_handler_whose_membership_ended_loses_sight(team, pair):
    raised(team, pair)
    Membership.objects.filter(user=team.clinician).update(ended_at=clock.now(), ended_by=team.admin)
    assert not RedFlag.objects.visible_to(again(team.clinician)).exists()


def test_a_coordinator_sees_no_details_of_a_clinical_flag_until_it_is_theirs(team, pair):
    flag = raised(team, pair, "suicide-plan")
    assert sees_details(team.clinician, flag) and sees_details(team.backup, flag) and sees_details(team.admin, flag)
    assert not sees_details(team.coordinator, flag)
    climb_due(flag.answer_by)
    climb_due(flag.answer_by + 15 * MINUTE)
    assert sees_details(team.coordinator, RedFlag.objects.get())


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no row locks")
@pytest.mark.django_db(transaction=True)
def test_two_people_who_say_i_have_this_together_are_told_apart(team, pair):
    flag = raised(team, pair)
    gate, outcomes = threading.Barrier(2), []

    def press(user):
        try:
            gate.wait(5)
            acknowledge(flag=flag.pk, by=again(user))
            outcomes.append("has it")
        except WrongState:
            outcomes.append("told who")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(user,)) for user in (team.clinician, team.backup)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["has it", "told who"]
    assert flag.history.filter(to_status="acknowledged").count() == 1


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no row locks")
@pytest.mark.django_db(transaction=True)
def test_two_sweepers_climb_once(team, pair):
    flag = raised(team, pair)
    gate = threading.Barrier(2)

    def sweep():
        try:
            gate.wait(5)
            climb_due(flag.answer_by)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sweep) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told(flag, "flag.climb") == [("flag.climb", "Nora")]
