"""A match, lived: plan and contacts, follow-up checks, questions, red flags."""

from mentorship.models.checks import CheckAnswer, CheckDay, FollowUpCheck
from mentorship.models.contacts import Aftercare, Contact, ContactEvent, Enrolment
from mentorship.models.flags import (
    About,
    Attempt,
    FlagCategory,
    FlagEvent,
    FlagTiming,
    Group,
    LadderRung,
    RedFlag,
    Route,
    Rung,
    Severity,
)
from mentorship.models.questions import Question, QuestionEvent

__all__ = [
    "About",
    "Aftercare",
    "Attempt",
    "CheckAnswer",
    "CheckDay",
    "Contact",
    "ContactEvent",
    "Enrolment",
    "FlagCategory",
    "FlagEvent",
    "FlagTiming",
    "FollowUpCheck",
    "Group",
    "LadderRung",
    "Question",
    "QuestionEvent",
    "RedFlag",
    "Route",
    "Rung",
    "Severity",
]
