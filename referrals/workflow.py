"""The states of a referral and the moves between them. Data only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.workflow import Workflow


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Sent")
    OPEN = "open", _("Accepted")
    RETURNED = "returned", _("Question for you")
    DEFERRED = "deferred", _("Later")
    CLOSED = "closed", _("Closed")


S = Status
workflow = Workflow(
    {
        S.DRAFT: {S.SUBMITTED},
        S.SUBMITTED: {S.OPEN, S.RETURNED, S.DEFERRED, S.CLOSED},
        S.RETURNED: {S.SUBMITTED, S.CLOSED},
        S.DEFERRED: {S.SUBMITTED, S.CLOSED},
        S.OPEN: {S.RETURNED, S.DEFERRED, S.CLOSED},
        S.CLOSED: {S.OPEN},
    }
)


class SelfStatus(models.TextChoices):
    """Where a wish that somebody sent themselves stands."""

    ASKED = "asked", _("Asked")
    CONFIRMED = "confirmed", _("Confirmed by the care team")
    DECLINED = "declined", _("Not through here")
    WITHDRAWN = "withdrawn", _("Taken back")
    EXPIRED = "expired", _("Not answered in time")


A = SelfStatus
self_workflow = Workflow({A.ASKED: {A.CONFIRMED, A.DECLINED, A.WITHDRAWN, A.EXPIRED}})
