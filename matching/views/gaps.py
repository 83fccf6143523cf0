"""Whom to look for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinics import access_log
from clinics.roles import Perm, clinic_for
from common.policy import needs
from matching.pages import gaps


@require_safe
@needs(Perm.COORDINATE)
def whom_to_look_for(request: HttpRequest) -> HttpResponse:
    """Show which mentors the clinic lacks, who is idle, and how long people wait."""
    context = gaps.context(request.user, clinic_for(request, Perm.COORDINATE))
    people = context.pop("people")
    if people:
        access_log.record(request, page="whom to look for", people=people)
    return render(request, "matching/gaps.html", context)
