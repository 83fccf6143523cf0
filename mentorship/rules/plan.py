"""Who may change what a pair follows, and its talks."""

from django.utils.translation import gettext_lazy as _

from common.rules import rule
from mentorship.dyads import are_peers
from mentorship.rules.pairs import coordinates, is_mentor_of


@rule(_("Only a coordinator of this clinic may do this."))
def change_plan(user, match) -> bool:
    """A coordinator: the format, and the dates it counts from."""
    return coordinates(user, match)


@rule(_("Only the person themselves, or a coordinator they asked, may do this."), system=True)
def agree_relatives(user, match) -> bool:
    """The mentee by link, signed by the system user; a coordinator writes down what they said."""
    return coordinates(user, match)


@rule(_("Only the two of this pair, while it goes on, or a coordinator may do this."), system=True)
def keep_talks(user, match) -> bool:
    """Plan, move, take off: the mentor who sees the pair, a coordinator, and the mentee by link, signed by the system user."""
    return is_mentor_of(user, match) or coordinates(user, match)


@rule(_("Only one of two peers may do this."), system=True)
def note_as_peer(user, match) -> bool:
    """Note a talk from the mentee's end: by link, signed by the system user. The other end has their own form."""
    return False


def may_note(match) -> bool:
    """Tell whether the mentee of a pair may note a talk too: where the two are peers (evidence B: dyad)."""
    return are_peers(match)
