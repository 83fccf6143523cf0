"""The clinic's closing days: its own, and the public holidays that come by themselves."""

from __future__ import annotations

import datetime as dt

import holidays
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clinics.actions import closing as actions
from clinics.forms import ClosingDaysForm
from clinics.models import Clinic
from clinics.roles import Perm, clinic_for
from common.errors import Refused
from common.policy import needs

SHOWN = 12  # public holidays to come


@needs(Perm.SETTINGS, Perm.COORDINATE)
@require_http_methods(["GET", "HEAD", "POST"])
def closing_days(request: HttpRequest) -> HttpResponse:
    """Close the clinic on some days, or open it again."""
    clinic = clinic_for(request, Perm.SETTINGS if Perm.SETTINGS in request.permissions else Perm.COORDINATE)
    form = ClosingDaysForm(request.POST if "close" in request.POST else None)
    if request.method == "POST":
        done = _open(request, clinic) if "open" in request.POST else _close(request, clinic, form)
        if done is not None:
            return done
    context = {
        "key": "closing-days", "clinic": clinic, "form": form, "holidays": _public(clinic),
        "days": clinic.closing_days.filter(day__gte=clinic.today), "in_settings": Perm.SETTINGS in request.permissions,
    }  # fmt: skip
    return render(request, "clinics/closing_days.html", context)


def _close(request: HttpRequest, clinic: Clinic, form: ClosingDaysForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        made = actions.close_on(clinic=clinic, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        form.refuse(refusal)
        return None
    said = ngettext("The clinic is closed on %(n)d day more.", "The clinic is closed on %(n)d days more.", len(made))
    messages.success(request, said % {"n": len(made)} if made else _("These days are closed already."))
    return redirect("clinics:closing-days")


def _open(request: HttpRequest, clinic: Clinic) -> HttpResponse:
    try:
        actions.open_on(clinic=clinic, by=request.user, day=dt.date.fromisoformat(request.POST["open"]))
    except ValueError:
        messages.warning(request, _("That is no day."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The clinic is open on that day."))
    return redirect("clinics:closing-days")


def _public(clinic: Clinic) -> list[tuple[dt.date, str]]:
    """Return the next public holidays of the clinic's country."""
    if not clinic.country:
        return []
    today = clinic.today
    found = holidays.country_holidays(clinic.country, years=[today.year, today.year + 1])
    return [(day, name) for day, name in sorted(found.items()) if day >= today][:SHOWN]
