"""Pages about mentors. Fetch, bind, call one action, respond."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics import access_log
from clinics.roles import Perm
from common.errors import Refused, Stale
from common.policy import needs
from training import actions, care, doors, panels, policy, readiness, rules
from training.forms import records as forms
from training.models import Mentor
from training.pages import records as pages
from training.steps import STEPS, fits

PER_PAGE = 50


def _visible(request: HttpRequest, ref: str) -> Mentor:
    rows = readiness.with_facts(Mentor.objects.visible_to(request.user))
    return get_object_or_404(rows.prefetch_related("history__by"), ref=ref)


@require_safe
@needs(Perm.MANAGE_MENTORS, Perm.ANSWER_QUESTIONS)
def mentors(request: HttpRequest) -> HttpResponse:
    """List the mentors of the clinic, with what each one lacks to take somebody new."""
    form = forms.FilterForm(request.GET or None)
    rows = Mentor.objects.visible_to(request.user).of_clinic(request.clinic)
    today = request.clinic.today
    chosen = pages.filtered(rows, form, today)
    page = Paginator(readiness.with_facts(chosen), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form, "page_obj": page, "rows": pages.list_rows(page.object_list, today),
        "can_add": rules.add.allows(request.user, request.clinic), "ready_count": pages.ready_count(rows, today),
        "all_count": pages.mentor_count(rows), "doors": doors.staff(request.user, request.clinic),
    }  # fmt: skip
    return render(request, "training/mentors.html", context)


@require_safe
@needs(Perm.MANAGE_MENTORS, Perm.ANSWER_QUESTIONS)
def mentor(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one mentor: may they take somebody new, and how are they. Never their own record as a patient."""
    row = _visible(request, ref)
    shown = panels.of(row, request.user)
    access_log.record(request, page="mentor", people=[person for panel in shown for person in panel.people])
    return render(request, "training/mentor.html", pages.mentor_context(row, request.user, shown))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MANAGE_MENTORS)
def new(request: HttpRequest) -> HttpResponse:
    """Add a mentor to the clinic."""
    rules.add.require(request.user, request.clinic)
    blank = Mentor()
    alike = alike_in(request)
    form = forms.MentorForm(request.POST or None, instance=blank, clinic=request.clinic, alike=alike)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_mentor(clinic=request.clinic, by=request.user, data=form.data_of())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(name)s is in the list of mentors now.") % {"name": made.person})
            return redirect("training:mentor", ref=made.ref)
    access_log.record(request, page="possible-duplicate", people=alike)
    return render(request, "training/form.html", {"form": form, "mentor": None, "stale": False})


def alike_in(request: HttpRequest) -> list:
    """Return whom the person typed may be, as far as what was typed makes sense."""
    year = request.POST.get("birth_year", "").strip()
    names = ("first_name", "last_name", "email", "phone")
    typed: dict = {name: request.POST.get(name, "").strip()[:200] for name in names}
    typed["birth_year"] = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None
    return actions.lookalikes(request.clinic, typed) if request.method == "POST" else []


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MANAGE_MENTORS)
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Change a mentor's profile. Somebody else's change in between is shown, and nothing typed is lost."""
    row = _visible(request, ref)
    rules.change.require(request.user, row)
    stale = False
    form = forms.MentorForm(
        request.POST or None, instance=Mentor.objects.visible_to(request.user).get(pk=row.pk),
        clinic=row.person.clinic, initial=forms.initial_of(row),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            actions.change_mentor(mentor=row.pk, by=request.user, data=form.data_of(), version=version)
        except Stale:
            stale = True
            form.follow(row.version)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The profile is saved."))
            return redirect("training:mentor", ref=row.ref)
    context = {"form": form, "mentor": row, "stale": stale}
    return render(request, "training/form.html", context, status=409 if stale else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MANAGE_MENTORS)
def step(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    """Ask what one step needs to know, and take it."""
    row, chosen = _visible(request, ref), STEPS.get(key)
    if chosen is None:
        raise Http404
    rules.change.require(request.user, row)
    if chosen.page:
        return redirect(chosen.page, ref=row.ref)
    if key == "decision" and policy.of(row) is not None:
        return redirect("training:selection", ref=row.ref)
    form = chosen.form(request.POST if request.method == "POST" else None, initial=pages.initial_days(row))
    if request.method == "POST" and form.is_valid():
        try:
            chosen.do(row, request.user, form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, str(chosen.done))
            return redirect("training:mentor", ref=row.ref)
    name = {"name": row.person.first_name}
    context = {
        "form": form, "mentor": row, "heading": str(chosen.heading) % name, "lede": str(chosen.lede) % name,
        "too_late": not fits(chosen, row),
    }  # fmt: skip
    return render(request, "training/step.html", context)


def _own(request: HttpRequest) -> Mentor:
    rows = readiness.with_facts(Mentor.objects.visible_to(request.user)).filter(person__user=request.user)
    here = [row for row in rows if row.person.clinic_id == request.clinic.pk] or list(rows)
    if not here:
        raise Http404
    return here[0]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MENTOR)
def rest(request: HttpRequest) -> HttpResponse:
    """Let a mentor plan a rest: dates, no reason asked."""
    row = _own(request)
    today = row.person.clinic.today
    over = row.rest_until is not None and row.rest_until < today
    initial = {} if over else {"rest_from": row.rest_from, "rest_until": row.rest_until}
    initial |= {"plan": row.rest_plan} if row.rest_from and not over else {}
    initial["rest_from"] = initial.get("rest_from") or today
    form = forms.RestForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.rest(
                mentor=row.pk,
                by=request.user,
                from_=form.cleaned_data["rest_from"],
                until=form.cleaned_data["rest_until"],
                plan=form.cleaned_data["plan"],
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request, _("Your rest is saved. You get no new requests meanwhile. Take care of yourself.")
            )
            return redirect("training:rest")
    planned = row.rest_from is not None and not over
    resting = readiness.is_resting(row, today)
    flare = row.flare_since is not None and row.flare_since <= today
    context = {
        "form": form, "mentor": row, "resting": resting, "planned": planned, "today": today, "flare": flare,
        "present": row.status in care.AT_WORK,
    }  # fmt: skip
    return render(request, "training/rest.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MENTOR)
def share(request: HttpRequest) -> HttpResponse:
    """Let a mentor say whether they would help people of other clinics."""
    row = _own(request)
    form = forms.OwnWillingForm(
        request.POST if request.method == "POST" else None, initial={"willing": "yes" if row.share_wish_on else None}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.wish_to_share(mentor=row.pk, by=request.user, yes=form.cleaned_data["willing"] == "yes")
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Thank you. You can change this whenever you like."))
            return redirect("training:share")
    return render(request, "training/share.html", {"form": form, "mentor": row})


@require_POST
@needs(Perm.MENTOR)
def back(request: HttpRequest) -> HttpResponse:
    """Let a mentor come back from a rest, or drop a planned one."""
    try:
        actions.back_from_rest(mentor=_own(request).pk, by=request.user)
        messages.success(request, _("Good to have you back. New requests may come again."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect(reverse("training:rest"))
