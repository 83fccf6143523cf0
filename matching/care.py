"""What matching knows for those who look after mentors: who talks with somebody, since when nobody new, and when to ring.

Nothing here puts mentors in an order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, F, Max, OuterRef, Q, Subquery

from matching.models import Match, MatchEvent
from matching.workflow import LIVE, Status
from training import care
from training.actions.caring import raise_task
from training.models import CareTask, Mentor

ASKED = (Status.ACCEPTED, Status.DECLINED)  # the two answers a mentor gives


def paired(since: dt.datetime, begun_by: dt.datetime) -> list[int]:
    """Return the pks of mentors in a pair since a moment that was introduced before another; one query."""
    present = Q(status=Status.INTRODUCED) | Q(ended_at__gte=since)
    rows = Match.objects.filter(present, introduced_at__lte=begun_by).order_by()
    return list(rows.values_list("mentor", flat=True).distinct())


def last_match(pks: Iterable[int]) -> dict[int, dt.datetime]:
    """Return when mentors were last introduced to somebody, by pk; one query."""
    rows = Match.objects.filter(mentor__in=list(pks), introduced_at__isnull=False).order_by().values("mentor")
    return {row["mentor"]: row["at"] for row in rows.annotate(at=Max("introduced_at"))}


def after_decline(match: Match) -> None:
    """Look after a mentor who said no to the last two requests (evidence C); not again at the third.

    No is as easy as yes: this asks whether they would like a rest, and blames nobody.
    """
    answers = MatchEvent.objects.filter(match__mentor=match.mentor_id, to_status__in=ASKED)
    said = [row == Status.DECLINED for row in answers.order_by("-at", "-pk").values_list("to_status", flat=True)[:24]]
    in_a_row = next((place for place, no in enumerate(said) if not no), len(said))
    if in_a_row and in_a_row % 2 == 0:
        raise_task(mentor=match.mentor, trigger=CareTask.Trigger.DECLINED, event=match.ref)


def over_caseload(now: dt.datetime) -> int:
    """Raise a task for each mentor with more people than places (after fewer places were agreed); return how many.

    The event is the place that is too many: the newest match they hold. Safe to repeat.
    """
    live = Match.objects.filter(mentor=OuterRef("pk"), status__in=LIVE).order_by()
    held = live.values("mentor").annotate(n=Count("pk")).values("n")
    newest = live.order_by("-approved_at", "-pk").values("ref")
    rows = Mentor.objects.filter(status__in=care.AT_WORK).alias(held=Subquery(held)).filter(held__gt=F("places"))
    found = rows.annotate(event=Subquery(newest[:1])).select_related("person__clinic", "person__user", "supervisor")
    return sum(_raise(mentor, now) for mentor in found.order_by("pk"))


@transaction.atomic
def _raise(mentor: Mentor, now: dt.datetime) -> bool:
    event = f"{mentor.event}:{mentor.places}"
    return raise_task(mentor=mentor, trigger=CareTask.Trigger.CASELOAD, event=event, now=now) is not None
