"""The Celery application: it carries nudges, never the truth."""

import os

from celery import Celery
from celery.signals import after_setup_logger, task_postrun, task_prerun
from django.conf import settings
from django.db import connections
from kombu.transport.redis import Channel

from common.logs import Formatter, JsonFormatter, Redact

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("halfword")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# A broker that goes away while tasks run would end the worker: giving them back fails without a connection (kombu 5.7).
# They are nudges, and what they tell of is in the database.
Channel.do_restore = False
# Celery would close the database after each task, and to connect again costs more than most tasks do.
app.conf.CELERY_DB_REUSE_MAX = 1_000_000


@task_prerun.connect
@task_postrun.connect
def look_after_connections(sender, **kwargs) -> None:
    """Close what is too old or broken, as between two requests; a task called in a process of its own is none of ours.

    SQLite's stays open unless something went wrong: no server ends it, and the last one that closes empties the log.
    """
    if sender.request.is_eager:
        return
    for each in connections.all(initialized_only=True):
        if each.vendor != "sqlite" or each.errors_occurred:
            each.close_if_unusable_or_obsolete()


@after_setup_logger.connect
def keep_private(logger, format, **kwargs) -> None:
    """Celery brings its own log handlers: they keep as quiet about people as ours."""
    for handler in logger.handlers:
        handler.addFilter(Redact())
        handler.setFormatter(JsonFormatter() if settings.LOG_FORMAT == "json" else Formatter(format))
