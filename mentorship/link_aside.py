"""What the coordinator sees of the link to a mentee's own page: when it was sent, whether it was opened. Reads only."""

from __future__ import annotations

from typing import Any

from accounts.models import OneTimeLink, User
from matching.models import Match
from mentorship.actions import own_page
from mentorship.mentee_session import KIND
from mentorship.rules import own_page as rules
from messaging.models import Status
from referrals.models import Referral
from referrals.workflow import Status as ReferralStatus

TEMPLATE = "mentorship/own/_link_aside.html"


def aside(referral: Referral, user: User, pair: Match | None = None) -> dict[str, Any] | None:
    """Return the part about the link for who may send it; None for others, and where there is no page. Three queries."""
    if (
        referral.status == ReferralStatus.DRAFT
        or own_page.is_over(referral)
        or not rules.give_link.allows(user, referral)
    ):
        return None
    last = own_page.last_message(referral)
    opened = OneTimeLink.objects.filter(kind=KIND, subject=referral.ref, used_at__isnull=False).order_by("-used_at")
    return {
        "template": TEMPLATE, "person": referral.mentee, "link_of": referral, "pair": pair, "last": last,
        "opened_at": opened.values_list("used_at", flat=True).first(), "missing": own_page.missing_for_link(referral),
        "on_its_way": last is not None and last.status in own_page.ON_THE_WAY,
        "is_sent": last is not None and last.status == Status.SENT,
    }  # fmt: skip
