"""Training days: for who plans them, who teaches them and who comes. Fetch, bind, call one action, respond."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics.roles import Perm, clinic_for
from common import clock
from common.errors import Refused, Stale
from common.policy import needs
from training import rules_sessions as rules
from training.actions import sessions as plans
from training.actions import sessions_marks as marks
from training.actions import sessions_seats as seats
from training.calendar_sessions import CONTENT_TYPE, invitation
from training.forms import sessions as forms
from training.models import LiveSession, NoDay
from training.pages import sessions as pages

PLAN = (Perm.MANAGE_MENTORS,)
TEACH = (Perm.TRAIN, Perm.MANAGE_MENTORS, Perm.ANSWER_QUESTIONS)


def _visible(request: HttpRequest, ref: str) -> LiveSession:
    rows = LiveSession.objects.visible_to(request.user).select_related("module", "trainer", "clinic", "cancelled_by")
    return get_object_or_404(rows, ref=ref)


@require_safe
@needs(*PLAN)
def sessions(request: HttpRequest) -> HttpResponse:
    """List the training days of the clinic, and for whom none of them fits."""
    clinic = clinic_for(request, Perm.MANAGE_MENTORS)
    rows = LiveSession.objects.visible_to(request.user).of_clinic(clinic)
    context = {
        "groups": pages.lists(rows, clock.now()), "without": pages.without_a_day(request.user, clinic),
        "can_plan": pages.sessions.modules_of(clinic).exists(),
    }  # fmt: skip
    return render(request, "training/sessions/list.html", context)


@require_safe
@needs(*TEACH)
def my_sessions(request: HttpRequest) -> HttpResponse:
    """List the days somebody teaches, and nothing else of the programme."""
    rows = LiveSession.objects.visible_to(request.user).taught_by(request.user)
    return render(request, "training/sessions/mine.html", {"groups": pages.lists(rows, clock.now())})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*PLAN)
def new(request: HttpRequest) -> HttpResponse:
    """Plan a day."""
    clinic = clinic_for(request, Perm.MANAGE_MENTORS)
    form = forms.SessionForm(request.POST if request.method == "POST" else None, clinic=clinic)
    if request.method == "POST" and form.is_valid():
        try:
            made = plans.make_session(clinic=clinic, by=request.user, data=form.data_of())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The day is planned. Who teaches it is told."))
            return redirect("training:session", ref=made.ref)
    return render(request, "training/sessions/form.html", {"form": form, "session": None, "stale": False})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*PLAN)
def change(request: HttpRequest, ref: str) -> HttpResponse:
    """Change a day. Somebody else's change in between is shown, and nothing typed is lost."""
    row = _visible(request, ref)
    rules.plan.require(request.user, row.clinic)
    if request.method != "POST" and row.cancelled_at:
        return redirect("training:session", ref=row.ref)
    stale = False
    form = forms.SessionForm(
        request.POST if request.method == "POST" else None,
        clinic=row.clinic,
        session=row,
        initial=forms.initial_of(row),
    )
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            plans.change_session(session=row.pk, by=request.user, data=form.data_of(), version=version)
        except Stale:
            stale = True
            form.follow(row.version)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The day is saved. Who signed up is told when the time or the place changed."))
            return redirect("training:session", ref=row.ref)
    context = {"form": form, "session": row, "stale": stale, "now_words": pages.row_words(row)}
    return render(request, "training/sessions/form.html", context, status=409 if stale else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*PLAN)
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask whether a day is cancelled for sure, and cancel it."""
    row = _visible(request, ref)
    rules.plan.require(request.user, row.clinic)
    if request.method == "POST":
        try:
            plans.cancel_session(session=row.pk, by=request.user)
            messages.success(request, _("The day is cancelled. Everybody who signed up gets a message."))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("training:session", ref=row.ref)
    if row.cancelled_at:
        return redirect("training:session", ref=row.ref)
    return render(request, "training/sessions/cancel.html", pages.session_context(row, request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*TEACH)
def session(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one day to who plans or teaches it: who comes, and write down who was there."""
    row = _visible(request, ref)
    form = None
    if request.method == "POST":
        rules.mark.require(request.user, row)
        form = pages.came_form(pages.people_of(row), request.POST)
        if form.is_valid():
            try:
                marks.mark_attendance(session=row.pk, came=form.cleaned_data["came"], by=request.user)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("Saved: who was there."))
                return redirect("training:session", ref=row.ref)
    return render(request, "training/sessions/session.html", pages.session_context(row, request.user, form))


@require_safe
@needs(*TEACH, Perm.MENTOR)
def calendar(request: HttpRequest, ref: str) -> HttpResponse:
    """Give a file for the own calendar to who has a place at a day, teaches or plans it."""
    row = get_object_or_404(pages.in_calendar_of(request.user), ref=ref)
    page = "training:session-choose" if row.trainer_id != request.user.pk else "training:my-sessions"
    response = HttpResponse(invitation(row, page=page), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = 'attachment; filename="halfword.ics"'
    return response


@require_POST
@needs(*PLAN)
def spoken(request: HttpRequest, ref: str) -> HttpResponse:
    """Write down that somebody spoke with a mentor for whom no day fits."""
    row = get_object_or_404(NoDay.objects.visible_to(request.user), ref=ref)
    seats.settle_no_day(no_day=row.pk, by=request.user)
    messages.success(request, _("Saved. If a new day suits them, they can choose it now."))
    return redirect("training:sessions")
