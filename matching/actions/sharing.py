"""Contact details are shared once both agreed; either takes it back any day."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import clock
from common.errors import Invalid, WrongState
from matching import rules
from matching.models import Match
from matching.workflow import Status

MENTEE, MENTOR = "mentee", "mentor"
SAID = {
    (MENTEE, True): _("The mentee shares how to be reached"),
    (MENTEE, False): _("The mentee no longer shares how to be reached"),
    (MENTOR, True): _("The mentor shares how to be reached"),
    (MENTOR, False): _("The mentor no longer shares how to be reached"),
}
FIELDS = {MENTEE: "mentee_shares_at", MENTOR: "mentor_shares_at"}
WHEN = (Status.ACCEPTED, Status.INTRODUCED, Status.PAUSED)


@transaction.atomic
def share_details(*, match: int, by: User, side: str, agreed: bool) -> Match:
    """Store that one side lets the other have their number and address, or takes it back. Again changes nothing.

    A mentor says it for themselves; a mentee by link, or a coordinator writes down what they said.
    Raises Denied, WrongState (no mentor yet, or it is over), Invalid (no such side).
    """
    m = Match.objects.lock(match)
    if side not in FIELDS:
        raise Invalid(_("Choose an answer"))
    (rules.share_own if side == MENTOR else rules.share_for_mentee).require(by, m)
    if m.status not in WHEN:
        raise WrongState(_("These two are not a pair at the moment, so nothing is shared."))
    note_sharing(m, by, side, agreed)
    return m


def note_sharing(m: Match, by: User, side: str, agreed: bool) -> None:
    """Write it down, with who and when, where it differs from what is there. The match is locked."""
    field = FIELDS[side]
    if (getattr(m, field) is not None) == agreed:
        return
    now = clock.now()
    setattr(m, field, now if agreed else None)
    m.save(update_fields=[field])
    m.history.create(from_status=m.status, to_status=m.status, by=by, note=str(SAID[side, agreed]), at=now)
