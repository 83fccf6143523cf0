"""The road of mentors, for who runs the programme and who oversees it."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from clinics.roles import Perm, can, clinic_for
from common.forms import PlainForm, YearInput
from common.policy import needs
from desk import pipeline_page


class PeriodForm(PlainForm, forms.Form):
    """In which year people were first interested; empty is ever."""

    year = forms.IntegerField(
        label=_("First interested in"), help_text=_("A year. Leave it empty for all."), required=False,
        min_value=2000, max_value=2100, widget=YearInput,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("Write the year, for example 2026")),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].unmarked = True  # its hint says what an empty year means


@require_safe
@needs(Perm.MANAGE_MENTORS, Perm.OVERSEE)
def pipeline(request: HttpRequest) -> HttpResponse:
    """Show how many reach each stage, where and why people leave, beside what studies found."""
    form = PeriodForm(request.GET if "year" in request.GET else None)
    year = form.cleaned_data.get("year") if form.is_bound and form.is_valid() else None
    context = pipeline_page.context(clinic_of(request), year)
    keeps = Perm.MANAGE_MENTORS in request.permissions
    return render(request, "desk/pipeline.html", {"form": form, "keeps": keeps, **context})


def clinic_of(request: HttpRequest):
    """Return the clinic the page is about: the hat's where it gives the right, else the first that does."""
    if any(can(request.user, perm, request.clinic) for perm in (Perm.MANAGE_MENTORS, Perm.OVERSEE)):
        return request.clinic
    return clinic_for(request, Perm.MANAGE_MENTORS) or clinic_for(request, Perm.OVERSEE)
