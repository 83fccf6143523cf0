"""Builders for tests about training days: a clinic's published training, days, and mentors who still have parts to do."""

from __future__ import annotations

import datetime as dt

from common import clock
from tests import factories
from training.models import (
    Curriculum,
    Learning,
    LiveSession,
    Mentor,
    Module,
    ModuleProgress,
    RubricItem,
    SignUp,
)
from training.workflow import Status

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
KINDS = (
    ("listening", "Listening", "role-play"),
    ("welcome", "A first evening", "presence"),
    ("basics", "Basics", "quiz"),
)


def make_training(team) -> Curriculum:
    """Store a published training with a role-play, an evening passed by being there, and a quiz that has no day."""
    made, _new = Curriculum.objects.get_or_create(
        clinic=team.clinic, version=1,
        defaults={"made_by": team.coordinator, "published_at": clock.now(), "published_by": team.coordinator},
    )  # fmt: skip
    for position, (key, title, passing) in enumerate(KINDS, start=made.modules.count() + 1):
        if not made.modules.filter(key=key).exists():
            _add(made, position, key, title, passing)
    return made


def _add(curriculum: Curriculum, position: int, key: str, title: str, passing: str) -> None:
    module = Module.objects.create(
        curriculum=curriculum, key=key, position=position, title=title, objective="Do it.", passing=passing,
        is_live=passing != "quiz",
    )  # fmt: skip
    if passing == "role-play":
        for n in range(1, 6):
            RubricItem.objects.create(module=module, position=n, text=f"Listens in way {n}")


def module(team, key: str = "listening") -> Module:
    return make_training(team).modules.get(key=key)


def make_learner(team, **fields) -> Mentor:
    """Store a mentor in training with every part to do."""
    fields.setdefault("status", Status.IN_TRAINING)
    mentor = factories.make_mentor(team, ready=False, **fields)
    learning = Learning.objects.create(mentor=mentor, curriculum=make_training(team), begun_by=team.coordinator)
    for part in learning.curriculum.modules.all():
        ModuleProgress.objects.create(learning=learning, module=part)
    return mentor


def part(mentor: Mentor, key: str = "listening") -> ModuleProgress:
    return ModuleProgress.objects.get(learning__mentor=mentor, module__key=key)


def make_day(team, key: str = "listening", *, begins=None, hours: float = 2, **fields) -> LiveSession:
    """Store a training day, in five days from now unless told otherwise."""
    begins = begins or clock.now() + 5 * DAY
    fields.setdefault("trainer", team.trainer)
    fields.setdefault("how", "in-person")
    fields.setdefault("place", "Kerkstraat 1, Deinze" if fields["how"] == "in-person" else "")
    return LiveSession.objects.create(
        clinic=team.clinic, module=module(team, key), starts_at=begins, ends_at=begins + hours * HOUR,
        made_by=team.coordinator, **fields,
    )  # fmt: skip


def make_seat(session: LiveSession, mentor: Mentor, **fields) -> SignUp:
    """Store a seat at a day: the next one."""
    fields.setdefault("seat", session.sign_ups.live().count() + 1)
    return SignUp.objects.create(session=session, mentor=mentor, by=mentor.person.user, **fields)
