"""The product's own settings for the processes of a journey: a quick tick, mail that stays on this machine."""

import os

os.environ.setdefault("LOCAL_MAIL", "1")

from config.settings import *  # noqa: F403
from config.settings import CELERY_BEAT_SCHEDULE

CELERY_BEAT_SCHEDULE["tick"]["schedule"] = 3.0
CELERY_BEAT_SCHEDULE["tick"]["options"]["expires"] = 3
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
