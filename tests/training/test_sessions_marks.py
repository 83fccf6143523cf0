"""Who came, and what was seen in a role-play."""

import pytest

from common import clock
from common.errors import Denied, Invalid, Stale, WrongState
from messaging.models import Message
from tests.training.sessions_world import DAY, HOUR, make_day, make_learner, make_seat, part
from training.actions import learning_help
from training.actions import sessions_marks as marks
from training.models import ModuleProgress, Observation
from training.workflow import Status


def over(team, key="welcome", **fields):
    return make_day(team, key, begins=clock.now() - 3 * HOUR, **fields)


def test_being_there_passes_a_part_that_is_passed_by_it(team):
    day, came, away = over(team), make_learner(team), make_learner(team)
    there, gone = make_seat(day, came), make_seat(day, away)
    for _again in range(2):
        marks.mark_attendance(session=day.pk, came=[there.ref], by=team.trainer)
    there.refresh_from_db(), gone.refresh_from_db()
    assert (there.came, gone.came, there.marked_by) == (True, False, team.trainer)
    assert (part(came, "welcome").passed_how, part(away, "welcome").passed_how) == ("present", "")
    assert part(came, "welcome").passed_by == team.trainer


def test_being_there_alone_does_not_pass_a_role_play(team):
    day, m = over(team, "listening"), make_learner(team)
    marks.mark_attendance(session=day.pk, came=[make_seat(day, m).ref], by=team.trainer)
    assert part(m).passed_at is None


def test_a_slip_of_the_pen_is_put_right_and_takes_the_pass_back(team):
    day, m = over(team), make_learner(team)
    seat = make_seat(day, m)
    marks.mark_attendance(session=day.pk, came=[seat.ref], by=team.trainer)
    marks.mark_attendance(session=day.pk, came=[], by=team.coordinator)
    assert part(m, "welcome").passed_at is None


def test_a_pass_of_another_day_stays(team):
    first, second, m = over(team), over(team), make_learner(team)
    make_seat(first, m, came=True, marked_by=team.trainer)
    seat = make_seat(second, m)
    marks.mark_attendance(session=second.pk, came=[seat.ref], by=team.trainer)
    marks.mark_attendance(session=second.pk, came=[], by=team.trainer)
    assert part(m, "welcome").passed_how == "present"


def test_a_day_that_closed_the_training_is_not_taken_back(team):
    day, m = over(team), make_learner(team)
    seat = make_seat(day, m)
    marks.mark_attendance(session=day.pk, came=[seat.ref], by=team.trainer)
    m.status = Status.READY
    m.save()
    with pytest.raises(WrongState):
        marks.mark_attendance(session=day.pk, came=[], by=team.trainer)
    seat.refresh_from_db()
    assert seat.came is True


@pytest.mark.parametrize("who", ["nurse", "clinician", "admin"])
def test_nobody_else_says_who_came(team, who):
    day = over(team)
    with pytest.raises(Denied):
        marks.mark_attendance(session=day.pk, came=[], by=getattr(team, who))


def test_a_trainer_of_another_day_does_not_say_who_came(team):
    day = over(team, trainer=team.clinician)
    with pytest.raises(Denied):
        marks.mark_attendance(session=day.pk, came=[], by=team.trainer)
    marks.mark_attendance(session=day.pk, came=[], by=team.clinician)


def test_nobody_says_that_they_came_themselves(team):
    day, m = over(team), make_learner(team)
    m.person.user = team.coordinator
    m.person.save()
    seat = make_seat(day, m)
    with pytest.raises(Denied):
        marks.mark_attendance(session=day.pk, came=[seat.ref], by=team.coordinator)
    marks.mark_attendance(session=day.pk, came=[], by=team.coordinator)
    seat.refresh_from_db()
    assert seat.came is None


def test_too_early_cancelled_or_somebody_who_left(team):
    early = make_day(team, "welcome", begins=clock.now() + HOUR)
    gone = over(team, cancelled_at=clock.now(), cancelled_by=team.coordinator)
    for day in (early, gone):
        with pytest.raises(WrongState):
            marks.mark_attendance(session=day.pk, came=[], by=team.trainer)
    with pytest.raises(Invalid) as refused:
        marks.mark_attendance(session=over(team).pk, came=["nobody"], by=team.trainer)
    assert refused.value.field == "came"


# Role-plays -------------------------------------------------------------------------------------


