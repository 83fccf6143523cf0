"""What a mentee sees of the talks when they come by link: the pair, the plan, and what they may do. It only reads."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from matching.models import Match
from mentorship import dyads, mentee_session, talks
from mentorship.models import Contact
from mentorship.rules.plan import may_note
from referrals.models import Referral


def pair_of(request: HttpRequest) -> Match | None:
    """Return the present pair of the mentee whose page is open in this browser; that is the permission to see it."""
    referral = mentee_session.referral_of(request)
    return _pair(referral) if referral else None


def _pair(referral: Referral) -> Match | None:
    rows = Match.objects.pairs().select_related(
        "referral__mentee", "referral__clinic", "mentor__person", "enrolment__format"
    )
    return rows.filter(referral=referral).order_by("-introduced_at", "-pk").first()


def talk_of(match: Match, ref: str) -> Contact | None:
    """Return a dated talk of a pair by its reference; None for any other."""
    return match.contacts.filter(ref=ref, planned_at__isnull=False).first()


def shown(match: Match) -> dict[str, Any]:
    """Return what a mentee's card and page show of a pair."""
    enrolment = getattr(match, "enrolment", None)
    return {
        "match": match, "plan": talks.plan_of(match), "mentor_name": match.mentor.person.first_name,
        "peers": dyads.are_peers(match), "may_note": may_note(match), "clinic": match.referral.clinic,
        "relatives": bool(enrolment and enrolment.relatives_agreed_at),
    }  # fmt: skip


def card(referral: Referral, request: HttpRequest) -> dict[str, Any] | None:
    """Return the card of the mentee's page: the next talk with its buttons."""
    match = _pair(referral)
    return {"template": "mentorship/plan/_mentee_card.html", **shown(match)} if match else None
