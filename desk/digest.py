"""The daily overviews: for coordinators what *Today* holds, for referrers that something changed. Counts, never names.

On the clinic's working days, from the hour its programme says, at most once a day, and only if there is something.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from zoneinfo import ZoneInfo

from django.db.models import F, Max

from accounts.models import User
from clinics.models import Clinic, Membership
from clinics.roles import Role
from desk.today import Today, today
from matching.models import MatchEvent
from matching.workflow import Status as MatchStatus
from mentorship.models import Programme
from messaging import outbox, rounds
from messaging.models import Message
from referrals.models import Referral, ReferralEvent

TEAM, REFERRER = "digest.team", "digest.referrer"
EVERY = 600  # seconds between two looks whether a clinic's hour has come
FURTHEST = dt.timedelta(days=14)  # what is older was seen on the page
CANNOT_WAIT = {"aftercare"}  # beside the groups that are urgent by themselves
LATE = {"silence", "questions", "first", "supervision"}
TOLD = (MatchStatus.ACCEPTED, MatchStatus.INTRODUCED, MatchStatus.PAUSED, MatchStatus.ENDED)  # what a referrer sees


def send_due(now: dt.datetime) -> int:
    """Store the overviews of every clinic whose hour has come and that had none today; return how many."""
    return sum(send_for(clinic, now) for clinic in Clinic.objects.select_related("programme").order_by("pk"))


def send_for(clinic: Clinic, now: dt.datetime) -> int:
    """Store one clinic's overviews of the day. Again, or on a closed day, nothing."""
    there = now.astimezone(ZoneInfo(clinic.time_zone))
    day = there.date()
    if not clinic.calendar.spans(day) or there.time() < hour_of(clinic):
        return 0
    name = f"digest:{clinic.pk}"
    last = rounds.last(name)
    if last and last.astimezone(there.tzinfo).date() >= day:
        return 0
    stored = to_team(clinic, day) + to_referrers(clinic, day, now)
    rounds.beat(name, now)
    return stored


def hour_of(clinic: Clinic) -> dt.time:
    """Return when the clinic's overview goes out."""
    chosen = getattr(clinic, "programme", None)
    return chosen.digest_at if chosen else Programme._meta.get_field("digest_at").default


def readers(clinic: Clinic, role: str) -> list[User]:
    """Return who holds a role at a clinic and wants the overview."""
    held = Membership.objects.live().filter(clinic=clinic, role=role).values("user")
    return list(User.objects.filter(pk__in=held, is_active=True, digest=True).order_by("pk"))


# Coordinators -----------------------------------------------------------------------------


def to_team(clinic: Clinic, day: dt.date) -> int:
    """Store the overview of each coordinator for whom there is something; return how many."""
    stored = 0
    for user in readers(clinic, Role.COORDINATOR):
        counts = count(today(user, clinic))
        if any(counts.values()):
            outbox.post(TEAM, clinic.ref, clinic=clinic, to=user, key=day.isoformat(), data=counts)
            stored += 1
    return stored


def count(page: Today) -> dict[str, int]:
    """Return how many things on *Today* cannot wait, are late, or are there besides."""
    found = {"urgent": page.undelivered.count if page.undelivered else 0, "late": 0, "others": 0}
    for group in (page.flags, *page.groups):
        found[_weight(group)] += group.total
    return found


def _weight(group) -> str:
    if group.urgent or group.id in CANNOT_WAIT:
        return "urgent"
    return "late" if group.id in LATE else "others"


# Referrers --------------------------------------------------------------------------------


def to_referrers(clinic: Clinic, day: dt.date, now: dt.datetime) -> int:
    """Store a word to each referrer whose referrals changed since their last one; return how many. Five queries."""
    nurses = {user.pk: user for user in readers(clinic, Role.NURSE)}
    since = last_told(clinic, list(nurses.values()), now)
    changed: dict[int, set[int]] = defaultdict(set)
    for writer, referral, at in changes(clinic, now):
        if writer in nurses and since[writer] < at <= now:
            changed[writer].add(referral)
    for writer, referrals in changed.items():
        data = {"people": len(referrals)}
        outbox.post(REFERRER, clinic.ref, clinic=clinic, to=nurses[writer], key=day.isoformat(), data=data)
    return len(changed)


def last_told(clinic: Clinic, users: list[User], now: dt.datetime) -> dict[int, dt.datetime]:
    """Return until when each of these has heard what changed; two weeks back for who never did."""
    by_address = {outbox.address(user): user.pk for user in users}
    sent = Message.objects.filter(kind=REFERRER, clinic=clinic, recipient__in=by_address).order_by()
    told = {by_address[address]: at for address, at in sent.values_list("recipient").annotate(Max("created_at"))}
    return {pk: max(told.get(pk, now - FURTHEST), now - FURTHEST) for pk in by_address.values()}


def changes(clinic: Clinic, now: dt.datetime) -> list[tuple[int, int, dt.datetime]]:
    """Return (referrer, referral, when) of every change of status somebody else made lately. Statuses, no words."""
    since, mine = now - FURTHEST, Referral.objects.sent().filter(clinic=clinic).order_by().values("pk")
    own = ReferralEvent.objects.filter(referral__in=mine, at__gt=since).exclude(from_status=F("to_status")).order_by()
    own = own.exclude(by=F("referral__created_by"))
    pairs = MatchEvent.objects.filter(match__referral__in=mine, at__gt=since, to_status__in=TOLD).order_by()
    pairs = pairs.exclude(by=F("match__referral__created_by")).exclude(from_status=F("to_status"))
    return [
        *own.values_list("referral__created_by", "referral", "at"),
        *pairs.values_list("match__referral__created_by", "match__referral", "at"),
    ]
