"""One-time links: let somebody without an account do one thing."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable

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
_to_open: set[str] = set()
_renewals: dict[str, Callable[[str], None]] = {}


def register_kind(kind: str, url_name: str, *, to_open: bool = False) -> None:
    """Tell on which page somebody lands who comes by a link of this kind.

    `to_open`: until a POST there used the link up, it lets nobody see or do anything else (see `arrived`).
    """
    _pages[kind] = url_name
    if to_open:
        _to_open.add(kind)


def register_renewal(kind: str, send: Callable[[str], None]) -> None:
    """Let people ask for a new link of this kind: `send(subject)` sends one to the address on file, if that is right."""
    _renewals[kind] = send


def renewal_of(link: OneTimeLink | None) -> Callable[[str], None] | None:
    """Return what sends a new link in the place of this one, whatever became of it; None where nothing does."""
    return _renewals.get(link.kind) if link else None


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


def known(request: HttpRequest, token: str) -> OneTimeLink | None:
    """Return the link of a token, or else the last one of this browser that can be renewed, however old or used.

    Only to send a new one to the address on file: such a link opens nothing.
    """
    if token:
        return OneTimeLink.objects.filter(token_hash=hash_token(token)).first()
    remembered = request.session.get(SESSION_KEY, {})
    mine = [(at, pk) for kind, (pk, at) in remembered.items() if kind in _renewals]
    return OneTimeLink.objects.filter(pk=max(mine)[1]).first() if mine else None


def remember(request: HttpRequest, link: OneTimeLink) -> None:
    """Let this browser go on without the token in the address, for a short while."""
    links = request.session.get(SESSION_KEY, {})
    links[link.kind] = [link.pk, clock.now().timestamp()]
    request.session[SESSION_KEY] = links


def current(request: HttpRequest, kind: str) -> OneTimeLink | None:
    """Return the link of this kind this browser came by less than 30 minutes ago.

    It may be used up by now: then only this browser, which used it, may still look or change its answer.
    A kind that has to be opened is None until then.
    """
    link = arrived(request, kind)
    return None if link and kind in _to_open and not link.used_at else link


def arrived(request: HttpRequest, kind: str) -> OneTimeLink | None:
    """Return the link this browser came by, like `current`, also one that has to be opened first."""
    pk, moment = request.session.get(SESSION_KEY, {}).get(kind, (None, 0))
    if pk is None or clock.now().timestamp() - moment > SESSION_LENGTH.total_seconds():
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


def end(kind: str, subject: str) -> int:
    """Close every link of a kind about a subject, those in use too: what they opened closes now. Return how many."""
    return OneTimeLink.objects.filter(kind=kind, subject=subject, revoked_at=None).update(revoked_at=clock.now())


def forget(request: HttpRequest) -> None:
    """Let this browser open nothing by link any more: somebody closed their page on a phone that others use."""
    request.session.pop(SESSION_KEY, None)
