"""Who may do what to a match. A person decides, and nobody about themselves."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule
from matching.workflow import LIVE, Status


def coordinates(user, match) -> bool:
    """Tell whether the user runs the programme of the mentee's clinic."""
    return can(user, Perm.COORDINATE, match.referral.clinic_id)


def is_mentor_of(user, match) -> bool:
    """Tell whether the user is the mentor who was asked, and may still see the match."""
    person = match.mentor.person
    mine = person.user_id == user.pk and can(user, Perm.MENTOR, person.clinic_id)
    return mine and match.status in LIVE and match.sight_ended_at is None


def _is_party(user, match) -> bool:
    return user.pk in (match.mentor.person.user_id, match.referral.mentee.user_id)


@rule(_("Only a coordinator of this clinic may propose a mentor."), system=True)
def propose(user, referral) -> bool:
    """The system user signs what a mentee chose by link; a coordinator still has to approve it."""
    return can(user, Perm.COORDINATE, referral.clinic_id)


@rule(_("Only a coordinator of this clinic may let somebody choose."))
def let_choose(user, referral) -> bool:
    return can(user, Perm.COORDINATE, referral.clinic_id)


@rule(_("Only the person themselves, or a coordinator who asked them, may choose."), system=True)
def choose(user, choice) -> bool:
    return can(user, Perm.COORDINATE, choice.referral.clinic_id)


@rule(_("Another coordinator of this clinic must decide this: nobody decides about their own match."))
def approve(user, match) -> bool:
    return coordinates(user, match) and not _is_party(user, match)


@rule(_("Only a coordinator of this clinic may have its waiting list worked out."))
def solve(user, clinic) -> bool:
    return can(user, Perm.COORDINATE, clinic)


@rule(_("Another coordinator of this clinic must decide this: nobody decides about their own match."))
def decide(user, pair) -> bool:
    """A pair has a referral and a mentor, as a match has."""
    return coordinates(user, pair) and not _is_party(user, pair)


@rule(_("Only a coordinator or an admin of this clinic changes what counts in matching."))
def change_weights(user, clinic) -> bool:
    """Coordinators know the people, admins look after the settings."""
    return can(user, Perm.COORDINATE, clinic) or can(user, Perm.SETTINGS, clinic)


@rule(_("Only a coordinator or an admin of this clinic reads how often the first in the order was not asked."))
def read_overrides(user, clinic) -> bool:
    return can(user, Perm.COORDINATE, clinic) or can(user, Perm.SETTINGS, clinic)


@rule(_("Only a coordinator of this clinic may do this."))
def look_after(user, match) -> bool:
    return coordinates(user, match)


@rule(_("Only the mentor who was asked may answer."))
def answer(user, match) -> bool:
    return is_mentor_of(user, match)


@rule(_("Only the person themselves, or a coordinator who asked them, may answer."), system=True)
def answer_for_mentee(user, match) -> bool:
    """A mentee comes by link, signed by the system user; a coordinator records what they said."""
    return coordinates(user, match)


@rule(_("Only the mentor themselves says whether their number may be shared."))
def share_own(user, match) -> bool:
    """The mentor, while they see the match."""
    return is_mentor_of(user, match)


@rule(_("Only the person themselves, or a coordinator who asked them, may say this."), system=True)
def share_for_mentee(user, match) -> bool:
    """The mentee by link, signed by the system user, or a coordinator of the clinic; nobody for their own mentee."""
    return coordinates(user, match) and user.pk != match.mentor.person.user_id


@rule(_("Only a coordinator of this clinic may end or stop this."), system=True)
def stop(user, match) -> bool:
    return coordinates(user, match)


@rule(_("Only the mentor of this pair may do this."))
def pause_own(user, match) -> bool:
    """The mentor, while they see the pair: a pause of theirs, and its end."""
    return is_mentor_of(user, match)


@rule(_("Only the two of this pair and a coordinator of this clinic may end it."), system=True)
def end(user, match) -> bool:
    """Anybody of the pair may stop, without blame (domain: early, by anyone); a mentee comes by link, as the system."""
    person = match.mentor.person
    sees = match.sight_ended_at is None or match.status == Status.ENDED  # doing it again changes nothing
    return coordinates(user, match) or (person.user_id == user.pk and sees and can(user, Perm.MENTOR, person.clinic_id))


@rule(_("Only the programme itself lets a request expire."), system=True)
def expire(user, match) -> bool:
    return False