def seen(progress: ModuleProgress, *points: int) -> dict[str, int]:
    refs = list(progress.module.rubric.values_list("ref", flat=True))
    return dict(zip(refs, points, strict=True))


ENOUGH, TOO_LITTLE = (2, 2, 2, 1, 1), (2, 2, 1, 1, 1)


def watch(progress, by, points=ENOUGH, number=1, **fields):
    answers = {"on": clock.now().date(), "words": "You left the silence alone."} | fields
    return marks.observe(progress=progress.pk, by=by, number=number, seen=seen(progress, *points), **answers)


@pytest.fixture
def learner(team):
    m = make_learner(team)
    make_seat(over(team, "listening"), m)
    return m


def test_enough_of_the_rubric_passes_and_the_mentor_is_told(team, learner):
    made = watch(part(learner), team.trainer)
    row = part(learner)
    assert (made.passed, made.points, made.most) == (True, 8, 10)
    assert (row.passed_how, row.passed_by) == ("observed", team.trainer)
    assert Message.objects.get(subject=made.ref).recipient == f"user:{learner.person.user.ref}"


def test_less_than_the_mark_does_not_pass(team, learner):
    made = watch(part(learner), team.trainer, TOO_LITTLE)
    assert (made.passed, part(learner).passed_at) == (False, None)


def test_sent_twice_it_is_one_try(team, learner):
    assert watch(part(learner), team.trainer) == watch(part(learner), team.trainer)
    assert Observation.objects.count() == 1


def test_two_observers_of_one_try_are_told(team, learner):
    watch(part(learner), team.trainer, TOO_LITTLE)
    with pytest.raises(Stale):
        watch(part(learner), team.coordinator, TOO_LITTLE)
    assert watch(part(learner), team.coordinator, number=2).passed


def test_after_the_third_try_the_coordinator_talks_with_them_first(team, learner):
    for number in (1, 2, 3):
        watch(part(learner), team.trainer, TOO_LITTLE, number)
    with pytest.raises(WrongState, match="coordinator"):
        watch(part(learner), team.trainer, ENOUGH, 4)
    learning_help.give_round(progress=part(learner).pk, by=team.coordinator, round=1, note="We practised together.")
    assert watch(part(learner), team.trainer, ENOUGH, 1).round == 2


def test_what_is_passed_is_not_watched_again(team, learner):
    watch(part(learner), team.trainer)
    with pytest.raises(WrongState):
        watch(part(learner), team.trainer, TOO_LITTLE, 2)


def test_a_trainer_watches_only_who_is_at_a_day_they_teach(team):
    m = make_learner(team)
    make_seat(over(team, "listening", trainer=team.clinician), m)
    with pytest.raises(Denied):
        watch(part(m), team.trainer)
    assert watch(part(m), team.clinician).observer == team.clinician


def test_a_coordinator_watches_anybody_of_the_clinic_and_nobody_elsewhere(team, other_team):
    assert watch(part(make_learner(team)), team.coordinator).passed
    with pytest.raises(Denied):
        watch(part(make_learner(other_team)), team.coordinator)


def test_nobody_watches_themselves(team):
    m = make_learner(team)
    m.person.user = team.coordinator
    m.person.save()
    with pytest.raises(Denied):
        watch(part(m), team.coordinator)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("on", {"on": clock.now().date() + 3 * DAY}),
        ("on", {"on": clock.now().date() - 500 * DAY}),
        ("words", {"words": " "}),
        ("words", {"words": "x" * 1001}),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(team, learner, field, change):
    with pytest.raises(Invalid) as refused:
        watch(part(learner), team.trainer, **change)
    assert refused.value.field == field and not Observation.objects.exists()


def test_forged_answers_are_refused(team, learner):
    row = part(learner)
    good = seen(row, *ENOUGH)
    first = next(iter(good))
    for forged in (good | {first: 3}, {k: v for k, v in good.items() if k != first}, good | {"other": 2}):
        with pytest.raises(Invalid):
            marks.observe(progress=row.pk, by=team.trainer, number=1, on=clock.now().date(), seen=forged, words="Well.")
    assert not Observation.objects.exists()


def test_a_quiz_has_no_role_play(team, learner):
    with pytest.raises(WrongState):
        marks.observe(
            progress=part(learner, "basics").pk,
            by=team.coordinator,
            number=1,
            on=clock.now().date(),
            seen={},
            words="Well.",
        )
