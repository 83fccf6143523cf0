"""Supervision, concerns in confidence and pairs looked at now and then: rows of the table and what they are about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from common import clock
from mentorship.models import MatchReview
from tests.access.row import EVERYBODY, PROGRAMME, Row, always, seen_by
from training.models import Concern, SupervisionPart, SupervisionTalk

SUPERVISOR = seen_by("clinician", other="404")  # of the own side's mentor
ANY_ROLE = "nurse coordinator mentor clinician admin trainer"

ROWS: dict[str, Row] = {
    "training:supervision": Row(get="coordinator clinician"),
    "training:plan-talk": Row(get="coordinator clinician", post="coordinator clinician"),
    "training:talk": Row(
        kind="talk", get=PROGRAMME + " " + SUPERVISOR, post="coordinator:403/403/404 " + SUPERVISOR
    ),  # who keeps the records sees when it is, and never what is agreed
    "training:move-talk": Row(kind="talk", get=PROGRAMME + " " + SUPERVISOR, post=PROGRAMME + " " + SUPERVISOR),
    "training:cancel-talk": Row(kind="talk", get=None, post=PROGRAMME + " " + SUPERVISOR),
    "training:my-supervision": Row(get="mentor"),
    "training:supervision-topic": Row(kind="talk-part", get=None, post=seen_by("mentor", other="404")),
    "training:name-supervisor": Row(kind="mentor", get=PROGRAMME, post=PROGRAMME),
    "training:care-settings": Row(get="admin", post="admin"),
    "training:tell-concern": Row(get=ANY_ROLE, post=ANY_ROLE),
    "training:tell-clinic-concern": Row(kind="clinic", get=EVERYBODY, post=EVERYBODY),
    "training:concern-sent": Row(get=EVERYBODY),
    "training:concerns": Row(get="coordinator admin"),
    "training:concern": Row(  # put to the coordinator
        kind="concern", get=PROGRAMME + " " + always("404", "admin"), post=PROGRAMME + " " + always("404", "admin")
    ),
    "mentorship:reviews": Row(get="coordinator clinician"),
    "mentorship:review": Row(kind="pair-review", get=PROGRAMME + " " + SUPERVISOR, post=PROGRAMME + " " + SUPERVISOR),
}
LINKS: dict[str, Callable[[Any], str]] = {}  # kind of one-time link: side -> the ref it is about


def objects(side) -> dict[str, object]:
    """Store what these addresses are about on one side of the world."""
    talk = SupervisionTalk.objects.create(
        clinic=side.team.clinic, supervisor=side.mentor.supervisor, planned_by=side.mentor.supervisor,
        planned_at=clock.now() + dt.timedelta(days=2),
    )  # fmt: skip
    part = SupervisionPart.objects.create(talk=talk, mentor=side.mentor)
    concern = Concern.objects.create(clinic=side.team.clinic, to="coordinator", about_user=side.nurse, words="Rude.")
    concern.history.create(from_status="", to_status=concern.status, by=side.clinician)
    review = MatchReview.objects.create(clinic=side.team.clinic, match=side.pair, quarter="2026-Q1")
    return {"talk": talk, "talk-part": part, "concern": concern, "clinic": side.team.clinic, "pair-review": review}
