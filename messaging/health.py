"""Is the machinery alive? For the banner on the screens, and for whatever watches the servers."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min, Q
from redis.backoff import NoBackoff
from redis.retry import Retry

from common import clock
from messaging import rounds
from messaging.models import Delivery, Heartbeat, Message

log = logging.getLogger(__name__)

SWEEPER_LATE = dt.timedelta(seconds=60)
TICK_LATE = dt.timedelta(minutes=3)
# Longer than both ways of sending need together: what waits longer waits because something stands still.
WAITS = {Delivery.AT_LEAST_ONCE: dt.timedelta(minutes=2), Delivery.AT_MOST_ONCE: dt.timedelta(minutes=5)}
BROKER_CACHE = 5.0  # seconds
BROKER_WAIT = 1.0  # seconds, whatever the broker or a name server does meanwhile

_lock = threading.Lock()
# What this process found out: when it asked the broker last and what came of it, whether all is migrated.
_known: dict[str, Any] = {}


def is_late(name: str, after: dt.timedelta, now: dt.datetime) -> bool:
    """Tell whether something has not run for that long, or never."""
    return ran_late(rounds.last(name), after, now)


def ran_late(at: dt.datetime | None, after: dt.timedelta, now: dt.datetime) -> bool:
    """Tell whether a beat is older than that, or there is none; a beat from the future is a clock set back."""
    return at is None or not -rounds.MARGIN <= now - at <= after


def escalations_late(now: dt.datetime) -> bool:
    """Tell whether a message that cannot wait has waited too long, whatever was tried meanwhile. One query."""
    return Message.objects.escalations().overdue(now - WAITS[Delivery.AT_LEAST_ONCE]).order_by().exists()


def sweeper_late(now: dt.datetime | None = None) -> bool:
    """Tell whether the sweeper has not finished a round for 60 s: then only the screens can be trusted. One query."""
    return is_late("sweeper", SWEEPER_LATE, now or clock.now())


def tick_late(now: dt.datetime) -> bool:
    """Tell whether Celery has not ticked for three minutes: then the sweeper does the rounds."""
    return is_late("tick", TICK_LATE, now)


def broker_answers() -> bool:
    """Tell whether the broker answers within a second; asked at most every few seconds per process."""
    with _lock:
        asked, answered = _known.get("broker", (-BROKER_CACHE, False))
        if time.monotonic() - asked > BROKER_CACHE:
            answered = _ping()
            _known["broker"] = (time.monotonic(), answered)
        return answered


def _ping() -> bool:
    answered = threading.Event()
    # A thread of its own: each of the client's timeouts begins anew with every byte, and none covers names.
    thread = threading.Thread(target=_ask_broker, args=(answered,), daemon=True, name="broker-ping")
    thread.start()
    thread.join(BROKER_WAIT)
    return answered.is_set()


def _ask_broker(answered: threading.Event) -> None:
    url = settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://")
    try:
        client = redis.Redis.from_url(
            url, socket_timeout=BROKER_WAIT / 2, socket_connect_timeout=BROKER_WAIT / 2, retry=Retry(NoBackoff(), 0)
        )
        with client:
            if client.ping():
                answered.set()
    except (redis.RedisError, OSError, ValueError) as error:
        log.debug("The broker does not answer: %s", type(error).__name__)


def migrated() -> bool:
    """Tell whether the database has every migration of this code. Once true, it stays so for this process."""
    if not _known.get("migrated"):
        executor = MigrationExecutor(connection)
        _known["migrated"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _known["migrated"]


def forget() -> None:
    """Ask everything anew; for tests."""
    _known.clear()


def database_state() -> str:
    """Return "ok", "unreachable" or "migrations missing"."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return "ok" if migrated() else "migrations missing"
    except DatabaseError:
        return "unreachable"


def report(now: dt.datetime) -> dict:
    """Return the state of every part: "unavailable" without the database, "degraded" when a part is late."""
    parts: dict = {"database": database_state()}
    if parts["database"] != "ok":
        return {"status": "unavailable", "parts": parts}
    beats = dict(Heartbeat.objects.filter(name__in=["sweeper", "tick"]).values_list("name", "at"))
    parts["sweeper"] = _state(beats.get("sweeper"), SWEEPER_LATE, now)
    parts["tick"] = _state(beats.get("tick"), TICK_LATE, now)
    parts["broker"] = "off" if not settings.NUDGES else "ok" if broker_answers() else "unreachable"
    oldest = Message.objects.overdue(now).aggregate(
        all=Min("wanted_at"), escalations=Min("wanted_at", filter=Q(delivery=Delivery.AT_LEAST_ONCE))
    )  # fmt: skip
    waited = {name: now - at if at else dt.timedelta() for name, at in oldest.items()}
    parts["escalations"] = "late" if waited["escalations"] > WAITS[Delivery.AT_LEAST_ONCE] else "ok"
    ok = all(state in ("ok", "off") for state in parts.values())
    parts["oldest_due_seconds"] = int(waited["all"].total_seconds())
    return {"status": "ok" if ok else "degraded", "parts": parts}


def _state(at: dt.datetime | None, after: dt.timedelta, now: dt.datetime) -> str:
    return "never ran" if at is None else "late" if ran_late(at, after, now) else "ok"
