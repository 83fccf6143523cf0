"""Today names who learns and waits: for a call after the last try, for a reader, for the certificate."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from tests.training import learning_world as world
from training.models import ModuleProgress
from training.workflow import Status

TODAY = reverse("desk:today")


@pytest.fixture
def coordinator(team, sign_in):
    world.make_version(team)
    return sign_in(team.coordinator)


def page(client) -> str:
    response = client.get(TODAY)
    assert response.status_code == 200
    return response.content.decode()


def test_after_the_last_try_the_coordinator_is_to_ring(team, coordinator):
    row = world.part(world.make_learner(team))
    world.failed_tries(row, 2)
    assert "Every try" not in page(coordinator)
    row.tries.create(number=3, ended_at=clock.now(), passed=False)
    assert "Every try at “Red flags” is used" in page(coordinator) and "Call Rita" in page(coordinator)
    ModuleProgress.objects.update(round=2)
    assert "Every try" not in page(coordinator)


def test_what_was_written_waits_for_a_reader_until_it_is_read(team, coordinator):
    row = world.part(world.make_learner(team), "story")
    ModuleProgress.objects.filter(pk=row.pk).update(written="Mine", written_at=clock.now())
    assert "Handed in what they wrote for “My story”" in page(coordinator)
    ModuleProgress.objects.filter(pk=row.pk).update(passed_at=clock.now(), passed_how="read")
    assert "Handed in" not in page(coordinator)


def test_the_training_done_asks_for_a_look_at_the_certificate(team, coordinator):
    learner = world.make_learner(team)
    ModuleProgress.objects.exclude(module__key="story").update(passed_at=clock.now(), passed_how="quiz")
    assert "Every part of the training is done" not in page(coordinator)
    ModuleProgress.objects.filter(passed_at=None).update(passed_at=clock.now(), passed_how="read")
    assert "Every part of the training is done" in page(coordinator)
    learner.refresh_from_db()
    assert learner.status == Status.IN_TRAINING


def test_nothing_of_another_clinic_nor_of_who_has_left(team, other_team, coordinator):
    world.make_version(other_team)
    for learner in (world.make_learner(other_team), world.make_learner(team)):
        world.failed_tries(world.part(learner))
    learner.status = Status.RETIRED
    learner.save()
    assert "Every try" not in page(coordinator)


def test_the_number_of_queries_does_not_grow(team, coordinator):
    counts = []
    for more in (2, 18):
        for _n in range(more):
            world.failed_tries(world.part(world.make_learner(team)))
        with CaptureQueriesContext(connection) as seen:
            page(coordinator)
        counts.append(len(seen))
    assert counts[0] == counts[1]
