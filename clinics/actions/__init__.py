"""What may be done to a clinic: its people and its settings."""

from clinics.actions.people import (
    deactivate,
    end_role,
    give_role,
    invite,
    reactivate,
    send_again,
    set_roles,
    take_back,
)
from clinics.actions.settings import BASICS, DANGER, change_basics, change_hours, change_numbers, note_change
from clinics.actions.switching import switch_on

__all__ = [
    "BASICS",
    "DANGER",
    "change_basics",
    "change_hours",
    "change_numbers",
    "deactivate",
    "end_role",
    "give_role",
    "invite",
    "note_change",
    "reactivate",
    "send_again",
    "set_roles",
    "switch_on",
    "take_back",
]
