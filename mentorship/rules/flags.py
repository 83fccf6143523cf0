"""Who may raise, answer, resolve and review a red flag."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule
from matching.rules import approve
from matching.workflow import LIVE
from mentorship.models import RedFlag, Route


@rule(_("Only the people who answer flags at this clinic can do this."))
def answer(user, flag) -> bool:
    """Whoever stands on its ladder or is asked to take it over, coordinators and admins of its clinic; never the person it is about."""
    if flag.about_user_id == user.pk or not can(user, Perm.ANSWER_FLAGS, flag.clinic_id):
        return False
    programme = can(user, Perm.COORDINATE, flag.clinic_id) or can(user, Perm.REVIEW_FLAGS, flag.clinic_id)
    return (
        programme
        or user.pk in (flag.owner_id, flag.handed_to_id)
        or any(r.user_id == user.pk for r in flag.rungs.all())
    )


@rule(_("Only whoever has this flag can hand it over."))
def hand_over(user, flag) -> bool:
    """Whoever said "I have this"."""
    return flag.acknowledged_by_id == user.pk


@rule(_("Only a coordinator of this clinic, who is no part of the pair, decides what becomes of it."))
def give_back(user, flag) -> bool:
    """A coordinator who is not the person it is about, nor the mentor or the mentee."""
    return flag.match_id is not None and flag.about_user_id != user.pk and approve.allows(user, flag.match)


@rule(_("Only the person who raised it can add to it."), system=True)
def add_details(user, flag) -> bool:
    """The account that raised it."""
    return flag.raised_by_id == user.pk


@rule(_("You can raise a worry about your own people, or about yourself."), system=True)
def raise_for(user, about) -> bool:
    """`about` is (clinic, match or None, referral or None): a mentor's own pair or nobody, or the team's own clinic."""
    clinic, match, referral = about
    if match is not None and is_mentor_of(user, match):
        return match.status in LIVE and match.sight_ended_at is None
    if is_staff(user, clinic):
        return True
    return match is None and referral is None and can(user, Perm.MENTOR, clinic)


def is_mentor_of(user, match) -> bool:
    """Tell whether the user is the mentor of this match and works as one."""
    person = match.mentor.person
    return person.user_id == user.pk and can(user, Perm.MENTOR, person.clinic_id)


def is_staff(user, clinic) -> bool:
    """Tell whether the user works with patients in this clinic's programme."""
    return any(can(user, perm, clinic) for perm in (Perm.REFER, Perm.COORDINATE, Perm.ANSWER_FLAGS))


def sees_details(user, flag: RedFlag) -> bool:
    """Tell whether the user may read what it is about; a coordinator only what they must act on.

    Who, how urgent, until when and the numbers to call are for everybody who sees the flag at all.
    """
    if can(user, Perm.REVIEW_FLAGS, flag.clinic_id) or flag.route == Route.CONDUCT:
        return True
    if user.pk in (flag.owner_id, flag.acknowledged_by_id, flag.handed_to_id):
        return True
    mine = [r for r in flag.rungs.all() if r.user_id == user.pk]
    clinical = any(r.who in ("responsible", "backup") for r in mine)
    return clinical or any(r.position <= flag.rung for r in mine)
