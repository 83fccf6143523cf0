"""Messages, doors and panels of the training."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinics import sections
from clinics.roles import Perm, can
from training import doors, learning, panels
from training.doors import Door
from training.models import Mentor
from training.notices import learning as notices
from training.pages import learning as pages
from training.pages import learning_staff
from training.workflow import Status


def connect() -> None:
    """Register them."""
    notices.connect()
    doors.register_own(10, _door)
    doors.register_staff(45, _curriculum_door)
    panels.register(learning_staff.panel)
    sections.register(
        "training", gettext_lazy("Training"), gettext_lazy("What is taught, and how each part is passed."),
        "training:curriculum", "graduation-cap",
    )  # fmt: skip


def _curriculum_door(user, clinic) -> Door | None:
    """Lead who keeps the mentors' records to what is taught; the admin finds it under Settings."""
    if not can(user, Perm.MANAGE_MENTORS, clinic):
        return None
    return Door(
        reverse("training:curriculum"), "graduation-cap", _("What is taught"), _("The parts, and their versions.")
    )


def _door(mentor: Mentor) -> Door | None:
    """Return the way to *My training* for who has something to learn, or learned it here."""
    row = learning.current(mentor)
    if pages.may_refresh(mentor):
        return _to_training(_("A refresher is open, before your new certificate."), soon=True)
    if row is None:
        wanted = mentor.status in (Status.IN_TRAINING, Status.READY)
        return _to_training(_("Begin whenever you like."), soon=True) if wanted else None
    n = len(learning.missing_parts(mentor))
    if n:
        return _to_training(ngettext("%(n)d part to go.", "%(n)d parts to go.", n) % {"n": n}, soon=True)
    again = learning.current(mentor, refresher=True)
    if again is not None and again.progress.filter(passed_at=None).exists():
        return _to_training(_("The refresher is not done yet."), soon=True)
    return _to_training(_("Every part is done. Read again whenever you like."))


def _to_training(text: str, soon: bool = False) -> Door:
    return Door(reverse("training:my-training"), "graduation-cap", _("My training"), text, soon)
