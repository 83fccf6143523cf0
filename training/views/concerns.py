"""Telling a concern in confidence, and dealing with it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinics.roles import Perm
from common.errors import Denied, Refused
from common.policy import needs, public, signed_in
from training import limits_concerns
from training.actions import concerns as actions
from training.forms import concerns as forms
from training.models import Concern
from training.pages import concerns as pages
from training.workflow import ConcernStatus as Status

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def tell(request: HttpRequest) -> HttpResponse:
    """Let anybody with an account tell a concern about a mentor or the team."""
    if request.clinic is None:
        raise Denied(_("You belong to no clinic now, so there is nobody here to read it. Ring the clinic instead."))
    people = pages.team_of(request.clinic, request.user)
    form = forms.SignedInConcernForm(request.POST if request.method == "POST" else None, people=people)
    return _tell(request, request.clinic, form, by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@public
def tell_clinic(request: HttpRequest, ref: str) -> HttpResponse:
    """Let anybody tell a concern to a clinic, without a name."""
    clinic = pages.clinic_of(ref)
    if clinic is None:
        raise Http404
    form = forms.ConcernForm(request.POST if request.method == "POST" else None)
    return _tell(request, clinic, form, by=None)


def _tell(request: HttpRequest, clinic, form, by) -> HttpResponse:
    too_often = False
    if request.method == "POST" and form.is_valid():
        too_often = by is None and limits_concerns.is_over(request)
        if not too_often:
            try:
                actions.tell_concern(clinic=clinic, by=by, told=form.told())
            except Refused as refusal:
                form.refuse(refusal)
            else:
                return redirect("training:concern-sent")
    numbers = list(clinic.emergency_numbers.all())
    context = {
        "form": form, "clinic": clinic, "numbers": numbers, "too_often": too_often,
        "frame": "base.html" if by else "base_link.html",
    }  # fmt: skip
    return render(request, "training/concerns/tell.html", context, status=429 if too_often else 200)


@require_safe
@public
def sent(request: HttpRequest) -> HttpResponse:
    """Thank whoever told a concern, and say what happens next."""
    frame = "base.html" if request.user.is_authenticated else "base_link.html"
    return render(request, "training/concerns/sent.html", {"frame": frame})


@require_safe
@needs(Perm.COORDINATE, Perm.OVERSEE)
def concerns(request: HttpRequest) -> HttpResponse:
    """List the concerns put to the user: open ones first."""
    rows = Concern.objects.visible_to(request.user).select_related("by")
    is_open = list(rows.open().order_by("raised_at", "pk"))
    page = Paginator(rows.filter(status="closed"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [pages.list_row(row) for row in is_open], "closed": [pages.list_row(row) for row in page], "page_obj": page
    }  # fmt: skip
    return render(request, "training/concerns/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.COORDINATE, Perm.OVERSEE)
def concern(request: HttpRequest, ref: str) -> HttpResponse:
    """Read a concern; say that it is looked at, or close it with what was done."""
    rows = Concern.objects.visible_to(request.user).select_related("clinic", "by", "about_mentor__person")
    row = get_object_or_404(rows.prefetch_related("history__by"), ref=ref)
    closing = request.method == "POST" and request.POST.get("do") != "look"
    form = forms.OutcomeForm(request.POST if closing else None)
    if request.method == "POST" and (not closing or form.is_valid()):
        try:
            if closing:
                actions.close_concern(concern=row.pk, by=request.user, outcome=form.cleaned_data["outcome"])
                messages.success(request, _("Closed, with what was done."))
            else:
                actions.look_at_concern(concern=row.pk, by=request.user)
                messages.success(request, _("Saved: you look into it."))
            return redirect("training:concern", ref=row.ref)
        except Refused as refusal:
            form.refuse(refusal) if closing else messages.warning(request, str(refusal))
    history = [
        {
            "at": event.at, "title": str(Status(event.to_status).label),
            "text": "" if event.by.is_system else event.by.full_name,
        }
        for event in row.history.all()
    ]  # fmt: skip
    context = {"concern": row, "form": form, "facts": pages.facts(row), "history": history, "clinic": row.clinic}
    return render(request, "training/concerns/concern.html", context)
