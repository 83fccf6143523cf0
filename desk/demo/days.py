"""Training days of the demo: one that was, one to come."""

from __future__ import annotations

import datetime as dt

from common import clock
from desk.demo.cast import Cast
from desk.demo.stage import DAY, Stage
from training import learning
from training.actions import sessions, sessions_marks, sessions_seats
from training.data_sessions import SessionData
from training.models import LiveSession, Mentor, SignUp

PART = "conflict-and-diversity"
STARTS, ENDS = dt.time(19), dt.time(21)
FROM = "The patients' association"


def add_days(stage: Stage, cast: Cast) -> None:
    """Plan an evening that was ten days ago, by video, and one in a week at the clinic."""
    was, comes = stage.now.date() - 10 * DAY, stage.now.date() + 7 * DAY
    stage.at(stage.days_ago(17, 10), plan, stage, cast, was, LiveSession.How.VIDEO)
    stage.at(stage.days_ago(4, 10), plan, stage, cast, comes, LiveSession.How.IN_PERSON)
    stage.at(stage.days_ago(3, 20), sign_up, cast, comes)


def plan(stage: Stage, cast: Cast, day: dt.date, how: str) -> None:
    """Plan an evening with the trainer of the association."""
    module = learning.published(cast.clinic).modules.get(key=PART)
    by_video = how == LiveSession.How.VIDEO
    made = sessions.make_session(
        clinic=cast.clinic, by=cast.coordinator,
        data=SessionData(
            module=module.pk, trainer=cast.trainer.pk, day=day, starts=STARTS, ends=ENDS, how=how, places=8,
            organisation=FROM, place="" if by_video else "Room 2.14", link="https://meet.example.org/evening" if by_video else "",
        ),
    )  # fmt: skip
    if day < stage.now.date():
        stage.at(clock.at_local(day, dt.time(21, 10), cast.clinic.time_zone), mark, cast, made)


def mark(cast: Cast, session: LiveSession) -> None:
    """The trainer says who came."""
    came = list(SignUp.objects.filter(session=session, cancelled_at=None).values_list("ref", flat=True))
    sessions_marks.mark_attendance(session=session.pk, came=came, by=cast.trainer)


def sign_up(cast: Cast, day: dt.date) -> None:
    """Whoever has this part ahead takes a place."""
    session = LiveSession.objects.get(clinic=cast.clinic, starts_at__date=day)
    for mentor in Mentor.objects.of_clinic(cast.clinic).filter(status="in-training"):
        row = learning.current(mentor)
        if row and row.progress.filter(module__key=PART, passed_at=None).exists():
            sessions_seats.sign_up(session=session.pk, mentor=mentor.pk, by=mentor.person.user)
