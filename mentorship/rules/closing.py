"""Who may do what with goals and an ending."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule
from mentorship.rules.pairs import coordinates, is_mentor_of


@rule(_("Only the mentee, or the mentor together with them, writes this down."), system=True)
def write_goal(user, match) -> bool:
    """The mentee by link, signed by the system user; the mentor of the present pair."""
    return is_mentor_of(user, match)


@rule(_("A goal is the mentee's own: only they take it away."), system=True)
def remove_goal(user, goal) -> bool:
    """Whoever opened the mentee's page."""
    return False


@rule(_("Only the two of this pair, or a coordinator who asked them, may do this."), system=True)
def look_back(user, match) -> bool:
    """How a goal went: the mentee by link, the mentor, or a coordinator who asked."""
    return is_mentor_of(user, match) or coordinates(user, match)


@rule(_("Only the person who was asked may answer."), system=True)
def answer_as_mentee(user, match) -> bool:
    """The mentee comes by link, signed by the system user."""
    return False


@rule(_("Only the person who was asked may answer."))
def answer_as_mentor(user, match) -> bool:
    """The mentor, while they see the pair."""
    return is_mentor_of(user, match)


@rule(_("Only the mentor of this pair, or a coordinator whom they told, may say this."))
def say_deleted(user, match) -> bool:
    """The mentor says so, or a coordinator notes that they did."""
    return is_mentor_of(user, match) or coordinates(user, match)


@rule(_("Only a coordinator of the mentor's own clinic, or their supervisor, may do this."))
def debrief(user, match) -> bool:
    """Whoever looks after the mentor."""
    person = match.mentor.person
    if can(user, Perm.COORDINATE, person.clinic_id):
        return True
    return match.mentor.supervisor_id == user.pk and can(user, Perm.ANSWER_QUESTIONS, person.clinic_id)


@rule(_("Only a coordinator of this clinic may do this."))
def finish(user, match) -> bool:
    """A coordinator: the ending."""
    return coordinates(user, match)


@rule(_("Only the person themselves says this."))
def agree_as_mentor(user, match) -> bool:
    """The mentor of a pair, also after its end: it is about themselves."""
    person = match.mentor.person
    return person.user_id == user.pk and can(user, Perm.MENTOR, person.clinic_id)
