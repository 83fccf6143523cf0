"""The clinic's rules for choosing mentors. Fetch, bind, call one action, respond."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinics.models import Clinic
from clinics.roles import Perm, clinic_for
from common.errors import Invalid, Stale
from common.policy import needs
from training import policy, rules_selecting
from training.actions import selecting_policy as actions
from training.forms.selecting_policy import AdmissionForm
from training.models import AdmissionPolicy
from training.pages import selecting_policy as pages

KEY = "admission"


def _newest(clinic: Clinic) -> AdmissionPolicy | None:
    return clinic.admission_policies.order_by("-version").select_related("published_by").first()


@require_safe
@needs(Perm.SETTINGS, Perm.MANAGE_MENTORS)
def admission(request: HttpRequest) -> HttpResponse:
    """Show how the clinic chooses its mentors, in every version."""
    clinic = clinic_for(request, Perm.SETTINGS) or clinic_for(request, Perm.MANAGE_MENTORS)
    rules_selecting.read_rules.require(request.user, clinic)
    context = {
        "key": KEY, "versions": pages.versions(clinic), "now": policy.current(clinic),
        "may_publish": rules_selecting.publish.allows(request.user, clinic),
    }  # fmt: skip
    return render(request, "training/selecting/admission.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.SETTINGS)
def new(request: HttpRequest) -> HttpResponse:
    """Fill in the next version, see whom it would concern, and publish it once that was seen."""
    clinic = clinic_for(request, Perm.SETTINGS)
    newest = _newest(clinic)
    form = AdmissionForm(request.POST if request.method == "POST" else None, clinic=clinic, newest=newest)
    stale, shown, unseen = False, None, False
    if request.method == "POST" and form.is_valid():
        publishes = request.POST.get("do") == "publish"
        unseen = publishes and form.cleaned_data["seen"] != form.mark
        try:
            if publishes and not unseen:
                made = actions.publish(
                    clinic=clinic, by=request.user, version=form.cleaned_data["version"], **form.told
                )
                text = _("Version %(n)d is published. It counts from the day you chose.") % {"n": made.version}
                messages.success(request, text)
                return redirect("training:admission")
            shown = _preview(request, clinic, newest, form)
        except Stale:
            stale = True
        except Invalid as refusal:
            form.refuse(refusal)
        stale = stale or (newest.version if newest else 0) != form.cleaned_data["version"]
        if stale:
            shown = None
            form.set(version=newest.version if newest else 0)
        form.set(seen=form.mark if shown else "")
    context = {
        "key": KEY, "form": form, "newest": newest, "stale": stale, "shown": shown, "unseen": unseen,
        "next": (newest.version if newest else 0) + 1,
    }  # fmt: skip
    return render(request, "training/selecting/admission_new.html", context, status=409 if stale else 200)


def _preview(request: HttpRequest, clinic: Clinic, newest: AdmissionPolicy | None, form: AdmissionForm) -> dict:
    """Return whom the version would concern. Raises Invalid like publishing it."""
    made = actions.drafted(clinic=clinic, by=request.user, number=(newest.version if newest else 0) + 1, **form.told)
    actions.check(made, newest)
    found = pages.affected(made)
    return found | {"sentences": pages.sentences(found, made)}
