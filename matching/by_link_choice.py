"""The mentee chooses, by a one-time link."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest

from accounts import links
from accounts.models import OneTimeLink, User
from matching import actions
from matching.models import Choice
from matching.notices_choice import KIND

__all__ = ["KIND", "choice_of", "choose"]


def choice_of(link: OneTimeLink | None) -> Choice | None:
    """Return the choice a link is about, with its mentors and the clinic; None without a link."""
    if link is None:
        return None
    rows = Choice.objects.select_related("referral__mentee", "referral__clinic")
    return rows.prefetch_related("mentors__person").filter(ref=link.subject).first()


def choose(request: HttpRequest, link: OneTimeLink, choice: Choice, *, answer: str, mentor: int | None) -> bool:
    """Use the link up and store the answer, both or neither. False when another browser was first.

    Raises what the action raises; then the link stays open.
    """
    with transaction.atomic():
        if not links.consume(request, link):
            return False
        actions.choose(choice=choice.pk, by=User.objects.system(), answer=answer, mentor=mentor)
    return True
