"""The waiting list as a whole: worked out once, joined, recovered; pairs held, put aside, asked several at once."""

import datetime as dt
import logging

import pytest

from common import clock
from common.errors import Denied, WrongState
from matching import actions, solving
from matching.actions import solving as verbs
from matching.errors import DoesNotFit, NoPlace
from matching.models import Match, PairDecision, Solution
from matching.workflow import Status
from referrals.models import Consent, Referral
from tests import factories

DAY = dt.timedelta(days=1)


def waits(team, days=0, **fields):
    """Store somebody who has waited for some days."""
    return factories.make_referral(team, submitted_at=factories.days_ago(days), **fields)


def solved(team):
    """Have the list worked out, as a worker does."""
    solution = actions.start(clinic=team.clinic, by=team.coordinator)
    assert actions.work_out(solution=solution.pk)
    solution.refresh_from_db()
    return solution


def work_out(pk):
    return actions.work_out(solution=pk)


def pairs(solution, variant="fewest"):
    return [(referral, mentor) for referral, mentor, _points in solution.answers[variant]["pairs"]]


def left(solution, referral, variant="fewest"):
    row = next(row for row in solution.unmatched if row["referral"] == referral.pk)
    return row, row["in"][variant]


# Working it out -------------------------------------------------------------------------------


def test_a_plan_holds_pairs_with_points_who_is_left_and_why_in_each_variant(team):
    first, second = waits(team, 9), waits(team, 3)
    nobody = waits(team, 20, languages=["tr"])
    mentor = factories.make_mentor(team, places=1)
    solution = solved(team)
    assert solution.state == "done" and solution.step == solution.steps and solution.done_at
    assert solution.people == 3 and solution.mentors == 1 and solution.policy.version == 1
    for variant in ("points", "fewest", "wait"):
        answer = solution.answers[variant]
        assert answer["matched"] == 1 and answer["proven"] and len(answer["unmatched"]) == 2
        assert answer["total"] == answer["pairs"][0][2] and 0 < answer["total"] <= 100
    assert pairs(solution, "wait") == [(first.pk, mentor.pk)]
    assert solution.answers["wait"]["longest"] == 20
    row, why = left(solution, nobody)
    assert row["why"] == [["language", 1]] and why["reason"] == "nobody" and why["opens"][0][0] == ["language"]
    assert left(solution, second, "wait")[1]["reason"] == "order"
    assert list(solution.prices["points"]) == [str(mentor.pk)]


def test_the_variants_do_what_they_are_called(team):
    """One mentor could take either; the other takes just one of them."""
    wide = waits(team, 1, languages=["nl", "fr"])
    narrow = waits(team, 5, languages=["nl"], topics=["eating"], life_stage="retired", work="home")
    both = factories.make_mentor(team, places=1, languages=["nl", "fr"])
    french = factories.make_mentor(team, places=1, languages=["fr"], topics=["eating"], life_stage="retired", phases=[])
    solution = solved(team)
    assert dict(pairs(solution, "fewest")) == {wide.pk: french.pk, narrow.pk: both.pk}
    assert solution.answers["points"]["total"] >= solution.answers["fewest"]["total"]
    assert narrow.pk in dict(pairs(solution, "wait"))


def test_points_short_are_kept_for_who_is_out_competed(team):
    waits(team)
    less = waits(team, life_stage="retired", work="home", topics=["eating"])
    factories.make_mentor(team, places=1)
    _row, why = left(solved(team), less, "points")
    assert why["reason"] == "points" and why["short"] > 0 and why["fits"] == 1


def test_who_fits_only_full_mentors_is_told_so(team):
    mentor = factories.make_mentor(team, places=1)
    factories.make_match(team, mentor=mentor)
    referral = waits(team)
    row, why = left(solved(team), referral)
    assert why["reason"] == "full" and row["why"] == [["free", 1]]


def test_nobody_waiting_or_no_mentor_is_a_plan_too(team):
    assert solved(team).answers["fewest"]["pairs"] == []
    waits(team)
    assert solved(team).answers["fewest"]["matched"] == 0


