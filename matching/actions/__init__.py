"""The verbs of a match. The only place that changes its status.

Each takes the pk of the match and who does it, locks mentor, referral and match in that order, and is safe
to repeat.
"""

from matching.actions.answering import (
    accept,
    acknowledge_expectations,
    ask_mentee,
    decline,
    expire_unanswered,
    mentee_answer,
)
from matching.actions.life import (
    cancel,
    end,
    give_sight,
    introduce,
    missing_for_introduction,
    pause,
    resume,
    stop_for_closed_referral,
    stop_for_consent,
    stop_for_mentor,
    take_sight,
)
from matching.actions.proposing import approve, ask_mentor, propose, reject

__all__ = [
    "accept", "acknowledge_expectations", "approve", "ask_mentee", "ask_mentor", "cancel", "decline", "end",
    "expire_unanswered", "give_sight", "introduce", "mentee_answer", "missing_for_introduction", "pause", "propose",
    "reject", "resume", "stop_for_closed_referral", "stop_for_consent", "stop_for_mentor", "take_sight",
]  # fmt: skip
