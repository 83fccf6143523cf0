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
    REDIRECTED = "redirected", _("Another role")
    DECLINED = "declined", _("Declined")
    RETIRED = "retired", _("Stopped")
    DECERTIFIED = "decertified", _("Certificate taken back")


S = Status
LEAVING = {S.REDIRECTED, S.DECLINED, S.RETIRED}
workflow = Workflow(
    {
        S.APPLIED: {S.INTERVIEWED} | LEAVING,
        S.INTERVIEWED: {S.IN_TRAINING} | LEAVING,
        S.IN_TRAINING: {S.READY} | LEAVING,
        S.READY: {S.ACTIVE} | LEAVING,
        S.ACTIVE: {S.RESTING, S.RETIRED, S.REDIRECTED, S.DECERTIFIED},
        S.RESTING: {S.ACTIVE, S.RETIRED, S.REDIRECTED, S.DECERTIFIED},
        S.REDIRECTED: {S.APPLIED},
        S.DECLINED: {S.APPLIED},
        S.RETIRED: {S.APPLIED},
        S.DECERTIFIED: {S.IN_TRAINING, S.RETIRED},
    }
)
