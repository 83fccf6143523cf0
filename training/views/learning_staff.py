"""What staff do for somebody who learns: see where they are, read, ring and give another round, know what came before."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics.roles import Perm
from common.errors import Refused
from common.policy import needs
from training import learning, readiness, rules, rules_learning
from training.actions import learning as actions
from training.actions import learning_help
from training.forms import learning as forms
from training.models import Mentor, ModuleProgress
from training.pages import learning_staff as pages
from training.pages.learning import sentence


def _mentor(request: HttpRequest, ref: str) -> Mentor:
    return get_object_or_404(readiness.with_facts(Mentor.objects.visible_to(request.user)), ref=ref)


def _part(request: HttpRequest, ref: str) -> ModuleProgress:
    rows = ModuleProgress.objects.visible_to(request.user).with_tries()
    return get_object_or_404(rows.select_related("module", "learning__mentor__person__clinic"), ref=ref)


@require_safe
@needs(Perm.MANAGE_MENTORS, Perm.ANSWER_QUESTIONS)
def progress(request: HttpRequest, ref: str) -> HttpResponse:
    """Show where somebody is in the training, part by part."""
    row = _mentor(request, ref)
    return render(request, "training/learning/progress.html", pages.progress_context(row, request.user))


@require_POST
@needs(Perm.MANAGE_MENTORS)
def begin(request: HttpRequest, ref: str) -> HttpResponse:
    """Begin the training for somebody."""
    row = _mentor(request, ref)
    try:
        actions.begin(mentor=row.pk, by=request.user)
        messages.success(request, _("The training is open for %(name)s.") % {"name": row.person.first_name})
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("training:learning", ref=row.ref)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MANAGE_MENTORS)
def elsewhere(request: HttpRequest, ref: str) -> HttpResponse:
    """Take parts as done that somebody learned elsewhere."""
    row = _mentor(request, ref)
    rules.decide.require(request.user, row)
    following = learning.current(row)
    parts = list(following.progress.filter(passed_at=None).select_related("module")) if following else []
    form = forms.ElsewhereForm(request.POST if request.method == "POST" else None, parts=parts)
    if request.method == "POST" and following and form.is_valid():
        try:
            learning_help.recognise(
                learning=following.pk, parts=form.cleaned_data["parts"], by=request.user,
                reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved. These parts count as done."))
            return redirect("training:learning", ref=row.ref)
    context = {"form": form, "mentor": row, "parts": parts, "heading": _elsewhere_heading(row)}
    return render(request, "training/learning/step.html", context)


def _elsewhere_heading(row: Mentor) -> str:
    return _("What did %(name)s learn elsewhere?") % {"name": row.person.first_name}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MANAGE_MENTORS)
def again(request: HttpRequest, ref: str) -> HttpResponse:
    """After the talk about a part whose tries are used: note what was agreed and give them again."""
    part = _part(request, ref)
    mentor = part.learning.mentor
    rules.decide.require(request.user, mentor)
    form = forms.RoundForm(request.POST if request.method == "POST" else None, initial={"round": part.round})
    if request.method == "POST" and form.is_valid():
        try:
            learning_help.give_round(progress=part.pk, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(name)s can try again, and hears so.") % {"name": mentor.person.first_name})
            return redirect("training:learning", ref=mentor.ref)
    heading = _("“%(part)s”: what did you agree with %(name)s?")
    names = {"part": part.module.title, "name": mentor.person.first_name}
    context = {"form": form, "mentor": mentor, "parts": [part], "heading": heading % names, "earlier": part.talk_note}
    return render(request, "training/learning/step.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MANAGE_MENTORS, Perm.ANSWER_QUESTIONS)
def read(request: HttpRequest, ref: str) -> HttpResponse:
    """Read what somebody wrote and handed in: it is good, or it goes back with a word."""
    part = _part(request, ref)
    mentor = part.learning.mentor
    rules_learning.read.require(request.user, mentor)
    form = forms.ReadForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        action = learning_help.pass_words if "pass" in request.POST else learning_help.send_back
        try:
            action(progress=part.pk, by=request.user, remark=form.cleaned_data["remark"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved. %(name)s hears so.") % {"name": mentor.person.first_name})
            return redirect("training:learning", ref=mentor.ref)
    context = {"form": form, "mentor": mentor, "part": part, "objective": sentence(part.module.objective)}
    return render(request, "training/learning/read.html", context)
