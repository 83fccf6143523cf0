"""*Today*: everything that needs the coordinator, most urgent group first, longest first inside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Clinic
from common import clock
from common.words import local
from desk.today import asking, care, caring, choices, own_page, pairing, safety, sessions, supervising
from desk.today.applying import applicants
from desk.today.costs import claims
from desk.today.ending import endings
from desk.today.groups import groups as group_work
from desk.today.learning import learning as learners
from desk.today.rows import Desk, Group
from desk.today.safety import Undelivered
from matching.models import MatchEvent
from referrals.models import ReferralEvent


@dataclass(frozen=True)
class Today:
    """The page: flags first and always, then messages that did not arrive, then the groups that are not empty."""

    flags: Group
    undelivered: Undelivered | None
    groups: list[Group]
    lede: str
    done: int
    people: list
    now: dt.datetime


def today(user, clinic: Clinic, *, whole: str = "") -> Today:
    """Gather what needs this user at this clinic now. At most 40 queries, however many rows.

    `whole` is the id of a group that has no page of its own, to show with all its rows.
    """
    desk = Desk(user, clinic, clock.now(), whole)
    flags, unresolved = safety.flags(desk)
    groups = [
        unresolved,
        care.after_a_death(desk),
        *care.checks(desk),
        supervising.concerns(desk),
        caring.tasks(desk),
        caring.to_hand_over(desk),
        pairing.referrals(desk),
        asking.wishes(desk),
        own_page.said(desk),
        choices.choices(desk),
        *pairing.matches(desk),
        *safety.questions(desk),
        *pairing.waiting(desk),
        learners(desk),
        care.mentors(desk),
        supervising.supervision(desk),
        supervising.reviews(desk),
        *endings(desk),
        *group_work(desk),
        claims(desk),
        applicants(desk),
        sessions.days(desk),
    ]
    undelivered = safety.undelivered(desk)
    others = sum(g.total for g in groups) + (undelivered.count if undelivered else 0)
    shown = [row for g in [flags, *groups] for row in g.rows]
    return Today(
        flags=flags,
        undelivered=undelivered,
        groups=[g for g in groups if g.total],
        lede=lede(safety.flag_lede([flags], desk.now), others),
        done=done_today(desk),
        people=[*(person for row in shown for person in row.people), *(undelivered.people if undelivered else [])],
        now=desk.now,
    )


def lede(urgent: str, others: int) -> str:
    """Say it all in one or two short sentences."""
    if urgent and others:
        rest = ngettext(
            "%(n)d other thing can wait until after it.", "%(n)d other things can wait until after it.", others
        )
        return f"{urgent} {rest % {'n': others}}"
    if urgent:
        return urgent
    if not others:
        return _("Nothing needs you now.")
    return ngettext("%(n)d thing needs you.", "%(n)d things need you.", others) % {"n": others}


def done_today(desk: Desk) -> int:
    """Count what this user moved on since midnight, in referrals and matches; one query."""
    midnight = local(desk.now, desk.clinic.time_zone).replace(hour=0, minute=0, second=0, microsecond=0)
    moved = [rows.order_by().filter(by=desk.user, at__gte=midnight).values("pk").annotate(n=Count("pk"))
             for rows in (MatchEvent.objects.all(), ReferralEvent.objects.all())]  # fmt: skip
    return moved[0].union(moved[1], all=True).count()
