"""A reminder leaves people in peace at night, on the clocks where they live."""

import datetime as dt

import pytest
from django.core import mail
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from common import clock
from messaging import delivery, kinds, outbox
from messaging.kinds import Kind
from messaging.models import Message
from messaging.people import reader_of
from messaging.quiet import Quiet, zone
from messaging.workflow import Status
from tests import factories
from tests.messaging.conftest import ALARM, NOTE, write

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
BRUSSELS = "Europe/Brussels"
NIGHT = Quiet(dt.time(21), dt.time(8), BRUSSELS)


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


# The hours --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "held_until"),
    [
        (utc(2026, 11, 19, 19, 59), None),  # 20:59 there
        (utc(2026, 11, 19, 20, 0), utc(2026, 11, 20, 7)),
        (utc(2026, 11, 20, 0, 30), utc(2026, 11, 20, 7)),
        (utc(2026, 11, 20, 6, 59), utc(2026, 11, 20, 7)),
        (utc(2026, 11, 20, 7, 0), None),
        (utc(2026, 3, 28, 21, 0), utc(2026, 3, 29, 6)),  # the clocks go forward in that night
        (utc(2026, 10, 24, 20, 0), utc(2026, 10, 25, 7)),  # and back in that one
    ],
)
def test_the_night_ends_in_the_morning(moment, held_until):
    assert NIGHT.after(moment) == (held_until or moment)
    assert NIGHT.holds(moment) == (held_until is not None)


def test_quiet_hours_need_not_span_midnight():
    siesta = Quiet(dt.time(13), dt.time(15), BRUSSELS)
    assert siesta.after(utc(2026, 7, 1, 11, 30)) == utc(2026, 7, 1, 13)
    assert not siesta.holds(utc(2026, 7, 1, 23))


def test_the_same_two_hours_mean_none():
    never = Quiet(dt.time(8), dt.time(8), BRUSSELS)
    assert not any(never.holds(utc(2026, 7, 1) + n * HOUR) for n in range(24))


def test_a_time_zone_that_does_not_exist_is_the_programmes():
    assert Quiet(dt.time(21), dt.time(8), "Mars/Olympus").after(utc(2026, 11, 19, 20)) == utc(2026, 11, 20, 7)


HOURS = st.times().map(lambda t: t.replace(microsecond=0))
ZONES = st.sampled_from([BRUSSELS, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC"])


@settings(max_examples=300, deadline=None)
@given(HOURS, HOURS, ZONES, st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1)))
def test_whatever_waits_goes_at_the_end_and_never_inside(begins, ends, name, at):
    quiet, moment = Quiet(begins, ends, name), at.replace(tzinfo=dt.UTC)
    after = quiet.after(moment)
    assert after >= moment
    assert not quiet.holds(after)
    assert (after == moment) == (not quiet.holds(moment))
    assert after - moment <= 25 * HOUR + 30 * MINUTE
    if after != moment:  # it goes at the end, not at a later hour
        there = after.astimezone(zone(name)).replace(tzinfo=None)
        wall = there.time()
        assert wall == ends or dt.timedelta() < there - dt.datetime.combine(there.date(), ends) <= HOUR


@pytest.mark.parametrize("weekend", [utc(2026, 3, 28), utc(2026, 10, 24)])
@pytest.mark.parametrize("ends", [dt.time(2), dt.time(2, 30), dt.time(3), dt.time(8)])
def test_every_quarter_of_both_changeover_weekends(weekend, ends):
    quiet = Quiet(dt.time(22), ends, BRUSSELS)
    for n in range(48 * 4):
        moment = weekend + n * 15 * MINUTE
        after = quiet.after(moment)
        assert after >= moment and not quiet.holds(after)
        between = int((after - moment) / (15 * MINUTE))
        skipped = [moment + k * 15 * MINUTE for k in range(between)]
        if ends != dt.time(2, 30):  # there the hour of the end may be skipped
            assert all(quiet.holds(m) for m in skipped)


# Messages ---------------------------------------------------------------------------------

EVENING, MORNING = utc(2026, 11, 19, 21), utc(2026, 11, 20, 7)


def reader(message):
    return reader_of(User.objects.get(ref=message.recipient.removeprefix("user:")))


