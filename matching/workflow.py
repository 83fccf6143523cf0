"""The states of a match and the moves between them. Data only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.workflow import Workflow


class Status(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    APPROVED = "approved", _("Mentor asked")
    ACCEPTED = "accepted", _("Mentor said yes")
    INTRODUCED = "introduced", _("Introduced")
    PAUSED = "paused", _("Paused")
    REJECTED = "rejected", _("Not taken")
    DECLINED = "declined", _("Mentor said no")
    EXPIRED = "expired", _("Mentor did not answer")
    REFUSED = "refused", _("Mentee said no")
    CANCELLED = "cancelled", _("Cancelled")
    ENDED = "ended", _("Ended")


S = Status
LIVE = (S.APPROVED, S.ACCEPTED, S.INTRODUCED, S.PAUSED)
workflow = Workflow(
    {
        S.PROPOSED: {S.APPROVED, S.REJECTED, S.CANCELLED},
        S.APPROVED: {S.ACCEPTED, S.DECLINED, S.EXPIRED, S.CANCELLED},
        S.ACCEPTED: {S.INTRODUCED, S.REFUSED, S.CANCELLED},
        S.INTRODUCED: {S.PAUSED, S.ENDED},
        S.PAUSED: {S.INTRODUCED, S.ENDED},
    }
)


class EndReason(models.TextChoices):
    """Why a match ended. No blame in any of them."""

    PLANNED = "planned", _("A planned ending")
    MENTEE = "mentee", _("The mentee chose to stop")
    MENTOR = "mentor", _("The mentor chose to stop")
    BOTH = "both", _("Both chose to stop")
    FIT = "fit", _("Another mentor fits better")
    OUT_OF_TOUCH = "out-of-touch", _("They lost touch")
    CONSENT = "consent", _("Consent was taken back")
    CONDUCT = "conduct", _("After a worry about conduct")
    DIED = "died", _("One of them died")
    OTHER = "other", _("Another reason")
