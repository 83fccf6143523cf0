"""Red flags in numbers, for whoever watches the servers. A count for each urgency, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Q
from prometheus_client.metrics_core import Metric

from mentorship.models import RedFlag
from mentorship.models.flags import Severity
from messaging import metrics


def connect() -> None:
    """Have the outbox's page of numbers ask for flags too."""
    metrics.register("flags", flags)


def flags(now: dt.datetime) -> Iterable[Metric]:
    """Return how many flags wait for an answer, and how many of them longer than promised. One query."""
    rows = RedFlag.objects.unanswered().order_by().values("severity").annotate(
        all=Count("pk"), late=Count("pk", filter=Q(answer_by__lt=now))
    )  # fmt: skip
    found = {row["severity"]: (row["all"], row["late"]) for row in rows}
    open_ = metrics.gauge("flags_unanswered", "Red flags that wait for an answer.", ["severity"])
    past = metrics.gauge("flags_past_deadline", "Red flags that wait longer than promised.", ["severity"])
    for severity in Severity.values:
        waiting, overdue = found.get(severity, (0, 0))
        open_.add_metric([severity], waiting)
        past.add_metric([severity], overdue)
    return [open_, past]
