"""Messages, rounds and doors of training days."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from clinics.roles import Perm, can
from messaging import rounds
from training import doors, signals
from training.actions.sessions import remind
from training.actions.sessions_seats import free_places_of
from training.doors import Door
from training.models import LiveSession, NoDay
from training.notices import sessions as notices


def connect() -> None:
    """Register them."""
    notices.connect()
    rounds.register("training-days", remind, 3600)
    doors.register_staff(40, days)
    signals.stopped.connect(leave, dispatch_uid="training-days-stopped")
    signals.decertified.connect(leave, dispatch_uid="training-days-decertified")


def days(user, clinic) -> Door | None:
    """Lead who plans to every day, and who only teaches to their own."""
    if can(user, Perm.MANAGE_MENTORS, clinic):
        asks = NoDay.objects.visible_to(user).open().filter(mentor__person__clinic=clinic).exists()
        text = _("Somebody finds no day that suits.") if asks else _("Days together, who teaches, who came.")
        return Door(reverse("training:sessions"), "calendar-days", _("Training days"), text, soon=asks)
    if LiveSession.objects.taught_by(user).exists():
        return Door(reverse("training:my-sessions"), "calendar-days", _("Days I teach"))
    return None


def leave(sender, mentor, by, **_more) -> None:
    """Free the places of a mentor who leaves."""
    free_places_of(mentor)
