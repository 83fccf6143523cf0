"""The settings page of a clinic's programme."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics import sections
from clinics.models import SettingChange
from clinics.roles import Perm
from common.errors import Refused, Stale
from common.policy import needs
from mentorship.actions import programme as actions
from mentorship.formats import choice
from mentorship.forms.programme import ProgrammeForm
from mentorship.views.flag_settings import settings_clinic


@needs(Perm.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def programme(request: HttpRequest) -> HttpResponse:
    """What new pairs follow, whether groups need a professional, when the daily overview goes out."""
    clinic = settings_clinic(request)
    now = choice.programme_of(clinic)
    form = ProgrammeForm(request.POST or None, clinic=clinic, programme=now)
    context = {"form": form, "key": actions.SECTION, "title": sections.title_of(actions.SECTION)}
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_programme(clinic=clinic, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved. It counts from now on."))
            return redirect("clinics:settings")
        except Stale:
            status = 409
            form.data = form.data.copy()
            form.data["version"] = clinic.version
            changes = SettingChange.objects.visible_to(request.user).filter(clinic=clinic).select_related("by")
            context |= {"theirs": actions.said(now).items(), "last": changes.first()}
        except Refused as refusal:
            form.refuse(refusal)
    return render(request, "mentorship/settings/programme.html", context, status=status)
