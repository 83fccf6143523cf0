"""Settings: the worries to pick from and the deadlines. What a change would do today is shown before it is saved."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinics.models import Clinic
from clinics.roles import Perm, clinic_for
from common.errors import Refused, Stale
from common.policy import needs
from mentorship import flag_previews, flag_versions
from mentorship.actions import flag_settings as actions
from mentorship.forms.flag_settings import DeadlinesForm, WorryForm

PAGE = 50


def settings_clinic(request: HttpRequest) -> Clinic:
    """Return the clinic whose settings a page is about, as it is in the database now."""
    return Clinic.objects.visible_to(request.user).get(pk=clinic_for(request, Perm.SETTINGS).pk)


@needs(Perm.SETTINGS)
@require_safe
def worries(request: HttpRequest) -> HttpResponse:
    """Every worry of the clinic, in its groups."""
    clinic = settings_clinic(request)
    context = {"key": "worries", "clinic": clinic, "groups": flag_previews.worries_by_group(clinic)}
    return render(request, "mentorship/settings/worries.html", context)


@needs(Perm.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def worry(request: HttpRequest, ref: str) -> HttpResponse:
    """One worry, or a new one; what it would change today is shown first."""
    clinic = settings_clinic(request)
    category = None if ref == "new" else flag_previews.worry_of(clinic, ref)
    if category is None and ref != "new":
        raise Http404
    form = WorryForm(request.POST or None, initial={"version": clinic.version, **WorryForm.of(category)})
    preview = None
    if request.method == "POST" and form.is_valid():
        if "save" in request.POST:
            done = _save(
                request, form, clinic, actions.change_worry,
                worry=category.ref if category else None, values=form.values(),
            )  # fmt: skip
            if done:
                return redirect("mentorship:worry-settings")
        else:
            preview = flag_previews.worry(clinic, category, form.values())
    context = {"key": "worries", "clinic": clinic, "form": form, "category": category, "preview": preview}
    return render(request, "mentorship/settings/worry.html", context)


@needs(Perm.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def deadlines(request: HttpRequest) -> HttpResponse:
    """How long there is to answer, to pass on and to resolve, per severity."""
    clinic = settings_clinic(request)
    timings = flag_previews.timings(clinic)
    form = DeadlinesForm(request.POST or None, timings=timings, initial={"version": clinic.version})
    preview = None
    if request.method == "POST" and form.is_valid():
        if "save" in request.POST:
            if _save(request, form, clinic, actions.change_deadlines, values=form.values()):
                return redirect("mentorship:deadline-settings")
        else:
            preview = _try(form, lambda: flag_previews.deadlines(clinic, timings, form.values()))
    context = {"key": "deadlines", "clinic": clinic, "form": form, "preview": preview}
    return render(request, "mentorship/settings/deadlines.html", context)


@needs(Perm.SETTINGS)
@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Which urgency and deadlines counted from when, who changed them, and what."""
    clinic = settings_clinic(request)
    page = Paginator(flag_versions.history(clinic), PAGE).get_page(request.GET.get("page"))
    context = {"key": "deadlines", "clinic": clinic, "page_obj": page}
    return render(request, "mentorship/settings/deadline_versions.html", context)


def _try(form, look):
    """Return what would change, or None with the reason in the form."""
    try:
        return look()
    except Refused as refusal:
        form.refuse(refusal)
        return None


def _save(request: HttpRequest, form, clinic: Clinic, action, **more) -> bool:
    """Save; on a refusal keep every answer in the form with the reason, and take over the new version."""
    try:
        action(clinic=clinic, by=request.user, version=form.cleaned_data["version"], **more)
    except Stale as refusal:
        form.data = form.data.copy()
        form.data["version"] = clinic.version
        form.refuse(refusal)
        return False
    except Refused as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _("Saved. It counts for the next flag on."))
    return True
