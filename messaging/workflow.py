"""The states of a message and the moves between them. Data only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.workflow import Workflow


class Status(models.TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    UNKNOWN = "unknown", _("Not known whether it arrived")
    DEAD = "dead", _("Could not be sent")
    CANCELLED = "cancelled", _("Cancelled, no longer needed")


S = Status
UNDELIVERED = (S.DEAD, S.UNKNOWN)
# What delivery does by itself; it writes no history, as the row says when and why.
workflow = Workflow(
    {
        S.QUEUED: {S.SENDING, S.CANCELLED, S.DEAD, S.SENT},
        S.SENDING: {S.SENT, S.QUEUED, S.UNKNOWN, S.DEAD, S.CANCELLED},
        # What a provider reports later: it arrived after all, or it did not and goes another way.
        S.SENT: {S.DEAD, S.QUEUED},
        S.UNKNOWN: {S.QUEUED, S.SENT, S.DEAD},  # queued by hand: somebody decided that a second copy does no harm
        S.DEAD: {S.QUEUED, S.SENT},  # queued by hand, or an escalation when its way works again
    }
)
