"""Whether the clinic is switched on, what is missing for it, and the button."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics import actions, rules, switching
from clinics.forms import Dated
from clinics.models import Clinic
from clinics.roles import Perm, clinic_for
from common.errors import Denied, Refused
from common.policy import needs


@needs(Perm.SETTINGS, Perm.COORDINATE)
@require_http_methods(["GET", "HEAD", "POST"])
def switch_on(request: HttpRequest) -> HttpResponse:
    """Show whether the clinic is on; an admin switches it on once nothing is missing."""
    asked = Perm.SETTINGS if Perm.SETTINGS in request.permissions else Perm.COORDINATE
    clinic = Clinic.objects.visible_to(request.user).select_related("switched_on_by").get(
        pk=clinic_for(request, asked).pk
    )  # fmt: skip
    if request.method != "POST":
        return _show(request, clinic)
    form = Dated(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else -1  # a form without one is as good as an old one
    try:
        actions.switch_on(clinic=clinic, by=request.user, version=version)
    except Denied:
        raise
    except Refused as refusal:
        return _show(request, clinic, 409, refused=str(refusal))
    messages.success(request, _("The clinic is on. From now on mentors can be asked."))
    return redirect("clinics:switch-on")


def _show(request: HttpRequest, clinic: Clinic, status: int = 200, refused: str = "") -> HttpResponse:
    context = {
        "key": "switch-on", "clinic": clinic, "missing": [] if clinic.is_on else switching.missing(clinic),
        "in_settings": Perm.SETTINGS in request.permissions, "may_switch": rules.switch_on.allows(request.user, clinic),
        "why_not": rules.switch_on.reason, "refused": refused,
    }  # fmt: skip
    return render(request, "clinics/switch_on.html", context, status=status)
