"""A match, lived: plan and contacts, follow-up checks, questions, red flags."""

from mentorship.models.checks import CheckAnswer, CheckDay, FollowUpCheck, Side
from mentorship.models.closing import Closing, ClosingAnswer, Goal
from mentorship.models.contacts import Aftercare, Contact, ContactEvent, Enrolment, EnrolmentChange
from mentorship.models.feeds import CalendarFeed
from mentorship.models.flags import (
    About,
    Attempt,
    FlagCategory,
    FlagEvent,
    FlagRules,
    FlagTiming,
    Group,
    LadderRung,
    RedFlag,
    Route,
    Rung,
    Severity,
)
from mentorship.models.formats import Format, Programme
from mentorship.models.groups import (
    Attendance,
    GroupKind,
    GroupPlace,
    GroupPlaceEvent,
    GroupSession,
    GroupSessionEvent,
    PeerGroup,
    Unit,
)
from mentorship.models.library import ApprovedAnswer, QuestionRoute
from mentorship.models.questions import Question, QuestionEvent
from mentorship.models.reviews import MatchReview
from mentorship.models.rota import Shift, ShiftEvent
from mentorship.models.thanks import Thanks

__all__ = [
    "About",
    "Aftercare",
    "ApprovedAnswer",
    "Attempt",
    "Attendance",
    "CalendarFeed",
    "CheckAnswer",
    "CheckDay",
    "Closing",
    "ClosingAnswer",
    "Contact",
    "ContactEvent",
    "Enrolment",
    "EnrolmentChange",
    "FlagCategory",
    "FlagEvent",
    "FlagRules",
    "FlagTiming",
    "FollowUpCheck",
    "Format",
    "Goal",
    "Group",
    "GroupKind",
    "GroupPlace",
    "GroupPlaceEvent",
    "GroupSession",
    "GroupSessionEvent",
    "LadderRung",
    "MatchReview",
    "PeerGroup",
    "Programme",
    "Question",
    "QuestionEvent",
    "QuestionRoute",
    "RedFlag",
    "Route",
    "Rung",
    "Severity",
    "Shift",
    "ShiftEvent",
    "Side",
    "Thanks",
    "Unit",
]
