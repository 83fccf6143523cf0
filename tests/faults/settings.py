"""The product's own settings, with a provider that writes down what it accepts."""

import os

from config.settings import *  # noqa: F403
from config.settings import CELERY_BEAT_SCHEDULE, DATA_DIR, DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults"]
EMAIL_BACKEND = "tests.faults.provider.Provider"
PROVIDER_LOG = DATA_DIR / "accepted.log"
PROVIDER_SECONDS = float(os.environ.get("PROVIDER_SECONDS", "0"))
CELERY_BEAT_SCHEDULE["tick"]["schedule"] = 3.0
CELERY_BEAT_SCHEDULE["tick"]["options"]["expires"] = 3
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"]["options"] = "-c idle_in_transaction_session_timeout=3s"
