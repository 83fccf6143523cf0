"""The product's own settings, with mail to a local server and a few waits that can be shortened."""

import os

from tests.faults.settings import *  # noqa: F403
from tests.faults.settings import CELERY_BEAT_SCHEDULE, DATA_DIR, DATABASES, INSTALLED_APPS, STORAGES

INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos"]
EMAIL_BACKEND = "messaging.smtp.EmailBackend"
TICK = float(os.environ.get("CHAOS_TICK", "60"))
CELERY_BEAT_SCHEDULE["tick"]["schedule"] = TICK
CELERY_BEAT_SCHEDULE["tick"]["options"]["expires"] = max(TICK - 5, 3)
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = True
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Only here: the disk is full as long as this file is there; see apps.py.
CHAOS_FULL = DATA_DIR / "disk-is-full"
if DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"]["options"] = "-c idle_in_transaction_session_timeout=30s"  # the product's own
