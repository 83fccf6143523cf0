"""The settings page of the follow-up days."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from clinics.roles import Perm, can
from common import clock
from common.errors import Denied, Refused, Stale
from common.policy import needs
from mentorship.actions.checks import change_days, days_of
from mentorship.forms.pairs import DaysForm
from mentorship.plan import next_questions


@needs(Perm.SETTINGS)
def check_days(request: HttpRequest) -> HttpResponse:
    """When do we ask whether all is well? What a change would do is shown before it is saved."""
    clinic = request.clinic
    if clinic is None or not can(request.user, Perm.SETTINGS, clinic):
        raise Denied()
    now = days_of(clinic)
    form = DaysForm(request.POST or None, initial={**now, "before": now})
    preview = None
    if request.method == "POST" and form.is_valid():
        days = {side: sorted(form.cleaned_data[side]) for side in now}
        if "save" in request.POST:
            try:
                changed = change_days(clinic=clinic.pk, by=request.user, before=form.cleaned_data["before"], **days)
                messages.success(request, _("The days are saved.") if changed else _("Nothing was changed."))
                return redirect("mentorship:check-days")
            except Stale as refusal:
                form.data = form.data.copy()
                form.data["before"] = json.dumps(now)
                form.refuse(refusal)
            except Refused as refusal:
                form.refuse(refusal)
        preview = next_questions(clinic, now, days, clock.today(clinic.time_zone))
    context = {"form": form, "preview": preview, "now": now}
    return render(request, "mentorship/settings/checks.html", context)
