"""A mentor's own page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clinics import access_log
from clinics.roles import Perm
from common import clock
from common.policy import needs
from matching.models import Match
from matching.workflow import Status as MatchStatus
from mentorship.kept import device_key
from mentorship.models import FollowUpCheck, Thanks
from mentorship.people import lede, own_pairs, people_of
from training import doors
from training.care import AT_WORK
from training.models import Mentor
from training.readiness import is_resting
from training.workflow import Status as MentorStatus

LAST_THANKS = 3


@require_safe
@needs(Perm.MENTOR)
def home(request: HttpRequest) -> HttpResponse:
    """Whom do I talk with next, and am I all right? Whose certificate was taken back finds the letter here instead."""
    mentor = own_record(request)
    if mentor is not None and mentor.status == MentorStatus.DECERTIFIED:
        return redirect("training:taken-back")
    people = people_of(request.user, clock.now())
    mine = Match.objects.visible_to(request.user).of_mentor(request.user)
    asked = mine.filter(status__in=[MatchStatus.APPROVED, MatchStatus.ACCEPTED]).select_related("referral__clinic")
    asked = list(asked.order_by("answer_by", "pk"))
    checks = (
        FollowUpCheck.objects.visible_to(request.user).open().filter(to="mentor", match__in=own_pairs(request.user))
    )
    status = mentor.status if mentor else MentorStatus.ACTIVE
    context = {
        "people": people, "lede": lede(people, status), "at_work": status in AT_WORK,
        "requests": [match for match in asked if match.status == MatchStatus.APPROVED],
        "said_yes": [match for match in asked if match.status == MatchStatus.ACCEPTED],
        "checks": checks.select_related("match__referral__mentee").order_by("due_on", "pk"),
        "mentor": mentor, "rest": rest_of(mentor), "flare": has_flare(mentor), "doors": doors.own(mentor) if mentor else [],
        "device_key": device_key(request.user), "thanks": thanks_to(request.user), "missed_twice": [someone for someone in people if someone.missed_twice],
    }  # fmt: skip
    if people:
        access_log.record(request, page="my people", people=[someone.person for someone in people])
    return render(request, "mentorship/home.html", context)


def own_record(request: HttpRequest) -> Mentor | None:
    """Return the mentor somebody is; where they are one at several clinics, one of those they still mentor at."""
    rows = Mentor.objects.visible_to(request.user).filter(person__user=request.user)
    rows = list(rows.select_related("supervisor", "person__clinic").order_by("pk"))
    present = [row for row in rows if row.status != MentorStatus.DECERTIFIED]
    return (present or rows or [None])[0]


def thanks_to(user) -> list[Thanks]:
    """Return the last words of thanks that somebody said a mentor may read; never how many there are."""
    rows = Thanks.objects.visible_to(user).select_related("match__referral__mentee")
    return list(rows.order_by("-given_at", "-pk")[:LAST_THANKS])


def has_flare(mentor: Mentor | None) -> bool:
    """Tell whether a mentor said they are not well, and not yet that they are better."""
    return mentor is not None and mentor.flare_since is not None and mentor.flare_since <= mentor.person.clinic.today


def rest_of(mentor: Mentor | None) -> str:
    """Return "now" or "later" for a rest that goes on or is to come, else nothing."""
    if mentor is None or mentor.rest_from is None:
        return ""
    today = mentor.person.clinic.today
    if is_resting(mentor, today):
        return "now"
    return "later" if mentor.rest_from > today else ""
