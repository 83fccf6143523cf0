"""Who opened their own page in this browser: the mentee of one referral, for a short while."""

from __future__ import annotations

from django.http import HttpRequest

from accounts import links
from accounts.models import OneTimeLink
from common import clock
from referrals.models import Referral

KIND = "mentee.page"  # a link whose subject is the referral's ref


def referral_of(request: HttpRequest) -> Referral | None:
    """Return the referral whose page is open in this browser; None without one, or once it has closed.

    Only the POST of the welcome page opens it: whoever merely follows a link has nothing yet.
    """
    link = open_link(request)
    if link is None:
        return None
    rows = Referral.objects.sent().select_related("clinic", "mentee")
    return rows.filter(ref=link.subject, mentee__isnull=False).exclude(close_reason="died").first()


def open_link(request: HttpRequest) -> OneTimeLink | None:
    """Return the link by which this browser opened the page, used up by this browser and by no other."""
    link = links.current(request, KIND)
    return link if link is not None and link.used_at else None


def referral_to_open(request: HttpRequest) -> Referral | None:
    """Return the referral whose page this browser may open: it came by a link that nobody has opened."""
    link = links.arrived(request, KIND)
    if link is None or not link.is_open:
        return None
    rows = Referral.objects.sent().select_related("clinic", "mentee")
    return rows.filter(ref=link.subject, mentee__isnull=False).exclude(close_reason="died").first()


def open_page(request: HttpRequest) -> bool:
    """Use the link up for this browser, from now for a short while. False when another was first, or it is over."""
    link = links.arrived(request, KIND)
    if link is None or not links.consume(request, link):
        return False
    links.remember(request, link)  # the short while begins now
    return True


def close_page(request: HttpRequest) -> None:
    """Close the page: its link opens nothing any more, in no tab, and this browser forgets every link it came by."""
    link = links.arrived(request, KIND)
    if link is not None and link.used_at:
        OneTimeLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=clock.now())
    links.forget(request)