def test_another_clinic_is_not_in_the_plan(team, other_team):
    theirs, ours = waits(other_team), waits(team)
    factories.make_mentor(other_team)
    solution = solved(team)
    assert solution.people == 1 and solution.mentors == 0
    assert [row["referral"] for row in solution.unmatched] == [ours.pk] and theirs.pk != ours.pk


def test_a_second_click_joins_the_first(team):
    first = actions.start(clinic=team.clinic, by=team.coordinator)
    assert actions.start(clinic=team.clinic, by=team.coordinator) == first
    assert actions.work_out(solution=first.pk)
    assert actions.start(clinic=team.clinic, by=team.coordinator) != first


def test_only_a_coordinator_of_the_clinic_may_start(team, other_team):
    for user in (team.nurse, team.admin, other_team.coordinator):
        with pytest.raises(Denied):
            actions.start(clinic=team.clinic, by=user)
    assert not Solution.objects.exists()


def test_of_two_workers_one_does_it(team):
    solution = actions.start(clinic=team.clinic, by=team.coordinator)
    assert actions.work_out(solution=solution.pk)
    assert not actions.work_out(solution=solution.pk)


def test_after_a_killed_worker_the_next_click_starts_anew(team):
    dead = actions.start(clinic=team.clinic, by=team.coordinator)
    Solution.objects.filter(pk=dead.pk).update(state="running", step=2, moved_at=clock.now() - dt.timedelta(minutes=1))
    assert actions.start(clinic=team.clinic, by=team.coordinator) == dead  # it may still live
    Solution.objects.filter(pk=dead.pk).update(moved_at=clock.now() - dt.timedelta(minutes=3))
    fresh = actions.start(clinic=team.clinic, by=team.coordinator)
    dead.refresh_from_db()
    assert dead.state == "failed" and fresh != dead and actions.work_out(solution=fresh.pk)


def test_a_worker_that_was_given_up_writes_nothing_when_it_comes_back(team, monkeypatch):
    waits(team)
    slow = actions.start(clinic=team.clinic, by=team.coordinator)
    known = solving.lay

    def overtaken(clinic):
        Solution.objects.filter(pk=slow.pk).update(state="failed")
        return known(clinic)

    monkeypatch.setattr(solving, "lay", overtaken)
    assert not actions.work_out(solution=slow.pk)
    slow.refresh_from_db()
    assert slow.state == "failed" and slow.answers == {}


def test_the_round_works_out_what_no_nudge_reached_and_gives_up_what_is_silent(team, other_team):
    queued = actions.start(clinic=team.clinic, by=team.coordinator)
    silent = actions.start(clinic=other_team.clinic, by=other_team.coordinator)
    Solution.objects.filter(pk=silent.pk).update(state="running", moved_at=clock.now() - dt.timedelta(minutes=3))
    assert verbs.begin_waiting(clock.now(), work_out) == 1
    assert verbs.begin_waiting(clock.now(), work_out) == 0
    assert dict(Solution.objects.values_list("pk", "state")) == {queued.pk: "done", silent.pk: "failed"}


def test_workers_are_told_again_and_what_they_leave_is_done_beside_the_round(team, monkeypatch):
    told, done = [], []
    monkeypatch.setattr(verbs, "_nudge", lambda pk: told.append(pk) or True)
    solution = actions.start(clinic=team.clinic, by=team.coordinator)
    now = clock.now()
    assert verbs.begin_waiting(now, done.append) == 1 and (told, done) == ([solution.pk], [])
    assert verbs.begin_waiting(now + dt.timedelta(seconds=31), done.append) == 1 and done == [solution.pk]


@pytest.mark.django_db(transaction=True)
def test_the_sweeper_goes_on_while_a_plan_is_worked_out_in_a_thread(transactional_db):
    import threading

    team = factories.Team()
    waits(team)
    solution = actions.start(clinic=team.clinic, by=team.coordinator)
    assert verbs.begin_waiting(clock.now()) == 1
    for thread in [t for t in threading.enumerate() if t.name == "waiting list"]:
        thread.join(30)
    solution.refresh_from_db()
    assert solution.state == "done"


