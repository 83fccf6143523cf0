"""When the first in the order was not asked, for coordinators and admins."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinics import access_log
from clinics.roles import Perm
from common.policy import needs
from matching import rules
from matching.forms.overrides import PeriodForm
from matching.pages import overrides as page
from matching.pages.weights import clinic_of


@require_safe
@needs(Perm.COORDINATE, Perm.SETTINGS)
def overrides(request: HttpRequest) -> HttpResponse:
    """Show how often somebody else than the first was asked, and why."""
    clinic = clinic_of(request)
    rules.read_overrides.require(request.user, clinic)
    form = PeriodForm(request.GET if "period" in request.GET else {"period": page.USUAL})
    period = form.cleaned_data["period"] if form.is_valid() else page.USUAL
    context = page.overrides_context(request.user, clinic, period, request.GET.get("page"))
    access_log.record(request, page="not the first in the order", people=context.pop("people"))
    return render(request, "matching/overrides.html", {**context, "form": form})
