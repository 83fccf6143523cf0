"""Who is on call at the clinics of the demo: nights and weekends of the weeks around today, and one shift handed over."""

from __future__ import annotations

import datetime as dt

from clinics.models import Clinic
from common import clock
from desk.demo.cast import Cast
from desk.demo.stage import DAY, Stage
from mentorship.actions import rota as actions
from mentorship.models import Shift

BEGAN = 10  # days before today on which the rota was planned
WEEKS = 6
EVENING, MORNING, MIDNIGHT = dt.time(17), dt.time(8, 30), dt.time(0)


def add_rota(stage: Stage, cast: Cast) -> None:
    """Plan the nights of some weeks, and have one of them offered to a colleague yesterday."""
    stage.at(stage.days_ago(BEGAN, 11), plan, cast)
    stage.at(stage.days_ago(1, 15), ask, cast)


def plan(cast: Cast) -> None:
    """Put the backup on call on weekday nights, and the clinician from Friday evening on; Sunday nights stay open."""
    clinic = Clinic.objects.get(pk=cast.clinic.pk)
    first = clinic.today + (7 - clinic.today.weekday()) % 7 * DAY
    who = {"clinic": clinic, "by": cast.coordinator, "first_day": first, "weeks": WEEKS}
    actions.plan(**who, user=cast.backup, starts=EVENING, ends=MORNING, weekdays=[0, 1, 2, 3])
    actions.plan(**who, user=cast.clinician, starts=EVENING, ends=MIDNIGHT, weekdays=[4])
    actions.plan(**who, user=cast.clinician, starts=MIDNIGHT, ends=MIDNIGHT, weekdays=[5, 6])


def ask(cast: Cast) -> None:
    """Ask the clinician to take a night of next week."""
    soon = Shift.objects.planned().filter(clinic=cast.clinic, user=cast.backup, starts_at__gt=clock.now() + 4 * DAY)
    shift = soon.first()
    if shift is not None:
        actions.offer(shift=shift, by=cast.backup, to=cast.clinician)
