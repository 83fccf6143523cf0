"""Whether two talked, asked of the mentee: which talk it is about, and what the question shows. It only reads."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import OneTimeLink
from common import clock
from matching.workflow import Status as MatchStatus
from mentorship.actions import saying
from mentorship.models import Contact
from referrals.models import Referral

LATELY = dt.timedelta(days=14)  # [D] what is older has lost its meaning


def contact_of(link: OneTimeLink | None) -> Contact | None:
    """Return the talk a link is about while the two are a pair; the link itself is the permission to see it."""
    return present().filter(ref=link.subject).first() if link else None


def contact_of_page(referral: Referral | None, ref: str) -> Contact | None:
    """Return a talk of the mentee whose own page is open."""
    return present().filter(ref=ref, match__referral=referral).first() if referral else None


def present():
    """Return the talks of present pairs whose mentee agrees to be asked."""
    live = Referral.objects.with_live_consent().values("pk")
    return Contact.objects.filter(match__status=MatchStatus.INTRODUCED, match__referral__in=live).select_related(
        "match__referral__mentee", "match__referral__clinic", "match__mentor__person"
    )


def card(referral: Referral, request: HttpRequest) -> dict[str, Any] | None:
    """Return the question for the mentee's page: about the last talk whose hour is past and nobody noted. One query."""
    now = clock.now()
    rows = Contact.objects.planned().filter(
        match__referral=referral, match__status=MatchStatus.INTRODUCED, mentee_says="",
        planned_at__lte=now, planned_at__gt=now - LATELY,
    )  # fmt: skip
    row = rows.select_related("match__mentor__person", "match__referral__clinic").order_by("-planned_at", "-pk").first()
    return {"template": "mentorship/_said_card.html"} | shown(row) if row else None


def shown(row: Contact) -> dict[str, Any]:
    """Return what the question shows."""
    return {
        "contact": row, "mentor": row.match.mentor.person,
        "answers": [
            (saying.YES, _("Yes, we talked")), (saying.NO, _("No, it did not happen")),
            (saying.ANOTHER_DAY, _("We chose another day")),
        ],
    }  # fmt: skip
