"""Training days and trainers: rows of the table and what they are about. An external trainer gets their own days only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.access.row import SIGNED_IN, Row, always, seen_by
from tests.training.sessions_world import make_day, make_seat, module
from training.models import Learning, LiveSession, ModuleProgress, NoDay


def everybody_but(*roles: str, outcome: str = "403") -> str:
    """Write one outcome for whoever is signed in and none of these."""
    return " ".join(["", always(outcome, " ".join(who for who in SIGNED_IN.split() if who not in roles))])


PLANS = seen_by("coordinator")
TEACHES = PLANS + " " + seen_by("trainer", other="404")  # the other day of the clinic is a clinician's
NO_TEACHER = everybody_but("coordinator", "trainer", "clinician")
THEIRS = TEACHES + " " + always("404", "clinician") + NO_TEACHER
ROWS: dict[str, Row] = {
    "training:sessions": Row(get=PLANS + everybody_but("coordinator")),
    "training:session-new": Row(get=PLANS + everybody_but("coordinator"), post=PLANS + everybody_but("coordinator")),
    "training:my-sessions": Row(get=always("ok", "coordinator trainer clinician") + NO_TEACHER),
    "training:session-choose": Row(
        get=always("ok", "mentor") + everybody_but("mentor"), post=always("ok", "mentor") + everybody_but("mentor")
    ),
    "training:session": Row(kind="training-day", get=THEIRS, post=THEIRS),
    "training:session-change": Row(
        kind="training-day", get=PLANS + everybody_but("coordinator"), post=PLANS + everybody_but("coordinator")
    ),
    "training:session-cancel": Row(
        kind="training-day", get=PLANS + everybody_but("coordinator"), post=PLANS + everybody_but("coordinator")
    ),
    "training:session-calendar": Row(
        kind="training-day",
        get=TEACHES + " " + seen_by("mentor", other="404") + " " + always("404", "clinician")
        + everybody_but("coordinator", "trainer", "mentor", "clinician"),
    ),
    "training:session-give-back": Row(
        kind="seat", get=None, post=seen_by("mentor", other="404") + everybody_but("mentor")
    ),
    "training:session-spoken": Row(kind="no-day", get=None, post=PLANS + everybody_but("coordinator")),
    "training:role-play": Row(kind="role-play", get=THEIRS, post=THEIRS),
}  # fmt: skip
LINKS: dict[str, Callable[[Any], str]] = {}  # kind of one-time link: side -> the ref it is about


def objects(side) -> dict[str, object]:
    """Store a day, a seat at it and a role-play: on our own side the trainer's, on the other one a clinician's."""
    taken = LiveSession.objects.filter(trainer=side.team.trainer).exists()
    day = make_day(side.team, trainer=side.clinician if taken else side.team.trainer)
    learning = Learning.objects.create(
        mentor=side.mentor, curriculum=day.module.curriculum, begun_by=side.team.coordinator
    )
    progress = ModuleProgress.objects.create(learning=learning, module=day.module)
    seat = make_seat(day, side.mentor)
    no_day = NoDay.objects.create(mentor=side.mentor, module=module(side.team, "welcome"))
    return {"training-day": day, "seat": seat, "no-day": no_day, "role-play": progress}
