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
