"""The life of a pair: its plan, a pause, a good ending, a death."""

import datetime as dt

import pytest

from accounts.models import User
from common import clock
from common.errors import Denied, Invalid, NotReady, WrongState
from matching import actions as matching
from matching import signals
from matching.workflow import Status as MatchStatus
from mentorship import plan, tries
from mentorship.actions import checks, closing, contacts, pairs, saying
from mentorship.models import Aftercare, Contact, Enrolment, FollowUpCheck
from mentorship.starter_checks import start_clinic
from messaging import outbox
from messaging.models import Message
from tests import factories

DAY = dt.timedelta(days=1)


def send(signal, match, by):
    signal.send(sender=type(match), match=match, by=by)


def test_an_introduction_enrols_and_draws_the_plan_once(team, now):
    match = factories.make_match(team)
    send(signals.introduced, match, team.coordinator)
    send(signals.introduced, match, team.coordinator)
    enrolment = Enrolment.objects.get()
    assert (enrolment.format.key, enrolment.format.number, enrolment.match) == ("halfword_start", 1, match)
    assert enrolment.starts_on == now.date()
    talks = list(enrolment.contacts.all())
    assert len(talks) == 5
    assert all(talk.history.get().to_status == "planned" for talk in talks)


def test_the_plan_uses_an_hour_at_which_both_are_free(team, now):
    referral = factories.make_referral(team, availability=["weekday-morning"])
    match = factories.make_match(team, referral=referral)
    send(signals.introduced, match, team.coordinator)
    assert {talk.planned_at.hour for talk in Contact.objects.all()} == {9}  # ten in Brussels


@pytest.fixture
def asked(match, team):
    """A question and a reminder that wait."""
    start_clinic(team.clinic)
    checks.send_due(clock.now())
    assert FollowUpCheck.objects.open().count() == 2
    row = Contact.objects.planned().order_by("planned_at")[1]
    outbox.post("contact.soon", row.ref, clinic=team.clinic, to=match.mentor.person.user, data={"on": "2026-11-23"})
    return match


def waiting() -> set[str]:
    return set(Message.objects.filter(status="queued").values_list("kind", flat=True))


def test_a_pause_holds_the_plan_and_drops_questions_and_messages(asked, team):
    planned = Contact.objects.planned().count()
    send(signals.paused, asked, team.coordinator)
    assert Contact.objects.planned().count() == planned
    assert not FollowUpCheck.objects.open().exists()
    assert waiting() == set()


def test_a_pause_takes_its_own_talks_off_the_plan_and_no_others(asked, team):
    before = set(Contact.objects.filter(planned_at__lt=clock.now()))
    matching.pause(match=asked.pk, by=team.coordinator)
    with clock.at(clock.now() + 20 * DAY):
        matching.resume(match=asked.pk, by=team.coordinator)
        left = set(Contact.objects.planned())
        assert {c for c in left if c.planned_at <= clock.now()} == before
    off = Contact.objects.filter(status="cancelled")
    assert before and len(left - before) == 2
    assert [c.history.last().note for c in off] == ["pause"] * (5 - len(left)) != []


@pytest.fixture
def told(match):
    """A talk of yesterday of which the mentee said that it was, and the mentor noted nothing yet."""
    Contact.objects.filter(planned_at__lte=clock.now()).delete()
    row = Contact.objects.create(match=match, planned_at=clock.now() - DAY)
    return saying.say_what_came(contact=row.pk, by=User.objects.system(), says="talked")


def talks_of(match):
    return Contact.objects.filter(tries.TALKED, match=match).count()


def test_what_the_mentee_said_outlasts_a_pause_and_the_mentor_can_note_that_talk_after_it(told, match, mentor, team):
    matching.pause(match=match.pk, by=team.coordinator)
    with clock.at(clock.now() + 2 * DAY):
        matching.resume(match=match.pk, by=team.coordinator)
        assert talks_of(match) == 1
        row = contacts.log_contact(
            match=match.pk, by=mentor, client_key="after-the-pause", outcome="talked", when=told.planned_at,
            contact=told.pk,
        )  # fmt: skip
    assert (row.pk, talks_of(match)) == (told.pk, 1)


def test_a_pause_of_another_kind_afterwards_begins_where_the_first_one_did(told, match, team):
    matching.pause(match=match.pk, by=team.coordinator)
    with clock.at(clock.now() + 9 * DAY):
        match.history.create(from_status="paused", to_status="paused", by=team.coordinator, note="rest")
        matching.resume(match=match.pk, by=team.coordinator)
        [left] = Contact.objects.planned().filter(planned_at__lte=clock.now())
    assert left == told


@pytest.mark.parametrize("paused", [False, True])
def test_what_the_mentee_said_outlasts_the_end(told, match, team, paused):
    if paused:
        matching.pause(match=match.pk, by=team.coordinator)
    with clock.at(clock.now() + 20 * DAY):
        gone_by = Contact.objects.filter(planned_at__lte=clock.now()).count()
        matching.end(match=match.pk, by=team.coordinator, reason="fit")
        assert not Contact.objects.planned().filter(planned_at__gt=clock.now()).exists()
    assert talks_of(match) == 1
    assert Contact.objects.planned().count() == (1 if paused else gone_by) and gone_by > 1


