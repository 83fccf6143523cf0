"""What endings make known when the process starts."""

from django.urls import reverse
from django.utils.translation import gettext as _


def connect() -> None:
    """Register the messages, the cards of the mentee's page, and the mentor's way to invitations."""
    from mentorship import closing_cards, mentee_cards
    from mentorship.notices import closing as notices  # noqa: F401
    from training import doors

    doors.register_own(80, invitations_door)

    mentee_cards.register(5, closing_cards.questions)
    mentee_cards.register(10, closing_cards.what_next)
    mentee_cards.register(40, closing_cards.goals)
    mentee_cards.register(60, closing_cards.invitations)


def invitations_door(mentor):
    """Return the way to a mentor's own yes or no to invitations, once a pair of theirs has ended; one query."""
    from mentorship.models import Closing
    from training.doors import Door

    if not Closing.objects.filter(match__mentor=mentor, match__status="ended").exists():
        return None
    text = _("Say whether the programme may invite you now and then.")
    return Door(reverse("mentorship:closing-invitations"), "calendar-check", _("Invitations"), text)
