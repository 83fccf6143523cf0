"""What is told about training days: when, once, and with nothing about anybody in it."""

import datetime as dt

import pytest

from common import clock
from messaging import kinds
from messaging.models import Message
from tests.training.sessions_world import DAY, HOUR, make_day, make_learner, make_seat, module
from training.actions import sessions as plans
from training.actions import sessions_seats as seats
from training.models import LiveSession, SignUp

ZONE = "Europe/Brussels"
DATE = dt.date(2027, 3, 10)


def at(day: dt.date, hour: int) -> dt.datetime:
    return clock.at_local(day, dt.time(hour), ZONE)


@pytest.fixture
def seat(team):
    """A place, taken a week before, at an evening by video on 10 March 2027."""
    with clock.at(at(DATE - 7 * DAY, 10)):
        day = make_day(
            team, begins=at(DATE, 19), how="video", link="https://meet.example.org/room", organisation="League"
        )
        m = make_learner(team)
        return seats.sign_up(session=day.pk, mentor=m.pk, by=m.person.user)


def reminders() -> list[Message]:
    return list(Message.objects.filter(kind="session.tomorrow"))


def read(message: Message) -> str:
    kind = kinds.get(message.kind)
    said = kind.render(message, kind.recipient(message))
    return f"{said.subject}\n{said.body}"


def still(message: Message) -> bool:
    return kinds.get(message.kind).still_true(message)


def test_the_day_before_at_nine_they_are_reminded_once(seat):
    for hours in (1, 2, 30):
        plans.remind(at(DATE - DAY, 0) + hours * HOUR)
    (message,) = reminders()
    assert message.due_at == at(DATE - DAY, 9)
    with clock.at(at(DATE - DAY, 9)):
        assert still(message)


@pytest.mark.parametrize("days", [0, 2, 3])
def test_on_no_other_day(seat, days):
    assert plans.remind(at(DATE - days * DAY, 8)) == 0 and reminders() == []


def test_who_took_the_place_the_day_before_was_told_then(team, seat):
    with clock.at(at(DATE - DAY, 20)):
        late = make_learner(team)
        seats.sign_up(session=seat.session_id, mentor=late.pk, by=late.person.user)
        plans.remind(clock.now())
    assert [message.subject for message in reminders()] == [seat.ref]


def test_a_place_given_back_or_a_day_cancelled_is_not_reminded(team, seat):
    plans.remind(at(DATE - DAY, 8))
    with clock.at(at(DATE - DAY, 8)):
        seats.give_place_back(sign_up=seat.pk, by=seat.mentor.person.user)
    (message,) = reminders()
    assert message.status == "cancelled" and not still(message)
    assert plans.remind(at(DATE - DAY, 8)) == 0


def test_a_day_that_was_moved_is_reminded_on_its_own_eve(seat):
    plans.remind(at(DATE - DAY, 8))
    LiveSession.objects.update(starts_at=at(DATE + DAY, 19), ends_at=at(DATE + DAY, 21))
    with clock.at(at(DATE - DAY, 9)):
        assert not still(reminders()[0])
    plans.remind(at(DATE, 8))
    assert len(reminders()) == 2


def test_no_message_names_a_part_a_place_a_link_or_a_clinic(team, seat):
    with clock.at(at(DATE - DAY, 8)):
        plans.remind(clock.now())
        other = make_learner(team)
        seats.no_day_suits(mentor=other.pk, module=module(team).pk, by=other.person.user, words="Only Sundays")
        plans.cancel_session(session=seat.session_id, by=team.coordinator)
        told = list(Message.objects.filter(kind__startswith="session."))
        assert {m.kind for m in told} == {
            "session.booked", "session.tomorrow", "session.no-day", "session.cancelled", "session.teach"
        }  # fmt: skip
        for message in told:
            words = read(message)
            for private in (
                "Listening",
                "meet.example",
                "League",
                team.clinic.name,
                other.person.last_name,
                "Sundays",
            ):
                assert private not in words
            assert "http" in words and kinds.label(message.kind) != message.kind and kinds.link(message)


def test_a_message_asks_again_whether_it_is_still_right(team, seat):
    with clock.at(at(DATE - 3 * DAY, 8)):
        booked = Message.objects.get(kind="session.booked")
        assert still(booked)
        plans.cancel_session(session=seat.session_id, by=team.coordinator)
        assert not still(booked) and still(Message.objects.get(kind="session.cancelled"))


def test_another_trainer_is_told_and_the_first_one_no_longer(team):
    day = make_day(team)
    plans._tell_trainer(day)
    first = Message.objects.get(kind="session.teach")
    assert still(first)
    LiveSession.objects.update(trainer=team.clinician)
    assert not still(first)


def test_nobody_is_reminded_of_anothers_place(team, seat):
    make_seat(
        make_day(team, begins=at(DATE, 10)), make_learner(team), at=at(DATE - 9 * DAY, 8), cancelled_at=clock.now()
    )
    assert plans.remind(at(DATE - DAY, 8)) == 1
    assert SignUp.objects.count() == 2
