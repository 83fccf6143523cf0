"""People who ask for a mentor themselves: the clinic's public page, the page by link, and the team's list."""

from __future__ import annotations

import io

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import limits, links
from accounts.views import no_longer
from clinics import access_log
from clinics.models import Clinic
from clinics.roles import Perm, can, clinic_for
from common.errors import Refused, Stale
from common.policy import by_link, needs, public
from referrals import asking as found
from referrals import duplicates
from referrals.actions import asking as actions
from referrals.forms.asking import DeclineForm, PageForm, WishForm
from referrals.models import SelfReferral

MOST_SENT = 30  # in an hour from one address: a waiting room shares one


def _clinic(ref: str) -> Clinic:
    clinic = found.clinic_of(ref)
    if clinic is None:
        raise Http404
    return clinic


# Open to everybody ----------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@public
def ask(request: HttpRequest, ref: str) -> HttpResponse:
    """Would you like to talk with somebody who has been there? Whoever sends it sees the same page, known or not."""
    clinic = _clinic(ref)
    form = WishForm(request.POST if request.method == "POST" else None, clinic=clinic)
    if request.method == "POST" and form.is_valid():
        if limits.too_many(request, "ask", MOST_SENT):
            return render(request, "429.html", status=429)
        if form.cleaned_data["website"]:  # a machine: it is told the same, and nothing is kept
            return redirect("referrals:ask-sent", ref=clinic.ref)
        try:
            actions.ask_for_a_mentor(clinic=clinic, wish=form.wish())
            return redirect("referrals:ask-sent", ref=clinic.ref)
        except Refused as refusal:
            form.refuse(refusal)
    page = found.page_of(clinic)
    return render(request, "referrals/asking/ask.html", {"clinic": clinic, "form": form, "page": page})


@require_safe
@public
def sent(request: HttpRequest, ref: str) -> HttpResponse:
    """Say what happens next. The same words for everybody."""
    return render(request, "referrals/asking/sent.html", {"clinic": _clinic(ref)})


@require_safe
@public
def code(request: HttpRequest, ref: str) -> HttpResponse:
    """Return the clinic's public page as a code to scan; dark on white, also on a dark screen."""
    out = io.BytesIO()
    segno.make(found.page_address(_clinic(ref)), error="m").save(
        out, kind="svg", scale=8, border=4, light="#fff", xmldecl=False
    )
    response = HttpResponse(out.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@by_link(found.KIND)
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """Where does it stand? One button takes it back and erases it."""
    row = found.of_link(links.current(request, found.KIND))
    if row is None:
        return no_longer(request)
    refusal = None
    if request.method == "POST":
        try:
            actions.withdraw_wish(wish=row.pk)
            return redirect("referrals:ask-status")
        except Refused as error:
            refusal = error
    return render(request, "referrals/asking/status.html", {"row": row, "clinic": row.clinic, "refusal": refusal})


# The team -------------------------------------------------------------------------------------


@needs(Perm.REFER, Perm.COORDINATE)
@require_safe
def wishes(request: HttpRequest) -> HttpResponse:
    """Who asked for a mentor themselves, and waits for us?"""
    clinic = found.clinic_for_staff(request)
    context = {
        "rows": found.waiting(request.user, clinic), "done": found.lately(request.user, clinic), "clinic": clinic,
        "is_open": found.page_of(clinic).is_open, "may_confirm": can(request.user, Perm.REFER, clinic),
    }  # fmt: skip
    return render(request, "referrals/asking/wishes.html", context)


@needs(Perm.REFER, Perm.COORDINATE)
@require_http_methods(["GET", "HEAD", "POST"])
def wish(request: HttpRequest, ref: str) -> HttpResponse:
    """Do we go on with this one? Complete it as a referral with them, or say kindly that we do not."""
    rows = SelfReferral.objects.visible_to(request.user).select_related("clinic", "referral__created_by")
    row = get_object_or_404(rows, ref=ref)
    form = DeclineForm(request.POST if request.POST.get("do") == "decline" else None)
    if request.method == "POST":
        done = _do(request, row, form)
        if done is not None:
            return done
    alike = _alike(row)
    access_log.record(request, "self-referral", alike)
    context = {
        "row": row, "form": form, "alike": alike, "may_confirm": can(request.user, Perm.REFER, row.clinic),
        "is_mine": bool(row.referral and row.referral.created_by_id == request.user.pk),
    }  # fmt: skip
    return render(request, "referrals/asking/wish.html", context)


def _alike(row: SelfReferral) -> list:
    if row.erased_at or row.status != "asked":
        return []
    return duplicates.possible(
        clinic=row.clinic_id, first_name=row.first_name, last_name=row.last_name, birth_year=row.birth_year,
        phone=str(row.phone or ""), email=row.email,
    )  # fmt: skip


def _do(request: HttpRequest, row: SelfReferral, form: DeclineForm) -> HttpResponse | None:
    step = request.POST.get("do", "")
    if step == "decline" and not form.is_valid():
        return None
    try:
        if step == "confirm":
            return redirect("referrals:draft", actions.take_up(wish=row.pk, by=request.user).ref)
        if step == "leave":
            actions.leave(wish=row.pk, by=request.user)
        elif step == "decline":
            actions.decline(wish=row.pk, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("Saved. They hear it kindly, where we have an e-mail address."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("referrals:wish", row.ref)


@needs(Perm.REFER, Perm.COORDINATE)
@require_safe
def leaflet(request: HttpRequest) -> HttpResponse:
    """Show the leaflet to print, and the link to copy."""
    clinic = found.clinic_for_staff(request)
    context = {"clinic": clinic, "link": found.page_address(clinic), "page": found.page_of(clinic)}
    return render(request, "referrals/asking/leaflet.html", context)


@needs(Perm.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Is the page open, and what does it say?"""
    clinic = Clinic.objects.visible_to(request.user).get(pk=clinic_for(request, Perm.SETTINGS).pk)
    page = found.page_of(clinic)
    start = {"is_open": page.is_open, "words": page.words, "version": clinic.version}
    form = PageForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_page(clinic=clinic, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved. It counts from now on."))
            return redirect("referrals:ask-settings")
        except Stale as refusal:
            form.data = form.data.copy()
            form.data["version"] = clinic.version
            form.refuse(refusal)
        except Refused as refusal:
            form.refuse(refusal)
    context = {"key": "self-referral", "form": form, "clinic": clinic, "link": found.page_address(clinic)}
    return render(request, "referrals/asking/settings.html", context)
