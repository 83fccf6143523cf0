"""Ways from the pages of the lower floors into those of the desk."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinics import sections
from clinics.roles import Perm, can
from training import doors
from training.doors import Door


def connect() -> None:
    """Lead from the list of mentors to their road, and an admin, who has no such list, from the settings; there to health too."""
    doors.register_staff(74, pipeline)
    sections.register(
        "pipeline", gettext_lazy("The road of mentors"), gettext_lazy("How far people come, where and why they leave."),
        "desk:pipeline", "route", 95,
    )  # fmt: skip
    sections.register(
        "health", gettext_lazy("Is everything running?"), gettext_lazy("Messages, backups and the parts behind them."),
        "desk:health", "activity", 97,
    )  # fmt: skip


def pipeline(user, clinic) -> Door | None:
    """Lead who keeps the records to how far people come."""
    if not can(user, Perm.MANAGE_MENTORS, clinic):
        return None
    return Door(
        reverse("desk:pipeline"), "route", _("The road of mentors"), _("How far people come, where and why they leave")
    )
