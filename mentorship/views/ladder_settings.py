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
    """Who is told when nobody answers, and what would a change do? Of a route, or of one worry."""
    clinic = settings_clinic(request)
    team = staffing.of(clinic)
    category = flag_previews.worry_of(clinic, request.GET.get("worry", "")[:40])
    route = category.route if category else request.GET.get("route")
    route = route if route in Route.values else Route.CLINICAL.value
    rungs, refusal, version = team.settings_of(route, category.pk if category else None), None, str(clinic.version)
    if request.method == "POST":
        version = request.POST.get("version", "")
        rungs = flag_previews.read_rungs(request.POST.get("order", ""), team)
        rungs = flag_previews.moved(rungs, request.POST, team)
        refusal = _save(request, clinic, category, route, rungs, version) if _sends(request) else None
        if refusal is None and _sends(request):
            messages.success(request, _("Saved. It counts for the next flag on."))
            return redirect(_address(route, category))
        version = str(clinic.version) if isinstance(refusal, Stale) else version
    context = _context(clinic, team, route, category, rungs) | {"refusal": refusal, "version": version}
    return render(request, "mentorship/settings/ladder.html", context)


def _sends(request: HttpRequest) -> bool:
    return "save" in request.POST or "drop" in request.POST


def _save(request, clinic, category, route: str, rungs, version: str) -> Refused | None:
    """Save the order, or let a worry go the way of its route again; return the refusal."""
    how = {"clinic": clinic, "by": request.user, "version": _number(version)}
    worry = category.ref if category else None
    try:
        if "drop" in request.POST and worry:
            actions.drop_own_ladder(**how, worry=worry)
        else:
            actions.change_ladder(**how, route=route, rungs=rungs, worry=worry)
    except Refused as error:
        return error
    return None


def _address(route: str, category) -> str:
    return reverse("mentorship:ladder-settings") + (f"?worry={category.ref}" if category else f"?route={route}")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _context(clinic, team, route: str, category, rungs) -> dict:
    own, others = flag_previews.own_ladders(clinic, team)
    in_use = team.settings_of(route, category.pk if category else None)
    return {
        "key": "ladder",
        "clinic": clinic,
        "route": route,
        "routes": Route.choices,
        "category": category,
        "has_own": category in own,
        "own": own,
        "others": others,
        "query": f"worry={category.ref}" if category else f"route={route}",
        "rungs": flag_previews.rung_rows(rungs, team),
        "order": flag_previews.write_rungs(rungs, team),
        "choices": flag_previews.rung_choices(route, rungs, team),
        "preview": flag_previews.ladder(clinic, team, route, rungs, category),
        "changed": list(rungs) != in_use or bool(category and category not in own),
    }
