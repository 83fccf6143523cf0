"""What the machinery does, in numbers for Prometheus. Counts only: nobody and no clinic is named.

The numbers are read from the database when asked, so that it does not matter which process answers.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db.models import Count, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric

from common import clock
from common.policy import public
from messaging.models import Delivery, Heartbeat, Message
from messaging.rounds import FAILED
from messaging.workflow import UNDELIVERED, Status

PREFIX = "halfword_"
Measure = Callable[[dt.datetime], Iterable[Metric]]
_measures: dict[str, Measure] = {}


def register(name: str, measure: Measure) -> None:
    """Have `measure(now)` asked for its numbers too. Raises ValueError for a name taken by another."""
    if _measures.get(name, measure) != measure:
        raise ValueError(f"The measure {name} is registered twice.")
    _measures[name] = measure


def gauge(name: str, about: str, labels: Iterable[str] = ()) -> GaugeMetricFamily:
    """Return an empty gauge with our prefix; rows are added with `add_metric`."""
    return GaugeMetricFamily(PREFIX + name, about, labels=list(labels))


class Collector:
    """Reads everything anew each time it is asked. Two queries, and those of the registered measures."""

    def __init__(self, now: dt.datetime):
        self.now = now

    def collect(self) -> Iterable[Metric]:
        """Yield every family of numbers."""
        yield InfoMetricFamily(PREFIX + "version", "The version that answers.", {"version": settings.VERSION})
        yield from _messages(self.now)
        yield from _beats(self.now)
        for measure in _measures.values():
            yield from measure(self.now)


def _messages(now: dt.datetime) -> Iterable[Metric]:
    rows = Message.objects.order_by().values("status", "delivery").annotate(
        all=Count("pk"),
        open=Count("pk", filter=Q(settled_at=None)),
        due=Min("wanted_at", filter=Q(status__in=[Status.QUEUED, Status.SENDING], wanted_at__lte=now)),
    )  # fmt: skip
    found = {(row["status"], row["delivery"]): (row["all"], row["open"], row["due"]) for row in rows}
    stored = gauge("messages", "Messages in the outbox.", ["status", "delivery"])
    unsettled = gauge("messages_unsettled", "Undelivered messages nobody dealt with.", ["status", "delivery"])
    oldest = gauge("oldest_due_seconds", "How long the longest overdue message waits.", ["delivery"])
    for delivery in Delivery.values:
        for status in Status.values:
            count, open_, _due = found.get((status, delivery), (0, 0, None))
            stored.add_metric([status, delivery], count)
            if status in UNDELIVERED:
                unsettled.add_metric([status, delivery], open_)
        wanted = [found[key][2] for key in ((s, delivery) for s in Status.values) if key in found and found[key][2]]
        oldest.add_metric([delivery], (now - min(wanted)).total_seconds() if wanted else 0)
    return [stored, unsettled, oldest]


def _beats(now: dt.datetime) -> Iterable[Metric]:
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    age = gauge("heartbeat_age_seconds", "How long ago a part ran; a part that never ran is not here.", ["part"])
    failing = gauge("round_failing", "1 while the last run of a round failed.", ["round"])
    for name, at in sorted(beats.items()):
        if not name.startswith(FAILED):
            age.add_metric([name], (now - at).total_seconds())
        if name.startswith("round:"):
            failed = beats.get(FAILED + name.removeprefix("round:"))
            failing.add_metric([name.removeprefix("round:")], int(failed is not None and failed > at))
    return [age, failing]


@public
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus when it brings the token of METRICS_TOKEN; without one there is no such page."""
    sent = request.headers.get("Authorization", "").encode()
    if not settings.METRICS_TOKEN or not secrets.compare_digest(sent, f"Bearer {settings.METRICS_TOKEN}".encode()):
        raise Http404
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Collector(clock.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
