"""A mentor's own page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinics import access_log
from clinics.roles import Perm
from common import clock
from common.policy import needs
from matching.models import Match
from matching.workflow import Status as MatchStatus
from mentorship.models import FollowUpCheck
from mentorship.people import lede, own_pairs, people_of
from training.models import Mentor
from training.readiness import is_resting


@require_safe
@needs(Perm.MENTOR)
def home(request: HttpRequest) -> HttpResponse:
    """Whom do I talk with next, and am I all right?"""
    people = people_of(request.user, clock.now())
    mine = Match.objects.visible_to(request.user).of_mentor(request.user)
    asked = mine.filter(status__in=[MatchStatus.APPROVED, MatchStatus.ACCEPTED]).select_related("referral__clinic")
    asked = list(asked.order_by("answer_by", "pk"))
    checks = (
        FollowUpCheck.objects.visible_to(request.user).open().filter(to="mentor", match__in=own_pairs(request.user))
    )
    mentor = Mentor.objects.visible_to(request.user).filter(person__user=request.user)
    mentor = mentor.select_related("supervisor", "person__clinic").order_by("pk").first()
    context = {
        "people": people, "lede": lede(people),
        "requests": [match for match in asked if match.status == MatchStatus.APPROVED],
        "said_yes": [match for match in asked if match.status == MatchStatus.ACCEPTED],
        "checks": checks.select_related("match__referral__mentee").order_by("due_on", "pk"),
        "mentor": mentor, "rest": rest_of(mentor),
        "missed_twice": [someone for someone in people if someone.missed_twice],
    }  # fmt: skip
    if people:
        access_log.record(request, page="my people", people=[someone.person for someone in people])
    return render(request, "mentorship/home.html", context)


def rest_of(mentor: Mentor | None) -> str:
    """Return "now" or "later" for a rest that goes on or is to come, else nothing."""
    if mentor is None or mentor.rest_from is None:
        return ""
    today = mentor.person.clinic.today
    if is_resting(mentor, today):
        return "now"
    return "later" if mentor.rest_from > today else ""
