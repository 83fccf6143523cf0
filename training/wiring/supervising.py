"""Messages, doors, panels and settings of supervision and of concerns."""

from django.utils.translation import gettext_lazy as _


def connect() -> None:
    """Register them."""
    from clinics import sections
    from training import agenda, agenda_own, doors, panels
    from training.notices import supervising as notices
    from training.pages import concerns, supervising

    notices.connect()
    agenda.register(agenda_own.wellbeing)
    agenda.register(agenda_own.topic)
    doors.register_own(20, supervising.own_door)
    doors.register_staff(5, supervising.staff_door)
    doors.register_staff(90, concerns.staff_door)
    panels.register(supervising.panel)
    sections.register(
        "care", _("Looking after mentors"), _("Supervision, how they are, and pairs looked at now and then"),
        "training:care-settings", icon="heart-handshake", place=55,
    )  # fmt: skip
