"""The training: who begins it, under which version, and what counts as done."""

import datetime as dt

import pytest

from common import clock
from common.errors import Denied, NotReady, WrongState
from tests import factories
from tests.training import learning_world as world
from training import learning, starter_curriculum
from training.actions import learning as actions
from training.models import Certificate, Curriculum, Learning, ModuleProgress
from training.workflow import Status

DAY = factories.DAY
How = ModuleProgress.How


@pytest.fixture
def learner(team):
    """Somebody who was accepted and has a training to follow."""
    return factories.make_mentor(team, ready=False, status=Status.IN_TRAINING)


@pytest.fixture
def version(team):
    """A training of two parts and a refresher."""
    made = Curriculum.objects.create(
        clinic=team.clinic, version=1, made_by=team.coordinator, published_at=clock.now(), published_by=team.coordinator
    )
    for n, key in enumerate(["limits", "flags", "again"], start=1):
        content = {"key": key, "title": key.title(), "objective": "Know", "passing": "quiz", "is_refresher": n == 3}
        starter_curriculum.add_module(made, n, content)
    return made


def progress(row, key="limits"):
    return row.progress.get(module__key=key)


# The starter modules


def test_a_clinic_begins_with_the_starter_modules_and_again_changes_nothing(team):
    first = starter_curriculum.start_clinic(team.clinic, team.coordinator)
    again = starter_curriculum.start_clinic(team.clinic, team.admin)
    assert first == again and first.published_by == team.coordinator
    flags = first.modules.get(key="red-flags")
    assert flags.pages.count() == 5 and flags.questions.filter(is_emergency=True).count() == 6
    assert not [q for q in flags.questions.all() if q.options.filter(is_right=True).count() != 1]


# Beginning


def test_beginning_draws_the_parts_of_the_published_version_without_refreshers(learner, version):
    row = actions.begin(mentor=learner.pk, by=learner.person.user)
    assert row.curriculum == version
    assert [p.module.key for p in row.progress.all()] == ["limits", "flags"]


def test_beginning_again_returns_what_was_begun_also_under_a_newer_version(team, learner, version):
    first = actions.begin(mentor=learner.pk, by=team.coordinator)
    Curriculum.objects.create(
        clinic=team.clinic, version=2, made_by=team.coordinator, published_at=clock.now(), published_by=team.coordinator
    )
    assert actions.begin(mentor=learner.pk, by=learner.person.user) == first
    assert Learning.objects.get().curriculum == version


def test_a_clinic_without_a_training_of_its_own_begins_with_the_starter_one(learner):
    row = actions.begin(mentor=learner.pk, by=learner.person.user)
    assert row.curriculum.version == 1 and row.progress.filter(module__key="red-flags").exists()


@pytest.mark.parametrize("who", ["nurse", "clinician", "admin", "trainer"])
def test_others_begin_nothing_for_somebody(team, learner, version, who):
    with pytest.raises(Denied):
        actions.begin(mentor=learner.pk, by=getattr(team, who))


@pytest.mark.parametrize("status", [Status.APPLIED, Status.DECLINED, Status.RETIRED, Status.DECERTIFIED])
def test_who_was_not_accepted_or_has_left_begins_nothing(team, version, status):
    mentor = factories.make_mentor(team, ready=False, status=status)
    with pytest.raises(WrongState):
        actions.begin(mentor=mentor.pk, by=team.coordinator)
    assert not Learning.objects.exists()


def test_a_training_without_parts_is_refused_in_words(team, learner, version):
    version.modules.all().delete()
    with pytest.raises(NotReady, match="no parts"):
        actions.begin(mentor=learner.pk, by=team.coordinator)


# Passing


def test_all_parts_passed_is_complete_and_until_then_each_missing_part_is_named(team, learner, version):
    assert learning.missing_parts(learner) == ["the training has not begun"] and not learning.is_complete(learner)
    row = actions.begin(mentor=learner.pk, by=team.coordinator)
    actions.pass_module(progress=progress(row).pk, how=How.PRESENT, by=team.trainer)
    assert learning.missing_parts(learner) == ["“Flags” is still to pass"]
    actions.pass_module(progress=progress(row, "flags").pk, how=How.OBSERVED, by=team.coordinator)
    assert learning.is_complete(learner) and learning.missing_parts(learner) == []
    learner.refresh_from_db()
    assert learner.status == Status.IN_TRAINING


