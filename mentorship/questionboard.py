"""What the pages of questions show. Reads only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.models import User
from clinics.models import Clinic
from mentorship.models import ApprovedAnswer, Question, QuestionRoute
from mentorship.workflow import QuestionStatus
from referrals.models import Referral
from referrals.workflow import Status

MOST, MOST_SUGGESTED = 20, 5

RELATED = (
    "referral__clinic", "referral__mentee", "routed_to", "asked_by", "answered_by", "match__mentor__person__user",
)  # fmt: skip


def by_link(ref: str) -> Question | None:
    """Return the question a one-time link is about; the link itself is the permission to see it."""
    return Question.objects.select_related(*RELATED).filter(ref=ref).exclude(answered_at=None).first()


def with_related(rows):
    """Return questions with everything a page shows."""
    return rows.select_related(*RELATED)


def asker(question: Question) -> str:
    """Return who asked, in words: the mentee by link, or somebody with an account."""
    return question.referral.mentee.full_name if question.asked_by.is_system else question.asked_by.full_name


def of_mentee(referral: Referral) -> list[Question]:
    """Return what a mentee asked, or had asked by their mentor, and may read: the newest first, twenty at most."""
    rows = with_related(Question.objects.filter(referral=referral))
    return list(rows.order_by("-asked_at", "-pk")[:MOST])


def card(referral: Referral, request: HttpRequest) -> dict[str, Any] | None:
    """Return the card of the mentee's page: ask something, and how many answers there are to read."""
    if referral.status == Status.CLOSED:
        return None
    rows = Question.objects.filter(referral=referral)
    read = rows.filter(status=QuestionStatus.ANSWERED, how=Question.How.LINK).count()
    return {"template": "mentorship/questions/_mentee_card.html", "answers": read, "waiting": rows.waiting().count()}


def suggestions(question: Question) -> list[ApprovedAnswer]:
    """Return answers the team approved about this topic in the mentee's language, the newest first."""
    clinic = question.referral.clinic
    rows = ApprovedAnswer.objects.in_use(clinic.today).filter(
        clinic=clinic, topic=question.topic, language=question.referral.mentee.language
    )
    return list(rows.order_by("-approved_at", "-pk")[:MOST_SUGGESTED])


def library(user: User, clinic: Clinic, topic: str, language: str, state: str):
    """Return the answers of a clinic in one state, of one topic and language when chosen. A queryset."""
    rows = ApprovedAnswer.objects.visible_to(user).filter(clinic=clinic).select_related("proposed_by", "approved_by")
    rows = rows.filter(**{k: v for k, v in (("topic", topic), ("language", language)) if v})
    if state == "wait":
        return rows.to_approve()
    if state == "again":
        return rows.to_look_at(clinic.today)
    return rows.retired() if state == "retired" else rows.in_use(clinic.today)


def to_do(user: User, clinic: Clinic) -> dict[str, int]:
    """Return how many answers of a clinic wait for approval, and how many for another look."""
    rows = ApprovedAnswer.objects.visible_to(user).filter(clinic=clinic)
    return {"wait": rows.to_approve().count(), "again": rows.to_look_at(clinic.today).count()}


def routes_of(clinic: Clinic) -> dict[str, User]:
    """Return who is named for which topic at a clinic, also who has left since."""
    return {row.topic: row.user for row in QuestionRoute.objects.filter(clinic=clinic).select_related("user")}
