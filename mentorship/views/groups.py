"""Groups for coordinators: the list, a new one, one group, its changes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics import access_log
from clinics.roles import Perm, clinic_for
from common import clock
from common.errors import Refused, Stale
from common.policy import needs
from mentorship import grouping, groups_page
from mentorship.actions import groups as actions
from mentorship.actions import groups_sessions as meetings
from mentorship.forms import groups as forms
from mentorship.models import Format, PeerGroup
from mentorship.rules import groups as rules


def of_coordinator(request: HttpRequest, ref: str) -> PeerGroup:
    """Return a group of a clinic whose programme the reader runs; refused for who only leads it."""
    rows = PeerGroup.objects.visible_to(request.user).select_related("clinic", "format", "leader", "moderator")
    row = get_object_or_404(rows, ref=ref)
    rules.run.require(request.user, row)
    return row


@require_safe
@needs(Perm.COORDINATE)
def groups(request: HttpRequest) -> HttpResponse:
    """List the groups of the clinic, those that go on first."""
    clinic = clinic_for(request, Perm.COORDINATE)
    return render(request, "mentorship/groups/list.html", groups_page.listed(request.user, clinic))


@require_safe
@needs(Perm.COORDINATE)
def choose(request: HttpRequest) -> HttpResponse:
    """Choose the way to meet that a new group follows."""
    clinic = clinic_for(request, Perm.COORDINATE)
    return render(request, "mentorship/groups/choose.html", {"rows": groups_page.parts(request.user, clinic)})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.COORDINATE)
def new(request: HttpRequest, ref: str, component: int) -> HttpResponse:
    """Make a group that follows one part of a format."""
    clinic = clinic_for(request, Perm.COORDINATE)
    format = get_object_or_404(Format.objects.visible_to(request.user).of_clinic(clinic).in_use(), ref=ref)
    part = dict(grouping.components(format.body)).get(component)
    if part is None:
        return redirect("mentorship:group-choose")
    form = forms.GroupForm(
        request.POST if request.method == "POST" else None, clinic=clinic, initial=forms.initial_from(format, part)
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_group(
                clinic=clinic.pk, format=format.pk, component=component, by=request.user, data=form.data_of()
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The group is made. Now you can ask people."))
            return redirect("mentorship:group", ref=made.ref)
    context = {"form": form, "group": None, "stale": False, "format": format, "facts": groups_page.part_facts(part)}
    return render(request, "mentorship/groups/form.html", context)


@require_safe
@needs(Perm.COORDINATE)
def group(request: HttpRequest, ref: str) -> HttpResponse:
    """Who comes, who waits, when they meet."""
    return show(request, of_coordinator(request, ref))


def show(request: HttpRequest, row: PeerGroup, *, added=None) -> HttpResponse:
    """Show one group; `added` is the form of a meeting that was refused."""
    context = groups_page.group_context(row, request.user)
    access_log.record(request, page="group", people=context.pop("people"))
    context["added"] = added or forms.MeetingForm(initial={"hour": row.hour})
    return render(request, "mentorship/groups/group.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.COORDINATE)
def change(request: HttpRequest, ref: str) -> HttpResponse:
    """Change a group. Somebody else's change in between is said, and nothing typed is lost."""
    row, stale = of_coordinator(request, ref), False
    form = forms.GroupForm(
        request.POST if request.method == "POST" else None, clinic=row.clinic, group=row, initial=forms.initial_of(row)
    )
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            actions.change_group(group=row.pk, by=request.user, version=version, data=form.data_of())
        except Stale:
            stale = True
            form.follow(row.version)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("mentorship:group", ref=row.ref)
    facts = groups_page.part_facts(grouping.component_of(row))
    context = {"form": form, "group": row, "stale": stale, "format": row.format, "facts": facts}
    return render(request, "mentorship/groups/form.html", context, status=409 if stale else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.COORDINATE)
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask why a group does not go on, and stop it."""
    row = of_coordinator(request, ref)
    form = forms.CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_group(group=row.pk, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The group does not go on. Everybody who was asked or has a place is told."))
            return redirect("mentorship:group", ref=row.ref)
    return render(request, "mentorship/groups/cancel.html", {"form": form, "group": row})


@require_POST
@needs(Perm.COORDINATE)
def add(request: HttpRequest, ref: str) -> HttpResponse:
    """Plan one more meeting."""
    row = of_coordinator(request, ref)
    form = forms.MeetingForm(request.POST)
    if form.is_valid():
        at = clock.at_local(form.cleaned_data["day"], form.cleaned_data["hour"], row.clinic.time_zone)
        try:
            meetings.add_session(group=row.pk, by=request.user, at=at)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The meeting is planned. Everybody with a place is told."))
            return redirect("mentorship:group", ref=row.ref)
    return show(request, row, added=form)
