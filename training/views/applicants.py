"""People who want to be a mentor, seen by the clinic: put forward, written down, read, taken up, closed."""

from __future__ import annotations

import io

import segno
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics import access_log
from clinics.models import Clinic
from clinics.roles import Perm, clinic_for
from common.errors import Refused
from common.models import new_ref
from common.policy import needs, public
from training import by_link_applying as found
from training import readiness, rules_applying
from training.actions import applying_staff as actions
from training.actions import lookalikes
from training.forms import applying as forms
from training.models import Application
from training.pages import applicants as lists
from training.pages import applying as pages
from training.rules_applying import MAY_PUT_FORWARD
from training.workflow import ApplicationStatus

PER_PAGE = 50


def _keeps(request: HttpRequest) -> Clinic:
    clinic = clinic_for(request, Perm.MANAGE_MENTORS)
    if clinic is None:
        raise Http404
    return clinic


def _visible(request: HttpRequest, ref: str) -> Application:
    rows = Application.objects.visible_to(request.user).select_related("clinic", "mentor", "nominated_by")
    return get_object_or_404(rows, ref=ref)


@require_safe
@needs(Perm.MANAGE_MENTORS)
def applicants(request: HttpRequest) -> HttpResponse:
    """List the people who want to be a mentor, longest first, with what is next for each."""
    clinic = _keeps(request)
    form = forms.FilterForm(request.GET or None, choices=lists.choices())
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = lists.everybody(request.user, clinic, where=asked.get("where", ""), name=asked.get("name", ""))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page, "rows": page.object_list, "n": len(rows), "drafts": lists.drafts(clinic)}
    return render(request, "training/applying/applicants.html", context | {"clinic": clinic})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MANAGE_MENTORS)
def applicant(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what somebody wrote, and begin their selection: is it somebody we know already?"""
    row = _visible(request, ref)
    alike = _alike(row)
    form = forms.TakeUpForm(request.POST if request.method == "POST" else None, alike=alike)
    if request.method == "POST" and form.is_valid():
        try:
            mentor = actions.take_up(application=row.pk, by=request.user, same_as=form.cleaned_data.get("same_as", ""))
            messages.success(request, _("%(name)s is in the selection now.") % {"name": mentor.person.first_name})
            return redirect("training:selection", ref=mentor.ref)
        except Refused as refusal:
            form.refuse(refusal)
    access_log.record(request, page="possible-duplicate", people=alike)
    context = {
        "row": row, "clinic": row.clinic, "facts": pages.facts(row), "form": form, "came": pages.came(row),
        "looking": [person.full_name for person in alike if _looks_for_one(person)],
        "history": pages.history(row), "letters": pages.letters_of(row),
    }  # fmt: skip
    return render(request, "training/applying/applicant.html", context)


def _alike(row: Application) -> list:
    if row.status != "sent":
        return []
    told = actions.told(row).person
    return lookalikes(row.clinic, told, with_account=True)


def _looks_for_one(person) -> bool:
    return person.referrals.filter(status__in=readiness.WAITING_FOR_A_MENTOR).exists()


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MANAGE_MENTORS)
def close(request: HttpRequest, ref: str) -> HttpResponse:
    """Say no with a kind letter, which is written out to be changed."""
    row = _visible(request, ref)
    if request.method != "POST" and row.status not in (ApplicationStatus.DRAFT, ApplicationStatus.SENT):
        return redirect("training:applicant", ref=row.ref)
    form = forms.CloseForm(
        request.POST if request.method == "POST" else None, can_write=bool(row.email),
        initial={"letter": pages.first_letter(row, request.user)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_application(
                application=row.pk, by=request.user, letter=form.cleaned_data.get("letter", ""),
                note=form.cleaned_data["note"],
            )  # fmt: skip
            messages.success(request, _("Closed. It can be opened again."))
            return redirect("training:applicants")
        except Refused as refusal:
            form.refuse(refusal)
    return render(request, "training/applying/close.html", {"row": row, "form": form, "clinic": row.clinic})


@require_POST
@needs(Perm.MANAGE_MENTORS)
def reopen(request: HttpRequest, ref: str) -> HttpResponse:
    """Open a closed application again."""
    row = _visible(request, ref)
    try:
        actions.open_again(application=row.pk, by=request.user)
        messages.success(request, _("It is open again."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("training:applicant", ref=row.ref)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MANAGE_MENTORS)
def write_down(request: HttpRequest) -> HttpResponse:
    """Write down what somebody says who sits beside the coordinator."""
    clinic = _keeps(request)
    rules_applying.write_down.require(request.user, clinic)
    form = forms.WriteDownForm(request.POST if request.method == "POST" else None, clinic=clinic)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.write_down(
                clinic=clinic, by=request.user, data=form.data_of(), ref=request.POST.get("draft", "")
            )
            messages.success(request, _("Saved. You can take it up now, or later."))
            return redirect("training:applicant", ref=row.ref)
        except Refused as refusal:
            form.refuse(refusal)
    context = {"form": form, "clinic": clinic, "key": request.POST.get("draft") or new_ref()}
    return render(request, "training/applying/write_down.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*MAY_PUT_FORWARD)
def nominate(request: HttpRequest) -> HttpResponse:
    """Put somebody forward, and see in a word what became of those before."""
    clinic = next(filter(None, (clinic_for(request, permission) for permission in MAY_PUT_FORWARD)), None)
    if clinic is None:
        raise Http404
    form = forms.NominateForm(request.POST if request.method == "POST" else None, clinic=clinic)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.nominate(clinic=clinic, by=request.user, data=form.data_of())
            messages.success(request, _("%(name)s gets a message with a link.") % {"name": row.first_name})
            return redirect("training:nominate")
        except Refused as refusal:
            form.refuse(refusal)
    page = Paginator(lists.put_forward(request.user, clinic), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(row, pages.outcome(row)) for row in page.object_list]
    context = {"form": form, "clinic": clinic, "rows": rows, "page_obj": page}
    return render(request, "training/applying/nominate.html", context)


def page_address(clinic: Clinic) -> str:
    """Return the whole address of a clinic's public page, as it is printed and scanned."""
    return settings.SITE_URL + reverse("training:apply", args=[clinic.ref])


@require_safe
@needs(Perm.MANAGE_MENTORS)
def leaflet(request: HttpRequest) -> HttpResponse:
    """Show the leaflet to print, and the link to copy."""
    clinic = _keeps(request)
    return render(request, "training/applying/leaflet.html", {"clinic": clinic, "link": page_address(clinic)})


@require_safe
@public
def qr(request: HttpRequest, ref: str) -> HttpResponse:
    """Return the clinic's public page as a code to scan; dark on white, also on a dark screen."""
    clinic = found.clinic_of(ref)
    if clinic is None:
        raise Http404
    out = io.BytesIO()
    segno.make(page_address(clinic), error="m").save(out, kind="svg", scale=8, border=4, light="#fff", xmldecl=False)
    response = HttpResponse(out.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    return response
