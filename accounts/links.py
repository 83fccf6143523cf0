"""One-time links: let somebody without an account do one thing."""

from __future__ import annotations

import datetime as dt
import secrets

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import OneTimeLink, hash_token
from common import clock

SESSION_KEY = "links"  # {kind: [link pk, moment of arrival]}
SESSION_LENGTH = dt.timedelta(minutes=30)

_pages: dict[str, str] = {}


def register_kind(kind: str, url_name: str) -> None:
    """Tell on which page somebody lands who comes by a link of this kind."""
    _pages[kind] = url_name


def page_of(kind: str) -> str:
    """Return the address of the page for a kind. Raises KeyError for an unknown one."""
    return reverse(_pages[kind])


def make(kind: str, subject: str, *, days: int = 14) -> tuple[OneTimeLink, str]:
    """Store a link about `subject` (a public ref) and return it with its full address.

    The address holds the token, which is kept nowhere else: put it in the message, never in a log.
    """
    token = secrets.token_urlsafe(24)
    link = OneTimeLink.objects.create(
        token_hash=hash_token(token), kind=kind, subject=subject, expires_at=clock.now() + dt.timedelta(days=days)
    )
    return link, settings.SITE_URL + reverse("accounts:link", args=[token])


def find(token: str) -> OneTimeLink | None:
    """Return the open link of a token; None when unknown, used, expired or revoked."""
    link = OneTimeLink.objects.filter(token_hash=hash_token(token)).first()
    return link if link and link.is_open else None


def remember(request: HttpRequest, link: OneTimeLink) -> None:
    """Let this browser go on without the token in the address, for a short while."""
    links = request.session.get(SESSION_KEY, {})
    links[link.kind] = [link.pk, clock.now().timestamp()]
    request.session[SESSION_KEY] = links


def current(request: HttpRequest, kind: str) -> OneTimeLink | None:
    """Return the link of this kind this browser came by less than 30 minutes ago.

    It may be used up by now: then only this browser, which used it, may still look or change its answer.
    """
    pk, arrived = request.session.get(SESSION_KEY, {}).get(kind, (None, 0))
    if pk is None or clock.now().timestamp() - arrived > SESSION_LENGTH.total_seconds():
        return None
    link = OneTimeLink.objects.filter(pk=pk, revoked_at=None).first()
    if link is None or (link.used_at and link.used_by_session != request.session.session_key):
        return None
    return link


def consume(request: HttpRequest, link: OneTimeLink) -> bool:
    """Use the link up, once. True for the browser that did, now or before; False for any other."""
    if not request.session.session_key:
        request.session.create()
    mine = request.session.session_key
    with transaction.atomic():
        rows = OneTimeLink.objects.filter(pk=link.pk, revoked_at=None)
        return bool(
            rows.filter(Q(used_at=None, expires_at__gt=clock.now())).update(used_at=clock.now(), used_by_session=mine)
            or rows.filter(used_by_session=mine).exists()
        )


def revoke(kind: str, subject: str) -> int:
    """Close every open link of a kind about a subject; return how many."""
    return OneTimeLink.objects.filter(kind=kind, subject=subject, used_at=None, revoked_at=None).update(
        revoked_at=clock.now()
    )
