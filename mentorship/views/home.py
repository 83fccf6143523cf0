"""A mentor's own page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from clinics import access_log
from clinics.roles import Perm
from common import clock, words
from common.policy import needs
from matching.models import Match
from matching.workflow import Status as MatchStatus
from mentorship.models import Contact, FollowUpCheck
from training.models import Mentor


@dataclass(frozen=True)
class Someone:
    """One person a mentor talks with: the match, the next planned talk, the last one that was tried."""

    match: Match
    next: Contact | None
    last: Contact | None
    missed_twice: bool

    @property
    def person(self):
        return self.match.referral.mentee

    @property
    def is_paused(self) -> bool:
        return self.match.status == MatchStatus.PAUSED


def own_pairs(user):
    """Return the pairs a user sees as their mentor, with whom they talk."""
    pairs = Match.objects.visible_to(user).of_mentor(user).pairs()
    return pairs.select_related("referral__mentee", "referral__clinic", "mentor__person").order_by(
        "referral__mentee__first_name", "pk"
    )


@needs(Perm.MENTOR)
def home(request: HttpRequest) -> HttpResponse:
    """Whom do I talk with next, and am I all right?"""
    people = people_of(request.user, clock.now())
    mine = Match.objects.visible_to(request.user).of_mentor(request.user)
    requests = mine.filter(status=MatchStatus.APPROVED).select_related("referral__clinic").order_by("answer_by", "pk")
    checks = FollowUpCheck.objects.visible_to(request.user).open().filter(to="mentor", match__in=own_pairs(request.user))
    mentor = Mentor.objects.visible_to(request.user).filter(person__user=request.user)
    context = {
        "people": people, "lede": lede(people), "requests": requests,
        "checks": checks.select_related("match__referral__mentee").order_by("due_on", "pk"),
        "mentor": mentor.select_related("supervisor").order_by("pk").first(),
        "missed_twice": [someone for someone in people if someone.missed_twice],
    }  # fmt: skip
    if people:
        access_log.record(request, page="my people", people=[someone.person for someone in people])
    return render(request, "mentorship/home.html", context)


def people_of(user, now) -> list[Someone]:
    """Return the people a mentor talks with, the next talk first."""
    planned = Contact.objects.planned().filter(planned_at__gt=now).order_by("planned_at", "pk")
    tried = Contact.objects.outcomes().order_by("-happened_at", "-pk")
    missed = set(Contact.objects.two_misses().filter(match__in=own_pairs(user)).values_list("match_id", flat=True))
    pairs = own_pairs(user).prefetch_related(
        Prefetch("contacts", planned, to_attr="to_come"), Prefetch("contacts", tried, to_attr="tried")
    )
    rows = [
        Someone(m, next(iter(m.to_come), None), next(iter(m.tried), None), m.pk in missed) for m in pairs
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.is_paused, row.next is None, row.next.planned_at if row.next else now))


def lede(people: list[Someone]) -> str:
    """Say it all in one sentence."""
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
