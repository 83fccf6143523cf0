"""What the tests of supervision begin with: a mentor whom somebody looks after, and talks."""

from __future__ import annotations

import datetime as dt

from common import clock
from tests import factories
from training.actions import supervising as actions
from training.models import SupervisionTalk

DAY = dt.timedelta(days=1)


def soon(days: int = 3) -> dt.datetime:
    """Return a moment some days ahead, at a whole minute."""
    return (clock.now() + days * DAY).replace(second=0, microsecond=0)


def planned(team, *mentors, days: int = 3, by=None, **fields) -> SupervisionTalk:
    """Plan a talk with these mentors, or with a new one."""
    mentors = mentors or (factories.make_mentor(team),)
    kind = "group" if len(mentors) > 1 else "one-to-one"
    return actions.plan_talk(
        mentors=[m.pk for m in mentors], by=by or team.clinician, planned_at=soon(days), kind=kind, **fields
    )


def past(talk: SupervisionTalk, days: int = 0) -> SupervisionTalk:
    """Let the moment of a talk be some days ago."""
    SupervisionTalk.objects.filter(pk=talk.pk).update(
        planned_at=clock.now() - days * DAY - dt.timedelta(hours=1), made_at=clock.now() - (days + 2) * DAY
    )
    talk.refresh_from_db()
    return talk