def test_a_failure_is_written_down_without_words_and_touches_nothing_else(team, monkeypatch, caplog):
    good = solved(team)
    solution = actions.start(clinic=team.clinic, by=team.coordinator)

    def broken(*args, **kwargs):
        raise ValueError("Samira Bensalem")

    monkeypatch.setattr(solving, "lay", broken)
    with caplog.at_level(logging.ERROR):
        assert not actions.work_out(solution=solution.pk)
    solution.refresh_from_db()
    assert solution.state == "failed" and solving.last_of(team.clinic) == good
    assert "Samira" not in caplog.text and "ValueError" in caplog.text


def test_each_step_is_a_sign_of_life(team, monkeypatch):
    seen = []
    monkeypatch.setattr(verbs, "_alive", lambda pk, step: seen.append(step))
    solved(team)
    assert seen == [1, 2, 3, 4, 5]


def test_old_plans_are_thrown_away(team, monkeypatch):
    monkeypatch.setattr(verbs, "KEPT", 2)
    plans = [solved(team).pk for _number in range(4)]
    assert sorted(Solution.objects.values_list("pk", flat=True)) == plans[2:]


def test_the_nudge_carries_a_number_and_a_dead_broker_loses_nothing(
    team, monkeypatch, settings, django_capture_on_commit_callbacks
):
    from matching import tasks
    from messaging import nudge

    settings.NUDGES = True
    sent = []
    monkeypatch.setattr(nudge.breaker, "until", 0.0)
    monkeypatch.setattr(tasks.work_out, "apply_async", lambda **call: sent.append(call))
    with django_capture_on_commit_callbacks(execute=True):
        solution = actions.start(clinic=team.clinic, by=team.coordinator)
    assert sent[0]["args"] == [solution.pk] and sent[0]["retry"] is False
    tasks.work_out(solution.pk)
    solution.refresh_from_db()
    assert solution.state == "done"

    def down(**call):
        raise ConnectionError

    monkeypatch.setattr(tasks.work_out, "apply_async", down)
    with django_capture_on_commit_callbacks(execute=True):
        solution = actions.start(clinic=team.clinic, by=team.coordinator)
    assert solution.state == "queued" and nudge.breaker.is_open
    assert verbs.begin_waiting(clock.now(), work_out) == 1
    solution.refresh_from_db()
    assert solution.state == "done"


# Hold, not this pair, take back ---------------------------------------------------------------


def test_a_held_pair_stays_when_the_list_is_worked_out_again(team):
    """Without the hold, the mentor would go to the one who fits better."""
    less = waits(team, life_stage="retired", work="home", topics=["eating"])
    mentor = factories.make_mentor(team, places=1)
    assert pairs(solved(team), "points") == [(less.pk, mentor.pk)]
    actions.hold(referral=less.pk, mentor=mentor.pk, by=team.coordinator)
    better = waits(team, 30)
    again = solved(team)
    for variant in solving.VARIANTS:
        assert pairs(again, variant) == [(less.pk, mentor.pk)]
    assert left(again, better, "points")[1]["reason"] != "nobody"


def test_pairs_of_the_last_plan_are_not_moved_for_a_little_more(team):
    """Two mentors alike: a small gain does not reshuffle what somebody may be about to approve."""
    mentors = [factories.make_mentor(team, places=1, life_stage=stage) for stage in ("working", "raising-children")]
    people = [waits(team), waits(team)]
    before = solved(team)
    for referral, mentor in pairs(before, "points"):
        stage = next(m.life_stage for m in mentors if m.pk != mentor)
        Referral.objects.filter(pk=referral).update(life_stage=stage)
    assert pairs(solved(team), "points") == pairs(before, "points") and len(people) == 2


def test_a_hold_that_no_longer_fits_is_named_and_not_made(team):
    referral, mentor = waits(team), factories.make_mentor(team, places=1)
    actions.hold(referral=referral.pk, mentor=mentor.pk, by=team.coordinator)
    factories.make_match(team, mentor=mentor)
    worked = solving.work_out(team.clinic)
    assert worked.misfits == [(referral.pk, mentor.pk)] and not worked.answers["points"]["pairs"]


