"""What a worry about a mentor's conduct does to the pair at once, in the same transaction."""

from __future__ import annotations

from accounts.models import User
from common import clock
from matching import actions as matching
from matching.models import Match
from matching.workflow import Status


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
