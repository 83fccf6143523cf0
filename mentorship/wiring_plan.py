"""What plans make known to the lower floors when the process starts."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from training.doors import Door
from training.models import Mentor
from training.workflow import Status as MentorStatus


def connect() -> None:
    """Register the messages about talks, the way in to a mentor's own calendar, the card of the mentee's page."""
    from mentorship import mentee_cards, mentee_talks
    from mentorship.notices import plan  # noqa: F401
    from training import doors

    doors.register_own(60, _calendar)
    mentee_cards.register(20, mentee_talks.card)


def _calendar(mentor: Mentor) -> Door | None:
    if mentor.status not in (MentorStatus.ACTIVE, MentorStatus.RESTING):
        return None
    return Door(
        reverse("mentorship:my-calendar"), "calendar-days", _("My calendar"),
        _("See your talks in the calendar of your phone, without names."),
    )  # fmt: skip
