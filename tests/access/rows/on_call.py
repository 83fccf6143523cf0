"""Who gets what where it is settled who is told of a flag: the rota, closing days, versions of deadlines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from common import clock
from mentorship.models import Shift
from tests.access.row import Row, seen_by

ROWS: dict[str, Row] = {
    "clinics:closing-days": Row(get="coordinator admin", post="coordinator admin"),
    "clinics:switch-on": Row(get="coordinator admin", post="admin"),
    "mentorship:deadline-versions": Row(get="admin"),
    "mentorship:on-call": Row(get="coordinator clinician admin"),
    "mentorship:plan-on-call": Row(get="coordinator admin", post="coordinator admin"),
    "mentorship:shift": Row(
        kind="shift",
        get=seen_by("coordinator", "clinician", "admin"),
        post=seen_by("coordinator", "clinician", "admin"),
    ),
}
LINKS: dict[str, Callable[[Any], str]] = {}


def objects(side) -> dict[str, object]:
    """Return what these addresses are about on one side of the world."""
    start = clock.now() + dt.timedelta(days=1)
    end = start + dt.timedelta(hours=12)
    return {
        "shift": Shift.objects.create(clinic=side.team.clinic, user=side.team.clinician, starts_at=start, ends_at=end)
    }
