"""What no longer serves anybody is cleared away once a day."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection

from accounts.models import OneTimeLink

LINKS_KEPT = dt.timedelta(days=30)  # after they are too old: long enough to see what became of a link


def clear_away(now: dt.datetime) -> None:
    """Forget sessions that have ended, links long too old to open anything, and tries that no longer count.

    Safe to repeat.
    """
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    OneTimeLink.objects.filter(expires_at__lt=now - LINKS_KEPT).delete()
    _clear_cache(now)


def _clear_cache(now: dt.datetime) -> None:
    """Remove rows of the cache that are over: Django does so only when the table is full."""
    if not isinstance(caches["default"], DatabaseCache):
        return
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [connection.ops.adapt_datetimefield_value(now)])
