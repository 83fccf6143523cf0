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


@require_safe
@needs(Perm.MENTOR)
def home(request: HttpRequest) -> HttpResponse:
    """Whom do I talk with next, and am I all right?"""
    people = people_of(request.user, clock.now())
    mine = Match.objects.visible_to(request.user).of_mentor(request.user)
    requests = mine.filter(status=MatchStatus.APPROVED).select_related("referral__clinic").order_by("answer_by", "pk")
    checks = (
        FollowUpCheck.objects.visible_to(request.user).open().filter(to="mentor", match__in=own_pairs(request.user))
    )
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
