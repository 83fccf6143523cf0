"""Choosing mentors. Fetch, bind, call one action, respond."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common import clock, words
from common.errors import Refused, Stale
from common.policy import signed_in
from training import anchors, policy, rules, selection, wording_selecting
from training.actions import selecting, selecting_decision, selecting_papers
from training.data import Decision
from training.forms import selecting as forms
from training.models import Mentor, Rating, Sponsorship
from training.pages import selecting as pages
from training.steps_selecting import STEPS


def _visible(request: HttpRequest, ref: str) -> Mentor:
    rows = selection.visible_to(request.user).select_related("person__clinic", "person__user", "policy")
    return get_object_or_404(rows.prefetch_related("history"), ref=ref)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def choose(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what is known of an applicant; from a decision to its letter, and from the letter to its sending."""
    row = _visible(request, ref)
    if request.method == "POST" and request.POST.get("do") == "send":
        return _send(request, row)
    form = forms.DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            told = {"why": answers["why"], "until": answers["until"]}
            selecting_decision.look_ahead(row, request.user, Decision(answers["decision"]), **told)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _letter(request, row, answers)
    if request.method == "POST":
        rules.decide.require(request.user, row)
    return render(request, "training/selecting/selection.html", pages.selection_context(row, request.user, form))


def _letter(request: HttpRequest, mentor: Mentor, answers: dict[str, Any]) -> HttpResponse:
    until = answers["until"] if answers["decision"] == Decision.LATER else None
    by = request.user.full_name
    initial = {
        "decision": answers["decision"], "why": answers["why"], "until": until, "version": mentor.version,
        "letter": wording_selecting.letter(mentor, answers["decision"], until, by),
    }  # fmt: skip
    return _letter_page(request, mentor, forms.LetterForm(initial=initial), answers["decision"], until)


def _letter_page(
    request: HttpRequest, mentor: Mentor, form, decision: str, until: dt.date | None, *, stale: str = ""
) -> HttpResponse:
    context = {
        "mentor": mentor, "person": mentor.person, "form": form, "stale": stale, "until": until,
        "decision": dict(forms.DecisionForm.base_fields["decision"].choices).get(decision, ""),
        "why": form["why"].value(),
    }  # fmt: skip
    return render(request, "training/selecting/letter.html", context, status=409 if stale else 200)


def _send(request: HttpRequest, mentor: Mentor) -> HttpResponse:
    form = forms.LetterForm(request.POST)
    stale, answers = "", {}
    if form.is_valid():
        answers = form.cleaned_data
        try:
            selecting_decision.decide(mentor=mentor.pk, by=request.user, **answers)
        except Stale as refusal:
            stale = str(refusal)
            form.follow(mentor.version)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("It is decided, and the letter is on its way."))
            return redirect("training:selection", ref=mentor.ref)
    decision = str(form["decision"].value() or "")
    return _letter_page(request, mentor, form, decision, answers.get("until"), stale=stale)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def step(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    """Ask what one step of choosing needs to know, and take it."""
    row, chosen = _visible(request, ref), STEPS.get(key)
    if chosen is None:
        raise Http404
    chosen.rule.require(request.user, row)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    asked = {"kind": request.GET["kind"][:20]} if request.GET.get("kind") else {}
    form = chosen.form(*given, mentor=row, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            chosen.do(row, request.user, form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, str(chosen.done))
            return redirect("training:selection", ref=row.ref)
    name = {"name": row.person.first_name}
    too_late = row.status not in selection.CHOOSING and key not in ("paper", "remove", "again")
    context = {
        "form": form, "mentor": row, "heading": str(chosen.heading) % name, "lede": str(chosen.lede) % name,
        "too_late": too_late,
    }  # fmt: skip
    return render(request, "training/selecting/step.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def rate(request: HttpRequest, ref: str) -> HttpResponse:
    """Let one assessor say what they saw; the draft keeps itself, and the others' words come after saving."""
    rows = Rating.objects.visible_to(request.user).select_related(
        "mentor__person__clinic", "mentor__policy", "assessor"
    )
    row = get_object_or_404(rows, ref=ref)
    rules_now = policy.of(row.mentor)
    hint = anchors.RULES.get(rules_now.functioning, "") if rules_now else ""
    if request.method == "POST" and request.POST.get("do") == "draft":
        return _draft(request, row)
    form = forms.RateForm(request.POST if request.method == "POST" else None, hint=hint, initial=row.draft)
    if request.method == "POST" and form.is_valid():
        answers = dict(form.cleaned_data)
        try:
            selecting.save_rating(rating=row.pk, by=request.user, words=answers.pop("words"), answers=answers)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Your rating is saved. Thank you for looking."))
            return redirect("training:rate", ref=row.ref)
    return render(request, "training/selecting/rate.html", pages.rate_context(row, request.user, form))


def _draft(request: HttpRequest, rating: Rating) -> HttpResponse:
    """Keep what was chosen so far, and say when."""
    try:
        selecting.keep_draft(rating=rating.pk, by=request.user, answers=request.POST.dict())
    except Refused as refusal:
        return HttpResponse(str(refusal), content_type="text/plain")
    there = words.local(clock.now(), rating.mentor.person.clinic.time_zone)
    return HttpResponse(_("Draft saved at %(time)s") % {"time": f"{there:%H:%M}"}, content_type="text/plain")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def sponsor(request: HttpRequest, ref: str) -> HttpResponse:
    """Let a clinician say whether they vouch for somebody they know."""
    rows = Sponsorship.objects.visible_to(request.user).select_related(
        "mentor__person__clinic", "mentor__policy", "asked_by"
    )
    row = get_object_or_404(rows, ref=ref)
    form = forms.StatementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        a = form.cleaned_data
        try:
            selecting_papers.give_statement(
                sponsorship=row.pk,
                by=request.user,
                known_years=a["known_years"],
                vouches=a["vouches"] == "yes",
                words=a["words"],
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Thank you. Your word is given."))
            return redirect("training:sponsor", ref=row.ref)
    decided = row.mentor.status not in selection.UNDER_WAY
    context = {"row": row, "mentor": row.mentor, "person": row.mentor.person, "form": form, "decided": decided}
    return render(request, "training/selecting/sponsor.html", context)


@require_safe
@signed_in
def asked(request: HttpRequest) -> HttpResponse:
    """List what is asked of somebody: ratings, words about people they know, and parts they may write down."""
    context = {"rows": pages.asked_rows(request.user), "to_record": pages.to_record(request.user)}
    return render(request, "training/selecting/asked.html", context)
