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
from matching.actions.choosing import choose, offer_choice, take_back_choice
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
from matching.actions.solving import approve_several, decide_several, exclude, hold, start, take_back, work_out

__all__ = [
    "accept", "acknowledge_expectations", "approve", "approve_several", "ask_mentee", "ask_mentor", "cancel", "choose",
    "decide_several", "decline", "end", "exclude", "expire_unanswered", "give_sight", "hold", "introduce",
    "mentee_answer", "missing_for_introduction", "offer_choice", "pause", "propose", "reject", "resume", "start",
    "stop_for_closed_referral", "stop_for_consent", "stop_for_mentor", "take_back", "take_back_choice",
    "take_sight", "work_out",
]  # fmt: skip
