"""The verbs of a mentor's private calendar: make its address, replace it, take it back."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User, hash_token
from clinics.roles import Perm, clinics_where
from common import clock
from common.rules import rule
from mentorship.models import CalendarFeed


@rule(_("Only a mentor has a calendar of their talks."))
def keep_calendar(user, owner) -> bool:
    """Mentors, each their own."""
    return user.pk == owner.pk and bool(clinics_where(user, Perm.MENTOR))


@transaction.atomic
def make_feed(*, by: User) -> tuple[CalendarFeed, str]:
    """Make a new secret address and return it with its token, which is kept nowhere; an earlier one stops working.

    Raises Denied.
    """
    keep_calendar.require(by, by)
    _lock(by)
    _open(by).update(revoked_at=clock.now())
    token = secrets.token_urlsafe(24)
    return CalendarFeed.objects.create(user=by, token_hash=hash_token(token)), token


@transaction.atomic
def revoke_feed(*, by: User) -> int:
    """Let the address stop working at once; return how many did. Again changes nothing. Raises Denied."""
    keep_calendar.require(by, by)
    _lock(by)
    return _open(by).update(revoked_at=clock.now())


def _lock(by: User) -> None:
    User.objects.select_for_update().get(pk=by.pk)


def _open(by: User):
    return CalendarFeed.objects.filter(user=by, revoked_at=None)
