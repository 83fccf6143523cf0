"""A match, lived: plan and contacts, follow-up checks, questions, red flags."""

from mentorship.models.checks import CheckDay, FollowUpCheck
from mentorship.models.contacts import Contact, ContactEvent, Enrolment
from mentorship.models.flags import (
    Attempt,
    FlagCategory,
    FlagEvent,
    FlagTiming,
    LadderRung,
    RedFlag,
    Rung,
)
from mentorship.models.questions import Question, QuestionEvent

__all__ = [
    "Attempt",
    "CheckDay",
    "Contact",
    "ContactEvent",
    "Enrolment",
    "FlagCategory",
    "FlagEvent",
    "FlagTiming",
    "FollowUpCheck",
    "LadderRung",
    "Question",
    "QuestionEvent",
    "RedFlag",
    "Rung",
]
