"""One meeting of a group: who is there, what happened, another moment."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics import access_log
from clinics.roles import Perm
from common import clock
from common.errors import Refused, Stale
from common.policy import needs
from mentorship import groups_page
from mentorship.actions import groups_panel
from mentorship.actions import groups_sessions as actions
from mentorship.forms import groups as forms
from mentorship.models import GroupSession
from mentorship.rules import groups as rules

LEADING = (Perm.COORDINATE, Perm.MENTOR, Perm.ANSWER_QUESTIONS)


def seen(request: HttpRequest, ref: str) -> GroupSession:
    """Return a meeting the reader sees."""
    rows = GroupSession.objects.visible_to(request.user).select_related(
        "group__clinic", "group__moderator", "group__leader", "group__format", "moderator"
    )
    return get_object_or_404(rows, ref=ref)


@require_safe
@needs(*LEADING)
def mine(request: HttpRequest) -> HttpResponse:
    """List the meetings somebody leads or moderates."""
    return render(request, "mentorship/groups/mine.html", {"rows": groups_page.mine(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*LEADING)
def meeting(request: HttpRequest, ref: str) -> HttpResponse:
    """Who is there? One tap for each, all at once, and it may be put right."""
    row = seen(request, ref)
    rules.mark.require(request.user, row)
    form = attendance_form(request, row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.mark_attendance(session=row.pk, by=request.user, came=form.came())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved: who was there."))
            return redirect("mentorship:group-session", ref=row.ref)
    return show(request, row, form)


def attendance_form(request: HttpRequest, row: GroupSession, data) -> forms.AttendanceForm:
    """Return the list with what was noted before."""
    known = row.attendance.values_list("place__ref", "came")
    initial = {f"came-{ref}": came for ref, came in known}
    return forms.AttendanceForm(data, people=groups_page.names(row, request.user), initial=initial)


def show(request: HttpRequest, row: GroupSession, form, *, note=None, status: int = 200) -> HttpResponse:
    """Show one meeting."""
    context = groups_page.meeting_context(row, request.user)
    access_log.record(request, page="group meeting", people=groups_page.people_on(row))
    if context["may_note"]:
        initial = {"incident_note": row.incident_note, "version": row.version}
        context["note_form"] = note or forms.NoteForm(initial=initial)
    else:
        context["note_form"] = None
    return render(request, "mentorship/groups/meeting.html", context | {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.COORDINATE)
def change(request: HttpRequest, ref: str) -> HttpResponse:
    """Move a meeting, or let somebody else moderate it for once."""
    row = seen(request, ref)
    rules.run.require(request.user, row.group)
    data = request.POST if request.method == "POST" else None
    form = forms.ChangeMeetingForm(data, clinic=row.group.clinic, initial=forms.initial_of_meeting(row))
    if request.method == "POST" and form.is_valid():
        try:
            _change(row, form.cleaned_data, request.user)
        except Refused as refusal:
            if isinstance(refusal, Stale):
                form.data = form.data.copy()
                form.data["version"] = row.version
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved. Everybody with a place is told when the day or hour changed."))
            return redirect("mentorship:group", ref=row.group.ref)
    return render(request, "mentorship/groups/change_meeting.html", {"form": form, "session": row, "group": row.group})


def _change(row: GroupSession, answers: dict, by) -> None:
    moderator = answers["moderator"].pk if answers["moderator"] else None
    at = clock.at_local(answers["day"], answers["hour"], row.group.clinic.time_zone)
    actions.change_session(session=row.pk, by=by, version=answers["version"] or 0, at=at, moderator=moderator)


@require_POST
@needs(*LEADING)
def off(request: HttpRequest, ref: str) -> HttpResponse:
    """Say that a meeting does not, or did not, take place."""
    row = seen(request, ref)
    actions.cancel_session(session=row.pk, by=request.user)
    messages.success(request, _("Noted: it does not take place, or did not."))
    return redirect("mentorship:group-session", ref=row.ref)


@require_POST
@needs(Perm.COORDINATE, Perm.ANSWER_QUESTIONS)
def note(request: HttpRequest, ref: str) -> HttpResponse:
    """Keep what the team must know."""
    row = seen(request, ref)
    rules.note.require(request.user, row)
    form = forms.NoteForm(request.POST)
    if form.is_valid():
        try:
            values = {"version": form.cleaned_data["version"], "note": form.cleaned_data["incident_note"]}
            actions.keep_note(session=row.pk, by=request.user, **values)
        except Refused as refusal:
            if isinstance(refusal, Stale):
                form.data = form.data.copy()
                form.data["version"] = row.version
            form.refuse(refusal)
        else:
            messages.success(request, _("The note is kept."))
            return redirect("mentorship:group-session", ref=row.ref)
    return show(request, row, attendance_form(request, row, None), note=form)


@require_POST
@needs(Perm.COORDINATE)
def let_choose(request: HttpRequest, ref: str) -> HttpResponse:
    """Send the profiles of a panel's mentors to everybody who came."""
    row = seen(request, ref)
    told = groups_panel.let_them_choose(session=row.pk, by=request.user)
    if told.sent:
        n = len(told.sent)
        messages.success(
            request, ngettext("%(n)d person can choose now.", "%(n)d people can choose now.", n) % {"n": n}
        )
    for referral, why in told.refused:
        messages.error(request, f"{referral.mentee.first_name}: {why}")
    if not told.sent and not told.refused:
        messages.success(request, _("Everybody who came has a mentor already, or wants none."))
    return redirect("mentorship:group-session", ref=row.ref)
