"""Each role's way in, what needs the coordinator today, and finding somebody by name."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clinics import access_log
from clinics.roles import Perm, Role, can, memberships_of
from common.policy import needs, signed_in
from desk import finder
from desk.forms import SearchForm
from desk.today import today as gather

HOMES = {
    Role.NURSE: "referrals:mine",
    Role.COORDINATOR: "desk:today",
    Role.MENTOR: "mentorship:home",
    Role.CLINICIAN: "mentorship:flags",
    Role.ADMIN: "mentorship:escalations",
    Role.TRAINER: "training:my-sessions",
}


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the first page of the hat somebody wears; without any, say kindly what to do."""
    if request.hat is None:
        return render(request, "desk/no_role.html")
    return redirect(HOMES[request.hat.role])


@require_safe
@needs(Perm.COORDINATE)
def today(request: HttpRequest) -> HttpResponse:
    """Show what needs the coordinator, and note in the access log whose names that showed."""
    page = gather(request.user, clinic_of(request), whole=request.GET.get("all", ""))
    access_log.record(request, page="today", people=page.people, even_if_lost=bool(page.flags.rows))
    return render(request, "desk/today.html", {"today": page})


@require_safe
@needs(Perm.REFER, Perm.COORDINATE)
def search(request: HttpRequest) -> HttpResponse:
    """Find people by name; one row in the access log names everybody shown."""
    form = SearchForm(request.GET or None)
    found = finder.find(request.user, form.cleaned_data["q"]) if form.is_valid() else None
    access_log.record(request, page="search", people=[row.person for row in found.rows] if found else [])
    return render(request, "desk/search.html", {"form": form, "found": found})


def clinic_of(request: HttpRequest):
    """Return the clinic whose work is shown: the hat's, else the first one this user coordinates."""
    if can(request.user, Perm.COORDINATE, request.clinic):
        return request.clinic
    return next(m.clinic for m in memberships_of(request.user) if m.role == Role.COORDINATOR)
