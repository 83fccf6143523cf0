"""What a mentor's rest does to the people they talk with, as the mentor chose it. News of the training floor."""

from __future__ import annotations

from accounts.models import User
from common import clock
from matching import signals
from matching.models import Match
from matching.workflow import Status, workflow
from messaging import outbox
from referrals.models import Referral
from training.models import Mentor, RestPlan

REST = "rest"  # the note of a pause that a rest made, and only a rest ends


def follow_plan(*, mentor: Mentor, plan: str, by: User) -> None:
    """Pause the pairs of a mentor who rests when they chose so; let those it paused go on when they chose otherwise.

    The mentor is locked already. Again changes nothing.
    """
    if plan == RestPlan.PAUSE:
        for pk in mentor.matches.filter(status=Status.INTRODUCED).order_by("pk").values_list("pk", flat=True):
            _pause(Match.objects.lock(pk), by)
    else:
        end_pauses(mentor=mentor, by=by)


def end_pauses(*, mentor: Mentor, by: User) -> None:
    """Let the pairs go on that a rest paused, and only those. Again changes nothing."""
    for pk in mentor.matches.filter(status=Status.PAUSED).order_by("pk").values_list("pk", flat=True):
        _resume(Match.objects.lock(pk), by)


def _pause(m: Match, by: User) -> None:
    if m.status != Status.INTRODUCED:
        return
    workflow.move(m, Status.PAUSED, by=by, note=REST, paused_at=clock.now())
    signals.paused.send(Match, match=m, by=by)
    _tell(m, "match.rests")


def _resume(m: Match, by: User) -> None:
    """Without consent, or with the mentor's access ended after a worry, a coordinator decides."""
    if m.status != Status.PAUSED or not paused_by_rest(m) or m.sight_ended_at is not None:
        return
    if not Referral.objects.with_live_consent().filter(pk=m.referral_id).exists():
        return
    workflow.move(m, Status.INTRODUCED, by=by, note=REST, paused_at=None)
    signals.resumed.send(Match, match=m, by=by)
    outbox.cancel(subject=m.ref, kind="match.rests", why="The rest is over.")
    _tell(m, "match.goes-on")


def paused_by_rest(m: Match) -> bool:
    """Tell whether the last pause of a pair came of a rest, not of a coordinator or a worry."""
    last = m.history.filter(to_status=Status.PAUSED).order_by("-at", "-pk").first()
    return last is not None and last.note == REST


def _tell(m: Match, kind: str) -> None:
    """Tell the mentee, kindly, once for each pause and each going on."""
    outbox.post(kind, m.ref, clinic=m.referral.clinic, to=m.referral.mentee, key=str(m.version))
