"""People who sign in, and one-time links for people who do not."""

import datetime as dt
import hashlib
import secrets

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from common import clock
from common.models import PublicRef

SYSTEM_EMAIL = "system@halfword.invalid"


def new_salt() -> str:
    """Return a fresh random salt."""
    return secrets.token_hex(16)


class Reminders(models.TextChoices):
    """How somebody wants to be reminded. What cannot wait is sent all the same."""

    EMAIL = "email", _("By e-mail")
    NONE = "none", _("I look myself: send me none")


class UserManager(BaseUserManager):
    def get_by_natural_key(self, email):
        return self.get(email=(email or "").strip().lower())

    def visible_to(self, user):
        """Return the user's own account. Other people are seen through their memberships of a clinic."""
        return self.filter(pk=user.pk)

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Store an account; without a password nobody can sign in with it until one is chosen."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def system(self) -> "User":
        """Return the user who signs what jobs do. Nobody can sign in as it."""
        user, _made = self.get_or_create(
            email=SYSTEM_EMAIL, defaults={"first_name": "Halfword", "is_system": True, "password": "!"}
        )
        return user


class User(PublicRef, AbstractBaseUser):
    """An account. What it may do follows from memberships of clinics, never from this row."""

    email = models.EmailField(_("e-mail address"), unique=True)
    first_name = models.CharField(_("given name"), max_length=80)
    last_name = models.CharField(_("family name"), max_length=80, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    language = models.CharField(_("language"), max_length=5, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Brussels")
    # Reminders wait for the morning between these hours, in the reader's own time zone; urgent flags do not.
    quiet_from = models.TimeField(_("no reminders from"), default=dt.time(21))
    quiet_until = models.TimeField(_("no reminders until"), default=dt.time(8))
    reminders = models.CharField(_("reminders"), max_length=5, choices=Reminders, default=Reminders.EMAIL)
    digest = models.BooleanField(_("a short overview on days when something changed"), default=True)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    phone_verified_at = models.DateTimeField(null=True, blank=True)  # of this very number: another one begins anew
    is_active = models.BooleanField(default=True)
    is_system = models.BooleanField(default=False)
    # Part of every session's hash: changing it ends all sessions at once.
    session_salt = models.CharField(max_length=32, default=new_salt, editable=False)
    created_at = models.DateTimeField(default=clock.now)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["first_name"]

    class Meta:
        ordering = ["first_name", "last_name", "pk"]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_session_auth_hash(self) -> str:
        return self._hash_for_session(secret=None)

    def get_session_auth_fallback_hash(self):
        from django.conf import settings

        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._hash_for_session(secret=secret)

    def _hash_for_session(self, secret):
        value = f"{self.password}:{self.session_salt}"
        return salted_hmac("accounts.User.session", value, secret=secret, algorithm="sha256").hexdigest()


def hash_token(token: str) -> str:
    """Return what is stored of a token: its hash, never the token."""
    return hashlib.sha256(token.encode()).hexdigest()


class OneTimeLink(PublicRef):
    """Lets somebody without an account do one thing. The token itself is only in the message.

    `kind` names the thing (for example "check.answer"), `subject` the public ref it is about.
    A GET never uses it up; the first accepted POST sets `used_at` by a conditional update.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by_session = models.CharField(max_length=40, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["kind", "subject"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"

    @property
    def is_open(self) -> bool:
        return self.used_at is None and self.revoked_at is None and self.expires_at > clock.now()
