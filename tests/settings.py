"""The product's settings, made safe for tests: nothing outside a temporary folder, no nudges, no .env."""

import atexit
import os
import shutil
import tempfile

HERE = os.getpid()
FOLDER = tempfile.mkdtemp(prefix="hw-test-")


def clean_up() -> None:
    """Remove the folder when the process that made it ends, not when a fork of it does."""
    if os.getpid() == HERE:
        shutil.rmtree(FOLDER, ignore_errors=True)


atexit.register(clean_up)
os.environ.update(
    ENV_FILE=os.devnull,
    DATA_DIR=FOLDER,
    DEBUG="0",
    DEMO="0",
    HTTPS="0",
    LOCAL_MAIL="0",
    NUDGES="0",
    SECRET_KEY="x" * 64,
)
for name in ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SITE_URL", "EMAIL_URL", "BEHIND_PROXY"):
    os.environ.pop(name, None)

from config.settings import *
from config.settings import DATA_DIR, DATABASES, LOGGING, STORAGES

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in real life: SQLite in memory shares locks between threads in ways no user ever meets.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    # No test outlives a crash of the server: its commits need not wait for the disk.
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir()
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
LOGGING = LOGGING | {"handlers": {"console": {"class": "logging.NullHandler"}}}