@pytest.fixture
def reminder(kind):
    """A kind that reminds, one that only waits, and an alarm to the same reader."""
    kind("test.reminder", recipient=reader, is_reminder=True)
    kind("test.waits", recipient=reader, waits_for_morning=True)
    kind(NOTE, recipient=reader)
    kind(ALARM, recipient=reader)


@pytest.mark.parametrize("name", ["test.reminder", "test.waits"])
def test_what_reminds_waits_for_the_morning(reminder, post, name):
    with clock.at(EVENING):
        message = post(name)
        assert message.due_at == MORNING
        assert delivery.send_due() == 0
    assert delivery.send_due(now=MORNING - MINUTE) == 0
    assert delivery.send_due(now=MORNING) == 1


@pytest.mark.parametrize("name", [NOTE, ALARM])
def test_everything_else_goes_at_once(reminder, post, team, name):
    User.objects.filter(pk=team.clinician.pk).update(reminders="none")
    with clock.at(EVENING):
        assert post(name).due_at == EVENING
        assert delivery.send_due() == 1


def test_the_hours_are_asked_again_at_the_moment_of_sending(reminder, post, team):
    with clock.at(MORNING + HOUR):
        message = post("test.reminder")
        User.objects.filter(pk=team.clinician.pk).update(quiet_until=dt.time(11))
        assert delivery.deliver(message.pk) == Status.QUEUED
    message.refresh_from_db()
    assert (message.due_at, message.attempts, message.lease_token) == (MORNING + 3 * HOUR, 0, "")
    assert not mail.outbox
    assert delivery.deliver(message.pk, MORNING + 3 * HOUR) == Status.SENT


def test_a_reader_elsewhere_has_their_own_night(reminder, post, team):
    User.objects.filter(pk=team.clinician.pk).update(time_zone="America/New_York")
    team.clinician.refresh_from_db()
    with clock.at(MORNING):  # two at night there
        assert post("test.waits").due_at == utc(2026, 11, 20, 13)


def test_a_moment_chosen_by_the_sender_is_moved_too(reminder, post):
    with clock.at(MORNING - 12 * HOUR):
        assert post("test.waits", due_at=EVENING).due_at == MORNING


def test_who_wants_no_reminders_gets_none_but_the_rest(reminder, post, team):
    with clock.at(MORNING):
        left_out, kept = post("test.reminder"), post("test.waits")
        User.objects.filter(pk=team.clinician.pk).update(reminders="none")
        assert delivery.deliver(left_out.pk) == Status.CANCELLED
        assert delivery.deliver(kept.pk) == Status.SENT
    left_out.refresh_from_db()
    assert left_out.problem == "The reader wants no reminders."


def test_a_person_without_a_time_zone_lives_by_the_clinics_clocks(team, kind):
    from referrals.contact_details import recipient_for_person

    kind(
        "test.waits",
        recipient=lambda m: recipient_for_person(m.recipient.removeprefix("person:")),
        waits_for_morning=True,
    )
    here = factories.make_person(team.clinic, quiet_until=dt.time(9))
    there = factories.make_person(team.clinic, time_zone="America/New_York", reminders="none")
    with clock.at(MORNING):
        posted = [outbox.post("test.waits", "a", clinic=team.clinic, to=to) for to in (here, there)]
    assert [m.due_at for m in posted] == [MORNING + HOUR, utc(2026, 11, 20, 13)]
    found = recipient_for_person(there.ref)
    assert (found.quiet, found.wants_reminders) == (Quiet(dt.time(21), dt.time(8), "America/New_York"), False)


def test_no_escalation_waits_for_a_morning():
    waiting = [name for name in kinds.names() if kinds.get(name).waits]
    assert {"contact.soon", "contact.unlogged", "check.ask"} <= set(waiting)
    assert not any(kinds.get(name).at_least_once for name in waiting)
    with pytest.raises(ValueError, match="cannot wait"):
        kinds.register(Kind("test.wrong", reader, lambda m: True, write, at_least_once=True, is_reminder=True))


def test_a_message_whose_reader_is_gone_is_no_different(reminder, post, kind, db):
    kind("test.waits", recipient=lambda m: None)
    with clock.at(MORNING):
        assert delivery.deliver(post("test.waits").pk) == Status.DEAD
    assert Message.objects.get().problem
