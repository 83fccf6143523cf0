"""What a worry about a mentor's conduct does to the pair, at once and once it is settled."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import WrongState
from matching import actions as matching
from matching.models import Match
from matching.workflow import LIVE, Status
from mentorship.lent import mentors_no_more
from mentorship.models import RedFlag
from mentorship.rules import flags as rules
from mentorship.workflow import FlagStatus


def stop_mentor(*, match: Match) -> None:
    """Pause the pair and end the mentor's sight of it. The mentor is not told why, nor by whom.

    The system user signs, so that no history a mentor might read names who raised the worry.
    """
    row = Match.objects.lock(match.pk)
    system = User.objects.system()
    if row.status == Status.INTRODUCED:
        matching.pause(match=row.pk, by=system)
    if row.status in (Status.INTRODUCED, Status.PAUSED):
        matching.take_sight(match=row.pk, by=system)
    elif row.sight_ended_at is None:  # asked, or not introduced yet: the coordinator decides what becomes of it
        Match.objects.filter(pk=row.pk).update(sight_ended_at=clock.now())


def is_against_mentor(flag: RedFlag) -> bool:
    """Tell whether a flag is about the conduct of the mentor of its own pair."""
    return bool(flag.match_id and flag.about_user_id and flag.match.mentor.person.user_id == flag.about_user_id)


@transaction.atomic
def give_back(*, flag: RedFlag | int, by: User) -> Match:
    """Give the mentor sight of the pair again once the worry is settled, and let a paused pair go on.

    Again changes nothing. Raises Denied (no coordinator), WrongState (the worry, or another of its kind about
    this pair, is open; the pair has ended; the mentor is none any more), NotReady (consent was taken back).
    """
    row = RedFlag.objects.lock(flag.pk if isinstance(flag, RedFlag) else flag)
    rules.give_back.require(by, row)
    if row.status != FlagStatus.RESOLVED:
        raise WrongState(_("First say what came of it."))
    match = Match.objects.lock(row.match_id)
    others = RedFlag.objects.unresolved().filter(match=match, about_user=row.about_user)
    if others.exists():
        raise WrongState(_("There is another open flag about this mentor."))
    if match.status not in LIVE:
        raise WrongState(_("This pair has ended already."))
    if mentors_no_more(match):
        raise WrongState(_("They are no mentor any more. End the pair, and find another mentor."))
    if match.sight_ended_at is None:
        return match
    if match.status not in (Status.INTRODUCED, Status.PAUSED):  # the mirror of stop_mentor
        Match.objects.filter(pk=match.pk).update(sight_ended_at=None)
        return match
    matching.give_sight(match=match.pk, by=by)
    return matching.resume(match=match.pk, by=by)


@transaction.atomic
def go_on(*, match: int, by: User) -> Match:
    """Let a paused pair go on. Sight that ended with a certificate taken back returns with a mentor who is one again.

    Sight that a worry about the mentor ended comes back by its flag only. Again changes nothing. Raises Denied,
    WrongState, NotReady (no consent; a worry about the mentor ended their sight).
    """
    row = Match.objects.lock(match)
    if row.status == Status.PAUSED and _may_see_again(row):
        matching.give_sight(match=row.pk, by=by)
    return matching.resume(match=row.pk, by=by)


def _may_see_again(match: Match) -> bool:
    """Tell whether a certificate taken back ended the sight of a pair, and its mentor is at work again."""
    taken = match.mentor.decertifications.first()
    if match.sight_ended_at is None or taken is None or match.sight_ended_at < taken.at or mentors_no_more(match):
        return False
    return not RedFlag.objects.filter(match=match, about_user=match.mentor.person.user_id).unresolved().exists()