def test_an_end_cancels_everything_to_come(asked, team):
    asked.status, asked.end_reason = MatchStatus.ENDED, "planned"
    send(signals.ended, asked, team.coordinator)
    assert not Contact.objects.planned().filter(planned_at__gt=clock.now()).exists()
    assert Contact.objects.filter(status="cancelled").exists()
    assert not FollowUpCheck.objects.open().exists()
    assert waiting() == set()
    assert not Aftercare.objects.exists()


def test_the_picture_of_a_pair_that_ended_promises_nothing_to_come(told, match, team):
    Contact.objects.create(match=match, planned_at=clock.now() - 2 * DAY)
    matching.end(match=match.pk, by=team.coordinator, reason="fit")
    match.refresh_from_db()
    words = plan.plot(match, list(match.contacts.all()), [], clock.now()).words
    assert words == "1 talk, 1 not noted yet, 0 to come, 2 of them beside the plan."


def test_a_death_sends_nothing_and_gives_people_their_tasks(asked, team):
    asked.end_reason = "died"
    send(signals.ended, asked, team.coordinator)
    send(signals.ended, asked, team.coordinator)
    assert waiting() == set()
    tasks = {task.kind: task.user for task in Aftercare.objects.all()}
    assert tasks == {"ring": None, "look-after": team.clinician}
    ring = Aftercare.objects.get(kind="ring")
    assert ring in Aftercare.objects.visible_to(team.coordinator).open()
    row = pairs.finish_aftercare(task=ring.pk, by=team.coordinator, note="Rang Rita")
    assert pairs.finish_aftercare(task=ring.pk, by=team.coordinator, note="x").note == "Rang Rita"
    assert row not in Aftercare.objects.visible_to(team.coordinator).open()


def test_who_may_finish_what_a_death_asks(asked, team, other_team):
    asked.end_reason = "died"
    send(signals.ended, asked, team.coordinator)
    look_after = Aftercare.objects.get(kind="look-after")
    for user in (team.nurse, team.backup, other_team.coordinator):
        with pytest.raises(Denied):
            pairs.finish_aftercare(task=look_after.pk, by=user)
    assert pairs.finish_aftercare(task=look_after.pk, by=team.clinician).done_by == team.clinician


# A good ending ----------------------------------------------------------------------------


def close(match, by, **values):
    values = {"last_contact_on": dt.date(2026, 11, 24), "bridge": "The association's group"} | values
    return pairs.plan_closing(match=match.pk, by=by, **values)


def test_planning_the_ending_takes_later_talks_off_the_plan(match, team):
    row = close(match, team.coordinator)
    assert (row.bridge, row.closing_set_by) == ("The association's group", team.coordinator)
    assert all(c.planned_at.date() <= dt.date(2026, 11, 24) for c in Contact.objects.planned())
    assert close(match, team.coordinator, bridge="Another").bridge == "Another"


def test_the_day_of_the_last_talk_makes_sense(match, team):
    for day in (dt.date(2026, 11, 1), dt.date(2028, 1, 1)):
        with pytest.raises(Invalid):
            close(match, team.coordinator, last_contact_on=day)
    with pytest.raises(Denied):
        close(match, match.mentor.person.user)


def test_an_ended_pair_has_no_ending_to_plan(team, now):
    match = factories.make_match(team, status=MatchStatus.ENDED, days_ago=30)
    with pytest.raises(WrongState):
        close(match, team.coordinator)


def test_a_planned_ending_names_what_is_missing(match, team):
    def end() -> list[str]:
        with pytest.raises(NotReady) as refusal:
            matching.end(match=match.pk, by=team.coordinator, reason="planned")
        return refusal.value.missing

    assert len(end()) == 2
    close(match, team.coordinator)
    assert end()[0] == "The last talk is still to come."
    closing.say_deleted(match=match.pk, by=match.mentor.person.user)
    with clock.at(clock.now() + 6 * DAY):
        matching.end(match=match.pk, by=team.coordinator, reason="planned")
    match.refresh_from_db()
    assert match.status == MatchStatus.ENDED
    assert not Contact.objects.planned().filter(planned_at__gt=match.ended_at).exists()


def test_the_real_steps_of_a_pair_reach_its_plan(asked, team):
    matching.pause(match=asked.pk, by=team.coordinator)
    assert not FollowUpCheck.objects.open().exists()
    with clock.at(clock.now() + 20 * DAY):
        matching.resume(match=asked.pk, by=team.coordinator)
        assert Contact.objects.planned().filter(planned_at__gt=clock.now()).count() == 2
        matching.end(match=asked.pk, by=team.coordinator, reason="died")
        assert not Contact.objects.planned().filter(planned_at__gt=clock.now()).exists()
    assert Aftercare.objects.count() == 2
    assert waiting() == set()
