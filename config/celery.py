"""The Celery application: it carries nudges, never the truth."""

import os

from celery import Celery
from celery.signals import after_setup_logger
from django.conf import settings

from common.logs import Formatter, JsonFormatter, Redact

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("halfword")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@after_setup_logger.connect
def keep_private(logger, format, **kwargs) -> None:
    """Celery brings its own log handlers: they keep as quiet about people as ours."""
    for handler in logger.handlers:
        handler.addFilter(Redact())
        handler.setFormatter(JsonFormatter() if settings.LOG_FORMAT == "json" else Formatter(format))
