"""What counts in matching, for coordinators and admins. Fetch, bind, call one action, respond."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics import access_log
from clinics.roles import Perm
from common.errors import Refused, Stale
from common.policy import needs
from matching.actions import weighing
from matching.forms.weights import WeightsForm
from matching.models import Policy
from matching.pages import weights as page


@needs(Perm.COORDINATE, Perm.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def weights(request: HttpRequest) -> HttpResponse:
    """Show the weights in force; show what others would change, and put them in force once that was seen."""
    policy = weighing.in_force(page.clinic_of(request))
    form = WeightsForm(request.POST if request.method == "POST" else None, policy=policy)
    stale = form.is_bound and form.is_valid() and form.is_old
    if form.is_bound and form.is_valid() and form.saves:
        try:
            made = _save(request, policy, form)
        except Stale:
            policy = weighing.in_force(policy.clinic)
            form, stale = WeightsForm(request.POST, policy=policy), True
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved as version %(n)d. It counts from now on.") % {"n": made.version})
            return redirect("matching:weights")
    context = page.weights_context(request.user, policy, form, request.GET.get("page"), stale=stale)
    access_log.record(request, page="what counts in matching", people=context.pop("people"))
    return render(request, "matching/weights.html", context, status=409 if stale and form.saves else 200)


def _save(request: HttpRequest, policy: Policy, form: WeightsForm) -> Policy:
    """Put the numbers in force: as a way back when they are still those of the version come back to."""
    answers = form.cleaned_data
    shared = {"clinic": policy.clinic, "by": request.user, "version": answers["version"] or 0, "note": answers["note"]}
    if page.is_way_back(policy, answers["back_to"], form.numbers):
        return weighing.go_back(to_version=answers["back_to"], **shared)
    return weighing.change_weights(weights=form.numbers, **shared)
