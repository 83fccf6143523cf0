"""The settings page of looking after mentors. Whom a change touches today is shown before it is saved."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics.models import Clinic
from clinics.roles import Perm, clinic_for
from common.errors import Refused, Stale
from common.policy import needs
from training.actions import care_settings as actions
from training.care_previews import preview
from training.care_rules import rules_of
from training.forms.care_settings import CareForm


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.SETTINGS)
def care(request: HttpRequest) -> HttpResponse:
    """How do we look after mentors? A preview names who would stop or begin being ready today."""
    clinic = Clinic.objects.visible_to(request.user).get(pk=clinic_for(request, Perm.SETTINGS).pk)
    now = rules_of(clinic)
    form = CareForm(
        request.POST if request.method == "POST" else None, instance=now, initial={"version": clinic.version}
    )
    found = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.check(form.values())
            if "save" in request.POST:
                actions.change_care_rules(
                    clinic=clinic, by=request.user, version=form.cleaned_data["version"], values=form.values()
                )
                messages.success(request, _("Saved. It counts from now on."))
                return redirect("training:care-settings")
            found = preview(clinic, now, form.values())
        except Stale as refusal:
            form.data = form.data.copy()
            form.data["version"] = clinic.version
            form.refuse(refusal)
        except Refused as refusal:
            form.refuse(refusal)
    context = {"key": "care", "clinic": clinic, "form": form, "preview": found}
    return render(request, "training/supervising/settings.html", context)
