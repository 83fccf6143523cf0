"""What the mentee's own page shows of goals and endings. It only reads; a card is None where there is nothing to say."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from matching.models import Match
from matching.workflow import Status
from mentorship.actions import closing
from mentorship.models import Closing, Goal, Side
from mentorship.rules.pairs import PRESENT
from referrals.models import Referral
from referrals.workflow import Status as ReferralStatus

Card = dict[str, Any]


def last_match(referral: Referral) -> Match | None:
    """Return the pair a mentee is in, or else their last one; with what its ending needs. One query."""
    rows = referral.matches.filter(introduced_at__isnull=False).select_related("mentor__person", "closing")
    return rows.order_by("-introduced_at", "-pk").first()


def match_of_link(ref: str) -> Match | None:
    """Return the pair a link about its ending is about, while its mentee lives and agrees."""
    live = Referral.objects.with_live_consent().values("pk")
    rows = Match.objects.filter(ref=ref, referral__in=live).exclude(referral__close_reason="died")
    return rows.select_related("referral__clinic", "referral__mentee", "mentor__person", "closing").first()


def goals_of(referral: Referral) -> QuerySet[Goal]:
    """Return the goals of the mentee whose page is open; that is the permission to see them."""
    return Goal.objects.kept().filter(referral=referral)


def questions(referral: Referral, request: HttpRequest) -> Card | None:
    """Return the two questions of a planned ending, until they are answered."""
    match = last_match(referral)
    closed = getattr(match, "closing", None) if match else None
    if closed is None or not closed.future or not closing.may_answer(match, Side.MENTEE):
        return None
    if not closing.unanswered(match, Side.MENTEE):
        return None
    return {"template": "mentorship/closing/_questions_card.html", "name": match.mentor.person.first_name}


def goals(referral: Referral, request: HttpRequest) -> Card | None:
    """Return the mentee's goals, while they talk with somebody."""
    match = last_match(referral)
    if match is None or match.status not in PRESENT:
        return None
    kept = list(goals_of(referral))
    return {"template": "mentorship/closing/_goals_card.html", "goals": kept, "name": match.mentor.person.first_name}


def what_next(referral: Referral, request: HttpRequest) -> Card | None:
    """Return the question what they would like now: after an ending they did not choose, or when everything was closed."""
    if referral.status == ReferralStatus.CLOSED:
        may = referral.close_reason not in closing.SETTLED
        return {"template": "mentorship/closing/_back_card.html", "may": may}
    match = last_match(referral)
    if referral.status != ReferralStatus.OPEN or match is None or match.status != Status.ENDED:
        return None
    live = referral.matches.live().exists()
    return None if live else {"template": "mentorship/closing/_next_card.html", "name": match.mentor.person.first_name}


def invitations(referral: Referral, request: HttpRequest) -> Card | None:
    """Return whether they may be invited now and then, once they were asked; changed any day."""
    rows = Closing.objects.filter(match__referral=referral, mentee_alumni__isnull=False)
    row = rows.order_by("-pk").first()
    return {"template": "mentorship/closing/_invitations_card.html", "agrees": row.mentee_alumni} if row else None
