"""A certificate taken back, the mentor's word against it, and the decision. Two steps each: why, then the letter."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinics.roles import Perm, clinic_for
from common.errors import Denied, Refused, WrongState
from common.policy import needs
from training import actions, rules, rules_certifying, wording_certifying
from training.forms import certifying as forms
from training.models import Appeal, Mentor
from training.pages import certifying as pages
from training.steps import STEPS, fits

DECIDED = 50


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MANAGE_MENTORS)
def decertify(request: HttpRequest, ref: str) -> HttpResponse:
    """Take somebody's place as a mentor away: the reasons, then the letter they get."""
    rows = Mentor.objects.visible_to(request.user).select_related("person__clinic", "person__user")
    row = get_object_or_404(rows, ref=ref)
    rules.decide.require(request.user, row)
    form = forms.DecertifyForm(request.POST if request.method == "POST" else None)
    letter = None
    if form.is_bound and form.is_valid():
        letter = _letter(
            request, wording_certifying.decertified(row, form.cleaned_data["reasons"], row.person.clinic.today)
        )
        if letter.is_bound and letter.is_valid():
            try:
                actions.decertify(mentor=row.pk, by=request.user, **form.cleaned_data, **letter.cleaned_data)
            except Denied:
                raise
            except Refused as refusal:
                letter.refuse(refusal)
            else:
                messages.success(request, str(STEPS["decertify"].done))
                return redirect("training:mentor", ref=row.ref)
    context = {"mentor": row, "form": form, "letter": letter, "too_late": not fits(STEPS["decertify"], row)}
    return render(request, "training/certifying/decertify.html", context)


def _letter(request: HttpRequest, body: str) -> forms.LetterForm:
    """Return the letter's form: as it was sent, or with the usual words to begin from."""
    return forms.LetterForm(request.POST) if "letter" in request.POST else forms.LetterForm(initial={"letter": body})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MENTOR)
def taken_back(request: HttpRequest) -> HttpResponse:
    """Show somebody whose certificate was taken back the letter, and take their word against it."""
    row = pages.own_taken_back(request)
    if row is None:
        raise Http404
    form = forms.AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.appeal(mentor=row.pk, by=request.user, text=form.cleaned_data["text"])
            if asked.words != form.cleaned_data["text"].strip():
                raise WrongState(
                    _("You asked before, with the words above. Ring us to add something: this is not sent.")
                )
        except Denied:
            raise
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Thank you. Somebody else looks at it, and you get a letter."))
            return redirect("training:taken-back")
    return render(request, "training/certifying/taken_back.html", pages.taken_back_context(row, form))


@require_safe
@needs(Perm.OVERSEE)
def appeals(request: HttpRequest) -> HttpResponse:
    """List the appeals of the clinic, those that wait first."""
    rows = Appeal.objects.visible_to(request.user).of_clinic(clinic_for(request, Perm.OVERSEE))
    rows = rows.select_related("mentor__person", "against", "decided_by")
    context = {
        "rows": pages.appeal_rows(rows.open().order_by("at", "pk")),
        "decided": pages.decided_rows(rows.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")[:DECIDED]),
    }  # fmt: skip
    return render(request, "training/certifying/appeals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.OVERSEE)
def appeal(request: HttpRequest, ref: str) -> HttpResponse:
    """Decide about an appeal: what and why, then the letter."""
    rows = Appeal.objects.visible_to(request.user)
    rows = rows.select_related("mentor__person__clinic", "mentor__person__user", "against__by", "decided_by")
    row = get_object_or_404(rows, ref=ref)
    if request.method == "POST":
        rules_certifying.decide_appeal.require(request.user, row)
    form, letter = forms.DecideForm(request.POST if request.method == "POST" else None), None
    if form.is_bound and form.is_valid():
        letter = _letter(request, wording_certifying.answered(row, form.cleaned_data["outcome"]))
        if letter.is_bound and letter.is_valid():
            try:
                actions.decide_appeal(appeal=row.pk, by=request.user, **form.cleaned_data, **letter.cleaned_data)
            except Denied:
                raise
            except Refused as refusal:
                letter.refuse(refusal)
            else:
                messages.success(request, _("Decided. They get your letter."))
                return redirect("training:appeals")
    context = pages.appeal_context(row, request.user) | {"form": form, "letter": letter}
    return render(request, "training/certifying/appeal.html", context)
