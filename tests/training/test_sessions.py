"""Planning training days, and the places at them."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from clinics.roles import Role
from common import clock
from common.errors import Denied, Invalid, Stale, WrongState
from messaging.models import Message
from tests import factories
from tests.training.sessions_world import DAY, HOUR, make_day, make_learner, make_seat, module
from training import signals
from training.actions import sessions as plans
from training.actions import sessions_seats as seats
from training.data_sessions import SessionData
from training.models import LiveSession, Mentor, NoDay, SignUp


def data(team, **fields) -> SessionData:
    values = {
        "module": module(team).pk, "trainer": team.trainer.pk, "day": team.clinic.today + 10 * DAY, "starts": dt.time(19),
        "ends": dt.time(21), "how": "in-person", "places": 4, "place": "Kerkstraat 1, Deinze",
    }  # fmt: skip
    return SessionData(**(values | fields))


def kinds(**about) -> list[str]:
    return sorted(Message.objects.filter(**about).values_list("kind", flat=True))


def test_a_coordinator_plans_a_day_in_the_clinics_own_time_and_the_trainer_is_told(team):
    made = plans.make_session(
        clinic=team.clinic, by=team.coordinator, data=data(team, organisation=" Patients' league ")
    )
    there = made.starts_at.astimezone(clock.ZoneInfo("Europe/Brussels"))
    assert (there.time(), made.organisation, made.made_by) == (dt.time(19), "Patients' league", team.coordinator)
    assert kinds(recipient=f"user:{team.trainer.ref}") == ["session.teach"]


def test_the_same_day_sent_twice_is_made_once(team):
    first = plans.make_session(clinic=team.clinic, by=team.coordinator, data=data(team))
    assert plans.make_session(clinic=team.clinic, by=team.coordinator, data=data(team)) == first
    assert LiveSession.objects.count() == 1


@pytest.mark.parametrize("who", ["nurse", "clinician", "admin", "trainer"])
def test_nobody_else_plans_a_day(team, who):
    with pytest.raises(Denied):
        plans.make_session(clinic=team.clinic, by=getattr(team, who), data=data(team))
    assert not LiveSession.objects.exists()


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("ends", {"ends": dt.time(18)}),
        ("ends", {"ends": dt.time(19)}),
        ("ends", {"starts": dt.time(1), "ends": dt.time(23)}),
        ("day", {"day": dt.date(2020, 1, 1)}),
        ("day", {"day": dt.date(2999, 1, 1)}),
        ("places", {"places": 0}),
        ("places", {"places": 61}),
        ("place", {"place": "  "}),
        ("link", {"how": "video"}),
        ("how", {"how": "by letter"}),
        ("module", {"module": 0}),
        ("trainer", {"trainer": 0}),
    ],
)
def test_a_day_that_makes_no_sense_is_refused_at_its_field(team, field, change):
    with pytest.raises(Invalid) as refused:
        plans.make_session(clinic=team.clinic, by=team.coordinator, data=data(team, **change))
    assert refused.value.field == field
    assert not LiveSession.objects.exists()


def test_a_part_that_nobody_does_together_gets_no_day(team):
    with pytest.raises(Invalid) as refused:
        plans.make_session(clinic=team.clinic, by=team.coordinator, data=data(team, module=module(team, "basics").pk))
    assert refused.value.field == "module"


def test_a_nurse_or_somebody_of_another_clinic_is_no_trainer(team, other_team):
    for user in (team.nurse, other_team.trainer):
        with pytest.raises(Invalid):
            plans.make_session(clinic=team.clinic, by=team.coordinator, data=data(team, trainer=user.pk))


def test_a_clinician_may_teach(team):
    made = plans.make_session(clinic=team.clinic, by=team.coordinator, data=data(team, trainer=team.clinician.pk))
    assert made.trainer == team.clinician


def test_video_keeps_a_link_and_no_place(team):
    wanted = data(team, how="video", place="Room 2", link="https://meet.example.org/x")
    made = plans.make_session(clinic=team.clinic, by=team.coordinator, data=wanted)
    assert (made.place, made.link) == ("", "https://meet.example.org/x")


def test_who_signed_up_hears_of_another_hour(team):
    made = plans.make_session(clinic=team.clinic, by=team.coordinator, data=data(team))
    seat = seats.sign_up(session=made.pk, mentor=(m := make_learner(team)).pk, by=m.person.user)
    plans.change_session(session=made.pk, by=team.coordinator, data=data(team, ends=dt.time(22)), version=1)
    assert kinds(subject=seat.ref) == ["session.booked", "session.changed"]


def test_fewer_places_tell_nobody_and_seats_move_up(team):
    made = plans.make_session(clinic=team.clinic, by=team.coordinator, data=data(team))
    first, second = (make_seat(made, make_learner(team), seat=n) for n in (1, 4))
    plans.change_session(session=made.pk, by=team.coordinator, data=data(team, places=2), version=1)
    second.refresh_from_db()
    assert (first.seat, second.seat) == (1, 2)
    assert not Message.objects.filter(kind="session.changed").exists()


def test_never_fewer_places_than_people(team):
    made = plans.make_session(clinic=team.clinic, by=team.coordinator, data=data(team))
    for _n in range(2):
        make_seat(made, make_learner(team))
    with pytest.raises(Invalid, match="2 people signed up") as refused:
        plans.change_session(session=made.pk, by=team.coordinator, data=data(team, places=1), version=1)
    made.refresh_from_db()
    assert (refused.value.field, made.places, made.version) == ("places", 4, 1)


def test_the_part_stays_once_somebody_signed_up(team):
    made = plans.make_session(clinic=team.clinic, by=team.coordinator, data=data(team))
    make_seat(made, make_learner(team))
    other = data(team, module=module(team, "welcome").pk)
    with pytest.raises(Invalid) as refused:
        plans.change_session(session=made.pk, by=team.coordinator, data=other, version=1)
    assert refused.value.field == "module"


def test_two_coordinators_who_change_a_day_do_not_overwrite_each_other(team):
    made = plans.make_session(clinic=team.clinic, by=team.coordinator, data=data(team))
    plans.change_session(session=made.pk, by=team.coordinator, data=data(team, places=6), version=1)
    with pytest.raises(Stale):
        plans.change_session(session=made.pk, by=team.coordinator, data=data(team, places=9), version=1)
    again = plans.change_session(session=made.pk, by=team.coordinator, data=data(team, places=6), version=1)
    assert (again.places, again.version) == (6, 2)


def test_a_day_that_has_begun_stays_as_it_was(team):
    begun = make_day(team, begins=clock.now() - HOUR)
    with pytest.raises(WrongState):
        plans.change_session(session=begun.pk, by=team.coordinator, data=data(team), version=1)
    with pytest.raises(WrongState):
        plans.cancel_session(session=begun.pk, by=team.coordinator)


def test_cancelling_tells_everybody_once(team):
    day = make_day(team)
    made = [make_seat(day, make_learner(team)) for _n in range(2)]
    for _again in range(2):
        plans.cancel_session(session=day.pk, by=team.coordinator)
    day.refresh_from_db()
    assert day.cancelled_by == team.coordinator
    assert [kinds(subject=seat.ref) for seat in made] == [["session.cancelled"]] * 2
    assert kinds(subject=day.ref) == ["session.teach"]


def test_a_trainer_does_not_cancel_a_day(team):
    with pytest.raises(Denied):
        plans.cancel_session(session=make_day(team).pk, by=team.trainer)


def test_nothing_is_cancelled_when_the_message_cannot_be_written(team, monkeypatch):
    day = make_day(team)
    make_seat(day, make_learner(team))

    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr(plans.outbox, "post", broken)
    with pytest.raises(RuntimeError):
        plans.cancel_session(session=day.pk, by=team.coordinator)
    day.refresh_from_db()
    assert day.cancelled_at is None


# Places -----------------------------------------------------------------------------------------


def test_a_mentor_takes_the_lowest_free_seat_and_is_told_once(team):
    day, m = make_day(team, places=3), make_learner(team)
    make_seat(day, make_learner(team), seat=2)
    seat = seats.sign_up(session=day.pk, mentor=m.pk, by=m.person.user)
    again = seats.sign_up(session=day.pk, mentor=m.pk, by=m.person.user)
    assert (seat.seat, again.pk) == (1, seat.pk)
    assert kinds(subject=seat.ref) == ["session.booked"]


def test_a_coordinator_may_sign_somebody_up_who_rang(team):
    day, m = make_day(team), make_learner(team)
    assert seats.sign_up(session=day.pk, mentor=m.pk, by=team.coordinator).by == team.coordinator


def test_nobody_takes_a_place_for_somebody_else(team):
    day, m, other = make_day(team), make_learner(team), make_learner(team)
    for user in (other.person.user, team.trainer, team.nurse):
        with pytest.raises(Denied):
            seats.sign_up(session=day.pk, mentor=m.pk, by=user)
    assert not SignUp.objects.exists()


def test_a_full_day_is_refused_with_another_one(team):
    day, other = make_day(team, places=1), make_day(team, begins=clock.now() + 8 * DAY, places=1)
    make_seat(day, make_learner(team))
    m = make_learner(team)
    with pytest.raises(WrongState, match="still a place on"):
        seats.sign_up(session=day.pk, mentor=m.pk, by=m.person.user)
    make_seat(other, make_learner(team))
    with pytest.raises(WrongState, match="no other day yet"):
        seats.sign_up(session=day.pk, mentor=m.pk, by=m.person.user)
    assert not SignUp.objects.of(m).exists()


def test_another_day_is_taken_in_exchange_for_the_first(team):
    first, second, m = make_day(team), make_day(team, begins=clock.now() + 8 * DAY), make_learner(team)
    old = seats.sign_up(session=first.pk, mentor=m.pk, by=m.person.user)
    new = seats.sign_up(session=second.pk, mentor=m.pk, by=m.person.user)
    old.refresh_from_db()
    assert old.cancelled_at is not None and list(SignUp.objects.live()) == [new]
    assert Message.objects.get(subject=old.ref).status == "cancelled"


def test_a_full_second_day_leaves_the_first_place_as_it_was(team):
    first, second, m = make_day(team), make_day(team, begins=clock.now() + 8 * DAY, places=1), make_learner(team)
    old = seats.sign_up(session=first.pk, mentor=m.pk, by=m.person.user)
    make_seat(second, make_learner(team))
    with pytest.raises(WrongState):
        seats.sign_up(session=second.pk, mentor=m.pk, by=m.person.user)
    old.refresh_from_db()
    assert old.cancelled_at is None


def test_days_that_are_over_cancelled_or_not_for_them_are_refused(team, other_team):
    m = make_learner(team)
    over = make_day(team, begins=clock.now() - DAY)
    gone = make_day(team, cancelled_at=clock.now(), cancelled_by=team.coordinator)
    passed = make_learner(team)
    passed.learnings.get().progress.update(passed_at=clock.now(), passed_how="elsewhere")
    for session, mentor in ((over, m), (gone, m), (make_day(team), passed)):
        with pytest.raises(WrongState):
            seats.sign_up(session=session.pk, mentor=mentor.pk, by=mentor.person.user)
    with pytest.raises(Denied):
        seats.sign_up(session=make_day(other_team).pk, mentor=m.pk, by=m.person.user)


def test_who_teaches_a_day_is_not_also_in_it(team):
    m = make_learner(team)
    day = make_day(team, trainer=m.person.user)
    with pytest.raises(WrongState, match="teach"):
        seats.sign_up(session=day.pk, mentor=m.pk, by=m.person.user)


def test_the_database_itself_keeps_one_person_in_a_seat(team):
    day = make_day(team)
    make_seat(day, make_learner(team), seat=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_seat(day, make_learner(team), seat=1)


def test_a_place_given_back_is_free_for_somebody_else(team):
    day, m, next_one = make_day(team, places=1), make_learner(team), make_learner(team)
    seat = seats.sign_up(session=day.pk, mentor=m.pk, by=m.person.user)
    for _again in range(2):
        seats.give_place_back(sign_up=seat.pk, by=m.person.user)
    assert seats.sign_up(session=day.pk, mentor=next_one.pk, by=next_one.person.user).seat == 1


def test_a_place_is_not_given_back_by_another_or_once_it_began(team):
    m = make_learner(team)
    seat = make_seat(make_day(team), m)
    with pytest.raises(Denied):
        seats.give_place_back(sign_up=seat.pk, by=make_learner(team).person.user)
    LiveSession.objects.update(starts_at=clock.now() - HOUR)
    with pytest.raises(WrongState):
        seats.give_place_back(sign_up=seat.pk, by=m.person.user)


def test_no_day_suits_is_kept_once_tells_the_coordinators_and_frees_the_place(team):
    second = factories.make_user(team.clinic, Role.COORDINATOR)
    m = make_learner(team)
    seat = make_seat(make_day(team), m)
    for words in ("", "Only on Sundays"):
        row = seats.no_day_suits(mentor=m.pk, module=module(team).pk, by=m.person.user, words=words)
    seat.refresh_from_db()
    assert NoDay.objects.get().words == "Only on Sundays" and seat.cancelled_at is not None
    told = set(Message.objects.filter(subject=row.ref).values_list("recipient", flat=True))
    assert told == {f"user:{team.coordinator.ref}", f"user:{second.ref}"}


def test_signing_up_after_all_settles_it(team):
    m = make_learner(team)
    seats.no_day_suits(mentor=m.pk, module=module(team).pk, by=m.person.user)
    seats.sign_up(session=make_day(team).pk, mentor=m.pk, by=m.person.user)
    assert NoDay.objects.get().settled_by == m.person.user


def test_too_many_words_are_refused(team):
    m = make_learner(team)
    with pytest.raises(Invalid) as refused:
        seats.no_day_suits(mentor=m.pk, module=module(team).pk, by=m.person.user, words="x" * 301)
    assert refused.value.field == "words" and not NoDay.objects.exists()


def test_only_who_keeps_the_records_settles_it_and_once(team):
    m = make_learner(team)
    row = seats.no_day_suits(mentor=m.pk, module=module(team).pk, by=m.person.user)
    with pytest.raises(Denied):
        seats.settle_no_day(no_day=row.pk, by=team.trainer)
    first = seats.settle_no_day(no_day=row.pk, by=team.coordinator)
    assert seats.settle_no_day(no_day=row.pk, by=team.coordinator).settled_at == first.settled_at


@pytest.mark.parametrize("news", [signals.stopped, signals.decertified])
def test_who_leaves_frees_their_places(team, news):
    m = make_learner(team)
    seat = make_seat(make_day(team), m)
    news.send(Mentor, mentor=m, by=team.coordinator)
    seat.refresh_from_db()
    assert seat.cancelled_at is not None
