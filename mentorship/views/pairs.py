"""Pages of pairs for coordinators: the list, one pair, and the steps in its life."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinics import access_log
from clinics.roles import Perm, clinics_where
from common import clock
from common.errors import NotReady, Refused
from common.policy import needs
from matching import actions as matching
from matching.models import Match
from matching.pages.road import step_title
from matching.workflow import Status as MatchStatus
from mentorship import follows, lent, link_aside
from mentorship.actions import closing as ending
from mentorship.actions import conduct
from mentorship.actions import pairs as actions
from mentorship.checks import question
from mentorship.forms.closing import ClosingForm, EndForm
from mentorship.forms.pairs import AftercareForm, PauseForm
from mentorship.models import Aftercare, Closing, Contact, FollowUpCheck, RedFlag
from mentorship.plan import closing_steps, lede, plot, silent_first, timeline, with_talks
from mentorship.rules import pairs as rules

SHOWS = {
    "now": [MatchStatus.INTRODUCED],
    "paused": [MatchStatus.PAUSED],
    "ended": [MatchStatus.ENDED],
}
A_PAGE = 50


def seen(request: HttpRequest):
    """Return the matches of the clinics somebody coordinates, with the people in them."""
    rows = Match.objects.visible_to(request.user).filter(
        referral__clinic__in=clinics_where(request.user, Perm.COORDINATE), introduced_at__isnull=False
    )
    return rows.select_related(
        "referral__mentee", "referral__clinic", "referral__created_by", "mentor__person__clinic", "mentor__supervisor"
    )  # fmt: skip


@require_safe
@needs(Perm.COORDINATE)
def pairs(request: HttpRequest) -> HttpResponse:
    """Everybody who talks with somebody: those without a talk yet first, longest first."""
    show = request.GET.get("show", "now")
    show = show if show in SHOWS else "now"
    order = silent_first(seen(request).filter(status__in=SHOWS[show])).values_list("pk", flat=True)
    page = Paginator(order, A_PAGE).get_page(request.GET.get("page"))
    shown = with_talks(seen(request), clock.now()).in_bulk(list(page.object_list))
    page.object_list = [shown[pk] for pk in page.object_list if pk in shown]
    people = [person for m in page for person in (m.referral.mentee, m.mentor.person)]
    if people:
        access_log.record(request, page="pairs", people=people)
    context = {"page_obj": page, "show": show, "silent": sum(not m.has_talked for m in page)}
    return render(request, "mentorship/pairs.html", context)


@require_safe
@needs(Perm.COORDINATE)
def pair(request: HttpRequest, ref: str) -> HttpResponse:
    """Is it going well, and how does it end well?"""
    match = get_object_or_404(seen(request), ref=ref)
    return pair_page(request, match)


def pair_page(request: HttpRequest, match: Match, *, closing: ClosingForm | None = None) -> HttpResponse:
    """Show one pair; `closing` is the form about its ending when it was refused."""
    now = clock.now()
    contacts = list(
        Contact.objects.visible_to(request.user)
        .filter(match=match)
        .select_related("logged_by")
        .prefetch_related("questions")
    )
    checks = list(
        FollowUpCheck.objects.visible_to(request.user)
        .filter(match=match)
        .select_related("handled_by")
        .order_by("due_on", "to")
    )
    tasks = (
        Aftercare.objects.visible_to(request.user)
        .filter(match=match)
        .select_related("done_by", "user", "match__mentor__person", "match__referral")
    )
    enrolment = getattr(match, "enrolment", None)
    initial = {"bridge": enrolment.bridge, "last_contact_on": enrolment.last_contact_on} if enrolment else {}
    closed = Closing.objects.visible_to(request.user).filter(match=match).select_related("debrief_by").first()
    initial |= {"future": closed.future, "debrief_on": closed.debrief_on} if closed else {}
    flags = list(
        RedFlag.objects.visible_to(request.user).filter(match=match).only("ref", "status", "raised_at", "route")
    )
    conduct = [f for f in flags if f.route == "conduct"] if match.sight_ended_at else []
    history = list(match.history.select_related("by"))
    for step in history:
        step.label = step_title(step)
        step.more = step.note if step.note != step.label else ""
    for check in checks:
        found = question(check.day, check.to).find(check.answer)
        check.answer_label = found.label if found else ""
    context = {
        "match": match, "mentee": match.referral.mentee, "mentor": match.mentor.person, "clinic": match.referral.clinic,
        "contacts": timeline(contacts), "plot": plot(match, contacts, checks, now), "checks": checks,
        "lede": lede(match, contacts, now), "tasks": [_task(request, task) for task in tasks],
        "questions": match.questions.order_by("asked_at", "pk"), "flags": flags, "stopped_by": conduct[0] if conduct else None,
        "closing": closing or ClosingForm(initial=initial), "steps": closing_steps(match, enrolment, closed), "closed": closed,
        "history": history, "enrolment": enrolment, "follows": follows.of(match, enrolment), "aside": link_aside.aside(match.referral, request.user, match), "home": lent.home_of(match), "no_mentor": lent.mentors_no_more(match),
    }  # fmt: skip
    access_log.record(request, page="pair", people=[match.referral.mentee, match.mentor.person])
    return render(request, "mentorship/pair.html", context)


def _task(request: HttpRequest, task: Aftercare) -> tuple:
    """Return a task with its form; without one where it is for the mentor's own clinic."""
    may = rules.finish_aftercare.allows(request.user, task)
    return task, AftercareForm(prefix=task.ref) if may else None


