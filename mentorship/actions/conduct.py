"""What a worry about a mentor's conduct does to the pair at once, in the same transaction."""

from __future__ import annotations

from accounts.models import User
from common import clock
from matching import signals
from matching.models import Match
from matching.workflow import Status
from matching.workflow import workflow as match_workflow


def stop_mentor(*, match: Match, by: User) -> None:
    """Pause the pair and end the mentor's sight of it. The mentor is not told why, nor by whom.

    The system user signs, so that no history a mentor might read names who raised the worry.
    """
    row = Match.objects.lock(match.pk)
    system = User.objects.system()
    if row.sight_ended_at is None:
        Match.objects.filter(pk=row.pk).update(sight_ended_at=clock.now())
        row.refresh_from_db(fields=["sight_ended_at"])
    if row.status == Status.INTRODUCED:
        match_workflow.move(row, Status.PAUSED, by=system, paused_at=clock.now())
        signals.paused.send(sender=Match, match=row, by=system)
