"""Abstract models every floor uses: a public reference, a version, an append-only history."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no letters that look like figures
REF_LENGTH = 16  # 31**16: guessing one is out of reach


def new_ref() -> str:
    """Return a random public reference that tells nothing and cannot be guessed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(REF_LENGTH))


class PublicRef(models.Model):
    """Addressed in URLs and messages by a random reference, never by its number."""

    ref = models.CharField(max_length=REF_LENGTH, unique=True, default=new_ref, editable=False)

    class Meta:
        abstract = True


class Versioned(models.Model):
    """Counts its changes, so that a stale form is noticed."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class StatusChange(models.Model):
    """One step in a history. Append-only: rows are written by Workflow and never changed.

    A concrete history adds a foreign key to its subject with related_name="history".
    """

    from_status = models.CharField(_("from"), max_length=20, blank=True)
    to_status = models.CharField(_("to"), max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    note = models.TextField(blank=True)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("History is append-only.")
        super().save(*args, **kwargs)
