"""Whom a mentor talks with, and whom a question is about: what pages show. It only reads."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.translation import gettext as _

from common import clock, words
from matching.models import Match
from matching.workflow import Status as MatchStatus
from mentorship import checks
from mentorship.actions.contacts import FITS as LATELY
from mentorship.models import Contact, FollowUpCheck, Thanks
from mentorship.rules.pairs import CORRECT_WITHIN
from mentorship.workflow import MISSED, ContactStatus
from referrals.models import Referral
from training.care import AT_WORK
from training.workflow import Status as MentorStatus

MOST_THANKS = 20
ON_THE_WAY = (MentorStatus.APPLIED, MentorStatus.INTERVIEWED, MentorStatus.IN_TRAINING, MentorStatus.READY)


@dataclass(frozen=True)
class Someone:
    """One person a mentor talks with: the match, the next planned talk, the last one that was tried.

    `past` is a talk whose planned hour has gone by lately without a word of how it went.
    """

    match: Match
    next: Contact | None
    last: Contact | None
    missed_twice: bool
    past: Contact | None = None

    @property
    def person(self):
        return self.match.referral.mentee

    @property
    def is_paused(self) -> bool:
        return self.match.status == MatchStatus.PAUSED

    @property
    def did_talk(self) -> bool:
        """Tell whether the last try became a talk."""
        return self.last is not None and self.last.status == ContactStatus.TALKED


def own_pairs(user):
    """Return the pairs a user sees as their mentor, with whom they talk."""
    pairs = Match.objects.visible_to(user).of_mentor(user).pairs()
    return pairs.select_related("referral__mentee", "referral__clinic", "mentor__person", "enrolment").order_by(
        "referral__mentee__first_name", "pk"
    )


def people_of(user, now) -> list[Someone]:
    """Return the people a mentor talks with, the next talk first. Two queries for any number."""
    wanted = Contact.objects.outcomes() | Contact.objects.planned().filter(planned_at__gte=now - LATELY)
    pairs = own_pairs(user).prefetch_related(Prefetch("contacts", wanted, to_attr="talks"))
    rows = [someone(match, now) for match in pairs]
    return sorted(rows, key=lambda row: (row.is_paused, row.next is None, row.next.planned_at if row.next else now))


def someone(match: Match, now) -> Someone:
    """Return one person; a talk that has gone by counts until another one was tried after it."""
    planned = sorted(
        (talk for talk in match.talks if talk.status == ContactStatus.PLANNED),
        key=lambda talk: (talk.planned_at, talk.pk),
    )
    tried = sorted(
        (talk for talk in match.talks if talk.status != ContactStatus.PLANNED),
        key=lambda talk: (talk.happened_at, talk.pk), reverse=True,
    )  # fmt: skip
    last, past = next(iter(tried), None), next((talk for talk in reversed(planned) if talk.planned_at <= now), None)
    if past and last and last.happened_at >= past.planned_at:
        past = None
    return Someone(
        match=match, next=next((talk for talk in planned if talk.planned_at > now), None), last=last, past=past,
        missed_twice=match.status == MatchStatus.INTRODUCED and [talk.status in MISSED for talk in tried[:2]] == [True] * 2,
    )  # fmt: skip


def lede(people: list[Someone], status: str = MentorStatus.ACTIVE) -> str:
    """Say it all in one sentence; who does not mentor yet, or no longer, is promised nobody."""
    if not people and status in ON_THE_WAY:
        return _("You are on your way to be a mentor. Below is what comes first.")
    if not people and status not in AT_WORK:
        return _("You do not mentor now. Below is what stays yours.")
    if not people:
        return _("You have nobody to talk with now, and that is fine. We ask you when somebody may fit.")
    first = people[0]
    if first.next is None or first.is_paused:
        return _("No talk is planned.")
    there = words.local(first.next.planned_at, first.match.referral.clinic.time_zone)
    today = clock.today(first.match.referral.clinic.time_zone)
    days = (there.date() - today).days
    name = first.person.first_name
    if days == 0:
        return _("You talk with %(name)s today.") % {"name": name}
    if days == 1:
        return _("You talk with %(name)s tomorrow.") % {"name": name}
    on = words.day(there.date(), today=today)
    return _("You talk with %(name)s on %(day)s.") % {"name": name, "day": on}


def pair_of(referral: Referral) -> Match | None:
    """Return the present pair of a mentee whose mentor still sees them; one query."""
    rows = Match.objects.filter(referral=referral, status__in=["introduced", "paused"], sight_ended_at=None)
    return rows.select_related("mentor__person").first()


def check_of_link(link) -> FollowUpCheck | None:
    """Return the mentee's check a one-time link is about; the link itself is the permission to see it."""
    if link is None:
        return None
    rows = FollowUpCheck.objects.select_related(
        "match__referral__mentee", "match__referral__clinic", "match__mentor__person"
    )
    return rows.filter(ref=link.subject, to=checks.MENTEE).first()


def thanks_of(check: FollowUpCheck) -> list[Thanks]:
    """Return the words of thanks of the mentee who came by this check's link that stand, the newest first."""
    rows = Thanks.objects.filter(match=check.match_id, taken_back_at=None)
    return list(rows.order_by("-given_at", "-pk")[:MOST_THANKS])


def last_noted(user, now) -> list[Contact]:
    """Return the last talk of each present pair that its mentor noted within a day, to put right if need be. One query."""
    newest = Contact.objects.filter(match=OuterRef("match"), logged_by=user).order_by("-logged_at", "-pk")
    rows = Contact.objects.filter(
        match__in=own_pairs(user).order_by().values("pk"), logged_at__gt=now - CORRECT_WITHIN,
        pk=Subquery(newest.values("pk")[:1]),
    )  # fmt: skip
    return list(rows.select_related("match__referral__mentee", "match__referral__clinic").order_by("-logged_at", "-pk"))
