"""The clinic's settings: the index, and the sections this floor owns."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinics import actions, hours, sections
from clinics.forms import BasicsForm, Dated, HoursForm, NumberFormSet
from clinics.models import Clinic, SettingChange
from clinics.roles import Perm, clinic_for
from common.errors import Refused, Stale
from common.policy import needs
from common.vocabulary import Language
from common.words import listed

RECENT = 20


def settings_clinic(request: HttpRequest) -> Clinic:
    """Return the clinic whose settings a page is about, as it is in the database now."""
    return Clinic.objects.visible_to(request.user).get(pk=clinic_for(request, Perm.SETTINGS).pk)


@needs(Perm.SETTINGS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show every section, and what was changed lately."""
    clinic = settings_clinic(request)
    changes = SettingChange.objects.visible_to(request.user).filter(clinic=clinic).select_related("by")[:RECENT]
    rows = [{"change": change, "title": sections.title_of(change.section)} for change in changes]
    return render(request, "clinics/settings.html", {"clinic": clinic, "rows": rows})


@needs(Perm.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def basics(request: HttpRequest) -> HttpResponse:
    """Change the clinic's name, languages, time zone, phones, default clinician and hours to answer."""
    clinic = settings_clinic(request)
    form = BasicsForm(request.POST or None, instance=settings_clinic(request))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        return _save(request, "basics", form, lambda: actions.change_basics(
            clinic=clinic, by=request.user, version=version, values=values
        ), clinic)  # fmt: skip
    return _show(request, "basics", form)


@needs(Perm.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def working_hours(request: HttpRequest) -> HttpResponse:
    """Change when the clinic works."""
    clinic = settings_clinic(request)
    form = HoursForm(request.POST or None, clinic=clinic)
    if request.method == "POST" and form.is_valid():
        return _save(request, "hours", form, lambda: actions.change_hours(
            clinic=clinic, by=request.user, version=form.cleaned_data["version"],
            country=form.cleaned_data["country"], hours=form.spans(),
        ), clinic)  # fmt: skip
    return _show(request, "hours", form)


@needs(Perm.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest) -> HttpResponse:
    """Change the numbers shown in an emergency."""
    clinic = settings_clinic(request)
    present = clinic.emergency_numbers.exclude(number=actions.DANGER)
    initial = [{"label": number.label, "number": number.number} for number in present]
    formset = NumberFormSet(request.POST or None, initial=initial, prefix="number")
    dated = Dated(request.POST or None, initial={"version": clinic.version})
    if request.method == "POST" and formset.is_valid() and dated.is_valid():
        rows = [(f["label"], f["number"]) for f in formset.cleaned_data if f.get("number")]
        return _save(request, "numbers", dated, lambda: actions.change_numbers(
            clinic=clinic, by=request.user, version=dated.cleaned_data["version"], numbers=rows
        ), clinic, formset=formset)  # fmt: skip
    return _show(request, "numbers", dated, formset=formset)


def _save(request: HttpRequest, key: str, form, action, clinic: Clinic, **context) -> HttpResponse:
    try:
        action()
    except Stale:
        return _stale(request, key, form, clinic, **context)
    except Refused as refusal:
        field = getattr(refusal, "field", None)
        form.add_error(field if field in form.fields else None, str(refusal))
        return _show(request, key, form, **context)
    messages.success(request, _("Saved. It counts from now on."))
    return redirect("clinics:settings")


def _show(request: HttpRequest, key: str, form, status: int = 200, **context) -> HttpResponse:
    values = {"form": form, "key": key, "title": sections.title_of(key), **context}
    return render(request, f"clinics/settings_{key}.html", values, status=status)


def _stale(request: HttpRequest, key: str, form, clinic: Clinic, **context) -> HttpResponse:
    """Show both versions: what somebody else saved, and the own answers, still in the form."""
    last = SettingChange.objects.visible_to(request.user).filter(clinic=clinic).select_related("by").first()
    form.data = form.data.copy()
    form.data["version"] = clinic.version
    return _show(request, key, form, 409, last=last, theirs=_as_it_is(key, clinic, form.cleaned_data), **context)


def _as_it_is(key: str, clinic: Clinic, mine: dict) -> list[tuple]:
    """Return the present values of a section, in words; of the basics, those that differ from mine."""
    if key == "hours":
        return [*hours.in_words(clinic.calendar.hours).items(), (_("Public holidays"), clinic.country)]
    if key == "numbers":
        return [(number.label, number.number) for number in clinic.emergency_numbers.all()]
    differ = [name for name in actions.BASICS if getattr(clinic, name) != mine.get(name)] or actions.BASICS
    return [(form_label(name), _in_words(getattr(clinic, name))) for name in differ]


def form_label(name: str):
    """Return what the form calls a field of the clinic."""
    return BasicsForm.base_fields[name].label


def _in_words(value):
    return listed(Language(code).label for code in value) if isinstance(value, list) else value
