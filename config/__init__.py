"""Settings, addresses and processes. Imported by nobody below."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
