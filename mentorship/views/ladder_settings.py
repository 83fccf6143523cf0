"""Settings: the ladder of people. The order is changed by buttons; nothing is saved until somebody says so."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics.roles import Perm
from common.errors import Refused, Stale
from common.policy import needs
from mentorship import flag_previews, staffing
from mentorship.actions import flag_settings as actions
from mentorship.models import Route
from mentorship.views.flag_settings import settings_clinic


@needs(Perm.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def ladder(request: HttpRequest) -> HttpResponse:
    """Who is told when nobody answers, and what would a change do?"""
    clinic = settings_clinic(request)
    team = staffing.of(clinic)
    route = request.GET.get("route")
    route = route if route in Route.values else Route.CLINICAL.value
    rungs, refusal, version = team.settings_of(route), None, str(clinic.version)
    if request.method == "POST":
        rungs = flag_previews.read_rungs(request.POST.get("order", ""), team)
        version = request.POST.get("version", "")
        rungs = flag_previews.moved(rungs, request.POST, team)
        if "save" in request.POST:
            try:
                actions.change_ladder(
                    clinic=clinic, by=request.user, version=_number(version), route=route, rungs=rungs
                )
                messages.success(request, _("Saved. It counts for the next flag on."))
                return redirect(f"{reverse('mentorship:ladder-settings')}?route={route}")
            except Stale as error:
                refusal, version = error, str(clinic.version)
            except Refused as error:
                refusal = error
    return render(request, "mentorship/settings/ladder.html", _context(clinic, team, route, rungs, refusal, version))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _context(clinic, team, route: str, rungs, refusal, version: str) -> dict:
    return {
        "key": "ladder",
        "clinic": clinic,
        "route": route,
        "routes": Route.choices,
        "rungs": flag_previews.rung_rows(rungs, team),
        "order": flag_previews.write_rungs(rungs, team),
        "choices": flag_previews.rung_choices(route, rungs, team),
        "preview": flag_previews.ladder(clinic, team, route, rungs),
        "changed": list(rungs) != team.settings_of(route),
        "refusal": refusal,
        "version": version,
    }