@needs(Perm.COORDINATE)
@require_POST
def closing(request: HttpRequest, ref: str) -> HttpResponse:
    """Save the plan for a good ending."""
    match = get_object_or_404(seen(request), ref=ref)
    form = ClosingForm(request.POST)
    if form.is_valid():
        try:
            actions.plan_closing(match=match.pk, by=request.user, **form.cleaned_data)
            messages.success(request, _("The plan for the ending is saved."))
            return redirect("mentorship:pair", match.ref)
        except Refused as refusal:
            form.refuse(refusal)
    return pair_page(request, match, closing=form)


@needs(Perm.COORDINATE)
def pause(request: HttpRequest, ref: str) -> HttpResponse:
    """Let a pair rest: questions and reminders stop, the plan stays."""
    match = get_object_or_404(seen(request), ref=ref)
    form = PauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            matching.pause(match=match.pk, by=request.user, **form.cleaned_data)
            messages.success(request, _("Their talks are paused. Nothing is asked or sent meanwhile."))
            return redirect("mentorship:pair", match.ref)
        except Refused as refusal:
            form.refuse(refusal)
    return step_page(request, match, form, "mentorship/pause.html")


@needs(Perm.COORDINATE)
@require_POST
def resume(request: HttpRequest, ref: str) -> HttpResponse:
    """Let a pair go on after a pause."""
    match = get_object_or_404(seen(request), ref=ref)
    try:
        conduct.go_on(match=match.pk, by=request.user)
        messages.success(request, _("They go on. The plan is as it was."))
    except Refused as refusal:
        for sentence in getattr(refusal, "missing", None) or [str(refusal)]:
            messages.error(request, sentence)
    return redirect("mentorship:pair", match.ref)


@needs(Perm.COORDINATE)
def end(request: HttpRequest, ref: str) -> HttpResponse:
    """End a pair, with a reason and no blame."""
    match = get_object_or_404(seen(request), ref=ref)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ending.end_for_team(match=match.pk, by=request.user, **form.cleaned_data)
            messages.success(request, _("The pair has ended. What was still to come is cancelled."))
            return redirect("mentorship:pair", match.ref)
        except NotReady as refusal:
            form.refuse(refusal)
            form.add_error("reason", _("A planned ending needs these first. Every other reason ends it at once."))
        except Refused as refusal:
            form.refuse(refusal)
    return step_page(request, match, form, "mentorship/end.html")


def step_page(request: HttpRequest, match: Match, form, template: str) -> HttpResponse:
    """Show the page of one step in a pair's life."""
    if request.method == "GET":
        access_log.record(request, page="pair", people=[match.referral.mentee, match.mentor.person])
    context = {"match": match, "form": form, "mentee": match.referral.mentee, "mentor": match.mentor.person}
    return render(request, template, context)
