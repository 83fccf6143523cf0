"""Settings: the words people agree to. New versions are added, old ones kept."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics.models import Clinic
from clinics.roles import Perm, clinics_where, memberships_of
from common.errors import Denied, Refused
from common.policy import needs
from referrals import actions
from referrals.forms.steps import ConsentTextForm
from referrals.models import ConsentText, Scope


def settings_clinic(request: HttpRequest) -> Clinic:
    """Return the clinic whose settings somebody changes: that of the hat, else the first in which they may."""
    where = clinics_where(request.user, Perm.SETTINGS)
    if request.clinic and request.clinic.pk in where:
        return request.clinic
    return next(m.clinic for m in memberships_of(request.user) if m.clinic_id in where)


@needs(Perm.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def consent_texts(request: HttpRequest) -> HttpResponse:
    """Show the words of every scope and language with their versions, and take new ones."""
    clinic = settings_clinic(request)
    form = ConsentTextForm(request.POST if request.method == "POST" else None, clinic=clinic)
    if request.method == "POST" and form.is_valid():
        try:
            text = actions.new_consent_text(clinic=clinic.pk, by=request.user, **form.cleaned_data)
        except Denied:
            raise
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("These words are used from now on, as version %(n)d.") % {"n": text.version})
            return redirect("referrals:consent-texts")
    return render(request, "referrals/consent_texts.html", context(form, clinic))


def context(form: ConsentTextForm, clinic: Clinic) -> dict:
    """Return what the page shows."""
    return {"form": form, "scopes": by_scope(clinic), "clinic": clinic, "settings_url": reverse("clinics:settings")}


def by_scope(clinic: Clinic) -> list[dict]:
    """Return each scope with, per language, the newest words and the older ones."""
    rows: dict[str, dict[str, list[ConsentText]]] = {scope.value: {} for scope in Scope}
    for text in clinic.consent_texts.select_related("by").order_by("language", "-version"):
        rows[text.scope].setdefault(text.language, []).append(text)
    return [{"label": scope.label, "languages": [_versions(v) for v in rows[scope.value].values()]} for scope in Scope]


def _versions(texts: list[ConsentText]) -> dict:
    return {"now": texts[0], "older": texts[1:]}
