"""Messages, rounds, doors, panels and settings of this part."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


def connect() -> None:
    """Register the messages, the morning's round, the words in the settings and the way in to one's own papers."""
    from clinics import sections
    from messaging import rounds
    from training import doors
    from training.actions.certifying_due import send_papers_due
    from training.notices import certifying as notices

    notices.connect()
    rounds.register("papers", send_papers_due, 3600)
    sections.register(
        "agreements", gettext_lazy("Words mentors sign"),
        gettext_lazy("Code of conduct, confidentiality, information note: versions, and who signs again"),
        "training:agreements", icon="file-pen-line",
    )  # fmt: skip
    doors.register_own(20, own_door)


def own_door(mentor):
    """Return the way in to a mentor's own papers."""
    from training.doors import Door
    from training.pages.certifying import door

    return Door(reverse("training:my-papers"), "file-check", _("My papers"), **door(mentor))