def test_of_two_holds_on_one_place_the_first_stands(team):
    first, second = waits(team, 1), waits(team, 9)
    mentor = factories.make_mentor(team, places=1)
    for referral in (first, second):
        actions.hold(referral=referral.pk, mentor=mentor.pk, by=team.coordinator)
    worked = solving.work_out(team.clinic)
    assert worked.misfits == [(second.pk, mentor.pk)]
    assert worked.answers["wait"]["pairs"][0][:2] == [first.pk, mentor.pk]


def test_not_this_pair_never_comes_back_until_it_is_taken_back(team):
    referral, mentor = waits(team), factories.make_mentor(team)
    actions.exclude(referral=referral.pk, mentor=mentor.pk, by=team.coordinator)
    assert not pairs(solved(team))
    with pytest.raises(DoesNotFit):
        actions.ask_mentor(referral=referral.pk, mentor=mentor.pk, by=team.coordinator)
    assert actions.take_back(referral=referral.pk, mentor=mentor.pk, by=team.coordinator)
    assert not actions.take_back(referral=referral.pk, mentor=mentor.pk, by=team.coordinator)
    assert pairs(solved(team)) == [(referral.pk, mentor.pk)]


def test_decisions_may_be_repeated_and_changed(team):
    referral, mentor, other = waits(team), factories.make_mentor(team), factories.make_mentor(team)
    who = {"referral": referral.pk, "by": team.coordinator}
    assert actions.hold(mentor=mentor.pk, **who) == actions.hold(mentor=mentor.pk, **who)
    actions.hold(mentor=other.pk, **who)  # one pair of somebody is held
    assert list(PairDecision.objects.values_list("mentor", "decision")) == [(other.pk, "hold")]
    assert actions.exclude(mentor=other.pk, **who) == actions.exclude(mentor=other.pk, **who)
    with pytest.raises(DoesNotFit):
        actions.hold(mentor=other.pk, **who)
    assert list(PairDecision.objects.values_list("mentor", "decision")) == [(other.pk, "exclude")]


@pytest.mark.parametrize("verb", ["hold", "exclude", "take_back"])
def test_only_another_coordinator_of_the_clinic_decides(team, other_team, verb):
    referral, mentor = waits(team), factories.make_mentor(team)
    for user in (team.nurse, team.clinician, other_team.coordinator, mentor.person.user):
        with pytest.raises(Denied):
            getattr(actions, verb)(referral=referral.pk, mentor=mentor.pk, by=user)
    referral.mentee.user = team.coordinator
    referral.mentee.save()
    with pytest.raises(Denied):
        getattr(actions, verb)(referral=referral.pk, mentor=mentor.pk, by=team.coordinator)


def test_who_waits_no_more_is_not_decided_on(team):
    match = factories.make_match(team, status=Status.APPROVED)
    for verb in (actions.hold, actions.exclude):
        with pytest.raises(WrongState):
            verb(referral=match.referral_id, mentor=factories.make_mentor(team).pk, by=team.coordinator)


def test_a_full_mentor_cannot_be_held(team):
    referral, mentor = waits(team), factories.make_mentor(team, places=1)
    factories.make_match(team, mentor=mentor)
    with pytest.raises(NoPlace):
        actions.hold(referral=referral.pk, mentor=mentor.pk, by=team.coordinator)


# Several at once ------------------------------------------------------------------------------


def test_several_mentors_are_asked_pair_by_pair(team):
    people = [waits(team, n) for n in (3, 2, 1)]
    for _number in range(3):
        factories.make_mentor(team, places=1)
    planned = pairs(solved(team))
    told = actions.approve_several(pairs=planned, by=team.coordinator)
    assert [one.made.status for one in told] == [Status.APPROVED] * 3 and not any(one.why for one in told)
    assert {one.referral for one in told} == {r.pk for r in people}
    again = actions.approve_several(pairs=planned, by=team.coordinator)
    assert [one.made for one in again] == [one.made for one in told] and Match.objects.count() == 3
    assert all(one.made.history.count() == 2 for one in told)


def test_the_reason_is_kept_for_a_pair_that_is_not_the_mentees_first(team):
    waits(team, 9, languages=["nl", "fr"])
    waits(team, 5, languages=["nl"])
    factories.make_mentor(team, places=1, languages=["nl", "fr"])
    factories.make_mentor(team, places=1, languages=["fr"], topics=["eating"], life_stage="retired", phases=[])
    told = actions.approve_several(pairs=pairs(solved(team)), by=team.coordinator)
    assert {(one.made.rank > 1, one.made.override_reason) for one in told} == {(True, "plan"), (False, "")}


