"""Pages of the rota: who is on call, planning it, and handing a shift over."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from clinics.models import Clinic
from clinics.roles import Perm, clinic_for
from common.errors import Refused
from common.policy import needs
from mentorship import rota
from mentorship.actions import rota as actions
from mentorship.forms.rota import OfferForm, PlanForm
from mentorship.models import Shift


@needs(Perm.ANSWER_FLAGS)
@require_safe
def on_call(request: HttpRequest) -> HttpResponse:
    """Who is on call, and when is nobody?"""
    clinic = clinic_for(request, Perm.ANSWER_FLAGS)
    view = rota.MONTH if request.GET.get("view") == rota.MONTH else rota.WEEK
    page = rota.page(clinic, request.user, view, rota.read_date(request.GET.get("on"), clinic))
    context = {
        "clinic": clinic, "page": page, "now": rota.now_on_call(clinic), "asked": rota.asked_of(request.user),
        "may_plan": clinic.pk in rota.may_plan(request.user), "today": clinic.today,
    }  # fmt: skip
    return render(request, "mentorship/rota/rota.html", context)


def _planned_clinic(request: HttpRequest) -> Clinic:
    permission = Perm.COORDINATE if Perm.COORDINATE in request.permissions else Perm.SETTINGS
    return clinic_for(request, permission)


@needs(Perm.COORDINATE, Perm.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Put somebody on call, once or week after week."""
    clinic = _planned_clinic(request)
    initial = {"first_day": clinic.today, "weeks": 1}
    form = PlanForm(request.POST or None, people=rota.colleagues(clinic), parts=rota.parts(clinic), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.plan(clinic=clinic, by=request.user, **form.values())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            words = ngettext("%(n)d shift is planned.", "%(n)d shifts are planned.", len(made)) % {"n": len(made)}
            messages.success(request, words)
            return redirect(f"{reverse('mentorship:on-call')}?on={form.cleaned_data['first_day']}")
    return render(request, "mentorship/rota/plan.html", {"form": form, "clinic": clinic})


@needs(Perm.ANSWER_FLAGS)
@require_http_methods(["GET", "HEAD", "POST"])
def shift(request: HttpRequest, ref: str) -> HttpResponse:
    """One shift: take it when asked, hand it over, take it off; and what happened to it."""
    rows = Shift.objects.visible_to(request.user).select_related("clinic", "user", "offered_to")
    row = get_object_or_404(rows, ref=ref)
    sent = request.POST.get("do") if request.method == "POST" else None
    form = OfferForm(request.POST if sent == "offer" else None, people=rota.colleagues(row.clinic, but=row.user_id))
    if request.method == "POST":
        done = _do(request, row, sent or "", form)
        if done is not None:
            return done
    context = {
        "shift": row, "clinic": row.clinic, "form": form, "may": rota.buttons(row, request.user),
        "timeline": rota.history(row), "mine": row.user_id == request.user.pk,
    }  # fmt: skip
    return render(request, "mentorship/rota/shift.html", context)


def _do(request: HttpRequest, row: Shift, do: str, form: OfferForm) -> HttpResponse | None:
    """Carry out what was sent; return where to go, or None to show the page again with the reason."""
    verbs = {
        "accept": (actions.accept, _("It is yours. Your colleague hears so.")),
        "decline": (actions.decline, _("It stays as it was.")),
        "remove": (actions.remove, _("It is taken off.")),
        "offer": (actions.offer, _("Your colleague is asked. Until they say yes, nothing changes.")),
    }
    if do not in verbs:
        return redirect("mentorship:shift", row.ref)
    if do == "offer" and not form.is_valid():
        return None
    action, words = verbs[do]
    try:
        action(shift=row.pk, by=request.user, **({"to": form.cleaned_data["to"]} if do == "offer" else {}))
    except Refused as refusal:
        if do == "offer":
            form.refuse(refusal)
            return None
        messages.warning(request, str(refusal))
        return redirect("mentorship:shift", row.ref)
    messages.success(request, words)
    return redirect("mentorship:shift", row.ref)
