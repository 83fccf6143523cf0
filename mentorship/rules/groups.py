"""Who may do what with groups, their meetings and places."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule

STAFF = (Perm.COORDINATE, Perm.ANSWER_QUESTIONS)


def coordinates(user, group) -> bool:
    """Tell whether the user runs the programme of the group's clinic."""
    return can(user, Perm.COORDINATE, group.clinic_id)


def works_there(user, group) -> bool:
    """Tell whether the user works at the group's clinic as a professional."""
    return any(can(user, perm, group.clinic_id) for perm in STAFF)


def moderates(user, session) -> bool:
    """Tell whether the user is the moderator of a meeting, and still works there."""
    mine = user.pk in (session.moderator_id or session.group.moderator_id, session.group.leader_id)
    return mine and works_there(user, session.group)


def leads(user, session) -> bool:
    """Tell whether the user is a mentor who leads the group and still sees it."""
    return type(session).objects.visible_to(user).filter(pk=session.pk, group__mentors__person__user=user).exists()


@rule(_("Only a coordinator of this clinic may do this."))
def make(user, clinic) -> bool:
    """Make a group at a clinic."""
    return can(user, Perm.COORDINATE, clinic)


@rule(_("Only a coordinator of this clinic may do this."))
def run(user, group) -> bool:
    """Change, cancel, invite, plan meetings."""
    return coordinates(user, group)


@rule(_("Only who leads or moderates this group, or a coordinator, may do this."))
def mark(user, session) -> bool:
    """Note who came, and whether it took place."""
    return coordinates(user, session.group) or moderates(user, session) or leads(user, session)


@rule(_("Only the moderator of this group, or a coordinator, reads and writes this note."))
def note(user, session) -> bool:
    """What happened that the team must know."""
    return coordinates(user, session.group) or moderates(user, session)


@rule(_("Only the person themselves, or a coordinator who asked them, may answer."), system=True)
def answer(user, place) -> bool:
    """A mentee comes by link, signed by the system user; a coordinator writes down what they said."""
    return coordinates(user, place.group)
