"""Is everything running? For who looks after the outbox."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinics.roles import Perm, clinic_for
from common import clock
from common.policy import needs
from desk import health


@require_safe
@needs(Perm.OUTBOX)
def page(request: HttpRequest) -> HttpResponse:
    """Show every part of the machinery in words, and what to do about those that do not work."""
    clinic, now = clinic_for(request, Perm.OUTBOX), clock.now()
    found = health.parts(request.user, clinic.time_zone, now)
    context = {
        "clinic": clinic,
        "now": now,
        "lede": health.lede(found),
        "broken": [part for part in found if part.kind in health.BROKEN],
        "fine": [part for part in found if part.kind == health.OK],
        "off": [part for part in found if part.kind == health.OFF],
    }
    return render(request, "desk/health.html", context)
