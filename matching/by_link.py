"""The mentee's side of a match, by a one-time link."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest

from accounts import links
from accounts.models import OneTimeLink, User
from matching import actions
from matching.models import Match

KIND = "mentee.ask"


def match_of(link: OneTimeLink | None) -> Match | None:
    """Return the match a link is about, with the people and the clinic; None without a link."""
    if link is None:
        return None
    rows = Match.objects.select_related("mentor__person", "referral__mentee", "referral__clinic")
    return rows.filter(ref=link.subject).first()


def answer(
    request: HttpRequest, link: OneTimeLink, match: Match, *, answer: str, expectations: bool, shares: bool
) -> bool:
    """Use the link up and store the answer, both or neither. False when another browser was first.

    Raises what the action raises; then the link stays open.
    """
    with transaction.atomic():
        if not links.consume(request, link):
            return False
        actions.mentee_answer(
            match=match.pk, by=User.objects.system(), answer=answer, expectations=expectations, shares=shares
        )
    return True
