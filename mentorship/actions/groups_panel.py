"""After a panel: whoever came gets profiles of its mentors to choose from (VdE21 #28)."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Refused, WrongState
from matching import facts, ranking
from matching.actions import choosing
from matching.errors import AlreadyMatched
from mentorship.models import Attendance, GroupKind, GroupSession
from mentorship.rules import groups as rules
from mentorship.workflow import SessionStatus
from referrals.models import Referral

MANY = 1000  # candidates to look through for those of the panel


@dataclass
class Told:
    """Who may choose now, and for whom it could not be done, with the sentence."""

    sent: list[Referral] = field(default_factory=list)
    refused: list[tuple[Referral, str]] = field(default_factory=list)


def let_them_choose(*, session: int, by: User) -> Told:
    """Send two or three profiles of the panel's mentors to everybody who came and has no mentor. Again sends none twice.

    Each person by themselves: one refusal does not keep the others. Raises Denied, WrongState (no panel, not held).
    """
    row = GroupSession.objects.select_related("group__clinic").get(pk=session)
    rules.run.require(by, row.group)
    if row.group.kind != GroupKind.PANEL or row.status != SessionStatus.HELD:
        raise WrongState(_("First note who came to meet the mentors."))
    told = Told()
    came = row.attendance.filter(came=Attendance.Came.CAME).select_related("place__referral__mentee")
    for mark in came.order_by("place__seat", "pk"):
        _offer(row, mark.place.referral, by, told)
    return told


def _offer(session: GroupSession, referral: Referral, by: User, told: Told) -> None:
    if referral.matches.live().exists() or referral.only_group:
        return
    fitting = _fitting(session, referral)
    try:
        if len(fitting) < choosing.FEWEST:
            raise WrongState(_("Fewer than two of these mentors fit, so there is nothing to choose from."))
        choosing.offer_choice(referral=referral.pk, mentors=fitting, by=by)
        told.sent.append(referral)
    except AlreadyMatched:
        return
    except Refused as refusal:
        told.refused.append((referral, str(refusal)))


def _fitting(session: GroupSession, referral: Referral) -> list[int]:
    """Return up to three of the panel's mentors who fit and have a free place, best first."""
    ours = set(session.group.mentors.values_list("pk", flat=True))
    asking = facts.with_needs(Referral.objects.filter(pk=referral.pk)).get()
    found = ranking.find(asking, shown=MANY, everything=False).candidates
    return [c.mentor.pk for c in found if c.mentor.pk in ours][: choosing.MOST]
