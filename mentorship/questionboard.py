"""What the pages of questions show. Reads only."""

from __future__ import annotations

from mentorship.models import Question

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
