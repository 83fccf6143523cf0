"""Drawing pairs to look at, each quarter, and keeping what was seen (Joo22 #48)."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from common import clock
from common.errors import Invalid, Stale, WrongState
from matching.models import Match
from matching.workflow import Status
from mentorship.models import MatchReview
from mentorship.rules import reviews as rules
from training.care_rules import rules_of

LONGEST = 2000
Outcome = MatchReview.Outcome


def quarter_of(day: dt.date) -> str:
    """Return the quarter of a day, as "2026-Q4"."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def first_day(day: dt.date) -> dt.date:
    """Return the first day of a day's quarter."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def draw_all(now: dt.datetime) -> int:
    """Draw for every clinic what is still to be drawn this quarter; return how many. Safe to repeat."""
    return sum(draw(clinic=pk, now=now) for pk in Clinic.objects.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def draw(*, clinic: int, now: dt.datetime) -> int:
    """Draw the clinic's share of its pairs of this quarter, at least one when there are any; return how many are new.

    Chance decides, and anybody can work it out again: pairs stand in the order of a hash of quarter and pair. Each pair
    is drawn once a quarter. A share of 0 draws none.
    """
    row = Clinic.objects.select_for_update(no_key=True).get(pk=clinic)
    share = rules_of(row).review_share
    if not share:
        return 0
    today = clock.at_local(now.date(), dt.time(12), row.time_zone).date()
    quarter = quarter_of(today)
    begins = clock.at_local(first_day(today), dt.time(0), row.time_zone)
    refs = dict(_pairs(row, begins).values_list("ref", "pk"))
    drawn = set(MatchReview.objects.filter(clinic=row, quarter=quarter).values_list("match", flat=True))
    missing = _wanted(len(refs), share) - len(drawn)
    left = [refs[ref] for ref in sorted(refs, key=lambda ref: _chance(quarter, ref)) if refs[ref] not in drawn]
    chosen = left[: max(missing, 0)]
    MatchReview.objects.bulk_create(
        MatchReview(clinic=row, match_id=pk, quarter=quarter, drawn_at=now) for pk in chosen
    )
    return len(chosen)


def _pairs(clinic: Clinic, begins: dt.datetime):
    present = Q(status__in=[Status.INTRODUCED, Status.PAUSED])
    return Match.objects.filter(
        present | Q(status=Status.ENDED, ended_at__gte=begins), referral__clinic=clinic
    ).order_by()


def _wanted(pairs: int, share: int) -> int:
    return max(-(-pairs * share // 100), 1) if pairs else 0


def _chance(quarter: str, ref: str) -> str:
    return hashlib.sha256(f"{quarter}:{ref}".encode()).hexdigest()


@transaction.atomic
def finish_review(*, review: int, by: User, version: int, outcome: str, words: str = "") -> MatchReview:
    """Keep what was seen in a pair. The same again changes nothing.

    Raises Denied, WrongState (done meanwhile by somebody else), Stale, Invalid (fields "outcome", "words").
    """
    row = MatchReview.objects.lock(review)
    rules.finish.require(by, row)
    said = words.strip()
    if row.done_at is not None:
        if (row.outcome, row.words) == (outcome, said):
            return row
        raise WrongState(_("Somebody looked at this pair meanwhile. What they wrote stands here."))
    if row.version != version:
        raise Stale()
    if outcome not in Outcome.values:
        raise Invalid(_("Choose an answer"), field="outcome")
    if outcome != Outcome.WELL and not said:
        raise Invalid(_("Write what you saw, and what is agreed"), field="words")
    if len(said) > LONGEST:
        raise Invalid(_("Make this shorter: at most %(most)d characters") % {"most": LONGEST}, field="words")
    row.outcome, row.words, row.done_at, row.done_by = outcome, said, clock.now(), by
    row.version += 1
    row.save(update_fields=["outcome", "words", "done_at", "done_by", "version"])
    return row
