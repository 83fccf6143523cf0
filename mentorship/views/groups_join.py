"""A mentee and a group: read, say yes or no, stop; by a one-time link or from their own page."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import links
from accounts.models import User
from accounts.views import no_longer
from common.errors import Refused
from common.policy import by_link
from mentorship import calendar_groups, grouping, groups_page, mentee_session
from mentorship.actions import groups_places as actions
from mentorship.actions.groups import JOIN
from mentorship.forms.groups import JoinForm
from mentorship.models import GroupPlace
from mentorship.workflow import PlaceStatus

P = PlaceStatus


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(JOIN)
def join(request: HttpRequest) -> HttpResponse:
    """Let a mentee read about a group and answer. Only a POST uses the link up."""
    link = links.current(request, JOIN)
    place = groups_page.place_of(link)
    if place is None:
        return no_longer(request)
    form = _form(request, place)
    if request.method == "POST":
        with transaction.atomic():
            if not links.consume(request, link):
                return no_longer(request)
            done = _answer(request, place, form)
            if not done:
                transaction.set_rollback(True)
        if done:
            return redirect("mentorship:group-join")
    return _show(request, place, form, link=link)


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(mentee_session.KIND)
def mine(request: HttpRequest, ref: str) -> HttpResponse:
    """The same, from the mentee's own page."""
    referral = mentee_session.referral_of(request)
    if referral is None:
        return no_longer(request)
    place = groups_page.place_of_mentee(referral, ref)
    if place is None:
        return no_longer(request)
    form = _form(request, place)
    if request.method == "POST" and _answer(request, place, form):
        return redirect("mentorship:my-group", ref=place.ref)
    return _show(request, place, form, link=None)


def _form(request: HttpRequest, place: GroupPlace) -> JoinForm:
    return JoinForm(
        request.POST if request.method == "POST" else None, unit=place.group.unit,
        initial={"companion": place.companion, "rules_agreed": bool(place.ground_rules_at)},
    )  # fmt: skip


def _answer(request: HttpRequest, place: GroupPlace, form: JoinForm) -> bool:
    """Carry out what was tapped; a refusal stands in the form. True when something was stored."""
    system, do = User.objects.system(), request.POST.get("do", "")
    if not form.is_valid():
        return False
    companion = form.cleaned_data.get("companion", "")
    try:
        if do == "yes":
            agreed = form.cleaned_data["rules_agreed"]
            actions.sign_up(place=place.pk, by=system, rules_agreed=agreed, companion=companion)
        elif do == "wait":
            actions.wait(place=place.pk, by=system, companion=companion)
        elif do == "no":
            actions.decline(place=place.pk, by=system)
        elif do == "leave":
            actions.leave(place=place.pk, by=system)
        else:
            return False
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


def _show(request: HttpRequest, place: GroupPlace, form: JoinForm, *, link) -> HttpResponse:
    place.refresh_from_db()
    group = place.group
    session = grouping.next_session(group)
    ahead = list(group.sessions.planned().filter(planned_at__gte=session.planned_at)[:30]) if session else []
    full = grouping.free_seat(group, place) is None
    answers = place.status in (P.INVITED, P.WAITING, P.DECLINED)
    context = {
        "place": place, "group": group, "clinic": group.clinic, "form": form, "sessions": ahead, "full": full, "link": link,
        "is_open": answers and group.cancelled_at is None and not grouping.is_over(group) and not grouping.fits(group, place.referral),
        "facts": groups_page.facts_of(group), "rules": group.ground_rules.splitlines(), "video": grouping.link_for(place, session),
        "has_video": bool(group.video_link), "signed": place.status == P.SIGNED_UP, "waits": place.status == P.WAITING,
    }  # fmt: skip
    return render(request, "mentorship/groups/join.html", context)


@require_safe
@by_link(JOIN)
def calendar(request: HttpRequest) -> HttpResponse:
    """Give the meetings to come as a file for the own calendar."""
    place = groups_page.place_of(links.current(request, JOIN))
    if place is None or place.status != P.SIGNED_UP:
        return no_longer(request)
    response = HttpResponse(calendar_groups.meetings(place.group), content_type=calendar_groups.CONTENT_TYPE)
    response["Content-Disposition"] = 'attachment; filename="halfword.ics"'
    return response
