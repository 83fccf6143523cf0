"""The states of contacts, questions, red flags, shifts on call, and the moves between them. Data only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.workflow import Workflow


class ContactStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    TALKED = "talked", _("We talked")
    NO_ANSWER = "no-answer", _("No answer")
    CANCELLED = "cancelled", _("Another day")
    DID_NOT_COME = "did-not-come", _("They did not come")


C = ContactStatus
MISSED = (C.NO_ANSWER, C.DID_NOT_COME)
OUTCOMES = {C.TALKED, C.NO_ANSWER, C.CANCELLED, C.DID_NOT_COME}
contact_workflow = Workflow(
    {
        C.PLANNED: OUTCOMES,
        **{outcome: OUTCOMES - {outcome} for outcome in OUTCOMES},  # a slip of the thumb is put right
    }
)


class SessionStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("It took place")
    CANCELLED = "cancelled", _("It did not take place")


S = SessionStatus
session_workflow = Workflow({S.PLANNED: {S.HELD, S.CANCELLED}, S.CANCELLED: {S.PLANNED}, S.HELD: {S.CANCELLED}})


class PlaceStatus(models.TextChoices):
    INVITED = "invited", _("Invited")
    SIGNED_UP = "signed-up", _("Signed up")
    WAITING = "waiting", _("On the waiting list")
    DECLINED = "declined", _("Not this time")
    LEFT = "left", _("Stopped")


P = PlaceStatus
place_workflow = Workflow(
    {
        P.INVITED: {P.SIGNED_UP, P.WAITING, P.DECLINED, P.LEFT},
        P.WAITING: {P.SIGNED_UP, P.DECLINED, P.LEFT},
        P.SIGNED_UP: {P.LEFT, P.WAITING},
        P.DECLINED: {P.INVITED, P.SIGNED_UP, P.WAITING},
        P.LEFT: {P.INVITED},
    }
)


class QuestionStatus(models.TextChoices):
    ASKED = "asked", _("Asked")
    ANSWERED = "answered", _("Answered")
    PASSED_ON = "passed-on", _("Passed on")
    CLOSED = "closed", _("Closed")


Q = QuestionStatus
question_workflow = Workflow({Q.ASKED: {Q.ANSWERED}, Q.ANSWERED: {Q.PASSED_ON, Q.CLOSED}})


class FlagStatus(models.TextChoices):
    RAISED = "raised", _("Waiting for an answer")
    ACKNOWLEDGED = "acknowledged", _("Somebody has it")
    RESOLVED = "resolved", _("Resolved")
    REOPENED = "reopened", _("Opened again")


F = FlagStatus
UNRESOLVED = (F.RAISED, F.ACKNOWLEDGED, F.REOPENED)
UNANSWERED = (F.RAISED, F.REOPENED)
flag_workflow = Workflow(
    {
        F.RAISED: {F.ACKNOWLEDGED},
        F.ACKNOWLEDGED: {F.RESOLVED},
        F.RESOLVED: {F.REOPENED},
        F.REOPENED: {F.ACKNOWLEDGED},
    }
)


class ShiftStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    REMOVED = "removed", _("Taken off")


shift_workflow = Workflow({ShiftStatus.PLANNED: {ShiftStatus.REMOVED}})
