"""Every setting of Halfword, read from environment variables (documented in .env.example).

Without any variable it runs embedded: SQLite, an embedded Valkey on a private socket, HTTPS assumed.
"""

import contextlib
import os
import secrets
import tomllib
from pathlib import Path

import environ
import fontpkg_atkinson_hyperlegible
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.embedded import broker_socket

# Two threads of the matrix library in each of several processes wait for each other: one is quicker here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(env("ENV_FILE", default=str(BASE_DIR / ".env")))

DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def kept_secret(name: str) -> str:
    """Return the secret kept in DATA_DIR under this name, making it on first use."""
    path = DATA_DIR / name
    if not path.exists():
        draft = DATA_DIR / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # whole or not at all: several processes start at once
        draft.unlink()
    return path.read_text()


# Safe by default: a debug page or plain HTTP must be asked for.
DEBUG = env.bool("DEBUG", default=False)
HTTPS = env.bool("HTTPS", default=True)
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env("SECRET_KEY", default="") or kept_secret("secret-key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    # roof first, so that its templates win over those of packages
    "desk",
    "mentorship",
    "matching",
    "training",
    "referrals",
    "messaging",
    "clinics",
    "accounts",
    "common",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "js_lib_bootstrap5",
    "phonenumber_field",
    "csp",
]

MIDDLEWARE = [
    "common.middleware.RequestIdMiddleware",
    "common.middleware.MethodMiddleware",
    "common.middleware.LiveMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "common.middleware.OwnWordsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clinics.middleware.HatMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "common.middleware.RefusalMiddleware",
    "common.middleware.PrivacyMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "common.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "desk.context.page",
            ],
        },
    }
]

# Database: PostgreSQL by DATABASE_URL, else SQLite set up for several processes.
DATABASE_URL = env("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'halfword.sqlite3'}"
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A process that hangs in the middle of a transaction must not keep others from a flag or a message.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c idle_in_transaction_session_timeout=30s"
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Rate limits live here: a limit kept in one process's memory is no limit. Nor is one that a few hundred
# tries under other names push out, as Django's own limit of 300 rows would let them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_table",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
}
# A clinic's people share one address: generous per address, strict per account.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "reset_password": "20/m/ip,3/15m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_PROXY", default=False) else 0
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Security
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^live$", r"^ready$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
# Not "no-referrer": browsers then send "Origin: null" with every form, which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "common.pages.csrf_failure"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}

# Words, dates and numbers
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("nl", _("Dutch")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
PHONENUMBER_DEFAULT_REGION = "BE"
PHONENUMBER_DB_FORMAT = "E164"
PHONENUMBER_DEFAULT_FORMAT = "INTERNATIONAL"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Files
STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static", ("fonts", fontpkg_atkinson_hyperlegible.ROOT / "files")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Messages. The demo's mail lands in a local table that admins read; see messaging/backends.py.
LOCAL_MAIL = env.bool("LOCAL_MAIL", default=DEMO)
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25")
vars().update(EMAIL_CONFIG)
if EMAIL_CONFIG["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "messaging.smtp.EmailBackend"
if LOCAL_MAIL:
    EMAIL_BACKEND = "messaging.backends.LocalMailBackend"
# A mail provider's own interface instead of SMTP: what it needs is read from ANYMAIL_..., as django-anymail calls it.
MAIL_PROVIDERS = {
    "brevo": "Brevo", "mailersend": "MailerSend", "mailgun": "Mailgun", "mailjet": "Mailjet", "postmark": "Postmark",
    "resend": "Resend", "sendgrid": "SendGrid", "sparkpost": "SparkPost",
}  # fmt: skip
ANYMAIL_PROVIDER = env("ANYMAIL_PROVIDER", default="")
ANYMAIL = {
    "REQUESTS_TIMEOUT": (3, 10),
    "IGNORE_RECIPIENT_STATUS": True,
    "WEBHOOK_SECRET": env("ANYMAIL_WEBHOOK_SECRET", default=""),
} | {
    name.removeprefix("ANYMAIL_"): value
    for name, value in os.environ.items()
    if name.startswith("ANYMAIL_") and name != "ANYMAIL_PROVIDER"
}
if ANYMAIL_PROVIDER and ANYMAIL_PROVIDER not in MAIL_PROVIDERS:
    raise ImproperlyConfigured(f"ANYMAIL_PROVIDER is empty or one of {', '.join(MAIL_PROVIDERS)}.")
if ANYMAIL_PROVIDER and not LOCAL_MAIL:
    EMAIL_BACKEND = f"anymail.backends.{ANYMAIL_PROVIDER}.EmailBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("FROM_EMAIL", default="Halfword <halfword@localhost>")
# Text messages: one of the providers in messaging/sms, or none.
SMS_PROVIDER = env("SMS_PROVIDER", default="")
SMS_URL = env("SMS_URL", default="https://messaging.gatewayapi.eu").rstrip("/")
SMS_TOKEN = env("SMS_TOKEN", default="")
SMS_SENDER = env("SMS_SENDER", default="Halfword")
SMS_WEBHOOK_SECRET = env("SMS_WEBHOOK_SECRET", default="")
if SMS_PROVIDER and (SMS_PROVIDER != "gatewayapi" or not SMS_TOKEN):
    raise ImproperlyConfigured("SMS_PROVIDER is gatewayapi or empty, and goes with a SMS_TOKEN.")

# Celery carries only nudges: losing the broker loses nothing, so nothing may wait for it.
REDIS_URL = env("REDIS_URL", default="")
BROKER_SOCKET = broker_socket(DATA_DIR)
CELERY_BROKER_URL = REDIS_URL or f"redis+socket://{BROKER_SOCKET}"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 1,
    "ack_emulation": False,  # a nudge that is lost with its worker is made anew
    "max_retries": 0,
    "retry_on_timeout": False,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {"tick": {"task": "messaging.tasks.tick", "schedule": 60.0, "options": {"expires": 55}}}
# Nudges can be switched off where no broker is wanted, as in most tests: the sweeper then does the work.
NUDGES = env.bool("NUDGES", default=True)

# Numbers for Prometheus, asked with this token; without one there is no such page.
METRICS_TOKEN = env("METRICS_TOKEN", default="")

# Somebody outside, called about once a minute while messages go out; they raise the alarm when the calls stop.
# The address is a secret: whoever has it can keep them quiet.
DEAD_MAN_URL = env("DEAD_MAN_URL", default="")
if DEAD_MAN_URL and not DEAD_MAN_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured("DEAD_MAN_URL is empty or an address that begins with https://.")

# Backups: where they go, and how many are kept.
BACKUP_DIR = Path(env("BACKUP_DIR", default="") or DATA_DIR / "backups")
BACKUP_KEEP = env.int("BACKUP_KEEP", default=14)

# Lines for people, or a JSON object for each line for whatever collects logs.
LOG_FORMAT = env("LOG_FORMAT", default="plain")
if LOG_FORMAT not in ("plain", "json"):
    raise ImproperlyConfigured("LOG_FORMAT is plain or json.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "common.logs.Redact"}},
    "formatters": {
        "plain": {"()": "common.logs.Formatter", "format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "common.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["redact"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    # Scanners ask by any name; the answer is 400, and a page of traceback for each would hide what matters.
    "loggers": {
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "urllib3": {"level": "INFO"},  # below, it writes down every address it calls, the secret ones too
    },
}