def test_passing_again_keeps_the_first(team, learner, version):
    row = actions.begin(mentor=learner.pk, by=team.coordinator)
    first = actions.pass_module(progress=progress(row).pk, how=How.PRESENT, by=team.trainer)
    again = actions.pass_module(progress=progress(row).pk, how=How.READ, by=team.coordinator)
    assert (again.passed_at, again.passed_how, again.passed_by) == (first.passed_at, How.PRESENT, team.trainer)


def test_nobody_passes_themselves(team, learner, version):
    row = actions.begin(mentor=learner.pk, by=team.coordinator)
    with pytest.raises(Denied, match="nobody passes themselves"):
        actions.pass_module(progress=progress(row).pk, how=How.PRESENT, by=learner.person.user)


# Refreshers


def certified(team, *, ends_in):
    mentor = factories.make_mentor(team)
    Certificate.objects.update(valid_until=team.clinic.today + ends_in * DAY)
    return mentor


@pytest.mark.parametrize(("ends_in", "opens"), [(91, False), (90, True), (0, True), (-30, True)])
def test_refreshers_open_ninety_days_before_the_certificate_ends(team, version, ends_in, opens):
    mentor = certified(team, ends_in=ends_in)
    if not opens:
        with pytest.raises(WrongState, match="open on"):
            actions.begin(mentor=mentor.pk, by=mentor.person.user, refresher=True)
        return
    row = actions.begin(mentor=mentor.pk, by=mentor.person.user, refresher=True)
    assert [p.module.key for p in row.progress.all()] == ["again"]
    assert actions.begin(mentor=mentor.pk, by=mentor.person.user, refresher=True) == row


def test_refreshers_count_for_the_certificate_that_ends_now_only(team, version):
    mentor = certified(team, ends_in=30)
    assert learning.missing_refreshers(mentor) == ["“Again” is still to pass"]
    row = actions.begin(mentor=mentor.pk, by=mentor.person.user, refresher=True)
    actions.pass_module(progress=progress(row, "again").pk, how=How.QUIZ, by=team.coordinator)
    assert learning.refreshers_done(mentor) and learning.refreshers_done(mentor, team.clinic.today)
    today = team.clinic.today
    Certificate.objects.create(
        mentor=mentor, valid_from=today, valid_until=today + 730 * DAY, issued_by=team.coordinator
    )
    with clock.at(clock.now() + dt.timedelta(days=700)):
        del mentor.valid_certificates
        assert not learning.refreshers_done(mentor)
        assert actions.begin(mentor=mentor.pk, by=mentor.person.user, refresher=True) != row


def test_where_no_refreshers_are_taught_none_are_missing(team, version):
    version.modules.filter(is_refresher=True).delete()
    assert learning.refreshers_done(certified(team, ends_in=30))


def test_after_a_certificate_was_taken_back_the_refreshers_are_begun_once(team, version):
    mentor = certified(team, ends_in=300)
    Certificate.objects.update(revoked_at=clock.now(), revoked_by=team.coordinator)
    row = actions.begin(mentor=mentor.pk, by=mentor.person.user, refresher=True)
    with clock.at(clock.now() + 9 * DAY):
        assert actions.begin(mentor=mentor.pk, by=mentor.person.user, refresher=True) == row


def test_who_was_never_certified_has_nothing_to_refresh(team, learner, version):
    with pytest.raises(WrongState, match="certificate before"):
        actions.begin(mentor=learner.pk, by=team.coordinator, refresher=True)


# How first attempts went


def test_first_attempts_are_counted_by_part_and_clinic_only_once(team, other_team):
    world.make_version(team)
    world.make_version(other_team)
    for passed in (True, False, True):
        row = world.part(world.make_learner(team))
        row.tries.create(number=1, ended_at=clock.now(), passed=passed)
        row.tries.create(number=2, ended_at=clock.now(), passed=True)
    row.tries.create(round=2, number=1, ended_at=clock.now(), passed=True)
    world.part(world.make_learner(team)).tries.create(number=1)  # not handed in yet
    watched = world.part(world.make_learner(team), "listening")
    watched.observations.create(number=1, observer=team.trainer, on=team.clinic.today, points=1, most=2, passed=False)
    world.part(world.make_learner(other_team)).tries.create(number=1, ended_at=clock.now(), passed=True)
    assert learning.first_try(team.clinic) == {"flags": (2, 3), "listening": (0, 1)}
