"""The states of a mentor and the moves between them. Data only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.workflow import Workflow


class Status(models.TextChoices):
    APPLIED = "applied", _("Applied")
    INTERVIEWED = "interviewed", _("Interviewed")
    IN_TRAINING = "in-training", _("In training")
    READY = "ready", _("Trained")
    ACTIVE = "active", _("Active")
    RESTING = "resting", _("Resting")
    LATER = "later", _("Not now")
    REDIRECTED = "redirected", _("Another role")
    DECLINED = "declined", _("Declined")
    RETIRED = "retired", _("Stopped")
    DECERTIFIED = "decertified", _("Certificate taken back")


S = Status
LEAVING = {S.REDIRECTED, S.DECLINED, S.RETIRED}
ASIDE = {S.LATER} | LEAVING
workflow = Workflow(
    {
        S.APPLIED: {S.INTERVIEWED} | ASIDE,
        S.INTERVIEWED: {S.IN_TRAINING} | ASIDE,
        S.IN_TRAINING: {S.READY} | LEAVING,
        S.READY: {S.ACTIVE} | LEAVING,
        S.ACTIVE: {S.RESTING, S.RETIRED, S.REDIRECTED, S.DECERTIFIED},
        S.RESTING: {S.ACTIVE, S.RETIRED, S.REDIRECTED, S.DECERTIFIED},
        S.LATER: {S.APPLIED} | LEAVING,
        S.REDIRECTED: {S.APPLIED},
        S.DECLINED: {S.APPLIED},
        S.RETIRED: {S.APPLIED},
        S.DECERTIFIED: {S.IN_TRAINING, S.RETIRED, S.ACTIVE},  # straight back only when an appeal undoes it
    }
)


class ApplicationStatus(models.TextChoices):
    """From a first interest to a record as a mentor."""

    DRAFT = "draft", _("Begun")
    SENT = "sent", _("Sent")
    TAKEN_UP = "taken-up", _("Taken up")
    WITHDRAWN = "withdrawn", _("Taken back")
    CLOSED = "closed", _("Closed")


A = ApplicationStatus
application_workflow = Workflow(
    {
        A.DRAFT: {A.SENT, A.WITHDRAWN, A.CLOSED},
        A.SENT: {A.TAKEN_UP, A.WITHDRAWN, A.CLOSED},
        A.TAKEN_UP: {A.WITHDRAWN},
        A.CLOSED: {A.SENT, A.WITHDRAWN},
    }
)


class ClaimStatus(models.TextChoices):
    """What became of a claim for expenses."""

    SENT = "sent", _("Sent")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Taken back")
    EXPORTED = "exported", _("With the finance office")


C = ClaimStatus
claim_workflow = Workflow(
    {
        C.SENT: {C.APPROVED, C.REFUSED, C.WITHDRAWN},
        C.REFUSED: {C.SENT},
        C.APPROVED: {C.EXPORTED, C.REFUSED},
    }
)


class ConcernStatus(models.TextChoices):
    """What became of a confidential concern."""

    RAISED = "raised", _("New")
    LOOKED_AT = "looked-at", _("Being looked at")
    CLOSED = "closed", _("Closed")


N = ConcernStatus
concern_workflow = Workflow({N.RAISED: {N.LOOKED_AT, N.CLOSED}, N.LOOKED_AT: {N.CLOSED}, N.CLOSED: {N.LOOKED_AT}})