def test_the_last_place_taken_meanwhile_refuses_that_pair_and_no_other(team):
    first, second = waits(team, 2), waits(team, 1)
    mentor, other = factories.make_mentor(team, places=1), factories.make_mentor(team, places=1)
    planned = pairs(solved(team))
    factories.make_match(team, mentor=mentor)
    told = {one.mentor: one for one in actions.approve_several(pairs=planned, by=team.coordinator)}
    assert told[other.pk].made and not told[mentor.pk].made
    assert "Full" in told[mentor.pk].why or "full" in told[mentor.pk].why
    assert Match.objects.filter(referral__in=[first, second]).count() == 1


def test_two_pairs_for_one_place_ask_one_and_tell_the_other_why(team):
    first, second = waits(team, 2), waits(team, 1)
    mentor = factories.make_mentor(team, places=1)
    solution = solved(team)
    solution.answers["fewest"]["pairs"] = [[first.pk, mentor.pk, 50], [second.pk, mentor.pk, 50]]
    solution.save()
    told = actions.approve_several(pairs=[(first.pk, mentor.pk), (second.pk, mentor.pk)], by=team.coordinator)
    assert told[0].made and not told[1].made and told[1].why
    assert mentor.matches.live().count() == 1


def test_consent_withdrawn_meanwhile_is_told(team):
    referral = waits(team)
    factories.make_mentor(team)
    planned = pairs(solved(team))
    Consent.objects.filter(referral=referral).update(withdrawn_at=clock.now(), withdrawn_by=team.coordinator)
    [told] = actions.approve_several(pairs=planned, by=team.coordinator)
    assert told.made is None and "taken it back" in told.why and not Match.objects.exists()


def test_a_mentor_who_rests_meanwhile_is_not_asked(team):
    waits(team)
    mentor = factories.make_mentor(team)
    planned = pairs(solved(team))
    mentor.status = "resting"
    mentor.save()
    [told] = actions.approve_several(pairs=planned, by=team.coordinator)
    assert told.made is None and told.why


def test_a_pair_that_is_not_in_the_plan_is_not_asked(team):
    referral, mentor = waits(team), factories.make_mentor(team)
    [told] = actions.approve_several(pairs=[(referral.pk, mentor.pk)], by=team.coordinator)
    assert told.made is None and "not in it any more" in told.why


def test_other_clinics_approve_nothing_here(team, other_team):
    waits(team)
    factories.make_mentor(team)
    [told] = actions.approve_several(pairs=pairs(solved(team)), by=other_team.coordinator)
    assert told.made is None and not Match.objects.exists()


def test_hundreds_are_worked_out_in_moments(team):
    """The facts of many in bulk; the time is generous, the point is that it ends."""
    import time

    from referrals.models import Person

    people = Person.objects.bulk_create(
        Person(clinic=team.clinic, first_name=f"P{n}", last_name="X", birth_year=1950 + n % 50, gender="woman")
        for n in range(500)
    )
    stages = ("working", "retired", "raising-children")
    rows = Referral.objects.bulk_create(
        Referral(
            clinic=team.clinic, mentee=person, created_by=team.nurse, clinician=team.clinician, relation="patient",
            status="open", languages=["nl"], channels=["phone"], topics=["fatigue"], life_stage=stages[n % 3],
            submitted_at=clock.now() - DAY * (n % 90), opened_at=clock.now(),
        )
        for n, person in enumerate(people)
    )  # fmt: skip
    text = factories.ConsentText.objects.filter(clinic=team.clinic, language="nl")
    Consent.objects.bulk_create(
        Consent(referral=row, scope=one.scope, given=True, text=one, how="in-person", by=team.nurse)
        for row in rows for one in text
    )  # fmt: skip
    for n in range(40):
        factories.make_mentor(team, places=9, life_stage=stages[n % 3])
    began = time.perf_counter()
    solution = solved(team)
    assert solution.people == 500 and solution.answers["fewest"]["matched"] == 360
    assert time.perf_counter() - began < 20
