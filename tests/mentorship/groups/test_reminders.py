"""Meetings of a group are reminded of where the reader lives, in the hours they like, or not at all."""

import datetime as dt

import pytest

from accounts.models import User
from common import clock
from mentorship import reminders_groups
from mentorship.actions import groups_places as places
from mentorship.models import GroupPlace
from messaging import backends, delivery, kinds
from messaging.models import Message
from referrals.models import Person
from tests import factories
from tests.mentorship.groups.world import DAY, HOUR, invite, make_group, sign_up

BRUSSELS = "Europe/Brussels"


@pytest.fixture
def place(team, group):
    return sign_up(team, group)


@pytest.fixture
def eve(group):
    """The day before the first meeting, which is at seven in the evening in Brussels."""
    return group.sessions.first().planned_at.date() - DAY


def at(day: dt.date, hour: int, minute: int = 5) -> dt.datetime:
    return clock.at_local(day, dt.time(hour, minute), BRUSSELS)


def run(team, moment: dt.datetime) -> list[Message]:
    """Let the round of a moment store what is due, and return what it stored."""
    known = list(Message.objects.values_list("pk", flat=True))
    with clock.at(moment):
        for row in reminders_groups.group_sessions_due(clock.today(BRUSSELS), team.clinic):
            reminders_groups.store(row)
    return list(Message.objects.exclude(pk__in=known).order_by("pk"))


def of_mentee(messages: list[Message]) -> list[Message]:
    return [message for message in messages if message.kind == "group.soon"]


def change(place: GroupPlace, **fields) -> None:
    Person.objects.filter(pk=place.referral.mentee_id).update(**fields)


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "Pacific/Auckland"])
def test_the_morning_before_is_the_readers_own(team, place, eve, zone):
    """A meeting at seven in Brussels is in the small hours of the next day in Tokyo and Auckland."""
    change(place, time_zone=zone)
    found = [m for day in (-2, -1, 0) for m in of_mentee(run(team, at(eve + day * DAY, 9)))]
    there = [m.due_at.astimezone(reminders_groups.quiet.zone(zone)) for m in found]
    meeting = place.group.sessions.first().planned_at.astimezone(reminders_groups.quiet.zone(zone))
    assert [(t.date(), t.time()) for t in there] == [(meeting.date() - DAY, dt.time(9))]
    with clock.at(found[0].due_at):
        assert kinds.get("group.soon").still_true(found[0])


@pytest.mark.parametrize("who", ["mentee", "mentor", "staff"])
def test_who_wants_no_reminders_gets_none(team, place, eve, who):
    if who == "mentee":
        change(place, reminders="none")
    else:
        user = team.clinician if who == "staff" else place.group.mentors.get().person.user
        User.objects.filter(pk=user.pk).update(reminders="none")
    assert [m.kind for m in run(team, at(eve, 9))].count("group.soon-lead") == (2 if who == "mentee" else 1)
    assert len(of_mentee(run(team, at(eve, 9)))) == 0
    assert Message.objects.filter(kind="group.soon").count() == (0 if who == "mentee" else 1)


def test_who_changed_their_mind_since_is_left_out_when_it_is_sent(team, place, eve):
    [message] = of_mentee(run(team, at(eve, 9)))
    change(place, reminders="none")
    with clock.at(at(eve, 9, 6)):
        assert delivery.deliver(message.pk) == "cancelled"


def test_a_reminder_waits_until_the_quiet_hours_are_over(team, place, eve):
    change(place, quiet_from=dt.time(21), quiet_until=dt.time(11))
    [message] = of_mentee(run(team, at(eve, 9)))
    assert message.due_at == at(eve, 11, 0)


def test_somebody_with_a_number_alone_gets_a_text_where_texts_are_sent(team, place, eve, settings):
    change(place, email="", email_verified_at=None, phone="+32470123456", phone_verified_at=clock.now())
    assert not of_mentee(run(team, at(eve, 9)))
    settings.SMS_PROVIDER = "gatewayapi"
    [message] = of_mentee(run(team, at(eve, 9)))
    assert backends.channel_for(kinds.get(message.kind).recipient(message), message.channel) == "sms"


@pytest.mark.parametrize("fields", [{"email": ""}, {"email_verified_at": None, "phone_verified_at": None}])
def test_who_can_be_reached_by_nothing_that_was_read_back_is_not_reminded(team, place, eve, fields):
    change(place, **{"phone": "", **fields})
    assert not of_mentee(run(team, at(eve, 9)))


@pytest.mark.parametrize(("hour", "words"), [(9, "You have a meeting today."), (20, None)])
def test_a_missed_eve_is_made_good_on_the_day_itself(team, place, eve, hour, words):
    found = run(team, at(eve + DAY, hour))
    if words is None:  # the meeting has begun: nothing is sent any more
        with clock.at(at(eve + DAY, hour)):
            assert [delivery.deliver(m.pk) for m in of_mentee(found)] in ([], ["cancelled"])
        return
    [message] = of_mentee(found)
    kind = kinds.get(message.kind)
    with clock.at(message.due_at):
        assert kind.still_true(message)
        assert words in kind.render(message, kind.recipient(message)).body
        lead = next(m for m in found if m.kind == "group.soon-lead")
        assert (
            "You lead a meeting today." in kinds.get(lead.kind).render(lead, kinds.get(lead.kind).recipient(lead)).body
        )


def test_who_was_told_the_day_before_is_not_told_again_on_the_day(team, place, eve):
    before = run(team, at(eve, 9))
    with clock.at(at(eve, 9)):
        [message] = of_mentee(before)
        assert (
            "You have a meeting tomorrow."
            in kinds.get(message.kind).render(message, kinds.get(message.kind).recipient(message)).body
        )
    assert not run(team, at(eve, 17)) and not run(team, at(eve + DAY, 9))


@pytest.mark.parametrize("hour", [10, 23])
def test_an_invitation_and_a_free_place_wait_for_the_morning_and_the_place_is_held_from_then(team, hour):
    full = make_group(team, size_max=2)
    first, _second = sign_up(team, full), sign_up(team, full)
    day = dt.date(2026, 11, 20)
    with clock.at(at(day, hour, 0)):
        waits = places.wait(place=invite(team, full).pk, by=User.objects.system())
        invited = Message.objects.get(kind="group.invite", subject=waits.ref)
        places.leave(place=first.pk, by=User.objects.system())
    waits.refresh_from_db()
    told_at = at(day, 10, 0) if hour == 10 else at(day + DAY, 8, 0)
    assert Message.objects.get(kind="group.free").due_at == invited.due_at == told_at
    assert waits.offered_until == told_at + 48 * HOUR


def test_a_meeting_that_is_off_is_told_at_once(team, place):
    from mentorship.actions import groups_sessions

    first = place.group.sessions.first()
    with clock.at(at(first.planned_at.date() - DAY, 23, 0)):
        groups_sessions.cancel_session(session=first.pk, by=team.coordinator)
        assert Message.objects.get(kind="group.off").due_at == clock.now()


def test_however_many_come_it_takes_the_same_queries(team, group, eve, django_assert_max_num_queries):
    big = make_group(team, size_max=8)
    for _n in range(6):
        sign_up(team, big, factories.make_referral(team))
    with clock.at(at(eve, 9)), django_assert_max_num_queries(5):
        assert reminders_groups.group_sessions_due(eve, team.clinic)
