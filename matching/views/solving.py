"""The waiting list and its plan, for the coordinator. Fetch, bind, call one action, respond."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics import access_log
from clinics.roles import Perm, clinic_for
from common.errors import Refused
from common.policy import needs
from matching import actions, forms
from matching.pages import plan as plans
from matching.pages import waiting as waiting_page


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.COORDINATE)
def waiting(request: HttpRequest) -> HttpResponse:
    """Show who waits for a mentor, the plan for all of them together, and who is on the way to one.

    What is sent are answers to pairs of the plan: approve, hold, or not this pair. Each is told by itself.
    """
    if request.method != "POST":
        return _page(request)
    form = forms.PlanForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    pairs = plans.pairs_chosen(request.user, clinic_for(request, Perm.COORDINATE), form.chosen)
    decisions = [((referral.pk, mentor.pk), answer) for referral, mentor, answer in pairs]
    return _page(request, told=plans.told(pairs, actions.decide_several(decisions=decisions, by=request.user)))


def _page(request: HttpRequest, **more) -> HttpResponse:
    clinic = clinic_for(request, Perm.COORDINATE)
    context = waiting_page.waiting_context(request.user, clinic, request.GET, **more)
    access_log.record(request, page="waiting list", people=context.pop("people"))
    return render(request, "matching/waiting.html", context)


@require_POST
@needs(Perm.COORDINATE)
def work_out(request: HttpRequest) -> HttpResponse:
    """Have the whole list worked out; a second click joins the first."""
    actions.start(clinic=clinic_for(request, Perm.COORDINATE), by=request.user)
    return redirect("matching:waiting")


@require_safe
@needs(Perm.COORDINATE)
def progress(request: HttpRequest) -> HttpResponse:
    """Say how far the working out is: a fragment that asks again by itself. Without JavaScript, the whole page."""
    if not request.htmx:
        return redirect("matching:waiting")
    newest, solution = plans.solutions(clinic_for(request, Perm.COORDINATE))
    if plans.is_under_way(newest):
        return render(request, "matching/_under_way.html", plans.under_way(newest, solution))
    response = render(request, "matching/_worked_out.html", {"failed": newest is not None})
    if not request.GET.get("keep"):  # nothing on the page that a new one could lose
        response["HX-Refresh"] = "true"
    return response


@require_POST
@needs(Perm.COORDINATE)
def take_back(request: HttpRequest, ref: str, mentor: str) -> HttpResponse:
    """Let a pair on hold go, or one that was put aside be proposed again."""
    clinic = clinic_for(request, Perm.COORDINATE)
    [(referral, whom, _answer)] = plans.pairs_chosen(request.user, clinic, [(ref, mentor, "")])
    try:
        actions.take_back(referral=referral.pk, mentor=whom.pk, by=request.user)
        messages.success(request, _("Taken back."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("matching:waiting")
