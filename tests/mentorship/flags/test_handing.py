"""Handing a flag over by name, and what whoever raised it hears at each step."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from accounts.models import User
from common import clock
from common.errors import Denied, Invalid, WrongState
from mentorship import flagboard, staffing
from mentorship.actions import flag_messages
from mentorship.actions.climbing import climb_due
from mentorship.actions.flag_handing import candidates, hand_over
from mentorship.actions.flags import acknowledge, reopen, resolve
from mentorship.models import RedFlag
from messaging import kinds
from messaging.models import Delivery, Message
from tests import factories
from tests.mentorship.flags.conftest import MINUTE, MONDAY, again, raised, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def had(team, pair):
    """A flag the clinician has."""
    flag = raised(team, pair, "breathless")
    with clock.at(MONDAY + MINUTE):
        return acknowledge(flag=flag, by=team.clinician)


def hand(team, flag, by=None, to=None, after=2):
    with clock.at(MONDAY + after * MINUTE):
        return hand_over(flag=flag, by=by or team.clinician, to=to or team.backup)


def have(flag, by, after=5, **more):
    with clock.at(MONDAY + after * MINUTE):
        return acknowledge(flag=flag, by=by, **more)


# Handing over -------------------------------------------------------------------------------


def test_until_the_colleague_taps_the_first_one_is_responsible(team, had):
    until = had.resolve_by
    flag = hand(team, had)
    assert (flag.acknowledged_by, flag.owner, flag.handed_to) == (team.clinician, team.clinician, team.backup)
    assert flag.resolve_by == until
    message = Message.objects.get(subject=flag.ref, kind="flag.handed")
    assert message.delivery == Delivery.AT_LEAST_ONCE and message.data["by"] == until.isoformat()


def test_i_have_this_of_the_colleague_takes_it_over_and_the_deadline_stays(team, had):
    until = had.resolve_by
    flag = have(hand(team, had), team.backup)
    assert (flag.acknowledged_by, flag.owner, flag.handed_to, flag.resolve_by) == (
        team.backup,
        team.backup,
        None,
        until,
    )
    assert flag.history.last().note == "taken over" and flag.history.last().by == team.backup


def test_asking_the_same_colleague_twice_changes_nothing(team, had):
    hand(team, had)
    hand(team, had, after=3)
    assert told(had, "flag.handed") == [("flag.handed", team.backup.first_name)]
    assert RedFlag.objects.get().history.filter(note="handed").count() == 1


def test_asking_another_takes_the_first_question_back(team, had):
    hand(team, had)
    flag = hand(team, had, to=team.coordinator)
    with pytest.raises(WrongState):
        have(flag, team.backup)
    assert have(flag, again(team.coordinator)).acknowledged_by == team.coordinator


def test_the_first_one_may_keep_it(team, had):
    hand(team, had)
    assert have(had, team.clinician).handed_to is None
    with pytest.raises(WrongState):
        have(had, team.backup)


def test_only_who_has_it_hands_it_over(team, other_team, had):
    for by in (team.coordinator, team.backup, team.admin, team.nurse, other_team.clinician):
        with pytest.raises(Denied):
            hand(team, had, by=by, to=team.admin)


def test_only_to_somebody_who_can_answer_it(team, other_team, had):
    for to in (team.clinician, team.nurse, other_team.clinician, had.raised_by):
        with pytest.raises(Invalid) as refusal:
            hand(team, had, to=to)
        assert refusal.value.field == "to"


def test_never_to_the_person_it_is_about(team, pair):
    flag = raised(team, pair, "staff-conduct", by=team.nurse, about_user=team.admin)
    have(flag, team.coordinator)
    with pytest.raises(Invalid):
        hand(team, flag, by=team.coordinator, to=team.admin)


def test_a_worry_about_conduct_is_handed_to_those_who_run_the_programme_only(team, pair, sign_in):
    flag = raised(team, pair, "staff-conduct", by=team.nurse, about_user=team.backup, at=clock.now())
    acknowledge(flag=flag, by=team.coordinator)
    assert candidates(flag, team.coordinator) == [team.admin]
    with pytest.raises(Invalid) as refusal:
        hand_over(flag=flag, by=team.coordinator, to=team.clinician)
    assert refusal.value.field == "to" and "coordinators and admins only" in str(refusal.value)
    address = reverse("mentorship:flag", args=[flag.ref])
    html = sign_in(team.coordinator).post(address, {"do": "hand", "to": team.clinician.ref}).content.decode()
    assert html.count("A worry about conduct goes to coordinators and admins only.") == 2  # the summary, and its field
    assert f'value="{team.clinician.ref}"' not in html and f'value="{team.admin.ref}"' in html
    assert RedFlag.objects.get().handed_to is None and not RedFlag.objects.visible_to(team.clinician).exists()


def test_a_clinical_flag_is_offered_to_everybody_who_answers_flags(team, had):
    assert set(candidates(had, team.clinician)) == {team.backup, team.coordinator, team.admin}


def test_what_nobody_has_and_what_is_resolved_is_not_handed_over(team, pair):
    flag = raised(team, pair, "breathless")
    with pytest.raises(WrongState):
        hand(team, flag)
    have(flag, team.clinician)
    resolve(flag=flag, by=team.clinician, outcome="spoken")
    with pytest.raises(WrongState):
        hand(team, flag)


def test_resolving_ends_the_question(team, had):
    hand(team, had)
    resolve(flag=had, by=team.clinician, outcome="spoken")
    assert RedFlag.objects.get().handed_to is None


def test_when_the_colleague_cannot_be_told_nothing_is_stored(team, had, monkeypatch):
    from mentorship.actions import flag_messages

    monkeypatch.setattr(flag_messages.outbox, "post", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        hand(team, had)
    flag = RedFlag.objects.get()
    assert flag.handed_to is None and not flag.history.filter(note="handed").exists()


def test_a_colleague_who_was_on_no_rung_sees_what_they_are_asked_about(team, had):
    other = factories.make_user(team.clinic, "clinician", first_name="Cleo")
    assert not RedFlag.objects.visible_to(other).exists()
    hand(team, had, to=other)
    assert RedFlag.objects.visible_to(again(other)).exists()


@pytest.mark.parametrize("how", ["kept", "another", "taken", "resolved"])
def test_when_the_question_no_longer_stands_its_reader_sees_nothing_more(team, had, sign_in, how):
    other = factories.make_user(team.clinic, "clinician", first_name="Cleo", last_name="Aerts")
    hand(team, had, to=other)
    assert flagboard.card(RedFlag.objects.get(), again(other)).details
    if how == "another":
        hand(team, had, to=team.backup, after=3)
    elif how == "resolved":
        resolve(flag=had, by=team.clinician, outcome="spoken")
    else:
        have(had, team.clinician if how == "kept" else team.coordinator, take_over=True)
    assert not RedFlag.objects.visible_to(again(other)).exists()
    assert sign_in(other).get(reverse("mentorship:flag", args=[had.ref])).status_code == 404
    with pytest.raises(Denied):
        have(had, again(other), take_over=True)
    html = sign_in(team.coordinator).get(reverse("mentorship:flag", args=[had.ref])).content.decode()
    assert "Cleo Aerts was asked to take it over" in html  # the history stays


def test_whoever_stands_on_the_ladder_keeps_sight_when_the_question_is_taken_back(team, had):
    hand(team, had)
    have(had, team.clinician)
    assert RedFlag.objects.visible_to(again(team.backup)).exists()


@pytest.mark.parametrize(("why", "stays"), [("asked", False), ("took", True), ("told", True)])
def test_who_was_only_asked_in_former_times_is_taken_off_the_ladder(team, had, why, stays):
    other = factories.make_user(team.clinic, "clinician", first_name="Cleo")
    hand(team, had, to=other)
    staffing.put_on(had, had.rung, [other.pk], on_call=True)  # as it was then
    if why == "took":
        have(had, again(other))
        have(had, team.backup, take_over=True)
    else:
        have(had, team.clinician)
    if why == "told":
        flag_messages.send("flag.climb", had, [other.pk], staffing.of(team.clinic), by=MONDAY, now=MONDAY)
    import_module("mentorship.migrations.0015_who_is_asked_stands_on_no_rung").off_the_ladder(apps, None)
    assert had.rungs.filter(user=other).exists() is stays


def test_the_rota_does_not_take_the_flag_from_whoever_took_it_over(team, had):
    other = factories.make_user(team.clinic, "clinician", first_name="Cleo")
    staffing.put_on(had, 2, [other.pk], on_call=True)  # the rota had put them there, untold
    have(hand(team, had, to=other), again(other))
    climb_due(RedFlag.objects.get().resolve_by)
    assert RedFlag.objects.get().rung == 2
    assert RedFlag.objects.visible_to(again(other)).exists()


def test_who_took_it_over_keeps_sight_when_another_takes_it_from_them(team, had):
    other = factories.make_user(team.clinic, "clinician", first_name="Cleo")
    have(hand(team, had, to=other), again(other))
    climb_due(had.resolve_by)  # the rota takes nobody's row away who had it
    have(had, team.coordinator, take_over=True)
    assert RedFlag.objects.visible_to(again(other)).exists()


def test_late_it_climbs_though_a_colleague_was_asked(team, had):
    hand(team, had)
    climb_due(had.resolve_by)
    assert ("flag.climb", team.clinician.first_name) in told(had, "flag.climb")


def test_the_timeline_says_who_was_asked_and_who_took_it(team, had, sign_in):
    have(hand(team, had), team.backup)
    flag = RedFlag.objects.get()
    flagboard.with_ladders([flag])
    titles = [item["title"] for item in flagboard.timelines([flag], {flag.pk: True})[flag.pk]]
    assert f"{team.clinician.full_name} hands it over, and has it until it is taken" in titles
    assert f"{team.backup.full_name} was asked to take it over" in titles
    assert f"{team.backup.full_name} took it over" in titles


def test_it_is_handed_over_and_taken_on_the_page(team, pair, sign_in):
    flag = raised(team, pair, "breathless", at=clock.now())
    acknowledge(flag=flag, by=team.clinician)
    address = reverse("mentorship:flag", args=[flag.ref])
    client = sign_in(team.clinician)
    assert "Hand it over" in client.get(address).content.decode()
    refused = client.post(address, {"do": "hand", "to": "nobody"})
    assert refused.status_code == 200 and RedFlag.objects.get().handed_to is None
    client.post(address, {"do": "hand", "to": team.backup.ref})
    page = sign_in(team.backup).get(address).content.decode()
    assert "asks you to take this over" in page
    client.post(address, {"do": "have"})
    assert RedFlag.objects.get().acknowledged_by == team.backup


def test_a_page_that_is_older_than_the_hand_over_says_so(team, pair, sign_in):
    flag = raised(team, pair, "breathless", at=clock.now())
    page = sign_in(team.clinician).post(
        reverse("mentorship:flag", args=[flag.ref]), {"do": "hand", "to": team.backup.ref}, follow=True
    )
    assert "Meanwhile something changed" in page.content.decode()


# What whoever raised it hears ---------------------------------------------------------------


def heard(flag):
    mentor = flag.raised_by
    rows = Message.objects.filter(subject=flag.ref, recipient=f"user:{mentor.ref}").order_by("pk")
    return [row.kind for row in rows]


def test_a_mentor_hears_of_each_step_once(team, pair):
    flag = raised(team, pair, "breathless")
    for n in (30, 45, 60, 75, 90):  # three rungs up, then the last one again and again
        climb_due(MONDAY + n * MINUTE)
    assert heard(flag) == ["flag.next"] * 3
    have(flag, team.clinician, after=95)
    hand(team, flag, after=96)
    have(flag, team.backup, after=97)
    assert heard(flag)[3:] == ["flag.answered"]  # handing over is the team's own
    with clock.at(MONDAY + 100 * MINUTE):
        resolve(flag=flag, by=team.backup, outcome="spoken")
        resolve(flag=flag, by=team.backup, outcome="spoken")
        reopen(flag=flag, by=team.backup)
    assert heard(flag)[4:] == ["flag.settled", "flag.again"]


def test_settled_again_after_it_was_opened_again_is_told_again(team, pair):
    flag = raised(team, pair, "breathless")
    have(flag, team.clinician)
    resolve(flag=flag, by=team.clinician, outcome="spoken")
    reopen(flag=flag, by=team.clinician)
    have(flag, team.clinician)
    resolve(flag=flag, by=team.clinician, outcome="spoken")
    assert heard(flag).count("flag.settled") == 2


def test_taken_up_again_after_it_was_opened_again_is_told_again(team, pair):
    flag = raised(team, pair, "breathless")
    for after in (5, 10, 15):
        have(flag, team.clinician, after=after)
        have(flag, team.backup, after=after + 1, take_over=True)
        with clock.at(MONDAY + (after + 2) * MINUTE):
            if after < 15:
                resolve(flag=flag, by=team.backup, outcome="spoken")
                reopen(flag=flag, by=team.backup)
    assert heard(flag).count("flag.answered") == 3


def test_opened_again_before_it_was_told_somebody_has_it_is_told_once_when_it_is_so(team, pair):
    flag = raised(team, pair, "breathless")
    have(flag, team.clinician, after=5)
    with clock.at(MONDAY + 6 * MINUTE):
        resolve(flag=flag, by=team.clinician, outcome="spoken")
        reopen(flag=flag, by=team.clinician)
    first = Message.objects.get(subject=flag.ref, kind="flag.answered")
    assert not kinds.get("flag.answered").still_true(first)
    have(flag, team.clinician, after=7)
    last = Message.objects.filter(subject=flag.ref, kind="flag.answered").latest("pk")
    assert [kinds.get("flag.answered").still_true(m) for m in (first, last)] == [False, True]


def test_a_late_flag_that_somebody_has_does_not_worry_the_mentor(team, had):
    climb_due(had.resolve_by)
    assert "flag.next" not in heard(had)


def test_who_settles_what_they_raised_hears_nothing(team, pair):
    flag = raised(team, pair, "breathless", by=team.coordinator)
    have(flag, team.coordinator)
    resolve(flag=flag, by=team.coordinator, outcome="spoken")
    assert "flag.settled" not in heard(flag)


@pytest.mark.parametrize(("key", "waits"), [("breathless", False), ("fever", False), ("flare", True)])
def test_quiet_hours_hold_back_only_what_can_wait(team, pair, key, waits):
    mentor = pair.mentor.person.user
    User.objects.filter(pk=mentor.pk).update(quiet_from=dt.time(8), quiet_until=dt.time(12))
    flag = raised(team, pair, key, by=again(mentor))
    have(flag, team.clinician)
    with clock.at(MONDAY + 6 * MINUTE):
        resolve(flag=RedFlag.objects.get(), by=team.clinician, outcome="spoken")
    due = Message.objects.get(subject=flag.ref, kind="flag.settled").due_at
    assert (due > MONDAY + 60 * MINUTE) is waits


def test_a_mentee_is_told_only_with_consent_to_be_contacted(team, pair):
    system, mentee = User.objects.system(), pair.referral.mentee
    flag = raised(team, pair, "breathless", by=system, person=mentee, source="check")
    have(flag, team.clinician)
    resolve(flag=flag, by=team.clinician, outcome="spoken")
    message = Message.objects.get(subject=flag.ref, kind="flag.settled")
    assert message.recipient == f"person:{mentee.ref}"
    assert kinds.get("flag.settled").still_true(message)
    pair.referral.consents.filter(scope="contact").update(withdrawn_at=MONDAY, withdrawn_by=system)
    assert not kinds.get("flag.settled").still_true(message)


@pytest.mark.parametrize("kind", ["flag.next", "flag.settled", "flag.again"])
def test_what_has_changed_since_is_not_told(team, pair, kind):
    flag = raised(team, pair, "breathless")
    climb_due(MONDAY + 30 * MINUTE)
    have(flag, team.clinician, after=31)
    resolve(flag=flag, by=team.clinician, outcome="spoken")
    reopen(flag=flag, by=team.clinician)
    message = Message.objects.get(subject=flag.ref, kind=kind)
    status = {"flag.next": "acknowledged", "flag.settled": "reopened", "flag.again": "resolved"}[kind]
    if status == "resolved":
        have(flag, team.clinician, after=40)
        resolve(flag=flag, by=team.clinician, outcome="spoken")
    elif status == "acknowledged":
        have(flag, team.clinician, after=40)
    assert not kinds.get(kind).still_true(message)


def test_the_talk_after_a_most_urgent_flag_stands_on_today(team, pair, sign_in):
    raised(team, pair, "breathless", at=clock.now())
    page = sign_in(team.coordinator).get(reverse("desk:today")).content.decode()
    assert "urgent flag" in page and pair.mentor.person.full_name in page


def test_the_debrief_of_a_most_urgent_flag_is_asked_for_once_within_a_day(team, pair):
    from training.models import CareTask

    flag = raised(team, pair, "breathless")
    raised(team, pair, "fever")
    have(flag, team.clinician)
    resolve(flag=flag, by=team.clinician, outcome="spoken")
    reopen(flag=flag, by=team.clinician)
    task = CareTask.objects.get()
    assert task.trigger == "urgent-flag"
    assert task.mentor == pair.mentor and task.due_at <= MONDAY + dt.timedelta(days=1)
