"""Who may do what to a pair, its contacts and its follow-up checks."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common import clock
from common.rules import rule
from matching.workflow import Status

CORRECT_WITHIN = dt.timedelta(days=1)  # [D]
PRESENT = (Status.INTRODUCED, Status.PAUSED)


def is_mentor_of(user, match) -> bool:
    """Tell whether the user is the mentor of this pair and still sees it."""
    person = match.mentor.person
    return (
        person.user_id == user.pk
        and match.status in PRESENT
        and match.sight_ended_at is None
        and can(user, Perm.MENTOR, person.clinic_id)
    )


def coordinates(user, match) -> bool:
    """Tell whether the user runs the programme of the mentee's clinic."""
    return can(user, Perm.COORDINATE, match.referral.clinic_id)


@rule(_("Only the mentor of this pair, while it goes on, or a coordinator may do this."))
def keep_contacts(user, match) -> bool:
    """The mentor who sees the pair, or a coordinator: log, plan, move, cancel."""
    return is_mentor_of(user, match) or coordinates(user, match)


def with_relatives(match) -> bool:
    """Tell whether the mentee agreed that relatives join now and then (VdE21 #77). Asked when a talk is noted."""
    enrolment = getattr(match, "enrolment", None)
    return enrolment is not None and enrolment.relatives_agreed_at is not None


@rule(_("You can put right the last talk you noted, within a day. After that, tell the coordinator."))
def correct(user, contact) -> bool:
    """The mentor who noted it, their last one of this pair, within a day; a coordinator any time."""
    if coordinates(user, contact.match):
        return True
    mine = contact.logged_by_id == user.pk and is_mentor_of(user, contact.match)
    return mine and clock.now() - contact.logged_at <= CORRECT_WITHIN and _is_last_noted(contact)


def _is_last_noted(contact) -> bool:
    noted = contact.match.contacts.filter(logged_by=contact.logged_by_id)
    return not noted.filter(logged_at__gt=contact.logged_at).exists()


@rule(_("Only a coordinator of this clinic may do this."))
def look_after(user, match) -> bool:
    """A coordinator: the ending."""
    return coordinates(user, match)


@rule(_("Only the person who was asked may answer."), system=True)
def answer_check(user, check) -> bool:
    """A mentor answers their own; a mentee comes by link, signed by the system user."""
    return check.to == "mentor" and is_mentor_of(user, check.match)


@rule(_("Only a coordinator of this clinic may do this."))
def handle_check(user, check) -> bool:
    """A coordinator: what was done about an answer."""
    return coordinates(user, check.match)


@rule(_("Only a coordinator of their own clinic, or the one it was given to, may do this."))
def finish_aftercare(user, task) -> bool:
    """Whoever the task names, or a coordinator: of the mentee's clinic, for a mentor of the mentor's own."""
    if task.user_id is not None and task.user_id == user.pk:
        return True
    if task.kind == "look-after":
        return can(user, Perm.COORDINATE, task.match.mentor.person.clinic_id)
    return coordinates(user, task.match)


@rule(_("Only somebody who keeps the clinic's settings may do this."))
def change_days(user, clinic) -> bool:
    """Whoever keeps the settings."""
    return can(user, Perm.SETTINGS, clinic)
